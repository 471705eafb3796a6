"""Reading POD, Perl's documentation: its commands and formatting codes as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import dedent

from faqbot.ingest.blocks import Block
from faqbot.ingest.converters.markdown import blocks_of_lines
from faqbot.ingest.documents import decode
from faqbot.ingest.markdown_text import escaped, fenced, link, spanned
from faqbot.ingest.unread import unread_lines

__all__ = ["read"]

_COMMAND = re.compile(r"=([a-zA-Z]\w*)[ \t]*(.*)", re.DOTALL)
# An innermost code; a doubled bracket may hold single ones.
_CODE = re.compile(r"([A-Z])(?:<<[ \t](.{0,2000}?)[ \t]>>|<([^<>]*)>)", re.DOTALL)
_COMMAND_NAME = re.compile(r"^=(?:head\d|item|over|back|begin|end|for|pod|cut|encoding)\b")
_HELD = re.compile("\x01(\\d+)\x02")
_BULLET = re.compile(r"=item\s+(?:\*|\d+\.?)\s*")
_ENTITIES = {"lt": "<", "gt": ">", "verbar": "|", "sol": "/", "amp": "&", "quot": '"', "nbsp": " "}
_MARKS = {"B": "**", "I": "*"}
_NESTED = 10


def read(data: bytes, name: str) -> Iterator[Block]:
    """Yield the blocks of a POD document, or of the POD in a program; see `Reader`."""
    text = decode(data, name)
    yield from unread_lines(text.split("\n"), blocks_of_lines(_lines(text), name), _COMMAND_NAME)


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """Yield the paragraphs of POD with the numbers of their lines; code of a program is passed over."""
    inside, number, held = False, 1, [""]
    for number, line in enumerate(text.split("\n"), start=1):
        inside = inside or bool(re.match(r"=[a-zA-Z]", line))
        if line.strip():
            held.append(line)
        elif held[1:]:
            yield number - len(held) + 1, "\n".join(held[1:])
            held = [""]
        if not inside:
            held = [""]
        inside = inside and not line.startswith("=cut")
    if held[1:]:
        yield number - len(held) + 2, "\n".join(held[1:])


def _lines(text: str) -> Iterator[tuple[int, str]]:
    depth, foreign, mark = 0, False, ""
    for number, paragraph in _paragraphs(text):
        command = _COMMAND.match(paragraph)
        name = command[1] if command else ""
        if name in {"begin", "end", "for"}:
            foreign = name == "begin"
        elif foreign:
            continue
        elif name in {"over", "back"}:
            depth = max(depth + (1 if name == "over" else -1), 0)
        elif name == "item" and _BULLET.fullmatch(paragraph):
            mark = "- "
        else:
            pad = "  " * depth
            written = _command(name, command[2], depth) if command else _body(paragraph)
            for at, line in enumerate(written):
                lead = pad[2:] + mark if mark and not at else "" if command else pad
                yield number + (0 if command else at), lead + line
            mark = ""
            yield number, ""


def _command(command: str, text: str, depth: int) -> Iterator[str]:
    words = " ".join(text.split())
    if command.startswith("head") and command[4:].isdigit():
        yield f"{'#' * min(int(command[4:]), 6)} {_inline(words)}"
    elif command == "item":
        numbered = re.match(r"(?:\*|(\d+)\.?)\s+(.*)", words)
        text = _inline(numbered[2]) if numbered else f"**{_inline(words)}**"
        number = f"{numbered[1]}." if numbered and numbered[1] else "-"
        yield f"{'  ' * max(depth - 1, 0)}{number} {text}"


def _body(paragraph: str) -> list[str]:
    """Return a paragraph as lines: code, which is what begins with a blank, between fences."""
    if paragraph[0] in " \t":
        return fenced(dedent(paragraph.expandtabs())).split("\n")
    return [line.lstrip() for line in _inline(paragraph).split("\n")]


def _inline(text: str) -> str:
    """Return *text* with its formatting codes as Markdown."""
    held: list[str] = []

    def hold(found: re.Match[str]) -> str:
        inner = found[2] if found[2] is not None else found[3]
        held.append(_coded(found[1], inner, held))
        return f"\x01{len(held) - 1}\x02"

    for _ in range(_NESTED):
        text, count = _CODE.subn(hold, text)
        if not count:
            break
    return _released(escaped(text), held)


def _released(text: str, held: list[str]) -> str:
    return _HELD.sub(lambda found: held[int(found[1])], text)


def _coded(code: str, inner: str, held: list[str]) -> str:
    if code in "XZ":
        return ""
    if code == "E":
        return _ENTITIES.get(inner, inner)
    if code == "L":
        return _link(inner, held)
    if code in "CF":
        return spanned(_released(inner, held).replace("`", ""))
    text = _released(escaped(inner), held)
    mark = _MARKS.get(code, "")
    return f"{mark}{text}{mark}" if text.strip() else text


def _link(inner: str, held: list[str]) -> str:
    """Return ``L<text|target>``: an address as a link, another page by its name."""
    words, bar, target = inner.partition("|")
    target = _released(target if bar else words, held)
    if target.startswith(("http://", "https://", "mailto:", "ftp://")):
        return link(_released(escaped(words), held), target) if bar else f"<{target}>"
    if bar:
        return _released(escaped(words), held)
    return escaped(target.replace("/", " ").replace('"', "").strip())
