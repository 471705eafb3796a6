"""Draws the reliability diagram and the risk-coverage curves of a run of `benchmarks.quality`.

Draw a saved run again:  python -m benchmarks.figures FILE.json
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from math import ceil
from pathlib import Path
from typing import Any

Row = Mapping[str, Any]


def main() -> None:
    """Draw the run saved in the file named on the command line, beside it."""
    path = Path(sys.argv[1])
    for picture in draw(json.loads(path.read_text(encoding="utf-8")), path.with_suffix("")):
        print(picture)


def draw(rows: Sequence[Row], stem: Path) -> list[Path]:
    """Draw *rows*; return the paths of the PNG files, which begin with *stem*."""
    import matplotlib as mpl

    mpl.use("Agg")
    reliability = stem.with_name(stem.name + "-reliability.png")
    risk = stem.with_name(stem.name + "-risk-coverage.png")
    _draw_reliability([row for row in rows if row["reliability"]], reliability)
    _draw_risk(rows, risk)
    return [reliability, risk]


def _draw_reliability(rows: Sequence[Row], path: Path) -> None:
    """Draw the share right over the confidence: a panel an encoder, a thin line a set, a bold one for all."""
    systems = list(dict.fromkeys(row["system"] for row in rows))
    figure, panels = _panels(len(systems))
    for panel, system in zip(panels, systems, strict=False):
        own = [row["reliability"] for row in rows if row["system"] == system]
        panel.plot([0, 1], [0, 1], color="grey", linestyle=":", label="perfectly calibrated")
        for bins in own:
            panel.plot(*_points(bins), color="tab:blue", alpha=0.25, linewidth=1)
        panel.plot(*_points(pooled(own)), color="tab:blue", marker="o", label="all sets")
        panel.set(title=_short(system), xlabel="confidence", ylabel="share right")
        panel.legend(loc="upper left")
    _save(figure, path)


def _points(bins: Sequence[Mapping[str, float]]) -> tuple[list[float], list[float]]:
    return [one["confidence"] for one in bins], [one["right"] for one in bins]


def pooled(sets: Sequence[Sequence[Mapping[str, float]]]) -> list[dict[str, float]]:
    """Return the bins of several sets as one set's: means weighted by the sets' counts."""
    steps: dict[int, list[Mapping[str, float]]] = {}
    for one in (one for bins in sets for one in bins):
        steps.setdefault(min(int(one["confidence"] * 10), 9), []).append(one)
    return [
        {
            name: sum(one[name] * one["count"] for one in here) / sum(one["count"] for one in here)
            for name in ("confidence", "right")
        }
        for _, here in sorted(steps.items())
    ]


def _draw_risk(rows: Sequence[Row], path: Path) -> None:
    """Draw the share of answers that are wrong over the share answered: a panel a set, a line a system."""
    clean = [row for row in rows if not row["misspelt"]]
    sets = list(dict.fromkeys(row["set"] for row in clean))
    figure, panels = _panels(len(sets))
    for panel, name in zip(panels, sets, strict=False):
        for row in (row for row in clean if row["set"] == name):
            own = bool(row["reliability"])
            style = {"linewidth": 2} if own else {"linewidth": 1, "linestyle": "--"}
            panel.plot(row["coverage"], row["risk"], label=_short(row["system"]), **style)
        panel.set(title=name, xlabel="share answered", ylabel="share of those wrong", ylim=(0, 1))
    panels[0].legend(fontsize="x-small")
    _save(figure, path)


def _panels(count: int) -> tuple[Any, list[Any]]:
    from matplotlib import pyplot as plt

    columns = min(count, 3) or 1
    lines = ceil(count / columns) or 1
    figure, panels = plt.subplots(lines, columns, figsize=(4.5 * columns, 4 * lines), squeeze=False)
    for panel in panels.flat[count:]:
        panel.set_visible(False)
    return figure, list(panels.flat)


def _save(figure: Any, path: Path) -> None:  # noqa: ANN401 - a matplotlib figure
    from matplotlib import pyplot as plt

    figure.tight_layout()
    # Without a date or a version of matplotlib in it, the same run draws the same bytes.
    figure.savefig(path, dpi=80, metadata={"Software": None})
    plt.close(figure)


def _short(system: str) -> str:
    return system.partition(":")[0]


if __name__ == "__main__":
    main()
