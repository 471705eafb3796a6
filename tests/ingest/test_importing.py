"""Finding documents, telling their format, and losing none for what is wrong with another."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

from faqbot.errors import UnsupportedDocument
from faqbot.ingest import documents
from faqbot.ingest.formats import detect
from faqbot.ingest.importing import import_documents

_FAQ = "# FAQ\n\n## Why?\n\nSo.\n"


def _archive(name: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "found"),
    [
        (b"# A\n", "faq.md", "markdown"),
        (b"\xef\xbb\xbf<!DOCTYPE html><p>", "faq.md", "html"),
        (b"Why?\n\nSo.\n", "faq.txt", "text"),
        (b"# A\n\n# B\n\n[x](/y)\n", "faq.txt", "markdown"),
        (b"Why?\n====\n\n.. note:: x\n", "faq.txt", "rst"),
        (b"%PDF-1.7", "faq.txt", "pdf"),
        (_archive("word/document.xml"), "faq.bin", "docx"),
        (_archive("xl/workbook.xml"), "faq", "xlsx"),
        (b"Why?\n\nSo.\n", "standard input", "text"),
        (b"<html><body>", "standard input", "html"),
    ],
)
def test_formats_are_told_by_content_and_name(data: bytes, name: str, found: str) -> None:
    """What a document holds tells its format, and its name where that leaves it open."""
    assert detect(data, name).name == found


@pytest.mark.parametrize(
    ("data", "name", "why"),
    [
        (b"\x89PNG\r\n", "faq.png", "an image"),
        (_archive("content.xml"), "faq.odt", "OpenDocument"),
        (_archive("a.md"), "faq.zip", "unpack it"),
        (b"{\\rtf1}", "faq.doc", "RTF"),
    ],
)
def test_foreign_formats_are_named(data: bytes, name: str, why: str) -> None:
    """A document of another kind is refused with what to do."""
    with pytest.raises(UnsupportedDocument, match=why):
        detect(data, name)


def test_a_format_can_be_given() -> None:
    """A format that is named is taken, and one that is none is refused with those that are."""
    assert detect(b"%PDF", "x", "markdown").name == "markdown"
    with pytest.raises(UnsupportedDocument, match="no format klingon: it reads markdown, "):
        detect(b"", "x", "klingon")


def test_folders_are_walked(tmp_path: Path) -> None:
    """Documents of a folder come in the order of their names, hidden ones and others passed over."""
    for name in ("b.md", "a.md", ".hidden.md", "image.png", "LICENSE.md", "deep/c.md", ".git/d.md"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(_FAQ, encoding="utf-8")

    found = import_documents([str(tmp_path)])

    assert [each.name for each in found.documents] == [
        f"{tmp_path.name}/{name}" for name in ("a.md", "b.md", "deep/c.md")
    ]
    assert found.failures == []


def test_links_out_of_a_folder_are_named(tmp_path: Path) -> None:
    """A link to a file or folder elsewhere is not followed, one within the folder is no second document."""
    folder = tmp_path / "docs"
    (folder / "deep").mkdir(parents=True)
    (tmp_path / "other").mkdir()
    for path in (tmp_path / "private.txt", folder / "a.md", tmp_path / "other" / "b.md"):
        path.write_text(_FAQ, encoding="utf-8")
    (folder / "notes.txt").symlink_to("../private.txt")
    (folder / "deep" / "other").symlink_to(tmp_path / "other")
    (folder / "deep" / "again.md").symlink_to("../a.md")

    result = import_documents([str(folder)])

    assert [each.name for each in result.documents] == ["docs/a.md"]
    assert sorted(each.why for each in result.failures) == [
        (
            "docs/deep/other is a link that leads out of the folder: name it on the command line to import "
            "its target"
        ),
        (
            "docs/notes.txt is a link that leads out of the folder: name it on the command line to import "
            "its target"
        ),
    ]
    assert import_documents([str(folder / "notes.txt")]).documents


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_pipes_and_devices_are_refused(tmp_path: Path) -> None:
    """What never ends, and what waits for a writer, is a sentence; in a folder it is passed over."""
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "zero.md").symlink_to("/dev/zero")

    for name in ("pipe.md", "zero.md"):
        (failure,) = import_documents([str(tmp_path / name)]).failures
        assert failure.why == f"{name} is neither a file nor a folder"


def test_names_of_files_are_text(tmp_path: Path) -> None:
    """A file's name may hold any byte; the source of an entry holds a mark for it."""
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9\n.md")).write_text(
            _FAQ, encoding="utf-8"
        )
    except OSError:
        pytest.skip("this system has names in Unicode only")

    assert [each.name for each in import_documents([str(tmp_path)]).documents] == [
        f"{tmp_path.name}/caf\ufffd\ufffd.md"
    ]


def test_others_are_imported_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each document that cannot be read is one sentence; the others are imported."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(documents, "MAX_BYTES", 1_000)
    Path("empty.md").write_bytes(b" \n")
    Path("large.html").write_bytes(b"x" * 1_001)
    Path("bytes.txt").write_bytes(bytes(range(32)) * 20)
    Path("deep.html").write_text("<div>" * 150, encoding="utf-8")
    Path("good.md").write_text(_FAQ, encoding="utf-8")
    Path("none").mkdir()

    result = import_documents(
        ["missing.md", "empty.md", "large.html", "bytes.txt", "deep.html", "none", "good.md"]
    )

    assert [each.name for each in result.documents if each.candidates] == ["good.md"]
    assert len(result.failures) == 5
    for failure, words in zip(
        result.failures,
        ("no such file", "is empty", "larger than", "is not text", "no document"),
        strict=True,
    ):
        assert words in failure.why
        assert "\n" not in failure.why


def test_documents_of_one_name_are_told_apart(tmp_path: Path) -> None:
    """Two files of one name are two documents, and one file that is named twice is one."""
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "faq.md").write_text(_FAQ, encoding="utf-8")
    paths = [str(tmp_path / folder / "faq.md") for folder in ("a", "b", "a")]

    assert [each.name for each in import_documents(paths).documents] == ["faq.md", "b/faq.md"]


def test_an_empty_path_is_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unset variable of a shell imports nothing, and not the folder that one is in."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.md").write_text("# Why?\n\nSo.\n", encoding="utf-8")

    (found,) = documents.documents_at([""])
    assert "the path of a document is empty" in str(found)


@pytest.mark.parametrize("names", [("bot/nlu.yml", "bot/domain.yml"), ("nlu.yml", "domain.yml")])
def test_the_files_of_a_rasa_project_are_one_document(
    tmp_path: Path, names: tuple[str, str]
) -> None:
    """Intents and responses stand in several files, in one folder or given one by one."""
    texts = (
        "nlu:\n- intent: faq/way\n  examples: |\n    - how far is it\n",
        "responses:\n  utter_faq/way:\n  - text: A mile.\n",
    )
    for name, text in zip(names, texts, strict=True):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    whole = import_documents([str(tmp_path / name) for name in names])
    folder = import_documents([str(tmp_path)])

    for result in (whole, folder):
        (found,) = result.documents
        assert result.failures == []
        assert [(each.question, each.answer) for each in found.candidates] == [
            ("how far is it", "A mile.")
        ]
