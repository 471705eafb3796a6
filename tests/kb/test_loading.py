"""Finding and reading files, whatever stands at a path."""

from __future__ import annotations

import gc
import os
import socket
from contextlib import suppress
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from faqbot.errors import InvalidEntry, InvalidYaml, KnowledgeBaseNotFound
from faqbot.kb import bundled_path, load_knowledge_base, loading, schema_path
from faqbot.kb.faults import FaultList
from faqbot.kb.loading import read_bytes, yaml_files
from faqbot.models import Caution, Source

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from faqbot.models import KnowledgeBase

    Load = Callable[[str | bytes], KnowledgeBase]
    Faults = Callable[[str | bytes], list[str]]

ONE = (
    "version: 1\ntitle: One\nsynonyms: [[a, b]]\nentries:\n- id: one\n  question: q\n  answer: a\n"
)
TWO = (
    "version: 1\ntitle: Two\nlanguage: fr\nsynonyms: [[c, d]]\n"
    "entries:\n- {id: two, question: q, answer: a, follow_ups: [one]}\n"
    "tests: [{ask: x, expect: one}]\n"
)
FULL = """\
# yaml-language-server: $schema=kb.schema.json
version: 1
title: Bakery
language: en
source:
  title: The baker's leaflet
  url: https://example.org/leaflet
  file: leaflet.pdf
  licence: CC0-1.0
  retrieved: 2026-02-01
greeting: Good *morning*!
fallback: |-
  I only know bread.

  Try another word.
contact: Ask [the shop](mailto:shop@example.org).
caution: high
synonyms:
  - [rye, rye bread]
  - [VAT, value added tax, sales tax]
entries:
  - id: opening-hours
    question: When are you open?
    alternates:
      - what are your hours
      - 24
    not_for:
      - when does the oven open
    answer: |-
      From **six** to noon.

      Not on Mondays.
    keywords: [hours]
    section: Shop
    source: Leaflet, paragraph 1
    url: https://example.org/hours
    tags: [shop, time]
    follow_ups: [holidays]
    audience: [staff, guests]
    reviewed: 2026-01-10
    expires: 2027-01-10
    draft: false
  - id: holidays
    question: Are you open on holidays?
    answer: no
    draft: true
tests:
  - ask: are you open at seven
    expect: opening-hours
  - ask: open on may day
    expect: [holidays, opening-hours]
  - ask: do you sell shoes
    expect: none
"""
MINIMAL = "version: 1\nentries:\n- id: a\n  question: b\n  answer: c\n"
needs_permissions = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything"
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


