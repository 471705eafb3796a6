"""What retrieval must reach on the public sets, whatever else is tuned."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TypeAlias

Row: TypeAlias = Mapping[str, object]
"""One line of the protocol's table, as `benchmarks.report.row` makes it."""

_CLINC, _BANKING = "clinc150 official_k{}", "banking77 official_k{}"


@dataclass(frozen=True, slots=True)
class _Floor:
    """A figure and what it must reach with each of the encoders in `_ENCODERS`.

    *measure* returns the figure and where it was taken from an encoder's rows.
    """

    name: str
    limits: tuple[float, float, float, float]
    measure: Callable[[Sequence[Row]], tuple[float, str]]
    at_most: bool = False


def _of(questions: str, column: str) -> Callable[[Sequence[Row]], tuple[float, str]]:
    """Measure *column* of the set called *questions*."""

    def measure(rows: Sequence[Row]) -> tuple[float, str]:
        return next((_figure(row, column) for row in rows if row["set"] == questions), math.nan), ""

    return measure


def _worst(column: str) -> Callable[[Sequence[Row]], tuple[float, str]]:
    """Measure the highest *column* of any set, and name that set."""

    def measure(rows: Sequence[Row]) -> tuple[float, str]:
        found = [(_figure(row, column), str(row["set"])) for row in rows]
        return max((one for one in found if not math.isnan(one[0])), default=(math.nan, ""))

    return measure


def _held_out(rows: Sequence[Row]) -> tuple[float, str]:
    found = [_figure(row, "auroc") for row in rows if row["held_out"]]
    return (fmean(found), f"mean of {len(found)}") if found else (math.nan, "")


def _figure(row: Row, column: str) -> float:
    value = row[column]
    return float(value) if isinstance(value, int | float) else math.nan


_FLOORS = (
    _Floor("CLINC150 5 hit@1", (0.74, 0.79, 0.79, 0.88), _of(_CLINC.format(5), "hit1")),
    _Floor("CLINC150 10 hit@1", (0.81, 0.86, 0.87, 0.92), _of(_CLINC.format(10), "hit1")),
    _Floor("BANKING77 5 hit@1", (0.62, 0.74, 0.74, 0.82), _of(_BANKING.format(5), "hit1")),
    _Floor("BANKING77 10 hit@1", (0.73, 0.83, 0.84, 0.88), _of(_BANKING.format(10), "hit1")),
    _Floor("StackFAQ hit@1", (0.76, 0.83, 0.855, 0.95), _of("stackfaq", "hit1")),
    _Floor("CovidFAQ hit@1", (0.60, 0.62, 0.745, 0.82), _of("covidfaq_jhu", "hit1")),
    _Floor("CLINC150 10 AUROC", (0.91, 0.94, 0.94, 0.97), _of(_CLINC.format(10), "auroc")),
    _Floor("CLINC150 10 answered right", (0.60, 0.72, 0.72, 0.82), _of(_CLINC.format(10), "right")),
    _Floor(
        "CLINC150 10 out of scope answered",
        (0.08, 0.08, 0.08, 0.05),
        _of(_CLINC.format(10), "stray_answered"),
        at_most=True,
    ),
    _Floor("hold-outs AUROC", (0.80, 0.84, 0.84, 0.90), _held_out),
    _Floor("calibration error, worst set", (0.07, 0.06, 0.06, 0.06), _worst("ece"), at_most=True),
    _Floor(
        "hit@1 lost to misspellings, worst set",
        (0.04, 0.04, 0.04, 0.05),
        _worst("lost"),
        at_most=True,
    ),
)
_ENCODERS = ("none", "wordllama", "wordllama+multilingual", "fastembed")


def checked(rows: Sequence[Row]) -> Iterator[str]:
    """Yield a Markdown table: a line per floor, a column per encoder that *rows* have.

    A cell is the figure that was reached and its limit. A figure in bold falls short.
    """
    own = {name: [row for row in rows if _encoder(row) == name] for name in _ENCODERS}
    found = [name for name in _ENCODERS if own[name]]
    yield f"| floor | {' | '.join(found)} |\n|{'---|' * (len(found) + 1)}"
    for floor in _FLOORS:
        limits = dict(zip(_ENCODERS, floor.limits, strict=True))
        cells = [_cell(floor, limits[name], own[name]) for name in found]
        yield f"| {floor.name} | {' | '.join(cells)} |"


def _encoder(row: Row) -> str:
    return str(row["system"]).partition(":")[0]


def _cell(floor: _Floor, limit: float, rows: Sequence[Row]) -> str:
    figure, where = floor.measure(rows)
    bound = f"{'≤' if floor.at_most else '≥'} {limit:g}" + (f" ({where})" if where else "")
    if math.isnan(figure):
        return f"not run {bound}"
    reached = figure <= limit if floor.at_most else figure >= limit
    return f"{figure:.3f} {bound}" if reached else f"**{figure:.3f}** {bound}"
