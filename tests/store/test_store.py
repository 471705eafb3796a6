"""The store: its records, settings and retention."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from faqbot.errors import StoreError
from faqbot.models import AnswerRecord, AskedQuestion, Outcome, Question
from faqbot.store import open_store, queries, tables
from tests.store.made_records import age_records, record_question

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Clock, MakeAnswer, OpenStore

    from faqbot.store import Store


def test_a_record_gets_the_id_that_was_given_out_before(store: Store, answer: MakeAnswer) -> None:
    """Recording a question again under its id changes nothing."""
    record = store.make_id()

    for _ in range(2):
        assert store.record(answer("Why?", "a"), adapter="web", record=record) == record
    assert [asked.id for asked in store.questions()] == [record]


def test_records_are_written_together_as_one_by_one(store: Store, answer: MakeAnswer) -> None:
    """Questions, courtesies, picks and repetitions come out as from `record`."""
    asked = answer("Which?", "a", "b", outcome=Outcome.AMBIGUOUS)
    ids = [store.make_id() for _ in range(3)]
    records = [
        AnswerRecord(asked, "web", "U1", ids[0]),
        AnswerRecord(answer("Hello", "greeting", manners=True), "web", "U1"),
        AnswerRecord(answer("2", "b", picked_for=asked.question), "web", "U1", ids[0]),
        AnswerRecord(answer("Why?", "c"), "web", "", ids[1]),
        AnswerRecord(answer("Both?", "c", parts=(answer("A?", "a"), answer("B?", "b"))), "web"),
    ]

    assert store.record_all(records)
    assert store.record_all(records[3:4])
    found = [(one.text, one.picked) for one in store.questions()]
    assert sorted(found) == [("A?", ""), ("B?", ""), ("Which?", "b"), ("Why?", "")]
    assert {one.id for one in store.questions()} >= {ids[0], ids[1]}
    assert [one.text for one in store.courtesies()] == ["Hello"]
    assert len({one.person for one in (*store.questions(), *store.courtesies())}) == 2


def test_of_records_that_fail_none_is_kept(store: Store, answer: MakeAnswer) -> None:
    """A fault in one of them leaves the store as it was."""
    good, bad = AnswerRecord(answer("Why?", "a"), "web"), AnswerRecord(answer("x"), "web")
    object.__setattr__(bad, "answer", None)

    assert not store.record_all([good, bad])
    assert [*store.questions()] == []


def test_a_pick_changes_the_record_that_it_names(store: Store, answer: MakeAnswer) -> None:
    """Of two people's equal questions, only the named one has a pick."""
    asked = answer("Which?", "a", "b", outcome=Outcome.AMBIGUOUS)
    records = [store.make_id(), store.make_id()]
    for record in records:
        store.record(asked, adapter="web", record=record)

    picked = answer("2", "b", picked_for=asked.question)
    assert store.record(picked, adapter="web", record=records[0]) == records[0]
    assert [question.picked for question in store.questions()] == ["b", ""]


def test_a_question_comes_back_as_it_was_asked(store: Store, answer: MakeAnswer) -> None:
    """Outcome, entry, confidence, adapter, time, asker and the nearest entries are kept."""
    before = datetime.now(UTC)
    record = record_question(store, answer("What is it?", "a", "b", read_as="What is a treaty?"))

    (asked,) = store.questions()
    assert before <= asked.at <= datetime.now(UTC)
    assert asked == AskedQuestion(
        id=record,
        text="What is it?",
        outcome=Outcome.ANSWERED,
        entry="a",
        confidence=0.9,
        adapter="slack",
        at=asked.at,
        person=asked.person,
        nearest=("a", "b"),
        read_as="What is a treaty?",
    )


def test_people_are_hashed(store: Store, answer: MakeAnswer, path: Path, tmp_path: Path) -> None:
    """One person is the same in all records, another is not, and nobody's id is in the file."""
    for person in ("U-plain-id", "U-plain-id", "U2", ""):
        record_question(store, answer("why?"), person)
    store.close()

    from faqbot.store import open_store

    with open_store(str(path)) as again, open_store(str(tmp_path / "other.db")) as other:
        one, same, another, nobody = (asked.person for asked in again.questions())
        record_question(other, answer("why?"), "U-plain-id")
        (elsewhere,) = (asked.person for asked in other.questions())
    assert one == same != another
    assert nobody == ""
    assert elsewhere != one
    assert b"U-plain-id" not in path.read_bytes()