def test_the_garbage_collector_runs_while_a_base_is_loaded(
    load: Callable[[str], KnowledgeBase], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its state belongs to the whole process: loading in a thread must not change it."""
    seen = []
    monkeypatch.setattr(loading, "read_file", lambda *_: seen.append(gc.isenabled()))
    with suppress(InvalidEntry):
        load(ONE)

    assert seen == [True]


def test_the_bundled_base_is_there() -> None:
    """The bundled knowledge base loads without fault."""
    assert load_knowledge_base(bundled_path()).entries


def test_a_checkout_goes_before_a_stale_copy(tmp_path: Path) -> None:
    """The base beside the package is taken, else the base inside."""
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


def test_every_field_is_read(load: Load) -> None:
    """A base that uses every field comes out with each value in its type."""
    kb = load(FULL)
    first, second = kb.entries

    assert kb.title == "Bakery"
    assert kb.language == "en"
    assert kb.source == Source(
        "The baker's leaflet",
        "https://example.org/leaflet",
        "leaflet.pdf",
        "CC0-1.0",
        date(2026, 2, 1),
    )
    assert kb.greeting == "Good *morning*!"
    assert kb.fallback == "I only know bread.\n\nTry another word."
    assert kb.contact == "Ask [the shop](mailto:shop@example.org)."
    assert kb.caution is Caution.HIGH
    assert kb.synonyms == (("rye", "rye bread"), ("VAT", "value added tax", "sales tax"))
    assert first.id == "opening-hours"
    assert first.phrasings == ("When are you open?", "what are your hours", "24")
    assert first.not_for == ("when does the oven open",)
    assert first.answer == "From **six** to noon.\n\nNot on Mondays."
    assert (first.keywords, first.tags) == (("hours",), ("shop", "time"))
    assert (first.section, first.source) == ("Shop", "Leaflet, paragraph 1")
    assert first.url == "https://example.org/hours"
    assert first.follow_ups == ("holidays",)
    assert first.audience == {"staff", "guests"}
    assert (first.reviewed, first.expires) == (date(2026, 1, 10), date(2027, 1, 10))
    assert (first.draft, second.draft) == (False, True)
    assert second.answer == "no"
    assert [(test.ask, test.expect) for test in kb.tests] == [
        ("are you open at seven", ("opening-hours",)),
        ("open on may day", ("holidays", "opening-hours")),
        ("do you sell shoes", ()),
    ]


def test_entries_and_tests_know_where_they_were_written(load: Load) -> None:
    """Each has its file and the line it begins on."""
    kb = load(FULL)

    assert [entry.line for entry in kb.entries] == [22, 43]
    assert [test.line for test in kb.tests] == [48, 50, 52]
    assert {each.path for each in (*kb.entries, *kb.tests)} == set(kb.paths)


def test_what_is_left_out_has_its_default(load: Load) -> None:
    """Only a version and an entry's id, question and answer are needed."""
    kb = load(MINIMAL)

    assert (kb.title, kb.language, kb.caution, kb.source) == ("", "en", Caution.NORMAL, Source())
    assert kb.entries[0].phrasings == ("b",)


def test_an_optional_field_may_be_blank(load: Load) -> None:
    """A key without a value is as good as no key, for text, lists and records."""
    kb = load("title:\nsource: null\nsynonyms: ~\ntests: ''\n" + MINIMAL + "  tags:\n  url: ' '\n")

    assert kb.entries[0].tags == ()
    assert (kb.title, kb.source) == ("", Source())


@pytest.mark.parametrize("value", ["", "null", "~", "[]", "None", "NONE", "''", "Null"])
def test_an_empty_expect_says_to_write_none(value: str, load: Load) -> None:
    """However an author says that no entry is expected, the sentence gives the word for it."""
    with pytest.raises(InvalidEntry) as caught:
        load(MINIMAL + f"tests:\n  - ask: Is it far?\n    expect: {value}\n")

    (fault,) = caught.value.faults
    assert fault.message == "`expect` is empty: fill it in, or write `none` if nothing is meant"


@pytest.mark.parametrize("value", ["nothing", "no", "false", "[nil]"])
def test_a_word_for_nothing_says_to_write_none(value: str, load: Load) -> None:
    """A word that could be an id is one if that entry exists."""
    with pytest.raises(
        InvalidEntry, match="write `expect: none` for a question that no entry answers"
    ):
        load(MINIMAL + f"tests:\n  - ask: Is it far?\n    expect: {value}\n")

    named = MINIMAL.replace("id: a", f"id: {value.strip('[]')}")
    assert load(named + f"tests:\n  - ask: Is it far?\n    expect: {value}\n").tests[0].expect


def test_blanks_around_text_do_not_count(load: Load) -> None:
    """A folded question is one line, and an answer keeps its inner lines and indentation."""
    text = MINIMAL.replace("question: b", "question: >\n    one\n    two\n")
    kb = load(text.replace("answer: c", "answer: |2+\n\n        code\n\n    text\n\n"))

    assert kb.entries[0].question == "one two"
    assert kb.entries[0].answer == "    code\n\ntext"


WRONG_IN_FIVE = """\
version: 1
titel: Bakery
entries:
  - id: Opening Hours
    question: When?
    answer: Now.
  - id: b
    question: Where?
    answer:
    alternates: here
    reviewed: 2026-02-30
"""


def test_every_fault_is_in_one_message(load: Load) -> None:
    """A file that is wrong in five places gives one error with five lines."""
    with pytest.raises(InvalidEntry) as caught:
        load(WRONG_IN_FIVE)

    assert len(str(caught.value).splitlines()) == 5
    assert [fault.line for fault in caught.value.faults] == [2, 4, 9, 10, 11]


ENTRY = "version: 1\nentries:\n- id: a\n  question: b\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (MINIMAL.replace("1", "2", 1), "1: this was made for a newer faqbot"),
        (MINIMAL.replace("1", "one", 1), "1: `version` must be 1, not `one`"),
        (MINIMAL.replace("1", "0", 1), "1: `version` must be 1, not `0`"),
        (MINIMAL.removeprefix("version: 1\n"), "1: a knowledge base needs `version`: add it"),
        ("version: 1\n", "0: there are no entries"),
        ("version: 1\nentries:\n", "0: there are no entries"),
        ("version: 1\nentries: []\n", "0: there are no entries"),
        ("version: 1\nentries: text\n", "2: `entries` must be a list: begin each item with '- '"),
        ("version: 1\nentries: {a: b}\n", "2: `entries` must be a list: begin each item"),
        ("version: 1\nentries: [text]\n", "2: an entry must have fields such as `id: ...`"),
        ("version: 1\nentries: [[a]]\n", "2: an entry must have fields such as `id: ...`, not a"),
        (ENTRY, "3: an entry needs `answer`: add it"),
        (ENTRY + "  anwser: c\n", "5: `anwser` is not a field of an entry: did you mean `answer`?"),
        (MINIMAL + "  variants: [x]\n", "6: `variants` is not a field of an entry: did you mean"),
        (MINIMAL + "  zzzzzz: x\n", "6: `zzzzzz` is not a field of an entry: it may have `id`, "),
        (MINIMAL + "titel: x\n", "6: `titel` is not a field of a knowledge base: did you mean `ti"),
        (MINIMAL + "answer: x\n", "6: `answer` belongs to an entry: indent it below"),
        (ENTRY + "  answer: ''\n", "5: `answer` is blank"),
        (ENTRY + "  answer: |-\n\n\n", "5: `answer` is blank"),
        (ENTRY + "  answer: [c]\n", "5: `answer` must be text, not a list"),
        (ENTRY + "  answer: {c: d}\n", "5: `answer` must be text, not fields"),
        (ENTRY + f"  answer: {'x' * 20_001}\n", "5: `answer` has 20,001 characters: shorten it to"),
        (MINIMAL.replace(": b", ": |\n   x\n   y"), "4: `question` must be one line"),
        (MINIMAL.replace(": b", ': "x\\u2028y"'), "4: `question` must be one line"),
        (MINIMAL.replace("id: a", "id: none"), "3: `id` must be lower-case letters and digits"),
        (MINIMAL.replace("id: a", "id: What Is It?"), "3: `id` must be lower-case letters and"),
        (
            MINIMAL.replace("id: a", f"id: {'x' * 81}"),
            "3: `id` has 81 characters: shorten it to 80",
        ),
        (MINIMAL.replace("id: a", "id:"), "3: `id` is blank"),
        (MINIMAL + "- id: a\n  question: d\n  answer: e\n", "6: the id `a` is taken by "),
        (MINIMAL + "  alternates: one\n", "6: `alternates` must be a list: begin each item"),
        (MINIMAL + "  alternates:\n  - x\n  -\n", "8: an item of `alternates` is blank"),
        (MINIMAL + "  alternates:\n  - x: y\n", "7: an item of `alternates` must be text, not fi"),
        (MINIMAL + "  alternates: [[x]]\n", "6: an item of `alternates` must be text, not a list"),
        (MINIMAL + f"  tags: [{'x,' * 1_001}]\n", "6: `tags` may have 1,000 items, and has 1,001"),
        (MINIMAL + "  follow_ups: [a, a, a, a, a, a]\n", "6: `follow_ups` may have 5 items, and"),
        (MINIMAL + "  follow_ups: [A B]\n", "6: an item of `follow_ups` must be lower-case"),
        (MINIMAL + "  follow_ups:\n  - a\n  - aa\n", "8: `follow_ups` names `aa`, which is no "),
        (MINIMAL + "  reviewed: 10 January 2026\n", "6: `reviewed` must be a date such as 2026"),
        (MINIMAL + "  expires: 20260131\n", "6: `expires` must be a date such as 2026-01-31, not"),
        (MINIMAL + "  draft: yes\n", "6: `draft` must be `true` or `false`, not `yes`"),
        (MINIMAL + "  url: www.example.org\n", "6: `url` must be a link that begins with https"),
        (MINIMAL + "  url: javascript:alert(1)\n", "6: `url` must be a link that begins with http"),
        (MINIMAL + "language: english\n", "6: `language` must be a code such as `en` or `pt-BR`"),
        (
            MINIMAL + "language: Italiano\n",
            "6: `language` must be a code such as `en` or `pt-BR`, not",
        ),
        (MINIMAL + "caution: higher\n", "6: `caution` must be `low`, `normal` or `high`, not `hi"),
        (MINIMAL + "source: a book\n", "6: `source` must have fields such as `title: ...`"),
        (MINIMAL + "source:\n  author: x\n", "7: `author` is not a field of `source`: it may have"),
        (MINIMAL + "synonyms: [[UN]]\n", "6: an item of `synonyms` needs 2 or more items, and ha"),
        (MINIMAL + "synonyms:\n- UN, United Nations\n", "7: an item of `synonyms` must be a list"),
        (MINIMAL + "tests:\n- ask: x\n", "7: a test needs `expect`: add it"),
        (MINIMAL + "tests:\n- text\n", "7: a test must have fields such as `ask: ...`"),
        (MINIMAL + "tests:\n- ask: x\n  expect: b\n", "8: `expect` names `b`, which is no entry"),
        (MINIMAL + "tests:\n- ask: x\n  expect: [a, none]\n", "8: an item of `expect` must be low"),
        (MINIMAL + "tests:\n- ask: x\n  expect: []\n", "8: `expect` is empty: fill it in"),
    ],
)
def test_a_fault_says_what_to_do(faults: Faults, text: str, fault: str) -> None:
    """Each fault alone gives one sentence with its line."""
    (message,) = faults(text)

    assert message.startswith(fault)


