"""reStructuredText: sections and their text, with Sphinx's roles and directives as what they show."""

from __future__ import annotations

from contextlib import suppress
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faqbot.errors import IngestError, UnreadableDocument
from faqbot.ingest.blocks import Block, Kind

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("docutils")

from faqbot.ingest.converters.rst import read
from faqbot.ingest.extraction.rules import find_candidates


def _read(text: str) -> list[Block]:
    return list(read(dedent(text).encode(), "faq.rst"))


def _texts(text: str) -> list[str]:
    return [block.text for block in _read(text) if block.kind is not Kind.LEFT_OUT]


def test_sections_are_headings() -> None:
    """Levels follow the order in which underlines are used, lines are those of the titles."""
    blocks = _read(
        """\
        :orphan:

        .. contents::

        ===
        FAQ
        ===

        How is ``x`` set?
        =================

        By *you*.
        Again.
        """
    )

    assert [(block.kind, block.level, block.text) for block in blocks] == [
        (Kind.HEADING, 1, "FAQ"),
        (Kind.HEADING, 2, "How is x set?"),
        (Kind.TEXT, 0, "By *you*. Again."),
    ]
    assert blocks[1].place.number in {9, 10}


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        (":ref:`the tutorial <tut>`", "the tutorial"),
        (":func:`len` and :meth:`~list.sort`", "`len()` and `sort()`"),
        (":class:`!dict`, :c:func:`PyObject_New`", "`dict`, `PyObject_New()`"),
        (":pep:`8`", "[PEP 8](https://peps.python.org/pep-0008)"),
        (":nobody:knows:`this`", "`this`"),
        ("**bold** ``code`` `plain`", "**bold** `code` plain"),
        ("`Home <https://e.org/a_b>`_", "[Home](https://e.org/a_b)"),
        ("see Home_.\n\n.. _Home: https://e.org/", "see [Home](https://e.org/)."),
        ("a * b and C:\\\\x", "a \\* b and C:\\\\x"),
        (".. image:: https://e.org/i.png\n   :alt: A cat", "[A cat](https://e.org/i.png)"),
        (".. note:: Mind this.", "**Note:** Mind this."),
        (".. versionadded:: 3.2\n   It is new.", "**New in version 3.2:** It is new."),
        (".. seealso:: The manual.", "**See also:** The manual."),
        (".. only:: html\n\n   Shown.", "Shown."),
        (".. nobody-knows:: x\n   :y: z\n\n   Shown.", "Shown."),
        (".. code-block:: python\n   :linenos:\n\n   x = 1", "```python\nx = 1\n```"),
        ("Thus::\n\n    x `y`", "Thus:"),
        ("| one\n| two", "one\\\ntwo"),
        ("    quoted", "> quoted"),
    ],
)
def test_markup_becomes_markdown(text: str, markdown: str) -> None:
    """Each piece reads as the page would show it."""
    assert _texts(f"T\n=\n\n{text}\n")[1] == markdown


def test_lists() -> None:
    """Items keep their marks and what stands in them; a loose list is not tight."""
    text = """\
        T
        =

        * one

          .. code::

             x

          - deep
        * two

        3. three
        4. four
        """
    items = [block for block in _read(text) if block.kind is Kind.ITEM]

    assert [item.text for item in items] == [
        "- one\n\n  ```\n  x\n  ```\n\n  - deep",
        "- two",
        "3. three",
        "4. four",
    ]
    assert [item.tight for item in items] == [False, False, False, True]


def test_definitions() -> None:
    """A term that asks is a question; another is an item with its name in bold."""
    pair, item = _read("T\n=\n\nWhy?\n    So.\n\n    Really.\nterm\n    What it is.\n")[1:]

    assert pair.pair is not None
    assert (pair.pair.questions, pair.pair.answer) == (("Why?",), "So.\n\nReally.")
    assert item.text == "- **term**: What it is."


def test_tables() -> None:
    """The rows are kept, the head first."""
    (table,) = _read("T\n=\n\n=====  ===\nCity   No.\n=====  ===\nParis  1\n=====  ===\n")[1:]

    assert table.rows == (("City", "No."), ("Paris", "1"))


@pytest.mark.parametrize(
    "directive",
    [
        ".. include:: {path}",
        ".. literalinclude:: {path}",
        ".. raw:: html\n   :file: {path}",
        ".. csv-table::\n   :file: {path}",
        ".. raw:: html\n\n   <script>secret</script>",
        ".. image:: {path}\n   :alt: no",
        ".. figure:: {path}\n   :figwidth: image",
        ".. role:: raw-html(raw)\n   :format: html\n\n:raw-html:`x`\n\n.. include:: {path}",
    ],
)
def test_no_file_is_read(directive: str, tmp_path: Path) -> None:
    """Whatever a document includes stays where it is; the rest of it is read."""
    path = tmp_path / "other.txt"
    path.write_text("secret", encoding="utf-8")

    texts = _texts(f"T\n=\n\n{directive.format(path=path)}\n\nBehind.\n")

    assert "secret" not in "".join(texts)
    assert "Behind." in texts


