"""Edits of hand-written knowledge bases, which keep all other text."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.errors import EditError, InvalidYaml
from faqbot.kb import bundled_path, load_knowledge_base
from faqbot.kb.edits import Edits
from faqbot.models import Entry

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    Edit: TypeAlias = Callable[[Edits], object]

_HEAD = "version: 1\nentries:\n"
_TWO = f"""{_HEAD}  - id: one
    question: One?
    answer: 1
  - id: two
    question: Two?
    answer: 2
"""


@pytest.fixture
def changed(tmp_path: Path) -> Callable[[str, Edit], str]:
    """Return a function that edits a text in a file and returns the new text."""

    def change(text: str, edit: Edit) -> str:
        path = tmp_path / "kb.yaml"
        path.write_bytes(text.encode())
        edits = Edits(path)
        edit(edits)
        edits.write()
        assert replace(load_knowledge_base(path), digest="") == replace(edits.kb, digest="")
        return path.read_bytes().decode()

    return change


def _add(*phrasings: str) -> Edit:
    return lambda edits: edits.add_alternates("one", phrasings)


def _entry(fields: str) -> str:
    return f"{_HEAD}{fields}"


# Alternates


def test_bundled_base_gets_lines_and_loses_none() -> None:
    """A phrasing for each entry of the bundled base is as many lines more, each below the last one."""
    edits = Edits(bundled_path())
    before = edits.kb
    for entry in before.entries:
        edits.add_alternates(entry.id, [f"in other words, {entry.id}"])
    lines = [line for line in edits.diff().splitlines() if not line.startswith(("---", "+++", "@"))]

    assert [line for line in lines if not line.startswith(" ")] == [
        f"+      - in other words, {entry.id}" for entry in before.entries
    ]
    assert [entry.alternates[:-1] for entry in edits.kb.entries] == [
        entry.alternates for entry in before.entries
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "  - id: one\n    question: One?\n    answer: 1\n",
            "  - id: one\n    question: One?\n    alternates:\n      - new one\n    answer: 1\n",
            id="first alternate",
        ),
        pytest.param(
            "- id: one\n  question: One?\n  answer: 1\n  not_for:\n  - zero\n",
            "- id: one\n  question: One?\n  alternates:\n  - new one\n  answer: 1\n  not_for:\n  - zero\n",
            id="lists flush with their keys",
        ),
        pytest.param(
            "  - id: one\n    question: One?\n    answer: 1\n    alternates:\n      - a\n      # old: b\n\n\n# End",
            "  - id: one\n    question: One?\n    answer: 1\n    alternates:\n      - a\n      - new one\n"
            "      # old: b\n\n\n# End",
            id="comment at the end of a list",
        ),
        pytest.param(
            "  - id: one\n    question: One?\n    answer: 1\n    alternates:\n      -   'a'  # first",
            "  - id: one\n    question: One?\n    answer: 1\n    alternates:\n      -   'a'  # first\n"
            "      -   'new one'",
            id="quotes, gap and no final newline",
        ),
        pytest.param(
            '  - id: one\n    question: One?\n    alternates: ["a", "b"] # c\n    answer: 1\n',
            '  - id: one\n    question: One?\n    alternates: ["a", "b", "new one"] # c\n    answer: 1\n',
            id="brackets",
        ),
        pytest.param(
            "  - id: one\n    question: One?\n    alternates: [\n      a, # A, or\n      b, # ]\n    ]\n    answer: 1\n",
            "  - id: one\n    question: One?\n    alternates: [\n      a, # A, or\n      b, # ]\n      new one,\n    ]\n"
            "    answer: 1\n",
            id="brackets with an item a line and a comma",
        ),
        pytest.param(
            "  - id: one\n    question: One?\n    alternates: [\n      a,\n      b # last, really\n    ]\n    answer: 1\n",
            "  - id: one\n    question: One?\n    alternates: [\n      a,\n      b, # last, really\n      new one\n    ]\n"
            "    answer: 1\n",
            id="brackets with an item a line and no comma",
        ),
        pytest.param(
            "  - id: one\n    question: One?\n    alternates:  # none yet\n    answer: 1\n",
            "  - id: one\n    question: One?\n    alternates:  # none yet\n      - new one\n    answer: 1\n",
            id="blank",
        ),
        pytest.param(
            "  - id: one\n    question: One?\n    alternates: ~ # none\n    answer: 1\n",
            "  - id: one\n    question: One?\n    alternates: # none\n      - new one\n    answer: 1\n",
            id="null",
        ),
        pytest.param(
            "  - id: one\n    question: One?\n    alternates: [ ]\n    answer: 1\n",
            "  - id: one\n    question: One?\n    alternates: [new one]\n    answer: 1\n",
            id="empty brackets",
        ),
        pytest.param(
            "  - {id: one, question: One?, answer: 1}\n",
            "  - {id: one, question: One?, alternates: [new one], answer: 1}\n",
            id="entry in braces",
        ),
        pytest.param(
            "  - id: one\n    answer: |+\n      1\n\n      # no comment\n\n    question: >-\n      One\n      and?\n\n    # two\n",
            "  - id: one\n    answer: |+\n      1\n\n      # no comment\n\n    question: >-\n      One\n      and?\n"
            "    alternates:\n      - new one\n\n    # two\n",
            id="blocks of text",
        ),
        pytest.param(
            "  -\n    # The first\n    question: 'One?\n      Or two?'\n    id: one\n    answer: é😀\n",
            "  -\n    # The first\n    question: 'One?\n      Or two?'\n    alternates:\n      - 'new one'\n    id: one\n"
            "    answer: é😀\n",
            id="a dash by itself, and quotes over two lines",
        ),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_alternate_is_written_as_its_neighbours(
    before: str, after: str, newline: str, mark: str, changed: Callable[[str, Edit], str]
) -> None:
    """A phrasing goes to the end of the list, in the list's own layout, whatever ends the lines."""
    text = (mark + _entry(before)).replace("\n", newline)

    assert changed(text, _add("new one")) == (mark + _entry(after)).replace("\n", newline)