def test_every_text_is_redacted(store: Store, answer: MakeAnswer) -> None:
    """Questions, as typed and as understood, reasons and suggestions hold nothing private."""
    private = "mail me at jo@example.org"
    record = record_question(store, answer(private, read_as=private))
    store.record_feedback(record, person="U1", helpful=False, reason=private)
    store.suggest(private, private)

    assert "jo@example.org" not in json.dumps(list(store.export()))
    assert json.dumps(list(store.export())).count("[email]") == 5


def test_manners_are_no_questions(store: Store, answer: MakeAnswer) -> None:
    """A greeting is recorded as a courtesy, which nobody judges; beside a question it is not."""
    hello = answer("hello", "greeting", manners=True)

    assert store.record(hello, adapter="slack", person="U1") is None
    record = record_question(store, answer("hello. why?", parts=(hello, answer("why?"))))
    assert [(asked.id, asked.text) for asked in store.questions()] == [(record, "why?")]
    (said,) = store.courtesies()
    assert (said.text, said.entry, said.manners) == ("hello", "greeting", True)
    assert [row["kind"] for row in store.export()] == ["question", "courtesy"]
    assert store.forget("U1") == 2
    assert not [*store.courtesies()]


def test_parts_are_recorded_one_by_one(store: Store, answer: MakeAnswer) -> None:
    """Each of several questions in a message is a record, and the id is that of the last."""
    both = answer("a? b?", parts=(answer("a?", "a"), answer("b?")))

    record = record_question(store, both)

    assert [(asked.text, asked.entry) for asked in store.questions()] == [("a?", "a"), ("b?", "")]
    assert [asked.id for asked in store.questions()][-1] == record


def test_a_pick_is_noted_where_it_was_asked(store: Store, answer: MakeAnswer) -> None:
    """It goes to the latest record of that question by that person, which a verdict then finds."""
    offered = answer("treaty?", "a", "b", outcome=Outcome.AMBIGUOUS)
    first, latest, others = (record_question(store, offered, who) for who in ("U1", "U1", "U2"))
    pick = answer("2", "b", picked_for=Question("treaty?"))

    assert record_question(store, pick) == latest
    picked = {asked.id: (asked.picked, asked.outcome) for asked in store.questions()}
    ambiguous = Outcome.AMBIGUOUS
    assert picked == {first: ("", ambiguous), latest: ("b", ambiguous), others: ("", ambiguous)}


def test_a_pick_finds_a_follow_up(store: Store, answer: MakeAnswer) -> None:
    """A question is found by how it was understood as well."""
    offered = answer("its drawbacks?", "a", outcome=Outcome.AMBIGUOUS, read_as="drawbacks of b?")
    record = record_question(store, offered)

    assert (
        record_question(store, answer("1", "a", picked_for=Question("drawbacks of b?"))) == record
    )


def test_a_pick_without_its_question_is_a_record(store: Store, answer: MakeAnswer) -> None:
    """It holds the question, not the number that was typed."""
    record_question(store, answer("2", "b", picked_for=Question("treaty?")))

    (asked,) = store.questions()
    assert (asked.text, asked.outcome, asked.picked) == ("treaty?", Outcome.AMBIGUOUS, "b")
    assert asked.entry == ""


def test_choices_turned_down_make_a_miss(store: Store, answer: MakeAnswer) -> None:
    """Only when nothing else was found: other choices leave it open."""
    record_question(store, answer("treaty?", "a", outcome=Outcome.AMBIGUOUS))
    none = {"picked_for": Question("treaty?")}

    record_question(store, answer("none", "c", outcome=Outcome.AMBIGUOUS, **none))
    assert [asked.outcome for asked in store.questions()] == [Outcome.AMBIGUOUS]
    record_question(store, answer("none", **none))
    (asked,) = store.questions()
    assert (asked.outcome, asked.picked) == (Outcome.UNANSWERED, "")


def test_the_last_verdict_of_a_person_counts(store: Store, answer: MakeAnswer) -> None:
    """People are counted, not clicks, and a reason that was taken back is gone; misses count too."""
    record = record_question(store, answer("why?"))
    for person, helpful, reason in (
        ("U1", False, "wrong"),
        ("U1", True, ""),
        ("U2", False, "too long"),
        ("U2", False, "far too long"),
        ("U3", False, ""),
    ):
        assert store.record_feedback(record, person=person, helpful=helpful, reason=reason)

    (asked,) = store.questions()
    assert (asked.helpful, asked.unhelpful, asked.reasons) == (1, 2, ("far too long",))


