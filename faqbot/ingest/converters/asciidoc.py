"""Converter of AsciiDoc via Markdown; includes and macros never run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

from faqbot.ingest.blocks import Block, Kind
from faqbot.ingest.converters.markdown import blocks_of_lines
from faqbot.ingest.documents import decode
from faqbot.ingest.markdown_text import fence_around, link
from faqbot.ingest.question_forms import ends_as_question
from faqbot.ingest.unread import unread_lines

_HEADING = re.compile(r"(={1,6}|#{1,6})[ \t]++(\S.*+)")
_UNDERLINE = {"=": 1, "-": 2, "~": 3, "^": 4, "+": 5}
_FENCE = re.compile(r"(-{4,}|\.{4,}|\+{4,}|/{4,}|={4,}|\*{4,}|_{4,}|--|`{3,}.*+)")
_LITERAL = "-.+`"
_ITEM = re.compile(r"[ \t]*+(\*{1,5}|-|\.{1,5}|\d++\.)[ \t]++(.*+)")
_TERM = re.compile(r"[ \t]*+(\S.*?)(?::{2,4}|;;)(?:[ \t]++(.*+)|[ \t]*+)")
_SILENT = re.compile(r"//(?!/).*|:!?[\w-]+!?:.*|\[\[.*\]\]|(?:toc|ifdef|ifndef|endif|ifeval)::.*")
_INCLUDE = re.compile(r"(?:include)::\S+\[.*\]")
_ATTRIBUTES = re.compile(r"\[([^\[\]]*)\]")
_LABEL = re.compile(r"(NOTE|TIP|WARNING|IMPORTANT|CAUTION):[ \t]")
_URL = re.compile(r"(?:link:)?((?:https?|ftp|mailto):[^\s\[\]<>]{1,2000}+)\[([^\[\]]*+)\]")
_MACRO = re.compile(r"(?:link|xref):([^\s\[\]]{0,2000}+)\[([^\[\]]*+)\]")
_XREF = re.compile(r"<<([^<>,]++)(?:,[ \t]*+([^<>]*+))?>>")
_IMAGE = re.compile(r"image:{1,2}([^:\s][^\s\[]{0,2000}+)\[([^\[\],]*+)[^\[\]]*+\]")
_STRONG = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])")
# Terms that ask before others count as questions too, and their share, 0 to 1; chosen by hand.
_FEW = 2
_OFTEN = 0.3
# Names of macros, styles and options: markup, not text.
_MARKS = re.compile(
    r"\b[a-z]+:{1,2}(?=\S{0,500}\[)|(?<!footnote:)(?:footnote:)++[^\s\[\]]{0,200}+(?=\[)|\b(?:link|xref):[^\s\[\]]{0,500}+(?=\[)|^\[(?:source|NOTE|TIP|WARNING|IMPORTANT|CAUTION|qanda|quote|verse|horizontal|listing|"
    r"cols|options|%\w+)\b[^,\]]*|^:!?toc[^:]*:|^\[cols=.*\]$"
)
_FOOTNOTE = re.compile(r"[ ]?footnote:[^\s\[\]]{0,200}+\[([^\[\]]*+)\]")
_PASSED = re.compile(
    r"(?:kbd|btn|menu|pass|stem|anchor|indexterm):[^\s\[\]]{0,2000}+\[([^\[\]]*+)\]|\(\(\([^()]*+\)\)\)"
)


def read(data: bytes, name: str) -> Iterator[Block]:
    """Yield the blocks of an AsciiDoc document; see `Reader`."""
    text = decode(data, name)
    lines = text.split("\n")
    yield from unread_lines(lines, blocks_of_lines(_Translation(lines).lines(), name), _MARKS)
    included = sum(_INCLUDE.fullmatch(line.rstrip()) is not None for line in lines)
    if included:
        yield Block(
            Kind.NOTE, f"files that the document includes are not read: {included} times (include)"
        )


class _Translation:
    """State between lines: open fence, language of the next code, list."""

    def __init__(self, lines: list[str]) -> None:
        self._source = lines
        self._fence = ""
        self._written_fence = ""
        self._language = ""
        self._questions = False
        self._terms_ask = _terms_ask(lines)
        self._continued = False

    def lines(self) -> Iterator[tuple[int, str]]:
        """Yield lines of Markdown with their source line numbers."""
        for at, line in enumerate(self._source):
            for written in self._line(at, line.rstrip()):
                yield at + 1, written

    def _line(self, at: int, line: str) -> Iterator[str]:
        if self._fence:
            yield from self._within(line)
        elif _is_underline(self._source, at):
            yield ""
        elif at + 1 < len(self._source) and _is_underline(self._source, at + 1):
            yield f"{'#' * _UNDERLINE[self._source[at + 1][0]]} {_inline(line)}"
        elif heading := _HEADING.fullmatch(line):
            self._questions = False
            yield f"{'#' * len(heading[1])} {_inline(_unclosed(heading[1], heading[2]))}"
        elif _FENCE.fullmatch(line):
            yield from self._open(at, line)
        elif _SILENT.fullmatch(line) or _INCLUDE.fullmatch(line):
            yield ""
        elif attributes := _ATTRIBUTES.fullmatch(line):
            yield self._attributes(attributes[1])
        else:
            yield from self._text(at, line)

    def _within(self, line: str) -> Iterator[str]:
        """Write a line between fences: code unchanged, comments omitted."""
        closes = self._closes(line)
        comment = self._fence.startswith("/")
        if closes:
            self._fence = ""
        yield "" if comment else self._written_fence if closes else line

    def _closes(self, line: str) -> bool:
        return line == self._fence or (self._fence.startswith("`") and line == "```")

    def _open(self, at: int, line: str) -> Iterator[str]:
        if line[0] in _LITERAL and line != "--":
            self._fence = line
            after = (self._source[each] for each in range(at + 1, len(self._source)))
            code = takewhile(lambda each: not self._closes(each.rstrip()), after)
            self._written_fence = fence_around("\n".join(code))
            yield f"{self._written_fence}{line.strip('`') if line[0] == '`' else self._language}"
        elif line[0] == "/":
            self._fence = line
            yield ""
        else:  # an example, a sidebar or a quotation is plain text
            yield ""
        self._language = ""

    def _attributes(self, given: str) -> str:
        kind, _, rest = given.partition(",")
        if kind in {"source", ""}:
            self._language = rest.partition(",")[0].strip()
        self._questions = self._questions or kind.strip() == "qanda"
        return ""

    def _text(self, at: int, line: str) -> Iterator[str]:
        if line == "+":
            self._continued = True
            yield ""
        elif item := _ITEM.fullmatch(line):
            level = len(item[1]) if item[1][0] in "*." else 1
            yield f"{'   ' * (level - 1)}{'1.' if item[1][0] in '.0123456789' else '-'} {_inline(item[2])}"
        elif (term := _TERM.fullmatch(line)) and "://" not in term[1]:
            yield from self._term(term[1], term[2] or "")
        elif re.match(r"\.[^.\s]", line):
            yield f"**{_inline(line[1:])}**"
            yield ""
        elif label := _LABEL.match(line):
            yield f"**{label[1].capitalize()}:** {_inline(line[label.end() :])}"
        else:
            # Indented text is code, except below a term or an item.
            own = self._continued or not (
                at and self._source[at - 1].strip() == "" and line.startswith(" ")
            )
            yield _inline(line.strip() if own else f"    {line.strip()}")
            self._continued = self._continued and bool(line)

    def _term(self, term: str, text: str) -> Iterator[str]:
        """Write a term with its text, in bold if it asks."""
        if self._questions or self._terms_ask or ends_as_question(term):
            yield ""
            yield f"**{_inline(term).strip('*_')}**"
            yield ""
            if text:
                yield _inline(text)
            self._continued = True
        else:
            yield f"- **{_inline(term)}**: {_inline(text)}"


def _terms_ask(lines: list[str]) -> bool:
    """Return True if at least two terms of a document, and three in ten, ask."""
    terms = [found[1] for line in lines if (found := _TERM.fullmatch(line.rstrip()))]
    asking = sum(map(ends_as_question, terms))
    return asking >= _FEW and asking >= _OFTEN * len(terms)


def _unclosed(mark: str, text: str) -> str:
    """Return a heading's *text* without a repeated *mark* after it."""
    bare = text.removesuffix(mark)
    return bare.rstrip(" \t") if bare[-1:] in {" ", "\t"} else text