def test_json_is_edited_too(changed: Callable[[str, Edit], str]) -> None:
    """A knowledge base in JSON, which is YAML, stays JSON."""
    text = '{"version": 1, "entries": [{"id": "one", "question": "One?", "answer": "1"}]}'
    new = Entry("two", "Two?", "- 2\n- 3", draft=True)
    after = json.loads(changed(text, lambda edits: (_add("a, b")(edits), edits.add_entry(new))))

    assert after["entries"] == [
        {"id": "one", "question": "One?", "alternates": ["a, b"], "answer": "1"},
        {"id": "two", "question": "Two?", "answer": "- 2\n- 3", "draft": True},
    ]


_LINES = st.text(min_size=1, max_size=30).filter(
    lambda text: " ".join(text.split()) and " ".join(text.split()).isprintable()
)


@given(st.lists(_LINES, min_size=1, max_size=3), st.sampled_from(["", "'", '"', "[", "]", "{"]))
def test_any_phrasing_can_be_added(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], layout: str
) -> None:
    """Whatever people ask comes back from the file as it was asked, in each layout."""
    item = f"{layout}first{layout}" if layout in {"'", '"'} else "first"
    given_list = {"[": "[first]", "]": "[\n      first,\n    ]"}.get(layout, f"\n      - {item}")
    fields = f"  - id: one\n    question: One?\n    alternates: {given_list}\n    answer: 1\n"
    if layout == "{":
        fields = "  - {id: one, question: One?, answer: 1}\n"
    path = tmp_path_factory.mktemp("any") / "kb.yaml"
    path.write_text(_entry(fields), encoding="utf-8")
    edits = Edits(path)
    added = edits.add_alternates("one", lines)
    edits.write()

    alternates = load_knowledge_base(path).by_id["one"].alternates
    assert alternates[len(alternates) - len(added) :] == added
    assert {" ".join(line.split()) for line in lines} <= {"One?", *alternates}


