"""Which proposals the benchmark of teaching counts as right and wrong."""

from __future__ import annotations

from benchmarks.data import Query
from benchmarks.teaching import ProposalCounts, judged, run
from faqbot.authoring.insights.clusters import Cluster
from faqbot.authoring.insights.proposals import Proposal, ProposalKind
from faqbot.models import Entry, KnowledgeBase


def _proposal(kind: ProposalKind, entry: str) -> Proposal:
    return Proposal(kind, entry, ("x",), "", 3, "")


def test_only_a_new_entry_is_right_for_a_hidden_topic() -> None:
    """The owner of most questions of a cluster decides; a cluster without a proposal does not count."""
    owners = {"a1": "a", "a2": "a", "b1": "b", "o1": ""}
    clusters = [
        Cluster(questions, 3) for questions in (("a1", "a2", "b1"), ("b1",), ("o1",), ("a1",))
    ]
    as_a = _proposal(ProposalKind.ALTERNATE, "a")
    new = _proposal(ProposalKind.ENTRY, "new")

    def count(*proposals: Proposal | None) -> ProposalCounts:
        return judged(clusters, proposals, owners, frozenset({"b"}))

    assert count(as_a, as_a, as_a, None) == ProposalCounts(hidden=2, wrong=2, known=1, right=1)
    assert count(new, new, new, None) == ProposalCounts(hidden=2, wrong=0, known=1)
    other = _proposal(ProposalKind.ALTERNATE, "c")
    assert count(other, None, None, None) == ProposalCounts(known=1, misplaced=1)


def test_a_draw_hides_a_fifth() -> None:
    """A topic that is hidden and asked for three times is counted, in both ways of feeding."""
    things = ("kettles", "ladders", "mittens", "napkins", "oysters")
    base = KnowledgeBase(
        tuple(Entry(thing, f"Where are the {thing}?", "There.") for thing in things)
    )
    asked = [Query(f"{ask} {thing} please", frozenset({thing}))
             for thing in things for ask in ("I need", "sell me some", "any new")]  # fmt: skip

    for recorded in (True, False):
        assert run(base, asked, "none", 0, recorded=recorded).hidden >= 1
