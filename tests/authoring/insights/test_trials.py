"""Decisions on proposals: what they change, what they do to the tests, and that they are remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from faqbot.authoring.insights.proposals import Proposal, ProposalKind
from faqbot.authoring.insights.teaching import apply, remember, undecided
from faqbot.authoring.insights.trials import (
    UNWRITTEN,
    ProposalTrials,
    with_proposals,
    without_parts,
)
from faqbot.kb import load_knowledge_base
from faqbot.kb.edits import Edits
from faqbot.models import Entry, KnowledgeBase, KnowledgeBaseTest
from faqbot.store import Store, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_WIFI = Entry("wifi", "What is the Wi-Fi password?", "On the wall.", ("password of the network",))
_PRINT = Entry("print", "How do I print a page?", "Press P.", ("use the printer",))
_LUNCH = Entry("lunch", "When is lunch served?", "At noon.", ("time of the midday meal",))
_KB = KnowledgeBase(
    (_WIFI, _PRINT, _LUNCH),
    tests=(
        KnowledgeBaseTest("how can I print something on paper", ("print",)),
        KnowledgeBaseTest("what is the password of the wifi network", ("wifi",)),
        KnowledgeBaseTest("when do we eat lunch", ("lunch",)),
    ),
)


def _alternate(entry: str, *questions: str) -> Proposal:
    return Proposal(ProposalKind.ALTERNATE, entry, questions, "", 2, "Two people picked it.")


def _entry(entry: str, *questions: str, answer: str = "") -> Proposal:
    return Proposal(ProposalKind.ENTRY, entry, questions, answer, 3, "Three people asked.")


_GOOD = _alternate("wifi", "how do I get online")
_ASIDE = _alternate("lunch", "when may I have my soup")
_BAD = _alternate("lunch", "how can I print something on paper please")
_NEW = _entry("parking", "Where can I park?", "car park")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return an empty store."""
    with open_store(str(tmp_path / "store.db")) as opened:
        yield opened


# What was decided


def test_rejected_proposals_do_not_come_back(store: Store) -> None:
    """What was rejected is left out from then on, and what else there is stays."""
    proposals = (_GOOD, _BAD, _NEW)
    assert undecided(proposals, store.suggestions(), _KB) == proposals

    assert remember(store, _BAD, "rejected")
    assert remember(store, _NEW, "rejected")

    assert undecided(proposals, store.suggestions(), _KB) == (_GOOD,)


def test_rejection_is_of_a_phrasing_for_an_entry(store: Store) -> None:
    """A rejected phrasing may be right for another entry, and a new one for the same entry."""
    remember(store, _BAD, "rejected")
    other = _alternate("print", *_BAD.questions)
    more = _alternate("lunch", _BAD.questions[0].upper(), "soup time")

    assert undecided([other, more], store.suggestions(), _KB) == (
        other,
        _alternate("lunch", "soup time"),
    )


@pytest.mark.parametrize(("more", "returns"), [(("a",), False), (("a", "b", "c"), True)])
def test_new_entry_returns_with_new_questions(
    more: tuple[str, ...], *, returns: bool, store: Store
) -> None:
    """A rejected new entry is proposed again when most of what asks for it is new."""
    remember(store, _NEW, "rejected")
    grown = _entry("parking", *_NEW.questions, *more)

    assert undecided([grown], store.suggestions(), _KB) == (
        (_entry("parking", *more),) if returns else ()
    )


def test_what_is_in_the_base_is_not_proposed() -> None:
    """A phrasing that an entry has, if only a draft, is decided; letter case does not matter."""
    kb = KnowledgeBase((_WIFI, Entry("p", "Where can I park?", "?", ("CAR park",), draft=True)))

    assert undecided([_NEW, _alternate("wifi", "Car Park", "new")], (), kb) == (
        _alternate("wifi", "new"),
    )


def test_people_s_suggestions_get_the_verdict(store: Store) -> None:
    """A suggestion that somebody made is itself approved or rejected, and none is added to it."""
    store.suggest("Where can I park?", "Behind the house.", person="ann")
    store.suggest("how do I get online", entry="wifi", person="bob")
    remember(store, _NEW, "approved")
    remember(store, _GOOD, "rejected")

    assert [(said.question, said.status) for said in store.suggestions()] == [
        ("Where can I park?", "approved"),
        ("how do I get online", "rejected"),
    ]


def test_approval_needs_no_memory(store: Store) -> None:
    """What was accepted is in the base, so nothing is kept of it that nobody suggested."""
    assert remember(store, _GOOD, "approved")
    assert list(store.suggestions()) == []


def test_store_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """Where nothing can be remembered, the caller is told."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    with open_store(str(tmp_path / "file" / "store.db")) as store:
        assert not remember(store, _BAD, "rejected")


# What changes


def test_files_and_rehearsal_agree(tmp_path: Path) -> None:
    """What is written is what was tried, but that a new entry is a draft with its reason."""
    from faqbot.kb.writer import to_yaml

    path = tmp_path / "kb.yaml"
    path.write_text(to_yaml(_KB), encoding="utf-8")
    proposals = (_GOOD, _NEW, _entry("wifi", "Is the Wi-Fi safe?", answer="Yes."))
    edits = Edits(path)
    for proposal in proposals:
        apply(edits, proposal)
    edits.write()
    written, tried = load_knowledge_base(path), with_proposals(_KB, proposals)

    assert [entry.id for entry in written.entries if entry.draft] == ["parking", "wifi-2"]
    assert {entry.id: entry.phrasings for entry in written.entries} == {
        entry.id: entry.phrasings for entry in tried.served
    }
    assert [written.by_id[name].answer for name in ("parking", "wifi-2")] == [UNWRITTEN, "Yes."]
    assert "    draft: true  # Three people asked.\n" in path.read_text(encoding="utf-8")


def test_harmful_proposal_is_found_among_others() -> None:
    """Of several proposals, the one that makes a test worse is named with that test, and no other."""
    both = _alternate("lunch", *_ASIDE.questions, *_BAD.questions)
    regressions = ProposalTrials(_KB, "none").find_regressions((_GOOD, both, _NEW))

    assert list(regressions) == [_BAD]
    assert without_parts((_GOOD, both, _BAD, _NEW), regressions) == [_GOOD, _ASIDE, _NEW]
    assert [change.trial.ask for change in regressions[_BAD]] == [
        "how can I print something on paper"
    ]


def test_new_entry_is_tried_as_if_served() -> None:
    """A draft is judged by what it does once it is served."""
    greedy = _entry("paper", "how can I print something on paper please")

    assert list(ProposalTrials(_KB, "none").find_regressions([greedy])) == [greedy]


def test_without_tests_nothing_is_blamed() -> None:
    """A base without tests has nothing that could do worse."""
    trials = ProposalTrials(KnowledgeBase(_KB.entries), "none")

    assert trials.find_regressions([_BAD]) == {}


def test_what_makes_tests_worse_is_left_out_of_a_batch() -> None:
    """Of a batch that makes a test worse as a whole, all is kept that does not."""
    assert ProposalTrials(_KB, "none").harmless([_GOOD, _ASIDE, _BAD, _NEW]) == [
        _GOOD,
        _ASIDE,
        _NEW,
    ]


def test_unrelated_proposals_are_not_blamed() -> None:
    """A proposal is not blamed for a test whose answer has nothing to do with its entry."""
    regressions = ProposalTrials(_KB, "none").find_regressions(
        [_alternate("wifi", "soup of the day"), _BAD]
    )

    assert list(regressions) == [_BAD]
