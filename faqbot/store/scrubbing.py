"""What is private in a text is replaced before it is written: addresses, numbers, secrets, people.

A mark such as ``[email]`` stands in its place. In doubt a text is scrubbed: a word too few in a
report is no harm, a password in a file is. Dates, versions, years, amounts and ids of entries stay.
"""

from __future__ import annotations

import re

from faqbot.store.numbers import is_card, is_phone

__all__ = ["scrub"]

_LONGEST = 4000  # characters of a text that are kept
_FEWEST_CHANGES = 5  # between letters and digits, or of case, in a random word
_LONGEST_READ = 50_000  # characters that are looked at; nobody asks so much

_KEY_BLOCK = re.compile(
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----|\Z)",
    re.DOTALL,
)
# What issuers begin their keys and tokens with.
_TOKEN = re.compile(
    r"""
    \b(?:
        xox[a-z](?:\.xox[a-z])?-[\w-]{6,} | xapp-[\w-]{6,}         # Slack
      | gh[a-z]_[A-Za-z0-9]{10,} | github_pat_\w{10,} | gl[a-z]{2,5}-[\w-]{10,}
      | (?:AKIA|ASIA|ABIA|ACCA|AGPA|AIDA|AROA|ANPA)[A-Z0-9]{12,}   # Amazon
      | sk-[\w-]{12,} | [sprw]{1,2}h?(?:k|sec)_(?:live_|test_)?[A-Za-z0-9]{16,}
      | AIza[\w-]{20,} | ya29\.[\w-]{10,} | GOCSPX-[\w-]{10,}      # Google
      | hf_[A-Za-z0-9]{16,} | npm_[A-Za-z0-9]{16,} | pypi-[\w-]{16,} | dop_v1_\w{16,}
      | SG\.[\w-]{10,}\.[\w-]{10,} | shp[a-z]{2}_\w{16,} | key-[0-9a-f]{32}
      | eyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)*                       # JSON web tokens
    )
    | https?://hooks\.slack\.com/[^\s<>|]+
    """,
    re.VERBOSE,
)
_BEARER = re.compile(r"(?i)\b(bearer|basic)[ \t]+(?=[^\s]*[\d=_.-])[\w.~+/=-]{8,}")
_IN_URL = re.compile(r"(?<=://)[^\s/:@]{1,255}:[^\s/@]{1,255}(?=@)")

_LABEL = (
    r"(?<![^\W_])(?:pass(?:word|wort|wd|phrase|code)|pwd|secret|token|credentials?|pin|otp|cvv|cvc"
    r"|(?:api|access|private|secret|auth|signing|client)[ _-]?(?:key|token|secret|code))"
)
_VALUE = r"""(?:"[^"\n]{1,200}"|'[^'\n]{1,200}'|\[secret\]|[^\s,;]+)"""
# A question that begins with its topic ("password: how do I change it?") is no password.
_NO_VALUE = (
    r"(?!(?:how|what|why|when|where|who|which|can|could|do|does|did|is|are|was|should|must|will|i|my|"
    r"the|a|an|not|no|it|forgot|forgotten|lost|change|reset|expired)\b)"
)
_LABELLED = re.compile(rf"(?i)({_LABEL}s?[\"']?[ \t]*(?::=|=>|[:=])[ \t]*){_NO_VALUE}{_VALUE}")
_TOLD = re.compile(
    rf"(?i)({_LABEL}[ \t]+(?:is|was|ist)[ \t]+)(?=[^\s]*[\d@#$%^&*+=~!][^\s]*[^\s.,;!?)])[^\s]{{4,}}"
)
_EMAIL = re.compile(r"(?<![\w.+'%-])[\w.+'%-]+@[\w-]+(?:\.[\w-]+)+")
_SLACK_PERSON = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>\n]*)?>")
_NUMBER = re.compile(r"(?<![\w.,])[+(]?\(?\d[\d ().\-/\u00a0\u2009\u2010-\u2013]{4,40}\d(?!\w)")
_CARD = re.compile(r"(?<![\w.,-])\d(?:[ \u00a0-]?\d){12,18}(?![\w]|[.,-]\d)")
_WORD = re.compile(r"[A-Za-z0-9_+/=-]{20,}")
_ABOUT_A_CALL = re.compile(
    r"(?i)\b(?:call|phone|tele(?:phone|fon)|tel|fax|mobile|mobil|cell|dial|ring|whatsapp|sms|text"
    r"|handy|reach)\b[^\d\n]{0,24}\Z"
)


def scrub(text: str) -> str:
    """Return *text* with marks for what is private, cut to 4,000 characters that any database holds."""
    text = re.sub("[\x00\ud800-\udfff]", "\ufffd", text)
    if len(text) > _LONGEST_READ:  # the last word may be the half of a secret
        text = text[:_LONGEST_READ].rstrip().rpartition(" ")[0]
    text = _scrub_secrets(text)
    text = _EMAIL.sub("[email]", text)
    text = _SLACK_PERSON.sub("[person]", text)
    text = _CARD.sub(lambda found: "[card]" if is_card(found[0]) else found[0], text)
    text = _NUMBER.sub(_phone, text)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _scrub_secrets(text: str) -> str:
    text = _KEY_BLOCK.sub("[secret]", text)
    text = _IN_URL.sub("[secret]", text)
    text = _LABELLED.sub(r"\1[secret]", text)
    text = _TOLD.sub(r"\1[secret]", text)
    text = _BEARER.sub(r"\1 [secret]", text)
    text = _TOKEN.sub("[secret]", text)
    return _WORD.sub(lambda word: "[secret]" if _looks_random(word[0]) else word[0], text)


def _looks_random(word: str) -> bool:
    """Tell whether letters and digits change places, or case, more often than in a name or an id."""
    digits = len(re.findall(r"(?<=[A-Za-z])\d|(?<=\d)[A-Za-z]", word))
    capitals = len(re.findall(r"(?<=[a-z])[A-Z]", word))
    if digits > 1 and digits + capitals >= max(_FEWEST_CHANGES, len(word) / 12):
        return True
    return capitals >= max(_FEWEST_CHANGES, len(word) / 6)


def _phone(found: re.Match[str]) -> str:
    called = _ABOUT_A_CALL.search(found.string, max(0, found.start() - 40), found.start())
    return "[phone]" if is_phone(found[0], called=called is not None) else found[0]
