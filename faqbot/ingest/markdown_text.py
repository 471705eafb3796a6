"""Markdown text: plain words, escaping, code, quotations, links and tables."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from urllib.parse import urljoin

_LANGUAGE = re.compile(r"[\w+#.-]{1,30}")
_TAGS = re.compile(r"<!--.{0,1000}?-->|(?<!\\)</?[A-Za-z][\w-]*(?:[\s/][^<>]*)?>", re.DOTALL)
_IMAGE = re.compile(r"!\[([^\[\]]*)\]\([^()\s]*(?:\s[^()]*)?\)")
_LINK = re.compile(
    r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\](?:\([^()\s]*(?:\([^()]*\)[^()\s]*)?(?:\s[^()]*)?\)|\[[^\[\]]*\])"
)
_AUTOLINK = re.compile(r"<((?:https?|ftp|mailto):[^<>\s]+)>")
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_STRONG = re.compile(r"(\*\*\*|\*\*|___|__)(?=\S)(.+?)(?<=\S)\1", re.DOTALL)
_STRUCK = re.compile(r"(?<![~\\])~~(?=[^\s~])(.+?)(?<=[^\s~\\])~~(?!~)", re.DOTALL)
_EMPHASIS = re.compile(r"(?<![\w*\\])([*_])(?=\S)((?:(?!\1).)+?)(?<=\S)\1(?![\w*])", re.DOTALL)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_ATTRIBUTES = re.compile(r"(?<!\s)\s*+\{[:#.][^{}]*+\}\s*+$")
_SELF_LINK = re.compile(r"(?<!\s)\s*+(?:¶|🔗|§|\[(?:¶|#|🔗)\]\([^()]*+\))\s*+$")
_MARKED = re.compile(r"[\\`*_~\[\]<&{¶🔗§\x01]")
_HELD = re.compile("\x01(\\d+)\x01")
_NUMBER = re.compile(
    r"(?:(?:chapter|section|part|appendix|question|faq|q)[\s\xa0]+)?"
    r"(?:[#(\[]?(?:\d{1,3}(?:\.\d{1,3})*|[A-Z](?:\.\d{1,3})+|[ivxIVX]{1,5}(?=[.)]))[.):\]]*(?:[\s\xa0]+[-\u2013\u2014:][\s\xa0]+|[\s\xa0]+))",
    re.IGNORECASE,
)  # fmt: skip
_LOUD = re.compile(r"([\\`*\[\]])|(?<!\w)(_)|(_)(?!\w)|(<)(?=[A-Za-z/!?])|(&)(?=#?\w+;)|(~)(?=~)")
_LINE_START = re.compile(
    r"^([^\S\n]*+)(#{1,6}(?=\s|$)|[-+](?=\s|$)|>|~{3,}|={2,}+[^\S\n]*+$)", re.MULTILINE
)
_LINE_NUMBER = re.compile(r"^([^\S\n]*+\d{1,9})([.)])(?=\s|$)", re.MULTILINE)
_ITEM = re.compile(r"^(\s*(?:[-*+]|\d{1,9}[.)])[ \t]+)(?:\[[ xX]\][ \t]+)?")
_ANY_CODE = re.compile(r"```.*?```|~~~.*?~~~|`[^`\n]+`", re.DOTALL)
_TARGET = re.compile(r"\]\((?![A-Za-z][\w+.-]*:)([^()\s<>]+)")
_FENCE = re.compile(r"[ >]*(`{3,}|~{3,})")
# Lines that end by themselves: headings, rows of tables, and lines with a break already.
_NO_BREAK = re.compile(r"\s*(?:#{1,6}\s|\|)|[^\n]*\\\s*$")
# Characters at the start of a text that can hold its number; chosen by hand.
_FEW = 30
# Characters of a question. The patterns of marks need time quadratic in the length; chosen by hand.
_LONGEST = 3_000


def fenced(code: str, language: str = "") -> str:
    """Return *code* as a fenced block; empty for blanks.

    The fence is longer than any run of backticks in the code.
    """
    text = code.strip("\n").rstrip()
    if not text.strip():
        return ""
    fence = fence_around(text)
    return f"{fence}{language if _LANGUAGE.fullmatch(language) else ''}\n{text}\n{fence}"


def fence_around(code: str) -> str:
    """Return a backtick fence longer than any run in *code*."""
    return "`" * max(3, _longest(code) + 1)


def spanned(code: str) -> str:
    """Return *code* as a code span; empty for blanks."""
    text = " ".join(code.split())
    if not text:
        return ""
    fence = "`" * (_longest(text) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def unwrapped(item: str) -> str:
    """Return a list item's content without mark and indentation."""
    mark = _ITEM.match(item)
    width = len(mark[1]) if mark else 0
    first, *others = item.split("\n")
    rest = [line[min(width, len(line) - len(line.lstrip())) :] for line in others]
    return "\n".join([first[mark.end() if mark else 0 :], *rest])


def quoted(markdown: str) -> str:
    """Return *markdown* as a quotation."""
    return "\n".join(f"> {line}".rstrip() for line in markdown.split("\n")) if markdown else ""