def test_feedback_on_nothing_is_refused(store: Store) -> None:
    """A verdict needs the record that it is about."""
    assert not store.record_feedback("gone", person="U1", helpful=True)


def test_suggestions_are_decided(store: Store) -> None:
    """They come back by status, in the order in which they were made."""
    first, second = store.suggest("Why?", "So.", person="U1"), store.suggest("How?", entry="a")
    assert first
    assert second

    assert store.decide(first, "approved")
    assert not store.decide("gone", "approved")
    assert [(one.question, one.entry) for one in store.suggestions("open")] == [("How?", "a")]
    assert [one.answer for one in store.suggestions("approved")] == ["So."]
    assert [one.id for one in store.suggestions()] == [first, second]
    with pytest.raises(ValueError, match="open, approved or rejected"):
        store.decide(first, "maybe")  # type: ignore[arg-type]


def test_a_suggestion_sent_twice_is_kept_once(store: Store) -> None:
    """The same from another person, or after it was decided, is another."""
    first = store.suggest("Why?", "So.", person="U1")
    assert first

    assert store.suggest("Why?", "So.", person="U1") == first
    assert store.suggest("Why?", "So.", person="U2") != first
    store.decide(first, "rejected")
    assert store.suggest("Why?", "So.", person="U1") != first


def test_a_person_is_forgotten(store: Store, answer: MakeAnswer, path: Path) -> None:
    """All records of the person are deleted, from the bytes of the file too."""
    theirs = record_question(store, answer("my peculiar question"), "U1")
    kept = record_question(store, answer("another question"), "U2")
    store.record_feedback(theirs, person="U2", helpful=False, reason="about the peculiar one")
    store.record_feedback(kept, person="U1", helpful=False, reason="a peculiar reason")
    store.suggest("a peculiar suggestion", person="U1")

    assert store.forget("U1") == 3
    assert [(asked.id, asked.unhelpful) for asked in store.questions()] == [(kept, 0)]
    assert list(store.suggestions()) == []
    written = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"another question" in written
    assert b"peculiar" not in written


@pytest.mark.parametrize("person", ["U1", ""])
def test_nobody_is_forgotten_by_mistake(store: Store, answer: MakeAnswer, person: str) -> None:
    """One who never asked has no records, and an empty id is nobody's."""
    record_question(store, answer("why?"), "")

    assert store.forget(person) == 0
    assert len(list(store.questions())) == 1


def test_export_is_plain_data(store: Store, answer: MakeAnswer) -> None:
    """Every record is an object for JSON, with its kind."""
    record_question(store, answer("why?", "a"))
    store.suggest("how?")

    exported = list(store.export())
    assert json.loads(json.dumps(exported)) == exported
    assert [record["kind"] for record in exported] == ["question", "suggestion"]
    assert exported[0]["nearest"] == ["a"]


def test_old_records_are_removed(open_again: OpenStore, answer: MakeAnswer, clock: Clock) -> None:
    """At the first write, then once a day, with their verdicts."""
    store = open_again(days_kept=30)
    record = record_question(store, answer("old?"))
    store.record_feedback(record, person="U1", helpful=True)
    store.suggest("old?")
    age_records(store, 31)

    assert store.prepare()
    assert len(list(store.export())) == 2  # it was done when the store was opened
    clock.now += 24 * 60 * 60
    record_question(store, answer("new?"))
    assert [asked["text"] for asked in store.export()] == ["new?"]
    count = tables.verdicts.select()
    assert not store._database.transact(lambda connection: connection.execute(count).all())