def test_a_newer_version_is_the_only_fault(faults: Faults) -> None:
    """The rules of a newer format are unknown, so no other fault is reported."""
    (message,) = faults("cards: x\nversion: 2\nentries: [new]\n")

    assert message == "2: this was made for a newer faqbot: update faqbot to read it"


def test_a_broken_file_is_not_blamed_for_what_stands_further_down(faults: Faults) -> None:
    """After a syntax error nothing is called missing: no version, no entry, no id."""
    (message,) = faults(
        "entries:\n- id: a\n  question: b\n  answer: c\n  follow_ups: [d]\n\tx: y\n"
    )

    assert message.startswith("6: a tab")


def test_what_was_refused_is_not_called_missing(faults: Faults) -> None:
    """A field whose value is an alias is reported once."""
    (message,) = faults(MINIMAL.replace("answer: c", "answer: *c"))

    assert message.startswith("5: the alias *c")


def test_a_faulty_entry_still_stands_for_its_id(faults: Faults) -> None:
    """A reference to an entry that is wrong in another way is right."""
    (message,) = faults(ENTRY + "- id: b\n  question: c\n  answer: d\n  follow_ups: [a]\n")

    assert message.startswith("3: an entry needs `answer`")


def test_faults_of_yaml_and_of_the_schema_come_together(faults: Faults) -> None:
    """A duplicate key does not hide an unknown id in the same file."""
    messages = faults(MINIMAL + "  draft: true\n  draft: true\n  follow_ups: [b]\n")

    assert [message.split(":")[0] for message in messages] == ["7", "8"]


