"""A file or a folder as one knowledge base."""

from __future__ import annotations

import gc
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from faqbot.errors import InvalidEntry, InvalidYaml, KnowledgeBaseNotFound
from faqbot.kb import bundled_path, load_knowledge_base, loading, schema_path

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from faqbot.models import KnowledgeBase

ONE = (
    "version: 1\ntitle: One\nsynonyms: [[a, b]]\nentries:\n- id: one\n  question: q\n  answer: a\n"
)
TWO = (
    "version: 1\ntitle: Two\nlanguage: fr\nsynonyms: [[c, d]]\n"
    "entries:\n- {id: two, question: q, answer: a, follow_ups: [one]}\n"
    "tests: [{ask: x, expect: one}]\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of two files."""
    (tmp_path / "1.yaml").write_text(ONE, encoding="utf-8")
    (tmp_path / "2.yaml").write_text(TWO, encoding="utf-8")
    return tmp_path


def test_a_folder_is_one_base(folder: Path) -> None:
    """Entries, synonyms and tests add up; the first file that sets a header field decides."""
    kb = load_knowledge_base(folder)

    assert [entry.id for entry in kb.entries] == ["one", "two"]
    assert (kb.title, kb.language) == ("One", "fr")
    assert kb.synonyms == (("a", "b"), ("c", "d"))
    assert [test.expect for test in kb.tests] == [("one",)]
    assert kb.paths == (folder / "1.yaml", folder / "2.yaml")
    assert [entry.path for entry in kb.entries] == list(kb.paths)


def test_entries_may_refer_across_files(folder: Path) -> None:
    """A follow-up may be in an earlier file or in a later one."""
    text = ONE + "  follow_ups: [two]\n"
    (folder / "1.yaml").write_text(text, encoding="utf-8")

    assert load_knowledge_base(folder).by_id["one"].follow_ups == ("two",)


def test_an_id_is_unique_across_files(folder: Path) -> None:
    """The fault names both places."""
    (folder / "3.yaml").write_text(ONE, encoding="utf-8")

    with pytest.raises(InvalidEntry) as caught:
        load_knowledge_base(folder)

    first, again = folder / "1.yaml", folder / "3.yaml"
    assert str(caught.value) == f"{again}:5: the id `one` is taken by {first}:5: choose another"


def test_faults_of_all_files_come_together(folder: Path) -> None:
    """One error lists what is wrong in each file, of whatever kind; the most basic names it."""
    (folder / "3.yaml").write_text("a: 'b\n", encoding="utf-8")
    (folder / "4.yaml").write_bytes(b"\xff")
    (folder / "5.yaml").write_text("version: 1\ntitel: x\n", encoding="utf-8")
    (folder / "6.yaml").write_text("", encoding="utf-8")

    with pytest.raises(InvalidYaml) as caught:
        load_knowledge_base(folder)

    lines = str(caught.value).splitlines()
    assert [line.split(": ")[0].removeprefix(f"{folder}/") for line in lines] == [
        "3.yaml:1",
        "4.yaml:1",
        "5.yaml:2",
        "6.yaml",
    ]


def test_an_unreadable_file_is_told_with_the_faults_of_others(folder: Path) -> None:
    """A file that cannot be read names the error, and hides nothing but what may stand in it."""
    (folder / "1.yaml").unlink()
    (folder / "1.yaml").symlink_to("gone")
    (folder / "3.yaml").write_text("version: 1\ntitel: x\n", encoding="utf-8")

    with pytest.raises(KnowledgeBaseNotFound) as caught:
        load_knowledge_base(folder)

    assert [fault.path.name for fault in caught.value.faults] == ["1.yaml", "3.yaml"]


def test_a_file_may_hold_no_entries_if_another_does(folder: Path) -> None:
    """Synonyms, tests or a header may have a file of their own."""
    (folder / "0.yaml").write_text("version: 1\ncontact: Ask me.\n", encoding="utf-8")

    assert load_knowledge_base(folder).contact == "Ask me."


@pytest.mark.parametrize("path", ["", "gone.yaml", "."])
def test_nothing_to_read(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing path, no path, and a folder without YAML are all called not found."""
    monkeypatch.chdir(tmp_path)

    with pytest.raises(KnowledgeBaseNotFound, match=f"^{path or '.'}: "):
        load_knowledge_base(path)


def test_paths_in_messages_stay_as_given(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative path is not made absolute."""
    monkeypatch.chdir(folder.parent)
    (folder / "1.yaml").write_text("version: 1\ntitel: x\n", encoding="utf-8")
    (folder / "2.yaml").unlink()

    with pytest.raises(InvalidEntry, match=rf"^{folder.name}/1\.yaml:2: "):
        load_knowledge_base(folder.name)


def test_the_digest_is_that_of_the_bytes(folder: Path) -> None:
    """One file's digest is what sha256sum prints; any change of any file changes a folder's."""
    path = folder / "1.yaml"

    assert load_knowledge_base(path).digest == sha256(path.read_bytes()).hexdigest()
    before = load_knowledge_base(folder).digest
    path.write_text(ONE + "# a comment\n", encoding="utf-8")
    assert load_knowledge_base(folder).digest != before


@pytest.mark.parametrize("text", [ONE, "version: 2\n"])
def test_the_collector_is_left_as_it_was(
    text: str, load: Callable[[str], KnowledgeBase], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Loading pauses the garbage collector, and sets it going again even after a fault."""
    seen = []
    monkeypatch.setattr(loading, "read_file", lambda *_: seen.append(gc.isenabled()))
    with suppress(InvalidEntry):
        load(text)

    assert seen == [False]
    assert gc.isenabled()


def test_the_bundled_base_is_there() -> None:
    """What comes with faqbot loads without fault."""
    assert load_knowledge_base(bundled_path()).entries


def test_a_checkout_goes_before_a_stale_copy(tmp_path: Path) -> None:
    """The base beside the package is taken, and the one inside where there is none beside."""
    package = tmp_path / "faqbot"
    inside, beside = package / "knowledge", tmp_path / "knowledge"
    for place in (inside, beside):
        place.mkdir(parents=True)
        (place / "diplomacy.yaml").touch()

    assert loading._bundled(package, "diplomacy.yaml") == beside / "diplomacy.yaml"
    (beside / "diplomacy.yaml").unlink()
    assert loading._bundled(package, "diplomacy.yaml") == inside / "diplomacy.yaml"


def test_the_schema_is_where_it_is_said_to_be() -> None:
    """An author can name the path on the first line of a file."""
    assert schema_path().is_file()
    assert schema_path().name == "kb.schema.json"
