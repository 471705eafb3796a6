"""Peers rank entries by their best phrasing."""

from __future__ import annotations

import pytest

from benchmarks.peers import PEERS, Peer
from faqbot import Entry

_LIBRARIES = {"bm25s": "bm25s", "character TF-IDF": "sklearn"}
_ENTRIES = (
    Entry("tea", "how do I brew a pot of tea", "", alternates=("steeping leaves",)),
    Entry("bike", "where can I park my bicycle", ""),
    Entry("rent", "when is the rent due", "", alternates=("monthly payment date",)),
)


@pytest.fixture(params=PEERS)
def peer(request: pytest.FixtureRequest) -> Peer:
    """Return each peer whose library is installed, on three entries."""
    pytest.importorskip(_LIBRARIES.get(request.param, "rapidfuzz"), reason="an extra is missing")
    return Peer(request.param, _ENTRIES)


def test_an_alternate_finds_its_entry(peer: Peer) -> None:
    """An entry scores what its best phrasing scores, and the limit is kept."""
    ranked = peer.rank("Monthly payment date?", 2)
    assert ranked[0][0] == "rent"
    assert len(ranked) == 2
    assert ranked[0][1] > ranked[1][1]


def test_a_question_of_unknown_words_ranks_in_written_order(peer: Peer) -> None:
    """Entries that tie keep their order, and nothing fails for want of a known word."""
    assert [name for name, _ in peer.rank("\u4e2d\u6587", 3)] == ["tea", "bike", "rent"]