def test_many_old_records_are_removed_in_steps(
    open_again: OpenStore, answer: MakeAnswer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No single write waits for a whole year's records; the steps follow one another."""
    monkeypatch.setattr("faqbot.store.store.REMOVED_AT_ONCE", 2)
    keeper = open_again()
    for number in range(5):
        record_question(keeper, answer(f"{number}"))
    age_records(keeper, 31)
    store = open_again(days_kept=30)

    left = []
    for _ in range(3):
        store.prepare()
        left.append(len(list(store.questions())))
    assert left == [3, 1, 0]


def test_records_are_kept_for_ever(open_again: OpenStore, answer: MakeAnswer) -> None:
    """Without a number of days nothing is removed; nor is it by one who only reads."""
    store = open_again()
    record_question(store, answer("old?"))
    age_records(store, 10_000)
    store.prepare()

    assert len(list(store.questions())) == 1
    assert len(list(open_again(days_kept=1).questions())) == 1


@given(text=st.text(), adapter=st.text(max_size=300), person=st.text())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_can_be_recorded(
    store: Store, answer: MakeAnswer, text: str, adapter: str, person: str
) -> None:
    """Whatever people type and adapters call them, it is written and read again."""
    odd = text + "\ud800\x00"
    record = store.record(answer(odd), adapter=adapter, person=person + "\udfff")

    assert record
    assert store.record_feedback(record, person=odd, helpful=False, reason=odd)
    assert store.suggest(odd, odd, entry=odd, person=odd)
    assert store.claim(record + odd, seconds=1)
    assert record in [asked.id for asked in store.questions()]


def test_ids_sort_as_records_came() -> None:
    """Later ids are greater, so that pages follow one another in time."""
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    ids = [queries.new_id(moment + timedelta(microseconds=step)) for step in range(100)]

    assert ids == sorted(ids)
    assert {len(one) for one in ids} == {32}


def test_the_platform_s_folder_is_the_default(tmp_path: Path) -> None:
    """Without a setting the store is among the person's data, and made when it is first used."""
    with open_store() as store:
        assert Path(store.name).is_relative_to(tmp_path)
        assert not Path(store.name).exists()
        assert store.prepare()
        assert Path(store.name).is_file()


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has these modes")
def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    """The file and the folder that is made for it are the person's own."""
    path = tmp_path / "folder" / "store.db"
    with open_store(str(path)) as store:
        store.prepare()
        modes = {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}

    assert modes == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_environment_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """FAQBOT_STORE is used where no argument is given, as a path or as a URL."""
    for where in (f"{tmp_path}/a.db", f"sqlite:///{tmp_path}/a.db"):
        monkeypatch.setenv("FAQBOT_STORE", where)
        with open_store() as store, open_store(f"{tmp_path}/b.db") as other:
            assert store.name == f"{tmp_path}/a.db"
            assert other.name == f"{tmp_path}/b.db"


@pytest.mark.parametrize(
    ("days", "kept"), [("", 365), ("30", 30), (" 7 ", 7), ("0", 0), ("00", 0), ("99999", 99999)]
)
def test_retention_is_a_setting(days: str, kept: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """FAQBOT_RETENTION is in days; 365 unless set."""
    monkeypatch.setenv("FAQBOT_RETENTION", days)

    assert open_store()._retention.days_kept == kept


@pytest.mark.parametrize(
    "days", ["a year", "-1", "1.5", "²", "4000000", "99999999999", "nan", "9" * 5000]
)
def test_wrong_retention_is_said(days: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong retention is an error, not a guess."""
    monkeypatch.setenv("FAQBOT_RETENTION", days)

    with pytest.raises(StoreError, match="whole number of days"):
        open_store()


@pytest.mark.parametrize("library", ["sqlalchemy", "phonenumbers", "stdnum"])
def test_the_extra_is_named(library: str) -> None:
    """Without a library, names can be imported, and opening a store names the extra."""
    code = f"""
import sys
sys.modules["{library}"] = None
from faqbot import MissingDependency, Store, open_store
try:
    open_store()
except MissingDependency as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[2],
        encoding="utf-8",
    )

    assert "[store]'" in done.stdout


def test_longest_retention_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The longest time to keep records is one that a date can go back by."""
    monkeypatch.setenv("FAQBOT_RETENTION", "99999")
    with open_store(str(tmp_path / "a.db")) as store:
        store.prepare()
        assert store.suggest("How do I\x0bpay\x85now?\x07") is not None
        assert [each.question for each in store.suggestions()] == ["How do I pay now? "]


@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_store_that_is_no_file_is_said(tmp_path: Path, kind: str) -> None:
    """A pipe or a device as a store is a sentence, and nothing waits for it."""
    path = tmp_path / "store.db"
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")
    with open_store(str(path)) as store, pytest.raises(StoreError, match="not a regular file"):
        list(store.questions())
