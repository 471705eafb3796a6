"""From a question to the entries it may mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from faqbot.models import Caution, Entry, Question, Reason
from faqbot.retrieval import open_retriever
from faqbot.retrieval.calibration import thresholds
from faqbot.retrieval.contradictions import Abstention
from faqbot.retrieval.retriever import Retrieval, Retriever

if TYPE_CHECKING:
    from conftest import Letters, WordLetters

_ENTRIES = (
    Entry("c", "What is C?", "A language.", ("c meaning",)),
    Entry("cpp", "What is C++?", "Another.", ("cpp meaning",)),
    Entry("leave", "How do I ask for leave?", "Ask.", ("holiday request",), ("leave the company",)),
    Entry("quit", "How do I leave the firm?", "Tell us.", ("resign",)),
    Entry("pay", "When is pay day?", "Monthly.", ("holiday request",), ("who will pay",)),
    Entry(
        "raise", "Salaries of staff", "Secret.", ("pay rise",), audience=frozenset({"hr", "boss"})
    ),
)


def retriever(entries: tuple[Entry, ...] = _ENTRIES) -> Retriever:
    """Return a retriever without an encoder."""
    return open_retriever(entries, (("salary", "salaries"),), "none", cache=False)


_RETRIEVER = retriever()


def retrieve(text: str, *audience: str, limit: int = 9) -> Retrieval:
    """Return what is found for *text*, asked by somebody who holds the labels *audience*."""
    return _RETRIEVER.retrieve(Question(text, audience=frozenset(audience)), limit)


def ids(found: Retrieval) -> list[str]:
    """Return the ids of the matches, best first."""
    return [match.entry.id for match in found.matches]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "What is C++?",
            "what is c++",
            "WHAT IS C++ ?",
            "\uff37\uff48\uff41\uff54 is C\uff0b\uff0b",
        ),
        *("what  is C+ +", "\u00bfwhat is c++??", "What is C++\u2026"),
    ],
)
def test_phrasings_that_share_their_letters_are_told_apart(text: str) -> None:
    """Punctuation that is no sentence's own decides between "C" and "C++"."""
    found = retrieve(text)

    assert [entry.id for entry in found.exact] == ["cpp"]
    assert found.matches[0].entry.id == "cpp"
    assert found.matches[0].confidence == 1
    assert found.matches[0].phrasing == "What is C++?"
    assert {match.confidence for match in found.matches[1:]} == {0}


def test_a_name_without_its_sign_is_another_name() -> None:
    """Marks that no name has are dropped; the signs of a name are not."""
    assert [entry.id for entry in retrieve("what is c--").exact] == ["c"]
    assert [entry.id for entry in retrieve("what is c#").exact] == []


def test_a_phrasing_of_two_entries_is_of_both() -> None:
    """Both come first, with their own phrasing."""
    found = retrieve("Holiday request!")

    assert [entry.id for entry in found.exact] == ["leave", "pay"]
    assert {match.phrasing for match in found.matches[:2]} == {"holiday request"}
    assert [match.confidence for match in found.matches[:2]] == [0.5, 0.5]


def test_what_an_entry_is_not_for_never_returns_it() -> None:
    """However it is typed; the entry returns for anything else."""
    for text in ("leave the company", "LEAVE, the company?", "\uff4ceave the company"):
        assert "leave" not in ids(retrieve(text))
    assert "pay" not in ids(retrieve("who will pay"))
    assert "leave" in ids(retrieve("leave a company"))


def test_what_an_entry_is_not_for_sinks_it() -> None:
    """For a question like that, it falls behind the entry that is meant."""
    free = retriever((*_ENTRIES[:2], Entry("leave", "How do I ask for leave?", ""), *_ENTRIES[3:]))
    question = Question("how can I leave this company")
    sunk = {match.entry.id: match.score for match in retrieve(question.text).matches}
    before = {match.entry.id: match.score for match in free.retrieve(question, 9).matches}

    assert ids(retrieve(question.text))[0] == "quit"
    assert sunk["leave"] < before["leave"]


def test_what_one_is_not_for_may_be_what_another_is_asked_by() -> None:
    """A phrasing is found though the very letters are written as not for another entry."""
    found = retriever(
        (Entry("a", "What is it", ""), Entry("b", "other", "", not_for=("What is it?",)))
    ).retrieve(Question("What is it?"), 9)

    assert [entry.id for entry in found.exact] == ["a"]
    assert ids(found) == ["a"]