def test_a_file_of_nothing_but_faults_ends_early(faults: Faults) -> None:
    """The list stops at a thousand, and says that there are more."""
    messages = faults("version: 1\nentries:\n" + "- x\n" * 5_000)

    assert len(messages) == 1_001
    assert messages[0].startswith("0: there are more than these 1,000 faults")


def only_fault(path: Path) -> str:
    """Return the one fault of reading *path*, which must not be readable."""
    faults = FaultList(path)
    assert read_bytes(path, faults) is None
    ((kind, fault),) = faults.found
    assert kind is KnowledgeBaseNotFound
    assert faults.unread == {path}
    return fault.message


def test_a_file_is_read_as_it_is(tmp_path: Path) -> None:
    """No byte is changed, so that lines and offsets are right."""
    path = tmp_path / "kb.yaml"
    path.write_bytes(b"a\r\n\xff")

    assert read_bytes(path, FaultList(path)) == b"a\r\n\xff"


def test_a_missing_file(tmp_path: Path) -> None:
    """It is called missing."""
    assert only_fault(tmp_path / "kb.yaml").startswith("there is no such file or folder")


def test_a_link_that_leads_nowhere(tmp_path: Path) -> None:
    """The message names the target, as the link itself exists."""
    (tmp_path / "kb.yaml").symlink_to("gone.yaml")

    assert only_fault(tmp_path / "kb.yaml") == "this link leads nowhere: it points to gone.yaml"


