"""Documents are converted in a process of its own, whose end is a sentence and no end of the import."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from faqbot.errors import UnreadableDocument, UnsupportedDocument
from faqbot.ingest.conversion import Converter

pytest.importorskip("selectolax")
pytest.importorskip("markdown_it")

_FAQ = b"# FAQ\n\n## Why?\n\nSo.\n"


@pytest.fixture
def converter() -> Iterator[Converter]:
    """Return a converter with the usual limits."""
    with Converter() as made:
        yield made


def test_candidates_are_the_same_as_in_one_process(converter: Converter) -> None:
    """A document gives what its reader and the rules make of it, one after the other."""
    for name in ("a.md", "b.md"):
        found = converter.found(_FAQ, name)
        assert (found.name, found.format) == (name, "Markdown")
        assert [(each.question, each.answer) for each in found.candidates] == [("Why?", "So.")]


def test_errors_of_readers_come_through(converter: Converter) -> None:
    """An error keeps its class and its sentence, and the next document is converted."""
    with pytest.raises(UnsupportedDocument, match=r"^a\.rtf is RTF"):
        converter.found(b"{\\rtf1}", "a.rtf")
    with pytest.raises(UnreadableDocument, match=r"^a\.pdf is damaged"):
        converter.found(b"%PDF-1.7", "a.pdf")
    assert converter.found(_FAQ, "b.md").candidates


def test_a_document_that_takes_too_long_is_named() -> None:
    """The process is ended when the time is over, and the sentence says what to do."""
    waiting = ("-c", "import threading; threading.Event().wait()")
    with (
        Converter(max_seconds=0.01, command=waiting) as converter,
        pytest.raises(
            UnreadableDocument, match=r"^a\.md takes more than .* seconds to read: split"
        ),
    ):
        converter.found(_FAQ, "a.md")


def test_a_parser_that_crashes_is_a_sentence() -> None:
    """A process that ends by itself, as by a fault of a parser in C, ends no import."""
    with (
        Converter(command=("-c", "import os; os._exit(1)")) as converter,
        pytest.raises(UnreadableDocument, match=r"^a\.md crashed its converter"),
    ):
        converter.found(_FAQ, "a.md")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux enforces the limit on memory")
def test_a_document_that_takes_too_much_memory_is_named(converter: Converter) -> None:
    """The limit on memory is a sentence, also after another document, and the next one is converted."""
    assert converter.found(_FAQ, "a.md").candidates
    with pytest.raises(UnreadableDocument, match=r"^b\.html takes more than 300 MB of memory"):
        converter.found(b"<html><body>" + b"<p>a" * 3_000_000, "b.html")
    assert converter.found(_FAQ, "c.md").candidates


def test_without_an_interpreter_documents_are_read_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A program that embeds Python may have no interpreter to start: it reads them itself."""
    monkeypatch.setattr(sys, "executable", "")
    with Converter() as converter:
        assert converter.found(_FAQ, "a.md").candidates


def test_modules_of_the_current_folder_are_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, converter: Converter
) -> None:
    """A folder of documents may hold Python files that are named like modules."""
    (tmp_path / "markdown_it.py").write_text("raise SystemExit(1)", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    assert converter.found(_FAQ, "a.md").candidates


def test_a_document_that_uses_too_much_processor_time_is_named() -> None:
    """The system ends the process at its limit, and the sentence names the limit."""
    pytest.importorskip("resource")
    ended = ("-c", "import os, signal; os.kill(os.getpid(), signal.SIGXCPU)")
    with (
        Converter(command=ended) as converter,
        pytest.raises(
            UnreadableDocument, match=r"^a\.md takes more than 20 seconds to read: split"
        ),
    ):
        converter.found(_FAQ, "a.md")