def test_an_entry_may_ask_what_it_is_not_for_less_closely() -> None:
    """The closer phrasing decides: C is asked by C, though it is not for C++."""
    retrieve_ = retriever(
        (Entry("c", "What is C?", "", not_for=("What is C++?",)), Entry("d", "What is D?", ""))
    ).retrieve

    assert ids(retrieve_(Question("what is c"), 9))[0] == "c"
    assert "c" not in ids(retrieve_(Question("what is c++"), 9))


def test_a_phrasing_that_may_not_be_seen_hides_none() -> None:
    """A closer phrasing of a hidden entry does not keep a visible one from being found."""
    entries = (Entry("a", "What is it", ""), Entry("b", "What is it?", "", audience=frozenset("x")))
    found = retriever(entries).retrieve(Question("What is it?"), 9)

    assert [entry.id for entry in found.exact] == ["a"]
    assert found.matches[0].confidence == 1


def test_an_audience_sees_its_entries() -> None:
    """One shared label is enough; without one, the entry is not there, even by its own words."""
    assert retrieve("pay rise", "boss").matches[0].entry.id == "raise"
    assert retrieve("pay rise", "boss", "intern").exact[0].id == "raise"
    for audience in ((), ("intern",)):
        found = retrieve("pay rise", *audience)
        assert "raise" not in ids(found)
        assert found.exact == ()


def test_one_persons_audience_is_not_anothers() -> None:
    """What one question may see does not change what the next one does."""
    first = retrieve("pay rise")
    retrieve("pay rise", "hr")
    retrieve("leave the company")

    assert retrieve("pay rise") == first
    assert "leave" in ids(retrieve("ask for leave"))


_WORDS = st.lists(
    st.sampled_from(
        ["what", "is", "c++", "leave", "holiday", "pay", "day", "salary", "requst", "?"]
    ),
    max_size=6,
).map(" ".join)