def test_phrasings_that_are_there_are_not_added(changed: Callable[[str, Edit], str]) -> None:
    """A phrasing that the entry has, twice the same, or a blank one adds nothing."""
    assert changed(_TWO, _add("One?", " ", "")) == _TWO
    assert changed(_TWO, _add("uno", " uno ")).count("uno") == 1


def test_one_bracketed_line_does_not_grow_for_ever(changed: Callable[[str, Edit], str]) -> None:
    """Items that would make a line too long go on the next one."""
    text = _entry("  - id: one\n    question: One?\n    alternates: [a]\n    answer: 1\n")
    after = changed(text, _add(*(f"a phrasing of usual length, number {n}" for n in range(9))))

    assert max(map(len, after.splitlines())) <= 100


# Entries


_NEW = Entry("new", "New: one?", "First.\n\n    code", ("alpha", "beta"), draft=True)


@pytest.mark.parametrize(
    ("before", "behind", "added"),
    [
        pytest.param(
            "  - id: one\n    question: One?\n    answer: 1\n\n  - id: two\n    question: Two?\n    answer: 2\n",
            "\n# Held out\ntests: []\n",
            "\n  - id: new\n    question: 'New: one?'\n    alternates:\n      - alpha\n      - beta\n    answer: |-\n"
            "      First.\n\n          code\n    draft: true  # Nobody knew.\n",
            id="a blank line between entries",
        ),
        pytest.param(
            "- id: one\n  question: One?\n  answer: 1\n- id: two\n  question: Two?\n  answer: 2\n  # more?\n",
            "",
            "- id: new\n  question: 'New: one?'\n  alternates:\n  - alpha\n  - beta\n  answer: |-\n"
            "    First.\n\n        code\n  draft: true  # Nobody knew.\n",
            id="flush lists, no blank line, a comment that belongs to the last",
        ),
        pytest.param(
            "    -   id: one\n        question: One?\n        answer: 1\n",
            "    # no more\n",
            "\n    -   id: new\n        question: 'New: one?'\n        alternates:\n          - alpha\n          - beta\n"
            "        answer: |-\n          First.\n\n              code\n        draft: true  # Nobody knew.\n",
            id="four columns",
        ),
    ],
)
def test_entry_is_written_as_its_neighbours(
    before: str, behind: str, added: str, changed: Callable[[str, Edit], str]
) -> None:
    """A new entry stands behind the last one and looks like it; a draft says why it is one."""
    after = changed(_entry(before + behind), lambda edits: edits.add_entry(_NEW, "Nobody knew."))

    assert after == _entry(before + added + behind)


def test_long_reason_stands_above(changed: Callable[[str, Edit], str]) -> None:
    """A reason that is too long for the line goes above it, wrapped."""
    after = changed(_TWO, lambda edits: edits.add_entry(_NEW, "Because of this and that. " * 9))
    comments = [line for line in after.splitlines() if line.startswith("    # ")]

    assert len(comments) > 1
    assert max(map(len, after.splitlines())) <= 100


def test_entries_keep_their_order(changed: Callable[[str, Edit], str]) -> None:
    """Entries added behind others, also behind new or removed ones, come where they were put."""

    def edit(edits: Edits) -> None:
        edits.add_entry(replace(_NEW, id="a"), after="one")
        edits.add_entry(replace(_NEW, id="b"), after="a")
        edits.add_entry(replace(_NEW, id="c"))
        edits.remove_entry("two")

    after = changed(_TWO, edit)

    assert [line.split()[-1] for line in after.splitlines() if "- id:" in line] == ["one", *"abc"]


def test_new_entry_can_be_taken_back(changed: Callable[[str, Edit], str]) -> None:
    """An entry added and removed again is not written; the entry after it is."""

    def edit(edits: Edits) -> None:
        edits.add_entry(replace(_NEW, id="a"), after="one")
        edits.add_entry(replace(_NEW, id="b"), after="a")
        edits.remove_entry("a")

    after = changed(_TWO, edit)

    assert [line.split()[-1] for line in after.splitlines() if "- id:" in line] == [
        "one",
        "b",
        "two",
    ]


