"""AsciiDoc: headings, questions with two colons, lists and code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.ingest.blocks import Block, Kind

pytest.importorskip("markdown_it")

from faqbot.ingest.converters.asciidoc import read

_ALL = """\
= The FAQ
:toc:
// a comment

== Paying

[qanda]
How do I pay?::
  By card, see https://e.org/pay[the page].
And with _cash_?:: Yes.
+
More on it.

Can I `git push`?
~~~~~~~~~~~~~~~~~

* *one*
** two

. first

[source,python]
----
== x
----

NOTE: Mind <<paying,this>>.

include::secret.txt[]
"""


def _read(text: str) -> list[Block]:
    blocks = read(text.encode(), "faq.adoc")
    return [each for each in blocks if each.kind is not Kind.LEFT_OUT]


def test_the_blocks_of_a_document_come_in_order_with_their_lines() -> None:
    """Each piece is what it shows, with the line that it stands on."""
    blocks = _read(_ALL)

    assert [(block.kind, block.level, block.place.number, block.text) for block in blocks] == [
        (Kind.HEADING, 1, 1, "The FAQ"),
        (Kind.HEADING, 2, 5, "Paying"),
        (Kind.TEXT, 0, 8, "**How do I pay?**"),
        (Kind.TEXT, 0, 9, "By card, see [the page](https://e.org/pay)."),
        (Kind.TEXT, 0, 10, "**And with _cash_?**"),
        (Kind.TEXT, 0, 10, "Yes."),
        (Kind.TEXT, 0, 12, "More on it."),
        (Kind.HEADING, 3, 14, "Can I git push?"),
        (Kind.ITEM, 1, 17, "- **one**\n   - two"),
        (Kind.ITEM, 1, 20, "1. first"),
        (Kind.CODE, 0, 23, "```python\n== x\n```"),
        (Kind.TEXT, 0, 27, "**Note:** Mind this."),
        (Kind.NOTE, 0, 0, "files that the document includes are not read: 1 times (include)"),
    ]


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("Term:: What it is.", "- **Term**: What it is."),
        ("Why?:: So.", "**Why?**\n\nSo."),
        (".A title\nText.", "**A title**\n\nText."),
        ("link:x.html[words] and https://e.org", "words and https://e.org"),
        ("image::https://e.org/a.png[A cat]", "[A cat](https://e.org/a.png)"),
        ("....\nliteral\n....", "```\nliteral\n```"),
        ("----\n```\nliteral\n```\n----", "````\n```\nliteral\n```\n````"),
        ("////\ngone\n////\nstays", "stays"),
        ("====\nexample\n====", "example"),
    ],
)
def test_markup_becomes_markdown(text: str, markdown: str) -> None:
    """Each piece reads as the page would show it."""
    assert "\n\n".join(block.text for block in _read(text)) == markdown


@given(st.binary(max_size=80) | st.text("=-*.:?[]+/ \nab", max_size=60).map(str.encode))
def test_any_bytes_become_blocks_or_are_refused(data: bytes) -> None:
    """No text makes the reader fail; bytes that are none are refused before."""
    from contextlib import suppress

    from faqbot.errors import IngestError

    with suppress(IngestError):
        assert all(isinstance(block, Block) for block in read(data, "faq.adoc"))