def test_a_link_to_itself(tmp_path: Path) -> None:
    """It cannot be read, and says so."""
    (tmp_path / "kb.yaml").symlink_to("kb.yaml")

    assert only_fault(tmp_path / "kb.yaml").startswith("this cannot be read: ")


def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    """Opening one would wait until somebody writes."""
    os.mkfifo(tmp_path / "kb.yaml")

    assert only_fault(tmp_path / "kb.yaml").startswith("this is not a regular file")


def test_a_socket_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is a socket read."""
    monkeypatch.chdir(tmp_path)  # a socket's whole path must be short
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind("kb.yaml")

    assert only_fault(tmp_path / "kb.yaml").startswith("this is not a regular file")


def test_a_device_is_not_read() -> None:
    """It may never end."""
    assert only_fault(Path("/dev/zero")).startswith("this is not a regular file")


@pytest.mark.parametrize("path", [Path("a\0b"), Path("a" * 5_000), Path(__file__, "kb.yaml")])
def test_a_path_that_cannot_be(path: Path) -> None:
    """A path that the system refuses is a fault like any other."""
    assert only_fault(path)


@needs_permissions
def test_a_closed_file(tmp_path: Path) -> None:
    """A file without permission says so."""
    (tmp_path / "kb.yaml").touch(mode=0)

    assert only_fault(tmp_path / "kb.yaml") == "this cannot be read: Permission denied"


def test_any_refusal_of_the_system_is_passed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason of the system becomes the fault."""

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "kb.yaml").touch()
    monkeypatch.setattr("faqbot.files.os.open", refuse)

    assert only_fault(tmp_path / "kb.yaml") == "this cannot be read: Permission denied"


def test_a_file_over_the_limit(tmp_path: Path) -> None:
    """It is refused before it is read."""
    path = tmp_path / "kb.yaml"
    with path.open("wb") as file:
        file.truncate(loading.MAX_BYTES + 1)
    faults = FaultList(path)

    assert read_bytes(path, faults) is None
    assert [kind for kind, _ in faults.found] == [InvalidYaml]
    assert "over 128 MB" in faults.found[0][1].message


def test_a_folder_gives_its_files_in_order(tmp_path: Path) -> None:
    """YAML files at every depth are sorted; hidden and other files are skipped."""
    for name in ["b.yaml", "a.YML", "sub/c.yml", "aa/d.yaml", ".x.yaml", ".git/y.yaml", "z.txt"]:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()

    found = yaml_files(tmp_path, FaultList(tmp_path))

    assert [path.relative_to(tmp_path).as_posix() for path in found] == [
        "a.YML",
        "b.yaml",
        "aa/d.yaml",
        "sub/c.yml",
    ]


def test_relative_paths_stay_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A message names a file as the user would."""
    monkeypatch.chdir(tmp_path)
    Path("kb").mkdir()
    Path("kb/a.yaml").touch()

    assert yaml_files("kb", FaultList(Path("kb"))) == [Path("kb/a.yaml")]


def test_a_folder_that_links_to_itself_ends(tmp_path: Path) -> None:
    """Linked folders are not entered, linked files are read."""
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / ".data").mkdir()
    (tmp_path / ".data" / "kb.yaml").touch()
    (tmp_path / "kb.yaml").symlink_to(".data/kb.yaml")

    assert yaml_files(tmp_path, FaultList(tmp_path)) == [tmp_path / "kb.yaml"]


def test_a_folder_without_yaml(tmp_path: Path) -> None:
    """It is a fault of its own."""
    faults = FaultList(tmp_path)

    assert yaml_files(tmp_path, faults) == []
    assert [fault.message for _, fault in faults.found] == ["this folder has no .yaml or .yml file"]


def test_a_folder_that_cannot_be_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not taken for an empty one."""

    def refuse(path: str) -> object:
        raise PermissionError(13, "Permission denied", os.fspath(path))

    monkeypatch.setattr(os, "scandir", refuse)
    faults = FaultList(tmp_path)

    assert yaml_files(tmp_path, faults) == []
    assert [str(fault) for _, fault in faults.found] == [
        f"{tmp_path}: this folder cannot be listed: Permission denied"
    ]


def test_no_path_is_not_the_current_folder() -> None:
    """An empty setting must not make every YAML file around a knowledge base."""
    faults = FaultList(Path())

    assert yaml_files("", faults) == []
    assert faults.found[0][1].message == "the path is empty: name a file or a folder"
