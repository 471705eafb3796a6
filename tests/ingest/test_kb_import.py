"""Import as a call: what it returns and writes, for a new knowledge base and for one that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from faqbot.errors import IngestError
from faqbot.ingest.kb_import import import_documents
from faqbot.kb import load_knowledge_base

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """Return a document of one question."""
    path = tmp_path / "faq.txt"
    path.write_text("Q: Where do I park?\nA: Behind the house.\n", encoding="utf-8")
    return path


def test_without_output_nothing_is_written(document: Path, tmp_path: Path) -> None:
    """The text of the result is the knowledge base."""
    result = import_documents([document])

    assert not result.written
    assert "question: Where do I park?" in result.text
    assert list(tmp_path.iterdir()) == [document]


def test_existing_output_is_changed_only_by_an_update(document: Path, tmp_path: Path) -> None:
    """A first import writes, a second one plans, and an update writes the plan."""
    kb = tmp_path / "kb.yaml"
    assert import_documents([document], kb).written
    before = kb.read_bytes()
    document.write_text("Q: Where do I park?\nA: In the street.\n", encoding="utf-8")
    planned = import_documents([document], kb)

    assert planned.update is not None
    assert not planned.written
    assert "In the street." in planned.diff
    assert kb.read_bytes() == before
    assert import_documents([document], kb, update=True).written
    assert load_knowledge_base(kb).entries[0].answer == "In the street."


def test_update_needs_a_knowledge_base(document: Path, tmp_path: Path) -> None:
    """An update of a file that is not there says so, and reads no document."""
    with pytest.raises(IngestError, match=r"kb\.yaml does not exist"):
        import_documents([document], tmp_path / "kb.yaml", update=True)
    with pytest.raises(IngestError, match="the output does not exist"):
        import_documents([document], update=True)


def test_near_duplicates_and_failures_are_returned(document: Path, tmp_path: Path) -> None:
    """Questions of another knowledge base are near; a document that is not there is a failure."""
    other = tmp_path / "other.yaml"
    import_documents([document], other)
    result = import_documents([document, tmp_path / "nowhere.txt"], against=other)

    assert [each.question for each in result.near] == ["Where do I park?"]
    assert len(result.read.failures) == 1


def test_relative_links_start_from_the_address_of_the_page(tmp_path: Path) -> None:
    """Addresses, anchors of other pages and code stay; a base that is no address is refused."""
    text = '## Where?\n\n[a](../x.md), [b](#y), [c](https://e.org/z), [d](mailto:a@e.org), [e](/w "t"), `[f](g)`.\n'
    path = tmp_path / "faq.md"
    path.write_text(text, encoding="utf-8")
    result = import_documents([path], base_url="https://example.org/docs/faq/index.html")

    assert result.drafts.drafts[0].entry.answer == (
        "[a](https://example.org/docs/x.md), [b](https://example.org/docs/faq/index.html#y), [c](https://e.org/z), "
        '[d](mailto:a@e.org), [e](https://example.org/w "t"), `[f](g)`.'
    )
    with pytest.raises(IngestError, match="is no address such as"):
        import_documents([path], base_url="example.org")
