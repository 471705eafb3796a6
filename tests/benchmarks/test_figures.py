"""The diagrams are drawn, and pool what several sets say of a confidence."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.figures import draw, pooled


def test_pooling_weighs_sets_by_their_counts() -> None:
    """Two sets' bins of one step become one, those of different steps stay apart."""
    first = [{"count": 3, "confidence": 0.9, "right": 1.0}]
    second = [
        {"count": 1, "confidence": 0.15, "right": 0.0},
        {"count": 1, "confidence": 0.94, "right": 0.0},
    ]
    assert pooled([first, second]) == [
        {"confidence": 0.15, "right": 0.0},
        {"confidence": pytest.approx(0.91), "right": 0.75},
    ]


@pytest.mark.filterwarnings("default")
def test_the_same_rows_draw_the_same_files(tmp_path: Path) -> None:
    """Both files are PNG, and drawing again changes no byte."""
    pytest.importorskip("matplotlib", reason="the bench extra is not installed")
    curve = {"coverage": [0.5, 1.0], "risk": [0.0, 0.5]}
    bins = [{"count": 2, "confidence": 0.5, "right": 0.5}]
    bot = {"set": "a", "system": "none", "misspelt": False, "reliability": bins, **curve}
    peer = {**bot, "system": "bm25s", "reliability": []}
    first, second = (
        [path.read_bytes() for path in draw([bot, peer], tmp_path / name)] for name in "ab"
    )
    assert first == second
    assert all(content.startswith(b"\x89PNG") for content in first)
