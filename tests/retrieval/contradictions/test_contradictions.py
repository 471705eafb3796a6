"""What turns an answer into choices: unknown names, negation, numbers, opposites, a telling word."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from faqbot.models import Entry
from faqbot.retrieval import contradictions as module
from faqbot.retrieval.contradictions import ContradictionCheck, EntryPhrasings
from faqbot.retrieval.contradictions.compared import Marks
from faqbot.retrieval.contradictions.numbers import numerals
from faqbot.retrieval.contradictions.polarity import sides_of
from faqbot.retrieval.index.index import build_index, phrasing_at
from faqbot.retrieval.languages import ENGLISH, tokenize
from faqbot.retrieval.query import QuestionAnalyzer
from faqbot.retrieval.text import Synonyms

_SPOKEN_ENTRIES = (
    Entry("other", "What is it?", "This."),
    Entry("buy", "How do I buy 2 unlisted shares?", "So.", ("no sale", "Buying shares")),
)
_ENTRIES = (
    Entry("un", "How many members has the UN?", "193", not_for=("Who leads FIFA?",)),
    Entry("vienna", "What happened in Vienna?", "A congress. Ottawa had no part in it."),
    Entry("cancel", "How do I cancel an order?", "Write to us.", ("I want to cancel my order",)),
    Entry("late", "Why has my parcel not come?", "Snow.", ("My parcel did not arrive",)),
    Entry("structure", "What is the warehouse structure?", "Halls, each with a manager."),
    Entry("costs", "What does a warehouse cost?", "Much."),
    Entry("new", "What is new in version 2?", "Speed.", ("Changes in version 2",)),
    Entry("buy", "How do I buy shares?", "At a bank.", ("Purchasing stock",)),
    Entry("gate", "When does the north gate open?", "At nine.", ("Hours of the southern gate",)),
    Entry(
        "menu", "Is there a vegan menu?", "Yes.", ("Is there a halal menu?", "Is there a raw menu?")
    ),
    Entry("light", "How do I turn on the one that is off?", "With the switch."),
    Entry("leave", "Who gets unpaid leave?", "All.", ("When is leave granted?",)),
    Entry("meals", "Are meals paid?", "No."),
    Entry("kettle", "The kettle is broken", "Bring it back."),
    Entry("ticket", "I forgot my ticket, what now?", "Call us."),
    Entry("letter", "Where is my letter?", "Wait.", ("my letter never came",)),
)


class SplitCounter:
    """Splits phrasings, and notes which."""

    def __init__(self) -> None:
        """Start with none."""
        self.index = build_index(_SPOKEN_ENTRIES, Synonyms([]), None)
        self.rows: list[int] = []
        self.spoken = EntryPhrasings(
            self.index, 1, range(1, 4), self.split, Marks(ENGLISH).__getitem__
        )

    def split(self, row: int) -> tuple[str, ...]:
        """Return the words of *row*."""
        self.rows.append(row)
        return tuple(tokenize(phrasing_at(self.index, _SPOKEN_ENTRIES, row)))


@pytest.fixture
def reader() -> SplitCounter:
    """Return a reader of the second entry."""
    return SplitCounter()


def test_all_words_are_known_without_splitting(reader: SplitCounter) -> None:
    """They are in the index."""
    assert reader.spoken.words == set(tokenize("how do i buy 2 unlisted shares no sale buying"))
    assert reader.spoken.lacking(["how", "it", "xyzzy", "sale"]) == ["it", "xyzzy"]
    assert [*map(reader.spoken.has, ("shares", "it", "xyzzy"))] == [True, False, False]
    assert reader.rows == []


def test_the_rest_is_read_of_every_phrasing(reader: SplitCounter) -> None:
    """Each is split for it."""
    spoken = reader.spoken

    assert spoken.phrasings[1:] == (("no", "sale"), ("buying", "shares"))
    assert spoken.cores[1:] == (("sale",), ("buying", "shares"))
    assert spoken.sides.keys() == {*sides_of(ENGLISH, ["buy"]), *sides_of(ENGLISH, ["sale"])}
    assert spoken.numerals == numerals(ENGLISH, ["buy", "2", "unlisted"])
    assert spoken.negated == {"sale"}
    assert reader.rows == [1, 2, 3]


class Desk:
    """A guard with its reader, asked about one entry at a time."""

    def __init__(
        self, entries: Sequence[Entry] = _ENTRIES, synonyms: Synonyms | None = None
    ) -> None:
        """Serve *entries* without an encoder."""
        self.entries = entries
        self.index = build_index(entries, synonyms or Synonyms([]), None)
        self.reader = QuestionAnalyzer(self.index, synonyms or Synonyms([]), None)
        self.split_rows: list[int] = []
        self.guard = ContradictionCheck(self.index, self.split)

    def split(self, row: int) -> list[str]:
        """Return the words of *row*, and note that it was split."""
        self.split_rows.append(row)
        return self.reader.tokenize(phrasing_at(self.index, self.entries, row))

    def abstention(self, question: str, entry: str, phrasing: int = 0) -> str:
        """Return why *entry* must not answer *question*, which its *phrasing* is nearest to."""
        number = [found.id for found in self.entries].index(entry)
        row = int(self.index.first_row[number]) + phrasing
        found = self.guard.check(self.guard.compare(self.reader.read(question), row))
        return "" if found is None else found.text


@pytest.fixture(scope="module")
def desk() -> Desk:
    """Return a guard of all entries."""
    return Desk()


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("how many members has NATO", "NATO"),
        ("NATO members?", "NATO"),
        ("how many members has FIFA", "FIFA"),
        ("what happened in Lisbon then", "Lisbon"),
        ("Hello. what happened in Lisbon", "Lisbon"),
        ("WHAT TOOK PLACE IN LISBON", "lisbon"),
        ("What Took Place In Lisbon", "lisbon"),
        ("Lisbon", "lisbon"),
        ("what happened in lisbon", "lisbon"),
        ("how many members has narnia", "narnia"),
    ],
)
def test_an_unknown_name_is_doubted(desk: Desk, question: str, name: str) -> None:
    """A word in capitals, a capital inside a sentence and a listed name must be known."""
    assert (
        desk.abstention(question, "un")
        == f"The knowledge base does not mention \u201c{name}\u201d."
    )


@pytest.mark.parametrize(
    "question",
    [
        "how many members has the UN",
        "what happened in Vienna",
        "what happened in Vienne",
        "was Ottawa in it",
        "What happened? Perhaps nothing",
        "",
        "How do I cancel my order of last Saturday",
    ],
)
def test_known_names_and_plain_words_are_not(desk: Desk, question: str) -> None:
    """Names of phrasings and answers are known, and slips of them, too."""
    assert "mention" not in desk.abstention(question, "vienna")


@pytest.mark.parametrize(
    ("question", "entry", "abstention"),
    [
        ("how do i sell shares", "buy", "says “sell”, but the best match says the opposite, “buy”"),
        (
            "can i not cancel my order",
            "cancel",
            "question negates “cancel”, the best match does not",
        ),
        ("Why has my parcel come?", "late", "best match negates “come”, the question does not"),
        ("what's new in version 3", "new", "says “version 3”, but the best match says “version 2”"),
        (
            "What is the cost structure?",
            "structure",
            "says “cost” where the best match says “wareh",
        ),
        ("What is the salary structure?", "structure", "says “salary” where the best match says"),
        ("What is the big warehouse structure", "structure", "does not mention “big”"),
        ("how do i turn off the one that is on", "light", "“turn off”, but the best match says"),
        (
            "the kettle is not broken",
            "kettle",
            "question negates “broken”, the best match does not",
        ),
        ("the kettle works", "kettle", "says “works”, but the best match says the opposite"),
        ("I did not forget my ticket", "ticket", "question negates “forget”, the best match does"),
        ("the letter came", "letter", "best match negates “came”, the question does not"),
        ("who gets paid leave", "leave", "“paid”, but the best match says the opposite, “unpaid”"),
        (
            "are meals unpaid",
            "meals",
            "says “unpaid”, but the best match says the opposite, “paid”",
        ),
    ],
)
def test_each_kind_of_contrast_is_named(
    desk: Desk, question: str, entry: str, abstention: str
) -> None:
    """The doubt is one sentence that has the words in question, for any kind of contrast."""
    found = desk.abstention(question, entry)

    assert abstention in found
    assert found[0] == "T"
    assert found.count(".") == 1
    assert found.endswith(".")


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("how do i purchase some shares", "buy"),
        ("when does the south gate open", "gate"),
        ("could you please cancel my order", "cancel"),
        ("why didn't my parcel come", "late"),
        ("when will my parcel come", "late"),
        ("what is new in version two", "new"),
        ("what is the warehouse structure of 2023", "structure"),
        ("What is the manager structure?", "structure"),
        ("What are warehouse structures?", "structure"),
        ("Is there a kosher menu?", "menu"),
    ],
)
def test_what_an_entry_speaks_of_is_not_doubted(desk: Desk, question: str, entry: str) -> None:
    """Its own side, what any of its phrasings or its answer says, and a place that takes anything."""
    assert desk.abstention(question, entry) == ""


def test_a_word_of_the_answer_counts_only_if_no_phrasing_has_it() -> None:
    """An entry that mentions in passing what another is about does not speak of it."""
    told = Entry("a", "What is trade?", "Trade has a fair.")
    other = Entry("b", "When is the fair?", "In May.")

    assert Desk((told,)).abstention("What is fair trade?", "a") == ""
    assert "“fair”" in Desk((told, other)).abstention("What is fair trade?", "a")


def test_an_entry_may_affirm_and_deny() -> None:
    """What it does in any phrasing is no surprise; a denial of something else is none of that."""
    both = Entry("a", "Why is my card not blocked?", "So.", ("Is my card blocked?", "no fee"))
    desk = Desk((both,))

    assert desk.abstention("why is my card blocked", "a") == ""
    assert desk.abstention("is my card not blocked", "a", 1) == ""
    assert "“card”" in desk.abstention("what if I have no card", "a", 1)
    assert "“card”" not in desk.abstention("what if I have no card", "a", 2)


def test_a_story_may_say_not(desk: Desk) -> None:
    """In more than twenty words, it is seldom what is asked about."""
    story = "I had a long day and then I saw that there was one thing I forgot so I want to"

    assert "“cancel”" in desk.abstention("I do not want to cancel", "cancel")
    assert desk.abstention(f"{story} cancel, do not cancel", "cancel") == ""


def test_synonyms_are_read_alike_on_both_sides() -> None:
    """A phrasing's term is the question's, whichever of its synonyms each has."""
    entries = (Entry("a", "What is the WTO structure?", "x"),)
    desk = Desk(entries, Synonyms([["WTO", "world trade body"]]))

    assert desk.abstention("What is the world trade body structure?", "a") == ""


def test_no_phrasing_is_split_for_what_its_entry_says_itself() -> None:
    """Most questions have no other word, no number and no "not", and so nothing to be held against it."""
    desk = Desk()

    assert desk.abstention("how do i cancel my order", "cancel") == ""
    assert desk.abstention("please, is there a menu", "menu") == ""
    assert desk.split_rows == []


def test_phrasings_are_split_once_and_only_if_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The nearest is split at the first question, and again only after many others."""
    desk = Desk()
    for _ in range(2):
        desk.abstention("how do i pay", "buy")
    assert len(desk.split_rows) == 1

    monkeypatch.setattr(module, "MAX_CACHED", 1)
    forgetful = Desk()
    for entry in ("buy", "costs", "buy"):
        forgetful.abstention("how do i pay", entry)
    assert len(forgetful.split_rows) == 3


@pytest.mark.parametrize(
    ("question", "may_have"),
    [
        ("how do i cancel my order today", False),
        ("how do i cancel my Order today", True),
        ("how do i cancel order b12", True),
        ("how do i cancel my nato order", True),
    ],
)
def test_a_mark_or_a_capital_shows_that_a_new_word_may_be_a_name(
    question: str, *, may_have: bool
) -> None:
    """Without either, no name is looked for."""
    index = build_index(_ENTRIES, Synonyms([]), None)
    check = ContradictionCheck(index, lambda row: tokenize(phrasing_at(index, _ENTRIES, row)))
    reading = QuestionAnalyzer(index, Synonyms([]), None).read(question)
    asked = check.compare(reading, int(index.first_row[2]))

    assert asked.may_have_new_names is may_have
    assert may_have or check.names.other(asked) == []
