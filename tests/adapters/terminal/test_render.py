"""Replies as rich shows them."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faqbot_terminal.render import RichScreen
from faqbot_terminal.reply import (
    Facts,
    Note,
    Numbered,
    Part,
    Prose,
    Title,
)

STYLES = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;[^\x1b\x07]*\x1b\\")
TABLE = """\
| Rank | Works where | Appointed by |
|---|---|---|
| 1 | embassy | government |
"""


class _Terminal(StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)


def _show(*parts: Part, width: int = 40) -> str:
    terminal = _Terminal()
    RichScreen(terminal, lambda: width).show(parts)
    return terminal.getvalue()


def _text(*parts: Part, width: int = 40) -> str:
    lines = STYLES.sub("", _show(*parts, width=width)).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def test_markdown_is_styled() -> None:
    """Bold is bold, and its marks are gone."""
    assert "\x1b[1mbold\x1b[0m" in _show(Prose("a **bold** word"))


def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    """With NO_COLOR set no colour is written; weight may be."""
    monkeypatch.setenv("NO_COLOR", "1")

    written = _show(Prose("`code` [x](https://e.org)"), Numbered("T", ("x",)), Note("n"))

    assert not re.search(r"\x1b\[(?:[0-9]+;)*(?:[349][0-7]|10[0-7])[;m]", written)


def test_parts_stand_apart() -> None:
    """A blank line stands between the parts of a reply."""
    reply = (Title("Law"), Prose("Text."), Numbered("Also:", ("first",)), Note("Done."))

    assert _text(*reply) == "Law\n\nText.\n\nAlso:\n  1. first\n\nDone."


def test_the_width_is_read_for_each_reply() -> None:
    """After the window changed, the next reply fits it."""
    terminal = _Terminal()
    widths = iter([40, 20])
    screen = RichScreen(terminal, lambda: next(widths))
    for _ in range(2):
        screen.show((Note("alpha beta gamma delta"),))

    assert STYLES.sub("", terminal.getvalue()) == (
        "\nalpha beta gamma delta\n\n\nalpha beta gamma \ndelta\n\n"
    )


def test_an_address_is_shown_beside_its_name() -> None:
    """A link can be copied where it cannot be clicked; one that is its own name is not doubled."""
    markdown = "[text](https://e.org) <https://e.org/x> [us](mailto:u@e.org) <u@e.org>"

    assert _text(Prose(markdown), width=80) == (
        "text (https://e.org) https://e.org/x us (u@e.org) u@e.org"
    )


def test_an_image_is_its_name_and_address() -> None:
    """A picture cannot be shown, so it is named, inside a link as well."""
    assert _text(Prose("![flag](a.png) [![b](b.png)](https://e.org)"), width=80) == (
        "flag (a.png) b (b.png) (https://e.org)"
    )


def test_html_is_text() -> None:
    """Text like a tag is shown, as an author may have meant it."""
    assert (
        _text(Prose("Ask the <consul>.\n\n<b>\nloud\n</b>")) == "Ask the <consul>.\n\n<b> loud </b>"
    )


def test_choices_and_follow_ups_are_numbered_alike() -> None:
    """The numbers of a list in Markdown look like those of the chat's own lists."""
    assert _text(Prose("1. alpha\n2. beta")) == "  1. alpha\n  2. beta"
    assert _text(Numbered("T", ("alpha", "beta"))) == "T\n  1. alpha\n  2. beta"


def test_headings_stand_on_the_left() -> None:
    """A heading starts where the text under it starts."""
    assert _text(Prose("# Big\n\ntext")) == "Big\n\ntext"


def test_a_table_that_fits_has_columns() -> None:
    """A table keeps its columns where there is room."""
    assert _text(Prose(TABLE)).splitlines()[0] == "Rank  Works where  Appointed by"


def test_a_table_that_does_not_fit_becomes_records() -> None:
    """A table too wide for the terminal is read row by row, and loses nothing."""
    assert _text(Prose(TABLE), width=20) == (
        "Rank: 1\nWorks where: embassy\nAppointed by:\ngovernment"
    )


def test_code_is_wrapped_inside_the_width() -> None:
    """Code stands indented, without a box, and is not cut off."""
    shown = _text(Prose("```python\nx = 'alpha beta gamma delta'\n```"), width=20)

    assert "".join(shown.split()) == "x='alphabetagammadelta'"
    assert all(line.startswith("  ") for line in shown.splitlines())


def test_markup_of_rich_is_text() -> None:
    """Square brackets in a question are not styles, and colons are not emoji."""
    assert _text(Note("[red]x[/red] :smile:"), Title("[bold]")) == "[red]x[/red] :smile:\n\n[bold]"


@given(st.text(alphabet="ab1 \n#*`|-[](<>&:_"), st.integers(20, 80))
@settings(max_examples=50)
def test_no_line_is_wider_than_the_terminal(markdown: str, width: int) -> None:
    """Whatever the Markdown, a line fits the width."""
    assert max(map(len, _text(Prose(markdown), width=width).splitlines()), default=0) <= width


@given(st.text(alphabet=st.characters() | st.sampled_from("\x1b\x07\x9b[]\\&#;mJ")))
@settings(max_examples=50)
def test_only_styles_of_our_own_reach_the_terminal(text: str) -> None:
    """Nothing in an answer or a question moves the cursor, sets the title or rings the bell."""
    written = _show(Prose(text), Note(text), Numbered(text, (text,)), Facts(((text, text),)))

    left = STYLES.sub("", written)
    assert not {each for each in left if each < " " and each != "\n"}
    assert not {each for each in left if "\x7f" <= each <= "\x9f"}


@pytest.mark.parametrize(
    "spelt", ["&#27;[2J", "&#x9b;2J", "&#8238;", "[x](https://e.org/&#27;]0;t)"]
)
def test_an_entity_cannot_smuggle_an_escape(spelt: str) -> None:
    """A control character spelt as an entity is neutralised like a written one."""
    left = STYLES.sub("", _show(Prose(spelt)))

    assert not set(left) & set("\x1b\x9b\u202e")
