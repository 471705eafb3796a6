"""What is private in a text is replaced before it is written: addresses, numbers, secrets, people.

A mark such as ``[email]`` stands in its place. In doubt a text is scrubbed: a word too few in a
report is no harm, a password in a file is. Dates, versions, years, amounts and ids of entries stay.
"""

from __future__ import annotations

import re

from faqbot.store.numbers import mark_cards, mark_phones

__all__ = ["scrub", "storable"]

_LONGEST = 4000  # characters of a text that are kept
_MOST_PASSES = 5
_FEWEST_CHANGES = 5  # between letters and digits, or of case, in a random word
_LONGEST_READ = 8000  # characters that are looked at; nobody asks so much

_KEY_BLOCK = re.compile(
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----|\Z)",
    re.DOTALL,
)
# What issuers begin their keys and tokens with.
_TOKEN = re.compile(
    r"""
    \b(?:
        xox[a-z](?:\.xox[a-z])?-[\w-]{6,} | xapp-[\w-]{6,}         # Slack
      | gh[a-z]_[A-Za-z0-9]{10,} | github_pat_\w{10,}
      | gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|soat|oas)-[\w-]{10,}   # GitLab
      | (?:AKIA|ASIA|ABIA|ACCA|AGPA|AIDA|AROA|ANPA)[A-Z0-9]{12,}   # Amazon
      | sk-(?:[A-Za-z0-9]{16,}|(?=[\w-]{,80}\d)[\w-]{12,}) | (?:[spr]k_(?:live|test)|whsec)_[A-Za-z0-9]{10,}
      | AIza[\w-]{20,} | ya29\.[\w-]{10,} | GOCSPX-[\w-]{10,}      # Google
      | hf_[A-Za-z0-9]{16,} | npm_[A-Za-z0-9]{16,} | pypi-Ag[\w-]{16,} | dop_v1_\w{16,}
      | SG\.[\w-]{10,}\.[\w-]{10,} | shp[a-z]{2}_\w{16,} | key-[0-9a-f]{32}
      | eyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)*                       # JSON web tokens
    )
    | https?://hooks\.slack\.com/[\w/-]+
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
_NUMBER = re.compile(
    r"(?:(?<![\w.,])[+(]?|\+)\(?\d[\d ().\-/\u00a0\u2009\u2010-\u2013]{4,40}\d(?!\w)"
)
_CARD = re.compile(r"(?<![\w.,-])\d(?:[ \u00a0-]?\d){12,18}(?![\w]|[.,-]\d)")
_WORD = re.compile(r"[A-Za-z0-9_+/=-]{20,}")
_ABOUT_A_CALL = re.compile(
    r"(?i)\b(?:call|phone|tele(?:phone|fon)|tel|fax|mobile|mobil|cell|dial|ring|whatsapp|sms|text"
    r"|handy|reach)\b[^\d\n\[\]]{0,24}\Z"
)


def scrub(text: str) -> str:
    """Return *text* with marks for what is private, cut to 4,000 characters that any database holds."""
    text = storable(text)
    if len(text) > _LONGEST_READ:  # the last word may be the half of a secret
        text = text[:_LONGEST_READ].rpartition(" ")[0] + " …"
    for _ in range(_MOST_PASSES):  # what stood beside something private may be seen only then
        text, before = _scrub_once(text), text
        if text == before:
            break
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def storable(text: str) -> str:
    """Return *text* with a mark for each character that some database does not hold."""
    return re.sub("[\x00\ud800-\udfff]", "\ufffd", text)


def _scrub_once(text: str) -> str:
    text = _scrub_secrets(text)
    text = _EMAIL.sub("[email]", text)
    text = _WORD.sub(lambda word: "[secret]" if _looks_random(word[0]) else word[0], text)
    text = _SLACK_PERSON.sub("[person]", text)
    text = _CARD.sub(lambda found: mark_cards(found[0]), text)
    return _NUMBER.sub(_mark_phones, text)


def _scrub_secrets(text: str) -> str:
    text = _KEY_BLOCK.sub("[secret]", text)
    text = _IN_URL.sub("[secret]", text)
    text = _LABELLED.sub(r"\1[secret]", text)
    text = _TOLD.sub(r"\1[secret]", text)
    text = _BEARER.sub(r"\1 [secret]", text)
    return _TOKEN.sub("[secret]", text)


def _looks_random(word: str) -> bool:
    """Tell whether letters and digits change places, or case, more often than in a name or an id."""
    digits = len(re.findall(r"(?<=[A-Za-z])\d|(?<=\d)[A-Za-z]", word))
    capitals = len(re.findall(r"(?<=[a-z])[A-Z]", word))
    if digits > 1 and digits + capitals >= max(_FEWEST_CHANGES, len(word) / 12):
        return True
    return capitals >= max(_FEWEST_CHANGES, len(word) / 6)


def _mark_phones(found: re.Match[str]) -> str:
    called = _ABOUT_A_CALL.search(found.string, max(0, found.start() - 40), found.start())
    return mark_phones(found[0], called=called is not None)