def indented(markdown: str, width: int) -> str:
    """Return *markdown* with all lines but the first indented by *width* blanks."""
    first, *rest = markdown.split("\n")
    return "\n".join([first, *(" " * width + line if line else "" for line in rest)])


def _longest(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def one_line(text: str) -> str:
    """Return *text* on one line with single spaces, stripped.

    No-break spaces become spaces.
    """
    return " ".join(text.split())


def plain(markdown: str) -> str:
    """Return the words of *markdown* on one line.

    Marks, tags, anchors and struck words are removed, and a link becomes its text. Text over 3,000
    characters is cut first.
    """
    markdown = markdown[:_LONGEST]
    if not _MARKED.search(markdown):
        return one_line(markdown)
    codes: list[str] = []

    def hold(found: re.Match[str]) -> str:
        codes.append(found[2].strip())
        return f"\x01{len(codes) - 1}\x01"

    text = _CODE.sub(hold, markdown.replace("\x01", "").replace("\\\n", "\n"))
    text = _AUTOLINK.sub(r"\1", _SELF_LINK.sub("", _ATTRIBUTES.sub("", text)))
    text = _LINK.sub(r"\1", _IMAGE.sub(r"\1", _TAGS.sub("", text)))
    text = _EMPHASIS.sub(r"\2", _STRONG.sub(r"\2", _STRUCK.sub("", text)))
    text = html.unescape(_ESCAPE.sub(r"\1", text))
    text = _HELD.sub(lambda found: codes[int(found[1])] if int(found[1]) < len(codes) else "", text)
    return one_line(_SELF_LINK.sub("", text))


def is_numbered(text: str) -> bool:
    """Return True if *text* starts numbered ("1.4", "Chapter 2.")."""
    found = _NUMBER.match(text[:_FEW])
    return found is not None and any(mark in found[0] for mark in ".):]#")


def without_number(text: str) -> str:
    """Return a heading or question without its leading number."""
    found = _NUMBER.match(text) if is_numbered(text) else None
    rest = text[found.end() :].strip() if found else text
    return rest if re.search(r"\w", rest) else text


def escaped(text: str) -> str:
    """Return plain *text* as Markdown, with marks escaped."""
    return _LOUD.sub(r"\\\g<0>", text)


def escaped_lines(markdown: str) -> str:
    """Return a paragraph of Markdown with list, heading and quotation marks escaped."""
    return _LINE_NUMBER.sub(r"\1\\\2", _LINE_START.sub(r"\1\\\2", markdown))


def with_base(markdown: str, base: str) -> str:
    """Return *markdown* with its relative links resolved on the address *base*.

    Code stays unchanged.
    """
    parts: list[str] = []
    last = 0
    for start, end in [
        *(found.span() for found in _ANY_CODE.finditer(markdown)),
        (len(markdown),) * 2,
    ]:
        text = _TARGET.sub(lambda found: f"]({_joined(base, found[1])}", markdown[last:start])
        parts += [text, markdown[start:end]]
        last = end
    return "".join(parts)


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:  # an address such as "//["
        return address


def tidied(markdown: str) -> str:
    """Return *markdown* with blanks for tabs, none at line ends.

    Two blanks at a line's end, a hard line break, become a backslash. YAML then shows the lines as
    they are.
    """
    if "\t" not in markdown and " \n" not in markdown:
        return markdown.rstrip()
    lines = markdown.expandtabs(4).split("\n")
    fence = ""
    for at, line in enumerate(lines):
        lines[at] = line.rstrip()
        found = _FENCE.match(line)
        after = lines[at + 1].strip() if at + 1 < len(lines) else ""
        if not fence and not found and after and line.endswith("  ") and line.strip():
            lines[at] += "" if _NO_BREAK.match(line) else "\\"
        if found and not fence:
            fence = found[1]
        elif found and found[1].startswith(fence) and not line.strip().strip(fence[0]):
            fence = ""
    return "\n".join(lines).rstrip()


def link(text: str, url: str) -> str:
    """Return a Markdown link, or *text* alone for unsafe addresses."""
    address = re.sub(r"[\s\x00-\x1f]", lambda found: "%20" if found[0] == " " else "", url.strip())
    if not text or not address or re.match(r"(?i)(?:javascript|vbscript|data|file):", address):
        return text
    address = (
        address.replace("(", "%28").replace(")", "%29").replace("<", "%3C").replace(">", "%3E")
    )
    return f"[{text}]({address})"


def markdown_table(rows: Iterable[tuple[str, ...]]) -> str:
    """Return *rows*, the head first, as a Markdown table.

    The result is empty without rows.
    """
    cells = [
        [cell.replace("\\\n", "<br>").replace("\n", " ").replace("|", "\\|") for cell in row]
        for row in rows
    ]
    width = max(map(len, cells), default=0)
    lines = ["| " + " | ".join([*row, *[""] * (width - len(row))]) + " |" for row in cells]
    return "\n".join([*lines[:1], "|" + "---|" * width, *lines[1:]]) if width else ""
