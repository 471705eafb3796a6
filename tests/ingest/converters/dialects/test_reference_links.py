"""Links by reference and images in Markdown."""

from __future__ import annotations

from faqbot.ingest.blocks import Block, Kind
from faqbot.ingest.converters.dialects.reference_links import link_addresses, with_addresses
from faqbot.ingest.converters.markdown import read


def _blocks(text: str) -> list[Block]:
    return list(read(text.encode(), "faq.md"))


def test_links_by_reference_get_their_address() -> None:
    """A link whose address stands elsewhere takes it along, but not in code."""
    blocks = _blocks("See [this][one], `[one]` and [one].\n\n[one]: https://example.com/a 'T'")

    assert [each.text for each in blocks] == [
        "See [this](https://example.com/a), `[one]` and [one](https://example.com/a)."
    ]


def test_images_become_links() -> None:
    """An image is a link to it, by its description or else its file's name, but not in code."""
    (block,) = _blocks(
        "![A plan](i/a.png), ![](i/b.png), `![c](d)` and [![Logo](e.png)](https://f.g)"
    )

    assert block.text == "[A plan](i/a.png), [b.png](i/b.png), `![c](d)` and [Logo](https://f.g)"


def test_labels_are_compared_without_case_and_line_breaks() -> None:
    """A footnote is no label."""
    text = "[The\nGuide]: <https://a.example/x>\n[^1]: https://b.example"

    assert link_addresses(text) == {"the guide": "https://a.example/x"}


def test_code_and_headings_keep_their_references() -> None:
    """Only running text is rewritten, outside of code spans."""
    links = {"a": "https://a.example"}

    for kind in (Kind.CODE, Kind.HEADING):
        assert with_addresses(Block(kind, "[a]"), links).text == "[a]"
    assert with_addresses(Block(Kind.TEXT, "[a] `[a]` [b]"), links).text == (
        "[a](https://a.example) `[a]` [b]"
    )