@pytest.mark.parametrize(
    ("gone", "left"),
    [
        (["one"], [2, 3]),
        (["two"], [1, 3]),
        (["three"], [1, 2]),
        (["two", "three"], [1]),
        (["one", "two"], [3]),
    ],
)
@pytest.mark.parametrize("gap", ["", "\n", "\n\n"])
def test_removed_entry_leaves_no_trace(
    gone: list[str], left: list[int], gap: str, changed: Callable[[str, Edit], str]
) -> None:
    """An entry goes with its comments and one gap, and the others' comments stay."""
    names = ["", "one", "two", "three"]
    parts = [
        f"{'' if n == 1 else f'  # Comment {n}'}\n  - id: {names[n]}\n    question: {n}?\n    answer: a\n"
        "    # deep\n".lstrip("\n")
        for n in range(4)
    ]

    def base(numbers: list[int]) -> str:
        return _entry(gap.join(parts[n] for n in numbers) + "\n# End\ntests: []\n")

    def edit(edits: Edits) -> None:
        for entry_id in gone:
            edits.remove_entry(entry_id)

    assert changed(base([1, 2, 3]), edit) == base(left)


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        ("answer: 1", "Two.", "answer: Two."),
        ("answer: 1", "2", "answer: '2'"),
        ("answer: '1'  # short", "it's", "answer: 'it''s'  # short"),
        ('answer: "1"', "a: b", 'answer: "a: b"'),
        ("answer: 1 # c", "a\n\n  b", "answer: |- # c\n      a\n\n        b"),
        (
            "answer: |  # c\n        long\n\n        text\n\n    # d",
            "a\nb",
            "answer: |  # c\n        a\n        b\n\n    # d",
        ),
        (
            "answer: >-\n      a\n      b",
            "c " * 60 + "d",
            "answer: >-\n      " + "c " * 46 + "c\n      " + "c " * 13 + "d",
        ),
        ("answer: >-\n      a", "b\nc", "answer: |-\n      b\n      c"),
        ("answer: |-\n      a", "    code", "answer: '    code'"),
        ("answer:\n      |-\n      a", "b\nc", "answer:\n      |-\n      b\n      c"),
    ],
)
def test_answer_is_replaced_in_its_style(
    before: str, text: str, after: str, changed: Callable[[str, Edit], str]
) -> None:
    """A new answer stands as the old one did, as far as it can."""
    base = f"{_HEAD}  - id: one\n    question: One?\n    {{}}\n    section: S\n"

    assert changed(base.format(before), lambda edits: edits.replace_answer("one", text)) == (
        base.format(after)
    )


def test_fields_are_added(changed: Callable[[str, Edit], str]) -> None:
    """A text that the entry does not have becomes its last field."""

    def edit(edits: Edits) -> None:
        edits.set_text("one", "source", "page: 3")
        edits.set_text("two", "section", "S")

    text = _entry(
        "  - {id: one, question: One?, answer: 1}\n  - id: two\n    question: 2?\n    section:\n    answer: 2"
    )
    assert changed(text, edit) == text.replace("1}", "1, source: 'page: 3'}").replace(
        "section:", "section: S"
    )


def test_several_changes_of_an_entry_meet(changed: Callable[[str, Edit], str]) -> None:
    """Question, alternates, a new field and an entry behind it can change at once."""

    def edit(edits: Edits) -> None:
        edits.set_text("two", "question", "Zwei?")
        edits.add_alternates("two", ["deux", "due"])
        edits.set_text("two", "url", "https://example.org")
        edits.add_entry(Entry("three", "Three?", "3"))
        edits.add_alternates("three", ["trois"])

    after = changed(_TWO.removesuffix("\n"), edit)

    assert after.startswith(_TWO[: _TWO.index("Two")])
    assert not after.endswith("\n")


def test_flow_entries_are_cut_out(changed: Callable[[str, Edit], str]) -> None:
    """An entry in brackets goes with its comma."""
    items = [f"{{id: {name}, question: {name}?, answer: a}}" for name in ("one", "two", "three")]
    text = f"version: 1\nentries: [{', '.join(items)}]\n"

    assert changed(text, lambda edits: edits.remove_entry("two")) == text.replace(
        f"{items[1]}, ", ""
    )
    assert changed(text, lambda edits: edits.remove_entry("three")) == text.replace(
        f", {items[2]}", ""
    )