def _is_underline(lines: list[str], at: int) -> bool:
    """Return True if the line *at* underlines the line before it.

    An underline stands alone and has about the same length.
    """
    line = lines[at].rstrip()
    before = lines[at - 1].rstrip() if at else ""
    return (
        len(line) > 2  # noqa: PLR2004 - two characters open a block
        and line[0] in _UNDERLINE
        and line == line[0] * len(line)
        and abs(len(before) - len(line)) <= 2  # noqa: PLR2004 - AsciiDoc's own tolerance
        and re.search(r"\w", before) is not None
        and (at < 2 or not lines[at - 2].strip() or lines[at - 2].startswith("[["))  # noqa: PLR2004
    )


def _inline(text: str) -> str:
    text = _FOOTNOTE.sub(lambda found: f" ({found[1].removesuffix('.')})" if found[1] else "", text)
    text = _IMAGE.sub(lambda found: link(found[2] or "Image", found[1]), text)
    text = _URL.sub(lambda found: link(found[2], found[1]) if found[2] else f"<{found[1]}>", text)
    text = _MACRO.sub(lambda found: found[2] or found[1], text)
    text = _XREF.sub(lambda found: found[2] or found[1], text)
    text = _STRONG.sub(r"**\1**", _PASSED.sub(r"\1", text))
    return re.sub(r"[ ]\+$", r"\\", text.replace("{nbsp}", " ").replace("{empty}", ""))
