"""The figures and tables of a speed run; no time is measured here."""

from __future__ import annotations

import pytest

from benchmarks.speed import figures, tables


def _run(size: int, ours: float, peer: float) -> dict[str, object]:
    systems = {
        name: figures({"ms": [milliseconds] * 5, "right": 1.0})
        for name, milliseconds in (("faqbot", ours), ("bm25s", peer))
    }
    totals = {"build_s": 1.0, "warm_s": 0.1, "bytes_a_phrasing": 1500.0, "cache_bytes": 2e6}
    return {"size": size, "encoder": "none", "two_threads_qps": 10.0, "systems": systems, **totals}


def test_figures_are_percentiles_of_the_milliseconds() -> None:
    """One to a hundred milliseconds has its middle at 50.5, and 20 questions a second on average."""
    found = figures({"ms": [float(one) for one in range(1, 101)], "right": 0.5})
    assert found["p50"] == pytest.approx(50.5)
    assert found["p99"] == pytest.approx(99.01)
    assert found["qps"] == pytest.approx(1000 / 50.5)
    assert (found["asked"], found["right"]) == (100, 0.5)


def test_tables_compare_with_the_bot_and_with_the_size_before() -> None:
    """A peer's median is given in units of the bot's, and growth from each size to the next."""
    text = "\n".join(tables([_run(1000, 0.5, 1.0), _run(10_000, 1.0, 10.0)]))
    assert "| bm25s | 1.00 | 1.00 | 1.00 | 1,000 | 2.00 | 1.00 | 5 |" in text
    assert "| faqbot, none | 0.50 | 1.00 | 2.0 |" in text
    assert "| bm25s (beside none) | 1.00 | 10.00 | 10.0 |" in text
    assert "| none | 1,000 | 1.00 | 0.10 | 1,500 | 2.0 | 10 questions/s |" in text
