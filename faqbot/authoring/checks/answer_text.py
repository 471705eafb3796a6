"""Checks of texts that people see: length, Markdown, characters, placeholders."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from faqbot.authoring.checks.findings import Finding
from faqbot.authoring.checks.source_map import SourceMap, SourceText, quote
from faqbot.errors import MissingDependency

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
# Letters of Cyrillic and Greek that look like a Latin letter.
_LOOKS_LATIN = (
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u04cf"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0406\u0408\u0405"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf\u03bd"
)
_LOOK_ALIKE = re.compile(f"[{_LOOKS_LATIN}]")
_OTHER_SCRIPT = re.compile("[\u0370-\u03ff\u0400-\u052f]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff]")
_INVISIBLE = re.compile(
    "[\u00ad\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069\ue000-\uf8ff]"
    "|(?<=[A-Za-z0-9 ])[\u200c\u200d](?=[A-Za-z0-9 ])"
)
_DIRECTION = re.compile("[\u200e\u200f]")
_GARBLED = re.compile(
    "\ufffd|\u00c3[\u0080-\u00bf\u0178\u0192\u2018-\u201e\u2020-\u2026\u2030\u20ac\u2122]"
    "|\u00e2\u20ac[\u0080-\u00ff\u0152\u0153\u02dc\u2018-\u201e\u2020-\u2022\u2122]|\u00c2[\u00a0-\u00bf]"
)
_CODE = re.compile(
    r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|(?P<ticks>`+).*?(?P=ticks)|(?m:^(?: {4}|\t).*$)", re.DOTALL
)
# Quoted text, on one line.
_QUOTED = re.compile(
    "\"[^\"\n]*\"|(?<!\\w)'[^'\n]+'(?!\\w)|[\u201c\u201e][^\u201c-\u201e\n]*[\u201c\u201d]|\u2018[^\u2018\u2019\n]*\u2019|\u00ab[^\u00ab\u00bb\n]*\u00bb"
)
_PHRASING_FIELDS = frozenset({"question", "alternates", "not_for", "ask"})
# A phrasing is left over if it begins with the mark or is nothing else. In its midst, it is its subject.
_LEFT_OVER_PHRASING = re.compile(r"\W*(?:TODO|TBD|FIXME|XXX+|xxx+)\b(?:\s*:|\W*$)")
_MARK = re.compile(r"(?:TODO|TBD|FIXME|XXX+|xxx+)")
# The mark as the name of a thing, which text may speak of.
_NAMED_THING = re.compile(
    r"\s+(?:comment|list|item|note|file|mark|marker|tag|label|entr(?:y|ies)|app)s?\b|\.\w|/"
)
_PLACEHOLDER = re.compile(
    r"\b(?:TODO|TBD|FIXME|XXX+)\b|\b[Ll]orem [Ii]psum\b|\bxxx+\b|\?\?\?+"
    r"|\[(?i:insert|placeholder|fill in|todo|tbd)\b[^\]]*\](?!\()|<(?i:insert|placeholder|todo)\b[^>]*>"
)
# Characters of an answer. Both chosen by hand: a screen of a chat, and the length that chat services
# commonly accept in one message.
_LONG = 1_500
_TOO_LONG = 3_000
_DELIMITERS = re.compile(r"\s*+(?:\|\s*+)?:?-{2,}+:?\s*+(?:\|\s*+:?-{2,}+:?\s*+)++(?:\|\s*+)?")
_ROW = re.compile(r"\s*\|.*\|\s*")
_CELL_END = re.compile(r"(?<!\\)\|")
_BROKEN_LINK = re.compile(
    r"\[[^\[\]\n]+\](?:\([^)\n]*\)?|\s\((?:https?:|mailto:|#)[^)\n]*\)?)"
    r"|\[[^\[\]\n]*\(https?://[^)\s]*\)?"
    r"|(?<!\w)\[[^\[\]\n]+\]\[[^\[\]\n]*\]"  # a reference that is defined nowhere
    r"|\([^()\n]+\)\[https?://[^\]\s]{0,500}+\]"
)
_STRAY = re.compile(
    r"(?<![*\w])\*{1,3}(?=[^\W\d_])|(?<=[^\W_])\*\*+|(?<=[.,;:!?)])\*\*|(?<!\w)__(?=[^\W_])"
    r"|(?<=[^\W_])__(?!\w)|(?<!\w)~~(?=\w)|(?<=\w)~~(?!\w)|`"
)
_NO_BLANK = re.compile(r"#{2,6}[^\W\d_]|[-*+][^\W\d_]\w* ")
# Text that is an address: of a page, of e-mail, or of a site. A bare name such as setup.py is a file.
_SHOWN_ADDRESS = re.compile(
    r"https?://(?P<host>[^\s/?#:@]+)\S*"
    r"|(?:[^\s@/]+@|(?=www\.)|(?=[\w.-]+\.(?:com|org|net|edu|gov|io|example)(?:/|$)))(?P<site>[\w-]+(?:\.[\w-]+)+)(?:/\S*)?",
    re.IGNORECASE,
)
_FOOTNOTE = re.compile(r"\w\*(?![\w*])")
_NO_TAG = ("<!--", "</")  # a comment is not shown, and a tag is reported where it opens


def check_characters(source_map: SourceMap) -> Iterator[Finding]:
    """Yield findings on characters and words there by mistake."""
    for text in source_map.texts():
        if not text.text.isascii():
            yield from check_scripts(text)
            yield from check_invisible(text)
            yield from check_encoding(text)
        if text.entry is None or not text.entry.draft:
            yield from check_placeholder(text)


def check_scripts(text: SourceText) -> Iterator[Finding]:
    """Yield a finding on the first word with letters that only look Latin."""
    if not (_LOOK_ALIKE.search(text.text) and _LATIN.search(text.text)):
        return
    truly_other = _OTHER_SCRIPT.search(_LOOK_ALIKE.sub("", text.text))
    for found in _WORD.finditer(text.text):
        word = found[0]
        letters = _LOOK_ALIKE.findall(word)
        if letters and (_LATIN.search(word) or (len(letters) == len(word) and not truly_other)):
            code = f"U+{ord(letters[0]):04X}"
            message = (
                f"in the word {quote(word)}, {quote(letters[0])} is not a Latin letter, but {code}."
            )
            yield _at(text, found, "C901", message)
            return


def check_invisible(text: SourceText) -> Iterator[Finding]:
    """Yield a finding on the first invisible character."""
    found = _INVISIBLE.search(text.text)
    if found is None and not _RIGHT_TO_LEFT.search(text.text):
        found = _DIRECTION.search(text.text)
    if found:
        around = text.text[max(found.start() - 12, 0) : found.end() + 12].replace(found[0], "|")
        code = f"U+{ord(found[0]):04X}"
        yield _at(text, found, "C902", f"the invisible {code} is at the | in {quote(around)}.")


def check_encoding(text: SourceText) -> Iterator[Finding]:
    """Yield a finding on text garbled by a wrong encoding."""
    found = _GARBLED.search(text.text)
    if found:
        around = text.text[max(found.start() - 12, 0) : found.end() + 12]
        yield _at(text, found, "C903", f"a wrong encoding has garbled {quote(around)}.")


def check_placeholder(text: SourceText) -> Iterator[Finding]:
    """Yield a finding on placeholder text that is neither code, nor quoted, nor the subject."""
    bare = without_names(text.text)
    found = next(
        (each for each in _PLACEHOLDER.finditer(bare) if not _is_subject(text, each)), None
    )
    if found:
        yield _at(text, found, "C904", f"{quote(found[0])} is placeholder text.")


def without_names(text: str) -> str:
    """Return *text* with code and quoted words as blanks, which keeps all positions."""
    for kind in (_CODE, _QUOTED):
        text = kind.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    return text


def _is_subject(text: SourceText, found: re.Match[str]) -> bool:
    """Return True if the entry of *text* is about the word *found*, so that it is no placeholder."""
    if not _MARK.fullmatch(found[0]):
        return False
    if _NAMED_THING.match(text.text, found.end()):
        return True
    if text.field in _PHRASING_FIELDS:
        return _LEFT_OVER_PHRASING.match(text.text) is None
    asked = text.entry.phrasings if text.entry else ()
    subjects = " ".join(each for each in asked if not _LEFT_OVER_PHRASING.match(each))
    return re.search(rf"\b{found[0]}s?\b", subjects, re.IGNORECASE) is not None


def _at(text: SourceText, found: re.Match[str], code: str, message: str) -> Finding:
    offset = text.text.count("\n", 0, found.start())
    return text.finding(code, message, words=found[0], offset=offset)


def check_lengths(source_map: SourceMap) -> Iterator[Finding]:
    """Yield findings on answers too long for a chat."""
    for entry in source_map.kb.entries:
        answer = source_map.at(entry, "answer")
        count = len(answer.text)
        if count > _LONG:
            code = "A302" if count > _TOO_LONG else "A301"
            yield answer.finding(code, f"the answer of `{entry.id}` has {count:,} characters.")


def markdown_parser() -> MarkdownIt:
    """Return a Markdown parser.

    Raises MissingDependency if its library is not installed.
    """
    try:
        from markdown_it import MarkdownIt
    except ImportError as error:
        raise MissingDependency("checking Markdown", "author") from error
    # Without text_join, an escaped character stays a token of its own.
    return MarkdownIt("commonmark").enable(["strikethrough", "table"]).disable("text_join")


def check_markdown(source_map: SourceMap, parser: MarkdownIt) -> Iterator[Finding]:
    """Yield findings on Markdown that does not render as meant."""
    for text in source_map.texts():
        if text.is_markdown and text.text:
            yield from check_text(text, parser.parse(text.text))


def check_text(text: SourceText, tokens: list[Token]) -> Iterator[Finding]:
    """Yield findings on the Markdown *tokens* of *text*."""
    lines = text.text.split("\n")
    for token in tokens:
        first, end = token.map or (0, 0)
        block = lines[first:end]
        if token.type == "fence":
            yield from check_fence(text, token, block)
        elif token.type == "table_open":
            yield from check_rows(text, first, block)
        elif token.type == "html_block" and not token.content.lstrip().startswith(_NO_TAG):
            yield html_finding(text, token.content, first)
        elif token.type == "paragraph_open":
            yield from check_lost_table(text, first, block)
            yield from check_marks(text, first, block)
        elif token.type == "inline" and not _is_lost_table(block):
            yield from check_inline(text, first, token.children or [])
            yield from check_link_texts(text, first, token.children or [])


def check_fence(text: SourceText, token: Token, block: list[str]) -> Iterator[Finding]:
    """Yield a finding on a code block that is never closed."""
    last = block[-1].strip("> \t")
    if len(block) < 2 or set(last) != {token.markup[0]} or len(last) < len(token.markup):  # noqa: PLR2004 - its two marks
        message = f"the code block that begins here with {token.markup} is never closed."
        yield text.finding("A311", message, words=block[0].strip(), offset=(token.map or [0])[0])


def _cells(row: str) -> int:
    return len(_CELL_END.findall(row.strip().strip("|"))) + 1


def check_rows(text: SourceText, first: int, block: list[str]) -> Iterator[Finding]:
    """Yield a finding on each table row of another length than its heading."""
    columns = _cells(block[0])
    for number, row in enumerate(block[2:], 2):
        if row.strip() and _cells(row) != columns:
            message = f"this row has {_cells(row)} cells, and the heading of its table {columns}."
            yield text.finding("A312", message, words=row.strip(), offset=first + number)


def _is_lost_table(block: list[str]) -> bool:
    rows = sum(bool(_ROW.fullmatch(line)) for line in block)
    return rows > 1 or any(_DELIMITERS.fullmatch(line) for line in block)


def check_lost_table(text: SourceText, first: int, block: list[str]) -> Iterator[Finding]:
    """Yield a finding on lines that only look like a table."""
    if _is_lost_table(block):
        place = next((n for n, line in enumerate(block) if "|" in line), 0)
        message = "these lines look like a table, and do not render as one."
        yield text.finding("A312", message, words=block[place].strip(), offset=first + place)


def check_marks(text: SourceText, first: int, block: list[str]) -> Iterator[Finding]:
    """Yield a finding on a heading or item mark without a blank."""
    marked = [n for n, line in enumerate(block) if _NO_BLANK.match(line.lstrip())]
    headings = [n for n in marked if block[n].lstrip().startswith("##")]
    items = [n for n in marked if n + 1 in marked and not _closes(block[n])]
    for number in (headings or items)[:1]:
        message = f"{quote(block[number])} lacks a blank after its mark."
        yield text.finding("A317", message, words=block[number].strip(), offset=first + number)


def _closes(line: str) -> bool:
    """Return True if *line* begins with emphasis, and not with a list item."""
    return line.lstrip().startswith("*") and "*" in line.lstrip()[1:]


def html_finding(text: SourceText, content: str, offset: int) -> Finding:
    """Return a finding on the HTML *content*."""
    tag = content.strip().split("\n")[0]
    return text.finding("A315", f"{quote(tag)} is HTML.", words=tag, offset=offset)


def check_inline(text: SourceText, first: int, children: list[Token]) -> Iterator[Finding]:
    """Yield findings on the plain text of a paragraph, outside its Markdown."""
    line, said = first, ""
    for child in children:
        if child.type in {"softbreak", "hardbreak"}:
            yield from check_plain(text, line, said)
            line, said = line + 1, ""
        elif child.type == "text":
            said += child.content
        elif child.type == "html_inline" and not child.content.startswith(_NO_TAG):
            yield html_finding(text, child.content, line)
            said += "\x00"
        elif child.type == "link_open":
            yield from check_link(text, line, str(child.attrs.get("href", "")))
            said += "\x00"
        else:
            said += "\x00"
    yield from check_plain(text, line, said)


def check_plain(text: SourceText, line: int, said: str) -> Iterator[Finding]:
    """Yield findings on broken links and stray marks in plain text."""
    link = _BROKEN_LINK.search(said)
    if link:
        message = f"{quote(link[0])} does not render as a link."
        yield text.finding("A313", message, words=link[0].partition("\x00")[0], offset=line)
    stray = _STRAY.search(_BROKEN_LINK.sub("", said))
    if stray and not (stray[0] == "*" and _FOOTNOTE.search(text.text)):
        message = f"the mark {stray[0]} has no partner, and is shown as it is."
        yield text.finding("A316", message, words=said.partition("\x00")[0][:20], offset=line)


def check_link(text: SourceText, line: int, address: str) -> Iterator[Finding]:
    """Yield a finding on an address that no chat can open."""
    if not is_complete_address(address):
        message = f"the address {quote(address)} cannot be opened from a chat."
        yield text.finding("A314", message, words=address, offset=line)


def check_link_texts(text: SourceText, first: int, children: list[Token]) -> Iterator[Finding]:
    """Yield a finding on each link whose text is an address of another site than the link."""
    line, address, shown = first, "", ""
    for child in children:
        line += child.type in {"softbreak", "hardbreak"}
        if child.type == "link_open":
            address, shown = str(child.attrs.get("href", "")), ""
        elif child.type == "link_close" and leads_elsewhere(shown, address):
            message = f"the link {quote(shown)} leads to {quote(address)}."
            yield text.finding("A318", message, words=address, offset=line)
        else:
            shown += child.content


def leads_elsewhere(shown: str, address: str) -> bool:
    """Return True if *shown* is an address or the name of a site, and *address* is on another one."""
    found = _SHOWN_ADDRESS.fullmatch(shown.strip())
    if found is None:
        return False
    wanted = (found["host"] or found["site"]).lower().removeprefix("www.")
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    host = parts.path.partition("@")[2] if parts.scheme == "mailto" else parts.hostname or ""
    return bool(host) and host.lower().removeprefix("www.") != wanted


def is_complete_address(address: str) -> bool:
    """Return True if *address* has a scheme and, for the web, a host."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return bool(parts.scheme and (parts.netloc or parts.scheme not in {"http", "https"}))
