"""Rendering of replies with rich, in the terminal's colours."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TextIO, cast

from markdown_it import MarkdownIt
from markdown_it.token import Token
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.markdown import CodeBlock, Heading, ListItem, Markdown, TableElement
from rich.measure import Measurement
from rich.segment import Segment
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text
from rich.theme import Theme

from faqbot_terminal.reply import (
    Facts,
    Numbered,
    Part,
    Parts,
    Prose,
    Title,
    one_line,
    printable,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_THEME = Theme(
    {
        "markdown.code": "bold cyan",
        "markdown.hr": "dim",
        "markdown.link_url": "bright_blue",
        "markdown.table.border": "dim",
        "faqbot.title": "bold",
        "faqbot.number": "bold cyan",
        "faqbot.label": "bold",
        "faqbot.note": "dim",
    }
)
# Columns: more than any table, so that its natural width can be measured.
_UNBOUNDED = 10_000


class RichScreen:
    """Screen of a terminal with styles."""

    def __init__(self, stream: TextIO, width: Callable[[], int]) -> None:
        """Write to *stream*; *width* is called for each reply."""
        self._console = Console(file=stream, theme=_THEME, highlight=False, soft_wrap=False)
        self._width = width

    def show(self, parts: Parts) -> None:
        """Write *parts*, with a blank line around each, and flush."""
        self._console.width = self._width()
        for part in parts:
            self._console.line()
            self._console.print(_PrintableOnly(_renderable(part)))
        self._console.line()
        self._console.file.flush()


class _PrintableOnly:
    """Renderable without control characters, which entities of *inner* can spell."""

    def __init__(self, inner: RenderableType) -> None:
        self._inner = inner

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for segment in console.render(self._inner, options):
            yield segment if segment.control else Segment(printable(segment.text), segment.style)


def _renderable(part: Part) -> RenderableType:
    if isinstance(part, Prose):
        return _RichMarkdown(printable(part.markdown))
    if isinstance(part, Numbered):
        return _numbered(part)
    if isinstance(part, Facts):
        return _facts(part.rows)
    style = "faqbot.title" if isinstance(part, Title) else "faqbot.note"
    return Text(one_line(part.text), style)


def _numbered(part: Numbered) -> Table:
    table = Table.grid(padding=(0, 1, 0, 0))
    table.title = Text(one_line(part.title), "faqbot.title")
    table.title_justify = "left"
    table.add_column(justify="right", style="faqbot.number", no_wrap=True)
    table.add_column(overflow="fold")
    for number, item in enumerate(part.items, 1):
        table.add_row(f"  {number}.", Text(one_line(item)))
    return table


def _facts(rows: tuple[tuple[str, str], ...]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="faqbot.label", no_wrap=True)
    table.add_column(overflow="fold")
    for label, value in rows:
        table.add_row(Text(one_line(label)), Text(one_line(value)))
    return table


class _RichHeading(Heading):
    """Heading aligned to the left, as the text below."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield self.text


class _RichListItem(ListItem):
    """List item with a dot behind its number."""

    def render_number(
        self, console: Console, options: ConsoleOptions, number: int, last_number: int
    ) -> RenderResult:
        start = f"{number:>{len(str(last_number - 1)) + 2}}. "
        inner = options.update(width=options.max_width - len(start))
        style = console.get_style("faqbot.number")
        for line in console.render_lines(self.elements, inner, style=self.style):
            yield Segment(start, style)
            yield from line
            yield Segment.line()
            start = " " * len(start)


class _RichCode(CodeBlock):
    """Code block in the terminal's colours, without a box."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        code = str(self.text).rstrip()
        yield Syntax(code, self.lexer_name, theme="ansi_dark", word_wrap=True, padding=(0, 2))


class _RichTable(TableElement):
    """Table, or a record per row if too wide."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        (table,) = super().__rich_console__(console, options)
        grid = cast("Table", table)
        grid.show_edge = False
        unbounded = options.update_width(_UNBOUNDED)
        if Measurement.get(console, unbounded, grid).minimum <= options.max_width:
            yield grid
        else:
            yield from self._records()

    def _records(self) -> Iterator[Text]:
        header = self.header.row if self.header else None
        names = [cell.content.plain for cell in header.cells] if header else []
        for number, row in enumerate(self.body.rows if self.body else []):
            if number:
                yield Text()
            for name, cell in zip(names, row.cells, strict=False):
                label = Text.assemble((name, "markdown.table.header"), ": " if name else "")
                yield label.append_text(cell.content)


class _RichMarkdown(Markdown):
    """Markdown with HTML as text and the addresses of links."""

    elements: ClassVar = {
        **Markdown.elements,
        "code_block": _RichCode,
        "fence": _RichCode,
        "heading_open": _RichHeading,
        "list_item_open": _RichListItem,
        "table_open": _RichTable,
    }

    def __init__(self, markup: str) -> None:
        super().__init__("")
        parser = MarkdownIt("commonmark", {"html": False}).enable(["strikethrough", "table"])
        self.parsed = parser.parse(markup)
        for token in self.parsed:
            if token.children:
                token.children = [*_with_addresses(token.children)]


def _with_addresses(tokens: list[Token]) -> Iterator[Token]:
    """Yield *tokens* with the address of each link as text."""
    address = name = ""
    for token in tokens:
        shown = _image(token) if token.type == "image" else token
        if token.type == "link_open":
            address, name = str(token.attrs.get("href", "")).removeprefix("mailto:"), ""
        elif token.type == "link_close" and address and address != name:
            yield _text(f" ({address})" if name else address)
        name += shown.content
        yield shown


def _image(token: Token) -> Token:
    return _text(f"{token.content} ({token.attrs.get('src', '')})".strip())


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)