# What is refused


def test_base_that_would_not_load_is_not_written(tmp_path: Path) -> None:
    """A change that breaks the base is refused with the reason, and the file is as it was."""
    path = tmp_path / "kb.yaml"
    path.write_text(_TWO.replace("answer: 2", "answer: 2\n    follow_ups: [one]"), encoding="utf-8")
    before = path.read_bytes()
    edits = Edits(path)
    edits.remove_entry("one")

    with pytest.raises(
        EditError, match=r"kb\.yaml was not changed.*line 6, `follow_ups` names `one`"
    ):
        edits.write()
    assert path.read_bytes() == before


def test_control_characters_are_refused(tmp_path: Path) -> None:
    """A phrasing that no knowledge base may hold is not written."""
    path = tmp_path / "kb.yaml"
    path.write_text(_TWO, encoding="utf-8")
    edits = Edits(path)
    edits.add_alternates("one", ["bell\x07"])

    with pytest.raises(EditError, match="control character"):
        edits.diff()


def test_file_that_changed_is_not_overwritten(tmp_path: Path) -> None:
    """Changes by others since the file was read are kept."""
    path = tmp_path / "kb.yaml"
    path.write_text(_TWO, encoding="utf-8")
    edits = Edits(path)
    edits.add_alternates("one", ["uno"])
    path.write_text(f"{_TWO}# mine\n", encoding="utf-8")

    with pytest.raises(EditError, match="was changed meanwhile"):
        edits.write()
    assert path.read_text(encoding="utf-8") == f"{_TWO}# mine\n"
    assert list(tmp_path.iterdir()) == [path]


def test_unusable_base_is_not_opened(tmp_path: Path) -> None:
    """A base with faults is reported as loading it would."""
    path = tmp_path / "kb.yaml"
    path.write_text("version: [", encoding="utf-8")

    with pytest.raises(InvalidYaml):
        Edits(path)


def test_wrong_calls_are_errors(tmp_path: Path) -> None:
    """An unknown id, a taken id, a field that cannot be set, and a reason without a draft."""
    path = tmp_path / "kb.yaml"
    path.write_text(_TWO, encoding="utf-8")
    edits = Edits(path)

    with pytest.raises(KeyError):
        edits.add_alternates("three", ["trois"])
    with pytest.raises(KeyError):
        edits.remove_entry("three")
    with pytest.raises(ValueError, match="already"):
        edits.add_entry(Entry("one", "One?", "1"))
    edits.remove_entry("two")
    with pytest.raises(ValueError, match="change it instead"):
        edits.add_entry(Entry("two", "Two?", "2"))
    with pytest.raises(ValueError, match="id cannot be set: use answer"):
        edits.set_text("one", "id", "uno")
    with pytest.raises(ValueError, match="draft"):
        edits.add_entry(Entry("three", "Three?", "3"), "no reason")


# Files


def test_folder_is_edited_where_the_entry_stands(tmp_path: Path) -> None:
    """Of a folder, only the files with changes are written, and the diff names them."""
    (tmp_path / "a.yaml").write_text("version: 1\ntitle: T\n", encoding="utf-8")
    (tmp_path / "deep").mkdir()
    (tmp_path / "b.yml").write_text(_TWO, encoding="utf-8")
    other = _TWO.replace("one", "drei").replace("two", "vier")
    (tmp_path / "deep" / "c.yaml").write_text(other, encoding="utf-8")
    edits = Edits(tmp_path)
    edits.add_alternates("one", ["uno"])
    edits.add_entry(replace(_NEW, answer="x"), after="two")

    assert edits.diff().count("+++ ") == 1
    assert edits.write() == (tmp_path / "b.yml",)
    assert load_knowledge_base(tmp_path).by_id["new"].path == tmp_path / "b.yml"
    assert (tmp_path / "deep" / "c.yaml").read_text(encoding="utf-8") == other