def test_what_is_left_out_is_said() -> None:
    """An author learns that a part of the text stands elsewhere."""
    note = _read("T\n=\n\n.. include:: a.txt\n\n.. literalinclude:: b.py\n")[-1]

    assert note == Block(
        Kind.NOTE,
        "files that the document includes are not read: 2 times (include, literalinclude)",
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x" * 20_000, "line 1: has over 10,000 characters"),
        (".. |a| replace:: " + "x" * 9_000 + "\n\n" + "|a|\n" * 3_000, "expand to too much text"),
        (
            "".join(f".. |a{n}| replace:: |a{n + 1}| |a{n + 1}|\n" for n in range(900))
            + "\n|a0|\n",
            "expand to too much text",
        ),
        ("- " * 3_000 + "x", "line 1: lists are nested too deep"),
        ("T\n=\n\n" + "1. " * 60 + "x", "line 4: lists are nested too deep"),
        *(
            ("T\n=\n\nText.\n\n" + (mark * 300 + "\n") * 40, "line 6: has thousands of marks")
            for mark in ("*a ", "**a ", "`a ", "``a ", "|a ", "_`a ", "(*a ")
        ),
    ],
)
def test_bad_input_is_a_sentence(text: str, sentence: str) -> None:
    """What would take out of all bounds is refused before it does."""
    with pytest.raises(UnreadableDocument, match=f"faq.rst.*{sentence}"):
        _read(text)


@pytest.mark.parametrize("mark", ["*a*", "**a**", "``a``", "5*a", "a*", r"\*a"])
def test_marks_that_cost_nothing_are_read(mark: str) -> None:
    """Closed marks, and characters that open no markup, do not count towards the limit."""
    assert any(mark[-1] in block.text for block in _read(f"{mark} \n" * 4_000))


_VALID = b"""\
T\n=\n\nWhy `x <y>`_?\n-------------\n\n* a\n\n  1. b\n\n.. note:: c\n\n.. code-block:: d\n\n   e\n
term\n   def :ref:`f` [1]_\n\n.. [1] g\n\n=== ===\nh   i\n=== ===\nj   k\n=== ===\n\n|l| |m\n\n.. |l| replace:: n\n"""


@settings(deadline=None)
@given(
    st.binary(max_size=60)
    | st.lists(st.tuples(st.integers(0, len(_VALID)), st.binary(max_size=3)), max_size=4)
)
def test_any_bytes_are_blocks_or_a_sentence(data: bytes | list[tuple[int, bytes]]) -> None:
    """A valid document with some bytes changed is read or refused, nothing else."""
    if isinstance(data, list):
        whole = _VALID
        for at, put in data:
            whole = whole[:at] + put + whole[at + len(put) :]
        data = whole
    with suppress(IngestError):
        assert all(isinstance(block, Block) for block in read(data, "faq.rst"))


@pytest.mark.parametrize(
    "directive",
    [
        ".. dropdown:: QQ\n   :open:\n\n   AA\n\n",
        ".. collapse:: QQ\n\n   AA\n\n",
        ".. details:: QQ\n\n   AA\n\n",
        ".. admonition:: QQ\n   :class: dropdown\n\n   AA\n\n",
    ],
)
def test_folded_directives_are_pairs(directive: str) -> None:
    """Sphinx has several extensions that fold a text; options of a directive are no title."""
    pairs = [("Is it far?", "A mile."), ("No taxi", "Walk.")]
    text = "Help\n====\n\n" + "".join(
        directive.replace("QQ", question).replace("AA", answer) for question, answer in pairs
    )
    found = find_candidates(read(text.encode(), "help.rst"), "help.rst")

    assert [(each.question, each.answer) for each in found.candidates] == pairs


def test_a_paragraph_over_an_indented_list_is_no_term() -> None:
    """The markup takes it for a term of a list of definitions, or its list for a quotation."""
    text = (
        "Is it far?\n==========\n\nThere are two ways to go:\n  1. By car.\n  2. On foot.\n\n"
        "Is it dear?\n===========\n\nIt depends:\n\n    - on you\n    - on me\n"
    )
    found = find_candidates(read(text.encode(), "faq.rst"), "faq.rst")

    assert [each.answer for each in found.candidates] == [
        "There are two ways to go:\n\n1. By car.\n2. On foot.",
        "It depends:\n\n- on you\n- on me",
    ]
