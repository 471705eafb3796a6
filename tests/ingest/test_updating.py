"""A second import: what the document changed, what an author edited, what is new or gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from faqbot.errors import EditError, IngestError
from faqbot.ingest.drafts import drafts_of, yaml_of
from faqbot.ingest.importing import import_documents
from faqbot.ingest.summary import update_lines
from faqbot.ingest.updating import ImportManifest, Update, plan_update, record_of
from faqbot.kb import load_knowledge_base
from faqbot.kb.saving import save_together

_FIRST = "# FAQ\n\n## Why?\n\nSo it is.\n\n## Where?\n\nHere and there.\n\n## Who?\n\nWe are.\n"


@pytest.fixture(name="kb")
def kb_fixture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a knowledge base that was made of a document, with its manifest."""
    monkeypatch.chdir(tmp_path)
    Path("faq.md").write_text(_FIRST, encoding="utf-8")
    made = drafts_of(import_documents(["faq.md"]).documents)
    path = tmp_path / "kb.yaml"
    path.write_text(yaml_of(made), encoding="utf-8")
    manifest = ImportManifest(
        {"faq.md": {each.entry.id: record_of(each.entry) for each in made.drafts}}
    )
    save_together(manifest.beside(path).last)
    return path


def _again(kb: Path, old: str = "", new: str = "") -> Update:
    """Import the document again, *new* in it for *old*, and write what that changes."""
    text = Path("faq.md").read_text(encoding="utf-8")
    Path("faq.md").write_text(text.replace(old, new) if old else text + new, encoding="utf-8")
    update = plan_update(drafts_of(import_documents(["faq.md"]).documents), ["faq.md"], kb)
    update.edits.write(update.manifest.beside(kb, update.before))
    return update


def _edit(kb: Path, old: str, new: str) -> None:
    text = kb.read_text(encoding="utf-8")
    assert old in text
    kb.write_text(text.replace(old, new), encoding="utf-8")


def _answers(kb: Path) -> dict[str, str]:
    return {entry.id: entry.answer for entry in load_knowledge_base(kb).entries}


def test_an_unchanged_document_changes_nothing(kb: Path) -> None:
    """The same document changes no byte."""
    before = kb.read_bytes()

    assert _again(kb).edits.diff() == ""
    assert kb.read_bytes() == before


def test_a_changed_answer_comes_in_and_comments_stay(kb: Path) -> None:
    """What the document changed is changed; comments and other entries stay as they are."""
    _edit(kb, "  - id: where", "  # mind this one\n  - id: where")
    update = _again(kb, "Here and there.", "Everywhere.")

    assert update.changed == ["where"]
    assert _answers(kb)["where"] == "Everywhere."
    assert "# mind this one" in kb.read_text(encoding="utf-8")


def test_an_edited_answer_stays(kb: Path) -> None:
    """What an author edited stays, whether the document changed it as well or not."""
    _edit(kb, "So it is.", "So it was.")

    assert _again(kb).kept == ["why"]
    assert _again(kb, "So it is.", "So it shall be.").conflicts == ["why"]
    assert _answers(kb)["why"] == "So it was."


def test_a_new_question_stands_where_the_document_has_it(kb: Path) -> None:
    """What is new is added behind the entry before it."""
    assert _again(kb, "## Who?", "## When?\n\nNow.\n\n## Who?").added == ["when"]
    assert list(_answers(kb)) == ["why", "where", "when", "who"]


def test_a_question_put_another_way_keeps_its_id(kb: Path) -> None:
    """An entry whose answer is the same is the same, and logs that name it stay right."""
    assert _again(kb, "## Where?", "## Where is it?").changed == ["where"]
    assert load_knowledge_base(kb).by_id["where"].question == "Where is it?"


def test_what_disappeared_is_said_once_and_stays(kb: Path) -> None:
    """An entry that the document has no more is reported once, and left to the author."""
    assert _again(kb, "## Who?\n\nWe are.\n", "\n").gone == ["who"]
    assert _again(kb).gone == []
    assert "who" in _answers(kb)


def test_what_an_author_deleted_is_not_brought_back(kb: Path) -> None:
    """An entry that was taken out stays out."""
    text = kb.read_text(encoding="utf-8")
    kb.write_text(text[: text.index("\n  - id: who")], encoding="utf-8")

    assert _again(kb, new="\n").deleted == ["who"]
    assert "who" not in _answers(kb)


def test_a_question_that_another_entry_answers_is_not_added(kb: Path) -> None:
    """A question that an author has written by hand is there already."""
    _edit(kb, "entries:", "entries:\n  - id: own\n    question: When?\n    answer: Later.\n")

    assert _again(kb, new="\n## When?\n\nNow.\n").known == ["own"]


def test_a_line_of_an_update_counts_the_ids_that_it_does_not_show(kb: Path) -> None:
    """Five ids are shown, and the line names how many follow."""
    update = _again(kb)
    update.added.extend(f"entry-{number}" for number in range(8))

    assert list(update_lines(update)) == [
        "8 entries new: entry-0, entry-1, entry-2, entry-3, entry-4 and 3 more"
    ]