def test_links_and_permissions_stay(tmp_path: Path) -> None:
    """A link stays a link to the changed file, whose permissions stay."""
    real, link = tmp_path / "real.yaml", tmp_path / "kb.yaml"
    real.write_text(_TWO, encoding="utf-8")
    real.chmod(0o640)
    link.symlink_to("real.yaml")
    edits = Edits(link)
    edits.add_alternates("one", ["uno"])
    edits.write()

    assert link.readlink() == Path("real.yaml")
    assert "uno" in real.read_text(encoding="utf-8")
    assert real.stat().st_mode & 0o777 == 0o640


def test_nothing_to_change_writes_nothing(tmp_path: Path) -> None:
    """Without a change there is no diff, and no file is touched."""
    path = tmp_path / "kb.yaml"
    path.write_text(_TWO, encoding="utf-8")
    path.chmod(0o444)
    edits = Edits(path)

    assert (edits.diff(), edits.write()) == ("", ())


def test_read_only_file_is_refused(tmp_path: Path) -> None:
    """A file that may not be written is not replaced either."""
    path = tmp_path / "kb.yaml"
    path.write_text(_TWO, encoding="utf-8")
    path.chmod(0o444)
    edits = Edits(path)
    edits.add_alternates("one", ["uno"])

    with pytest.raises(EditError, match="is read-only: allow writing to it"):
        edits.write()


def test_installed_base_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The base inside the installed package is to be copied first."""
    monkeypatch.setattr("faqbot.kb.saving._PACKAGE", tmp_path.resolve())
    (tmp_path / "knowledge").mkdir()
    path = tmp_path / "knowledge" / "kb.yaml"
    path.write_text(_TWO, encoding="utf-8")

    with pytest.raises(EditError, match=r"was installed with faqbot.*copy it.*--kb"):
        Edits(path).check_writable()


def test_failed_write_leaves_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is a sentence; the old file stays, and nothing beside it."""

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "kb.yaml"
    path.write_text(_TWO, encoding="utf-8")
    edits = Edits(path)
    edits.add_alternates("one", ["uno"])
    monkeypatch.setattr(os, "fsync", fail)

    with pytest.raises(EditError, match="No space left on device"):
        edits.write()
    assert (list(tmp_path.iterdir()), path.read_text(encoding="utf-8")) == ([path], _TWO)


def test_diff_shows_a_missing_final_newline(tmp_path: Path) -> None:
    """The diff is one that `patch` takes, also where the file ends without a newline."""
    path = tmp_path / "kb.yaml"
    path.write_text(_TWO.removesuffix("\n"), encoding="utf-8")
    edits = Edits(path)
    edits.set_text("two", "url", "https://example.org")

    assert edits.diff().splitlines()[-4:] == [
        "\\ No newline at end of file",
        "+    answer: 2",
        "+    url: https://example.org",
        "\\ No newline at end of file",
    ]


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ("    answer: So.\n", "    draft: true  # it is old"),
        ("    answer: So.\n    draft: false  # ready\n", "    draft: true  # ready"),
    ],
)
def test_an_entry_becomes_a_draft_with_its_reason(tmp_path: Path, fields: str, line: str) -> None:
    """The mark is added, or put in the place of its opposite."""
    path = tmp_path / "kb.yaml"
    path.write_text(f"version: 1\nentries:\n  - id: why\n    question: Why?\n{fields}", encoding="utf-8")  # fmt: skip
    edits = Edits(path)
    edits.set_draft("why", "it is  old")
    edits.write()

    assert line in path.read_text(encoding="utf-8").split("\n")
    assert load_knowledge_base(path).by_id["why"].draft


def test_an_entry_in_brackets_becomes_a_draft(tmp_path: Path) -> None:
    """No comment fits there."""
    path = tmp_path / "kb.yaml"
    path.write_text("version: 1\nentries: [{id: why, question: Why?, answer: So.}]\n", encoding="utf-8")  # fmt: skip
    edits = Edits(path)
    edits.set_draft("why", "it is old")
    edits.write()

    assert "answer: So., draft: true}" in path.read_text(encoding="utf-8")
