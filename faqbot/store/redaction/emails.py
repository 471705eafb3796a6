"""E-mail addresses, also quoted, spaced or written out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from faqbot.store.redaction.spans import Span, spans_of

_MARK = "[email]"

# Endings of hosts in addresses with spaces or in words, where any other word would be a guess.
_ENDING = (
    r"(?:com|org|net|edu|gov|mil|int|info|biz|name|eu|io|ai|app|dev|me|tv|cc|co|de|at|ch|li|fr|be|lu|es"
    r"|cat|mx|ar|cl|pe|ve|it|sm|pt|br|nl|uk|ie|us|ca|au|nz|za|in|jp|cn|hk|tw|kr|sg|my|id|th|vn|ph|ru|ua"
    r"|by|pl|cz|sk|hu|ro|bg|gr|tr|il|ae|sa|eg|ma|ng|ke|se|no|dk|fi|is|ee|lv|lt|si|hr|rs|test|example"
    r"|invalid|local|localhost|internal|corp|lan|online|shop|cloud|xyz|email)"
)
_LOCAL = r"(?<![\w.+'%&*!#$~^=-])[\w.+'%&*!#$~^=-]{1,200}"
_HOST = r"[\w-]+(?:\.[\w-]+)+"
_PLAIN = re.compile(rf"{_LOCAL}@{_HOST}")
# A version of a package. A single number before ".rc" needs a digit after it: "0.rc" is a host, too.
_PRE_RELEASE = r"(?:alpha|beta|rc|next|canary)"
_VERSION = re.compile(
    rf"@v?\d+(?:(?:\.[\dx]+){{1,2}}(?:[-.]?{_PRE_RELEASE}[\w.-]*)?|-?{_PRE_RELEASE}[\w.-]*"
    rf"|\.{_PRE_RELEASE}(?:[^\W\d]|[.-])*\d[\w.-]*)?\Z"
)
_FILE_NAME = re.compile(r"@\dx\.(?:png|jpe?g|gif|webp|svg)\Z")
_QUOTED = re.compile(rf"\"[^\"\n]{{1,64}}\"@(?:{_HOST}|[\w-]+|\[[^\]\s]{{3,60}}\])")
_AT_ADDRESS = re.compile(rf"{_LOCAL}@\[[\w.:]{{3,60}}\]")
_AT_BARE_HOST = re.compile(
    rf"{_LOCAL}(?<=[\w+-]{{2}})@(?!(?:latest|next|beta|alpha|canary|stable|main|master|head|dev|nightly|channel"
    r"|here|everyone|all|home|work|once|least|most|media|import|font-face|sha256|sha512)\b)(?=[\w-]{0,60}[^\W\d])[^\W\d][\w-]{3,60}(?![\w/])",
    re.IGNORECASE,
)
_SPACED = re.compile(
    rf"{_LOCAL}(?:[ ]{{1,2}}@[ ]{{0,2}}|@[ ]{{1,2}})[\w-]+(?:\.[\w-]+){{0,4}}\.{_ENDING}\b"
    rf"|{_LOCAL}[ ]{{0,2}}@[ ]{{0,2}}[\w-]+(?:[ ]?\.[ ]?[\w-]+){{0,3}}?[ ]?\.[ ]?{_ENDING}\b",
    re.IGNORECASE,
)
_AT_WORD = r"(?:at|ät|aet|arroba|chiocciola|arobase|arob|apenstaartje|@|a)"
_DOT_WORD = r"(?:dot|punkt|point|punto|ponto|punt|\.)"
_AT_IN_BRACKETS = rf"[ ]?[\[({{<|_-]{{1,2}}[ ]?{_AT_WORD}[ ]?[\])}}>|_-]{{1,2}}[ ]?"
_DOT_ANY = (
    rf"(?:[ ]?[\[({{<|_-]{{1,2}}[ ]?{_DOT_WORD}[ ]?[\])}}>|_-]{{1,2}}[ ]?|[ ]{_DOT_WORD}[ ]|\.)"
)
_WRITTEN_OUT = re.compile(
    rf"{_LOCAL.replace('{1,200}', '{1,64}?')}{_AT_IN_BRACKETS}[\w-]{{2,60}}?(?:{_DOT_ANY}[\w-]{{2,60}}?){{0,4}}?(?:{_DOT_ANY}{_ENDING}\b){{1,2}}"
    rf"|{_LOCAL.replace('{1,200}', '{1,64}?')}[ ]?[\[({{<][ ]?{_AT_WORD}[ ]?[\])}}>][ ]?[\w-]{{3,60}}(?:\.[\w-]+)*",
    re.IGNORECASE,
)
_DOT_SPOKEN = (
    rf"(?:[ ](?:dot|punkt|point|punto|ponto|punt)[ ]|[ ]?[\[({{<][ ]?{_DOT_WORD}[ ]?[\])}}>][ ]?)"
)
_SPOKEN = re.compile(
    r"(?<![\w.+-])(?P<local>[\w.+-]{1,64}(?:[ ](?:dot|punkt|point|punto|ponto|punt)[ ][\w+-]{1,40}){0,3})[ ]"
    r"(?:at(?![ ][\w-]+[ ]point[ ])|ät|aet|arroba|chiocciola|arobase|apenstaartje)[ ]"
    rf"(?P<host>(?!the\b|a\b)[\w-]{{2,60}}(?:(?:\.|{_DOT_SPOKEN})[\w-]{{2,60}}){{0,3}}?(?:{_DOT_SPOKEN}{_ENDING}\b){{1,2}})",
    re.IGNORECASE,
)
# "jo at example.org" is an address only behind a word for mail, unlike "look at example.org".
_AT_HOST = re.compile(
    r"\b(?:e-?mails?|mailto|write|mail|contact|reach|schreib\w*|erreich\w*|[eé]cri\w*|escrib\w*|scriv\w*|escrev\w*"
    r"|schrijf|address|adresse|direcci[oó]n|indirizzo|endere[cç]o|adres)\b[^\n@]{0,20}?[ :]"
    r"(?P<address>(?!(?:me|us|it|him|her|them|you|page|site|help|look|support|is|are|look|info)[ ])[\w.+-]{2,64}"
    rf"[ ](?:at|ät|arroba|chiocciola|arobase|apenstaartje)[ ][\w-]{{2,60}}(?:\.[\w-]+){{0,3}}\.{_ENDING})\b",
    re.IGNORECASE,
)

# "jo.doe at example.com": a name with a full stop or underscore that is no file and no host.
_AT_NAME = re.compile(
    r"(?<![\w.+/-])[^\W\d_][\w+-]{0,40}(?:[._][\w+-]{1,40}){0,2}[._]"
    r"(?!(?:py|md|js|ts|sh|txt|html?|css|json|ya?ml|xml|csv|pdf|docx?|xlsx?|pptx?|zip|gz|tar|exe|cfg|ini|conf|log|c|h|cpp"
    r"|java|rb|go|rs|php|toml|lock|png|jpe?g|gif|svg|rst|ipynb|sql|bat|ps1|dll|so|jar|deb|rpm|iso|img)[ ]"
    rf"|{_ENDING}[ ])[\w+-]{{2,40}}[ ](?:at|at-sign|ät|arroba|chiocciola|arobase|apenstaartje)[ ]"
    rf"[\w-]{{2,60}}(?:\.[\w-]{{1,60}}){{0,3}}\.{_ENDING}\b",
    re.IGNORECASE,
)
# "joDOTdoeATexampleDOTcom", with the two words in capitals.
_IN_CAPITALS = re.compile(
    r"(?<![\w.+-])[a-z0-9._+-]{1,64}?(?:_?DOT_?[a-z0-9+-]{1,40}){0,3}_?AT_?[a-z0-9-]{2,60}"
    r"(?:_?DOT_?[a-z0-9-]{2,60}){1,4}(?![\w])"
)


def find_emails(text: str) -> Iterator[Span]:
    """Yield e-mail addresses, but no names of packages with their version."""
    if "@" in text:
        for found in _PLAIN.finditer(text):
            if not (_VERSION.search(found[0]) or _FILE_NAME.search(found[0])):
                yield Span(*found.span(), _MARK)
        for pattern in (_QUOTED, _AT_ADDRESS, _SPACED, _AT_BARE_HOST):
            yield from spans_of(pattern, text, _MARK)
    yield from spans_of(_WRITTEN_OUT, text, _MARK)
    yield from spans_of(_SPOKEN, text, _MARK)
    yield from spans_of(_AT_HOST, text, _MARK, 1)
    yield from spans_of(_AT_NAME, text, _MARK)
    yield from spans_of(_IN_CAPITALS, text, _MARK)
