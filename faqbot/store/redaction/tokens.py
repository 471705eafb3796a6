"""Keys and tokens, found by prefix or as random text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from faqbot.store.redaction.spans import Span, spans_of

_MARK = "[secret]"
# Changes between letters and digits, or of case, in a random word. Chosen by hand.
_FEWEST_CHANGES = 5

_KEY_BLOCK = re.compile(
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----|\Z)"
    r"|---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----.*?(?:---- END[A-Z0-9 ]* ----|\Z)"
    r"|PuTTY-User-Key-File-\d:.*?(?:Private-MAC: ?\w*|\Z)",
    re.DOTALL,
)
# Prefixes of keys and tokens, as their issuers document them.
_TOKEN = re.compile(
    r"""
    (?<![A-Za-z0-9])(?:
        xox[a-z](?:\.xox[a-z])?-[\w-]{6,} | xapp-[\w-]{6,} | xwfp-[\w-]{6,}    # Slack
      | gh[a-z]_[A-Za-z0-9]{10,} | github_pat_\w{10,}
      | gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|soat|oas)-[\w.-]{10,}              # GitLab
      | (?:AKIA|ASIA|ABIA|ACCA|AGPA|AIDA|AROA|ANPA|ANVA)[A-Z0-9]{12,}          # Amazon
      | sk-(?:[A-Za-z0-9]{16,}|(?=[\w-]{,80}\d)[\w-]{12,})                     # OpenAI, Anthropic
      | (?:[spr]k_(?:live|test)|whsec)_[A-Za-z0-9]{10,}                        # Stripe
      | AIza[\w-]{20,} | ya29\.[\w-]{10,} | GOCSPX-[\w-]{10,} | 1//0[\w-]{20,} # Google
      | hf_[A-Za-z0-9]{16,} | npm_[A-Za-z0-9]{16,} | pypi-Ag[\w-]{16,} | do[opr]_v1_\w{16,}
      | rubygems_[0-9a-f]{20,} | dckr_(?:pat|oat)_[\w-]{16,} | oy2[a-z0-9]{40,}
      | SG\.[\w-]{10,}\.[\w-]{10,} | shp[a-z]{2}_\w{16,} | key-[0-9a-f]{32} | [0-9a-f]{32}-us\d{1,2}
      | \w{3}\dQ~[\w~.-]{20,}                                                  # Azure
      | hv[sbr]\.[\w-]{16,} | dapi[0-9a-f]{20,} | dp\.(?:pt|st|ct|sa)\.\w{16,} # Vault, Databricks
      | gl(?:c|sa)_[\w+/=-]{16,} | lin_(?:api|oauth)_\w{16,} | ntn_\w{16,} | secret_[A-Za-z0-9]{20,}
      | figd_[\w-]{16,} | PMAK-[\w-]{16,} | NRAK-\w{16,} | sbp_\w{16,} | nfp_\w{16,} | r8_\w{16,}
      | gsk_\w{16,} | pplx-\w{16,} | xai-\w{16,} | tfp_\w{16,} | pscale_(?:tkn|pw|oauth)_[\w-]{16,}
      | sntry[su]_[\w+/=-]{16,} | ATATT3\w[\w=-]{10,} | ATBB\w{16,} | sq0(?:atp|csp)-[\w-]{16,}
      | EAA[A-Za-z0-9]{20,} | AGE-SECRET-KEY-1[A-Z0-9]{20,} | [sp]k\.eyJ[\w.-]{10,} | pat\w{14}\.\w{20,}
      | \d{8,10}:AA[\w-]{30,} | [MNO][\w-]{22,40}\.[\w-]{6}\.[\w-]{25,}          # Telegram, Discord
      | eyJ[\w-]{5,999}\.[\w-]{5,}(?:\.[\w-]*)*                                   # JSON web tokens
    )
    | https?://hooks\.slack\.com/[\w/-]+
    | https?://(?:\w+\.)?discord(?:app)?\.com/api/webhooks/[\w/-]+
    | https?://\w[\w.-]*\.webhook\.office\.com/[\w/@-]+
    """,
    re.VERBOSE,
)
_WORD = re.compile(r"[A-Za-z0-9_+/=-]{20,}")
_LOWER_CASE_RUN = re.compile("[a-z]{3,}")
# Identifiers of this kind are public: commits, checksums, requests.
_PUBLIC_IDENTIFIER = re.compile(
    r"(?:\bcommit|\brevision|\brev|\bchangeset|\bgit[ ](?:show|checkout|log|diff|revert|cherry-pick)"
    r"|\bsha-?\d*|\bmd5|\bchecksum|\bdigest|\bprüfsumme|\b(?:request|trace|correlation|message|job|run|build|event|order"
    r"|ticket|case|transaction)[ _-]?(?:id|no|number|nr)|\buuid|\bguid)(?:[ ]is)?[ \t]?[:=#@]?[ \t]?\Z",
    re.IGNORECASE,
)
_HEXADECIMAL = re.compile(r"[0-9a-fA-F-]+")


def find_tokens(text: str) -> Iterator[Span]:
    """Yield key blocks, and words with the prefix of an issuer."""
    yield from spans_of(_KEY_BLOCK, text, _MARK)
    yield from spans_of(_TOKEN, text, _MARK)


def find_random_words(text: str) -> Iterator[Span]:
    """Yield long random words, except public identifiers such as commits."""
    for found in _WORD.finditer(text):
        if not _is_random(found[0]):
            continue
        named = _PUBLIC_IDENTIFIER.search(text, max(0, found.start() - 30), found.start())
        if named is None or not _HEXADECIMAL.fullmatch(found[0]):
            yield Span(*found.span(), _MARK)


def _is_random(word: str) -> bool:
    """Return True if letters, digits and case change often."""
    digits = len(re.findall(r"(?<=[A-Za-z])\d|(?<=\d)[A-Za-z]", word))
    capitals = len(re.findall(r"(?<=[a-z])[A-Z]", word))
    if digits > 1 and digits + capitals >= max(_FEWEST_CHANGES, len(word) / 12):
        return True
    in_words = sum(map(len, _LOWER_CASE_RUN.findall(word)))
    return capitals >= max(_FEWEST_CHANGES, len(word) / 6) and in_words < len(word) * 0.45
