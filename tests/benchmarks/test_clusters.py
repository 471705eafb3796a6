"""When a hidden entry counts as brought back."""

from __future__ import annotations

from benchmarks.clusters import recovered, run
from benchmarks.data import Query
from faqbot import Entry, KnowledgeBase
from faqbot.authoring.insights.clusters import Cluster

_OWNERS = {f"{owner}{number}": owner for owner in "ab" for number in range(10)}
_MISSED = {"a": 10, "b": 10}


def _cluster(of_a: int, of_b: int) -> Cluster:
    texts = [f"a{number}" for number in range(of_a)] + [f"b{number}" for number in range(of_b)]
    return Cluster(tuple(texts), len(texts))


def test_pure_cluster_brings_its_entry_back() -> None:
    """Four in five of a cluster's questions are enough, and the share that it holds is told."""
    found = recovered([_cluster(8, 2)], _OWNERS, frozenset("ab"), _MISSED)

    assert (found.back, found.whole, found.held) == (1, 1, 0.4)
    assert (found.missed, found.hidden, found.clusters, found.purity) == (20, 20, 1, 0.8)


def test_small_and_mixed_clusters_bring_nothing_back() -> None:
    """Four questions are too few, and two thirds are not pure."""
    found = recovered([_cluster(4, 0), _cluster(4, 2)], _OWNERS, frozenset("a"), _MISSED)

    assert (found.back, found.clusters) == (0, 1)


def test_entry_is_whole_where_most_of_it_is() -> None:
    """A pure cluster beside a larger mixed one brings its entry back, though not as a whole."""
    clusters = [_cluster(5, 0), Cluster(tuple(_OWNERS), 20)]
    found = recovered(clusters, _OWNERS, frozenset("a"), _MISSED)

    assert (found.back, found.whole) == (1, 0)


def test_run_hides_entries_and_asks() -> None:
    """Queries of entries that are hidden are missed, and come back by topic."""
    topics = [f"topic{number}x" for number in range(11)]
    base = KnowledgeBase(tuple(Entry(topic, f"what is {topic}", "") for topic in topics))
    words = ("cost", "start", "contact", "address", "end", "rules")
    queries = [Query(f"{word} {topic}", frozenset([topic])) for topic in topics for word in words]
    found = run(base, queries, "none", 0)

    assert found.hidden >= 50
    assert found.back >= 8