@given(_WORDS, st.integers(-3, 9), st.booleans())
def test_a_limit_only_cuts(text: str, limit: int, boss: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
    """Fewer matches are the first of more; a limit below one gives none; all else is the same."""
    audience = ("boss",) if boss else ()
    all_of_them, some = retrieve(text, *audience), retrieve(text, *audience, limit=limit)

    assert some.matches == all_of_them.matches[: max(limit, 0)]
    assert (some.reading, some.exact, some.abstention) == (
        *(all_of_them.reading, all_of_them.exact, all_of_them.abstention),
    )


@given(_WORDS)
@example("what holiday is")  # offers entries together, one of which was not second before
def test_matches_fall(text: str) -> None:
    """Scores and confidences never rise, and each entry is there once, with a phrasing of its own."""
    matches = retrieve(text).matches

    assert [match.score for match in matches] == sorted((m.score for m in matches), reverse=True)
    assert [m.confidence for m in matches] == sorted((m.confidence for m in matches), reverse=True)
    assert len({match.entry.id for match in matches}) == len(matches)
    assert all(0 <= match.confidence <= 1 for match in matches)
    assert all(match.phrasing in match.entry.phrasings for match in matches)


@given(_WORDS)
def test_the_same_question_has_the_same_result(text: str) -> None:
    """Asked again, and of a retriever made anew."""
    assert retrieve(text) == retrieve(text) == _AGAIN.retrieve(Question(text), 9)


_AGAIN = retriever()


@given(_WORDS, st.permutations(_ENTRIES))
def test_the_order_of_the_file_decides_equal_scores_only(text: str, entries: list[Entry]) -> None:
    """Entries in another order have the same scores, and where those differ the same places."""
    there = retrieve(text).matches
    back = retriever(tuple(entries)).retrieve(Question(text), 9).matches

    assert [match.score for match in back] == pytest.approx([match.score for match in there])
    scores = {match.entry.id: match.score for match in there}
    assert {match.entry.id: match.score for match in back} == pytest.approx(scores)
    assert [m.confidence for m in back] == pytest.approx([m.confidence for m in there])


def test_nothing_in_a_question_finds_nothing() -> None:
    """Without a word there is nothing to go by, and no entry is better than another."""
    for text in ("", " \n", "?!", "\U0001f600", "\x00\ud800", "\u200b" * 99):
        found = retrieve(text)
        assert (found.matches, found.exact, found.reading.words) == ((), (), ())


def test_a_phrasing_without_words_is_found_all_the_same() -> None:
    """Emoji and punctuation that were stored are phrasings as good as any."""
    found = retriever((Entry("a", "\U0001f44d", ""), Entry("b", "b", ""))).retrieve(
        Question(" \U0001f44d! "), 9
    )

    assert [entry.id for entry in found.exact] == ["a"]
    assert found.matches[0].confidence == 1


@pytest.mark.parametrize("served", [_ENTRIES[:1], _ENTRIES[:3], ()])
def test_small_knowledge_bases_work(
    served: tuple[Entry, ...], letters: Letters, word_letters: WordLetters
) -> None:
    """One entry, a few, or none: every encoder serves them."""
    for encoder in ("none", letters, word_letters):
        found = open_retriever(served, (), encoder, cache=False)
        assert len(found.retrieve(Question("leave the meaning"), 9).matches) == len(served)
        assert [
            found.retrieve(Question(entry.question), 9).matches[0].confidence for entry in served
        ] == [1] * len(served)


def test_an_encoder_finds_what_words_do_not(letters: Letters) -> None:
    """An object of one's own is asked for the question's vector, and it decides."""
    entries = (Entry("a", "silent", "x"), Entry("b", "garden", "x"), Entry("c", "window", "x"))
    found = open_retriever(entries, (), letters, cache=False)

    assert ids(found.retrieve(Question("LISTEN"), 9))[0] == "a"


def test_what_shares_only_how_it_is_put_is_never_offered() -> None:
    """Without an encoder, a question about what the base has no word for has no match to be sure of."""
    entries = (
        Entry("wifi", "What is the wifi password?", "It hangs in the kitchen."),
        Entry("print", "How do I print?", "Pick Floor 2."),
    )
    retriever = open_retriever(entries, (), "none", cache=False)
    suggest = thresholds(Caution.LOW).suggest

    for text in ("What is the weather?", "How do I dance?", "how do I", "xyzzy", "7"):
        assert retriever.retrieve(Question(text), 3).matches[0].confidence < suggest
    for text in ("What is the pasword?", "How do I get printing?", "what hangs in the kitchen"):
        assert retriever.retrieve(Question(text), 3).matches[0].confidence >= suggest


def test_what_two_entries_are_about_as_likely_for_is_doubted() -> None:
    """However sure of both; one that is clearly likelier is not."""
    things = ("visas", "flags", "maps", "stamps", "coins")
    entries = tuple(
        Entry(f"e{n}{act[0]}", f"how can I {act} {thing}", "x", (f"{act} {thing} here",))
        for n, thing in enumerate(things)
        for act in ("order", "return", "insure")
    )
    retriever = open_retriever(entries, (), "none", cache=False)
    close, clear = (retriever.retrieve(Question(text), 3) for text in ("flags", "order a flag"))

    assert close.matches[1].confidence >= 0.85 * close.matches[0].confidence
    assert close.matches[0].confidence > thresholds(Caution.LOW).suggest
    assert close.abstention == Abstention(Reason.CLOSE, "Another entry is about as likely.")
    assert clear.matches[0].entry.id == "e1o"
    assert clear.abstention is None


def test_a_small_base_does_not_answer_what_it_half_knows() -> None:
    """A question of which half is unknown gets choices there, and is answered once it is known."""
    entries = (
        Entry(
            "wifi",
            "What is the Wi-Fi password?",
            "In the kitchen.",
            ("to get online as a visitor",),
        ),
        Entry("print", "How do I print?", "Pick Floor 2."),
    )
    retriever = open_retriever(entries, (), "none", cache=False)

    abstention = retriever.retrieve(Question("online parking"), 3).abstention
    assert abstention is not None
    assert abstention.reason is Reason.UNKNOWN_WORDS
    assert retriever.retrieve(Question("wifi password for me"), 3).abstention is None
    assert retriever.retrieve(Question("online as visitor"), 3).abstention is None
    many = tuple(Entry(f"e{n}", f"What is item{n}?", "x") for n in range(50))
    larger = open_retriever((*entries, *many), (), "none", cache=False)
    abstention = larger.retrieve(Question("online parking"), 3).abstention
    assert abstention is None or abstention.reason is not Reason.UNKNOWN_WORDS


def test_entries_share_the_subject_of_a_question() -> None:
    """A key term in any form counts, one of very many phrasings does not, and no key term is no test."""
    entries = (
        *(Entry(f"m{n}", f"Museum of {word}?", "x") for n, word in enumerate(_SUBJECTS)),
        Entry("sail", "Can I rent sailing boats?", "Yes, also canoes."),
    )
    retriever = open_retriever(entries, (), "none", cache=False)

    def shares(text: str, entry: Entry) -> bool:
        reading = retriever.retrieve(Question(text), 1).reading
        return retriever.shares_subject(reading, [entry])

    assert shares("is there a boat", entries[-1])
    assert shares("canoe for two", entries[-1])
    assert not shares("is there a museum of clocks", entries[0])
    assert shares("is there a museum", entries[0])
    assert not shares("is there a piano museum", entries[-1])


_SUBJECTS = ("shells", "coins", "stamps", "masks", "lamps", "boots", "maps", "bells", "kites")