def test_without_its_manifest_every_difference_is_the_authors(kb: Path) -> None:
    """When the manifest is lost nothing is overwritten, and what is new is added all the same."""
    ImportManifest.path_of(kb).unlink()
    update = _again(kb, "So it is.", "So it shall be.\n\n## When?\n\nNow.")

    assert (update.conflicts, update.added) == (["why"], ["when"])
    assert _answers(kb)["why"] == "So it is."


@pytest.mark.parametrize(
    "text", ["", "[]", '{"version": 1, "documents": {"a": {"b": {"c": 1}}}}', '{"version": 2}']
)
def test_a_broken_manifest_is_reported_in_a_sentence(kb: Path, text: str) -> None:
    """A manifest that cannot be read is named, with what to do."""
    ImportManifest.path_of(kb).write_text(text, encoding="utf-8")

    with pytest.raises(IngestError, match=r"kb\.import\.json"):
        ImportManifest.read(kb, {})


class _Killed(BaseException):
    """Stands for the end of the process."""


def _killed_at(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """End the process before file number *step*, from 0, takes its place."""
    replace, done = Path.replace, []

    def replace_or_end(self: Path, target: Path) -> Path:
        if len(done) == step:
            raise _Killed
        done.append(target)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", replace_or_end)


_CHANGES = ("Here and there.", "Everywhere.\n\n## When?\n\nNow.")


@pytest.mark.parametrize("step", range(3))
@pytest.mark.parametrize("edited", ["", "Everywhere.", "So it is."])
@pytest.mark.parametrize("later", ["", "Everywhere.", "So it is."])
def test_an_interrupted_import_is_completed_by_the_next(
    kb: Path, monkeypatch: pytest.MonkeyPatch, step: int, edited: str, later: str
) -> None:
    """Killed at any step, the next import goes on, and blames the author for edits of theirs only.

    Between, an author may edit a text, and the document may change again.
    """
    with monkeypatch.context() as patched:
        _killed_at(step, patched)
        with pytest.raises(_Killed):
            _again(kb, *_CHANGES)
    is_edited = bool(edited) and edited in kb.read_text(encoding="utf-8")
    if is_edited:
        _edit(kb, edited, "An author's own words.")
    update = _again(kb, later or "We are.", "Changed again.")

    blamed = {"Everywhere.": ["where"], "So it is.": ["why"], "": []}[edited if is_edited else ""]
    both = later == edited and is_edited
    assert update.conflicts == (blamed if both else [])
    assert update.kept == ([] if both else blamed)
    assert set(_answers(kb)) == {"why", "where", "when", "who"}
    assert ("Changed again." in kb.read_text(encoding="utf-8")) == (not both)
    assert _again(kb).edits.diff() == ""


def test_a_full_disk_leaves_knowledge_base_and_manifest(kb: Path, small_disk: Path) -> None:
    """Both files stay as they were, byte by byte, and nothing is left beside them."""
    for path in (kb, ImportManifest.path_of(kb)):
        (small_disk / path.name).write_bytes(path.read_bytes())
    moved = small_disk / kb.name
    before = {path: path.read_bytes() for path in small_disk.iterdir()}
    added = "".join(f"\n## Why {number}?\n\n{number} {'words ' * 300}.\n" for number in range(150))
    with pytest.raises(EditError, match=r"kb\.yaml cannot be written: No space left on device$"):
        _again(moved, new=added)

    assert {path: path.read_bytes() for path in small_disk.iterdir()} == before


def test_a_reworded_question_with_a_new_answer_retires_the_old_entry(kb: Path) -> None:
    """The old entry becomes a draft with a reason, as the document no longer gives its answer."""
    update = _again(
        kb, "## Where?\n\nHere and there.", "## Where is it?\n\nHere and there and in Leeds."
    )

    assert (update.added, update.reworded, update.gone) == (["where-is-it"], ["where"], [])
    assert "draft: true  # the document asks this in other words now, in the entry where-is-it" in (
        kb.read_text(encoding="utf-8")
    )
    assert [entry.id for entry in load_knowledge_base(kb).entries if entry.draft] == ["where"]
    assert _again(kb).edits.diff() == ""


def test_an_entry_of_an_author_is_not_retired(kb: Path) -> None:
    """An answer that an author edited stays served, and is named as gone."""
    _edit(kb, "Here and there.", "Here and everywhere.")
    update = _again(
        kb, "## Where?\n\nHere and there.", "## Where is it?\n\nHere and there and in Leeds."
    )

    assert (update.reworded, update.gone) == ([], ["where"])


def test_other_new_entries_retire_nothing(kb: Path) -> None:
    """A question about something else is no other wording."""
    update = _again(
        kb, "## Where?\n\nHere and there.", "## What does parking cost?\n\nTwo pounds a day."
    )

    assert (update.reworded, update.gone) == ([], ["where"])


def test_one_thing_is_said_of_an_entry(kb: Path) -> None:
    """An entry whose section the document changed, and whose answer an author edited, is named once."""
    _edit(kb, "So it is.", "So it was.")
    update = _again(kb, "## Why?", "## Reasons\n\n### Why?")
    named = [each for ids in (update.changed, update.kept, update.conflicts) for each in ids]

    assert load_knowledge_base(kb).by_id["why"].section == "Reasons"
    assert named.count("why") == 1
