"""The protocol's table from results: as rows for a file, and as Markdown for reading."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from statistics import fmean

import numpy as np

from benchmarks.metrics import (
    auroc,
    calibration_error,
    hit_rate,
    mean_reciprocal_rank,
    reliability,
    risk_coverage,
)
from benchmarks.systems import Result
from benchmarks.verdicts import Verdict, shares

_SHARES = {verdict.name.lower(): verdict for verdict in Verdict}
_CURVE_POINTS = 101
_COLUMNS = {
    "hit1": "hit@1",
    "hit3": "hit@3",
    "mrr": "MRR",
    "auroc": "AUROC",
    "ece": "ECE",
    "right": "right",
    "wrong": "wrong",
    "offered_right": "offered, right",
    "offered_without": "offered, not",
    "declined": "declined",
    "stray_answered": "out: answered",
    "stray_offered": "out: offered",
    "lost": "lost",
}


def row(result: Result) -> dict[str, object]:
    """Return one line of the table: figures 0 to 1, None where the protocol has none."""
    inside = np.array(result.inside, np.bool_)
    ranks, sure = np.array(result.ranks)[inside], np.array(result.confidences)
    figures = {
        "hit1": hit_rate(ranks, 1),
        "hit3": hit_rate(ranks, 3),
        "mrr": mean_reciprocal_rank(ranks),
        "auroc": auroc(sure[inside], sure[~inside]),
        "lost": _lost(result),
        **_decided(result),
    }
    return {
        "set": result.task.questions.name,
        "system": result.task.label,
        "held_out": result.task.questions.held_out,
        "misspelt": result.task.questions.misspelt,
        "inside": int(inside.sum()),
        "outside": int((~inside).sum()),
        **{name: None if math.isnan(value) else round(value, 4) for name, value in figures.items()},
        **_curves(result),
        "seconds": round(result.seconds, 2),
    }


def _lost(result: Result) -> float:
    """Return by how much misspelling lowers hit@1."""
    if not result.clean_hits:
        return math.nan
    inside = [place for place, known in enumerate(result.inside) if known]
    return fmean(result.clean_hits[place] - (result.ranks[place] == 1) for place in inside)


def _decided(result: Result) -> dict[str, float]:
    """Return what only a system that decides has: calibration error, and the shares of its verdicts."""
    if not result.verdicts:
        return dict.fromkeys(["ece", *_SHARES], math.nan)
    error = calibration_error(result.confidences, _right(result))
    found = shares(result.verdicts)
    return {"ece": error, **{name: found[verdict] for name, verdict in _SHARES.items()}}


def _curves(result: Result) -> dict[str, object]:
    coverage, risk = risk_coverage(result.confidences, _right(result))
    points = np.unique(np.linspace(0, len(coverage) - 1, _CURVE_POINTS).astype(int))
    bins = reliability(result.confidences, _right(result)) if result.verdicts else []
    return {
        "coverage": coverage[points].round(4).tolist(),
        "risk": risk[points].round(4).tolist(),
        "reliability": [asdict(one) for one in bins],
    }


def _right(result: Result) -> list[bool]:
    """Say of each query whether the top entry is right, which for one out of scope it never is."""
    return [rank == 1 for rank in result.ranks]


def tables(rows: Sequence[Mapping[str, object]]) -> Iterator[str]:
    """Yield, as Markdown, two tables of every system on every set, then every figure set by set.

    The first two tables are hit@1, and the shares answered right, wrong and out of scope.
    """
    yield "## hit@1, in scope\n"
    yield from _overview(rows, ["hit1"])
    yield "\n## Answered right, answered wrong, out of scope answered\n"
    decided = [row for row in rows if row["right"] is not None]
    yield from _overview(decided, ["right", "wrong", "stray_answered"])
    for name in dict.fromkeys(str(row["set"]) for row in rows):
        yield from _set_table([row for row in rows if row["set"] == name])


def _overview(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> Iterator[str]:
    """Yield a table with a line per set and a column per system, of *columns* in each cell."""
    systems = list(dict.fromkeys(str(row["system"]) for row in rows))
    cells = {
        (row["set"], row["system"]): ", ".join(filter(None, (_text(row[each]) for each in columns)))
        for row in rows
    }
    yield _line(["set", *map(_short, systems)])
    yield _line(["---"] * (len(systems) + 1))
    for name in dict.fromkeys(str(row["set"]) for row in rows):
        yield _line([name, *(cells.get((name, system), "") for system in systems)])


def _set_table(rows: Sequence[Mapping[str, object]]) -> Iterator[str]:
    first = rows[0]
    columns = [column for column in _COLUMNS if any(row[column] is not None for row in rows)]
    yield f"\n## {first['set']}: {first['inside']} in scope, {first['outside']} out\n"
    yield _line(["", *(_COLUMNS[column] for column in columns)])
    yield _line(["---"] * (len(columns) + 1))
    for row in rows:
        yield _line([_short(str(row["system"])), *(_text(row[column]) for column in columns)])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _short(system: str) -> str:
    return system.partition(":")[0]


def _text(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else ""
