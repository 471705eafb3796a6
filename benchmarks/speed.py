"""How fast a bot builds, starts and answers at several sizes, beside other libraries in the same run.

Run from the repository:

    python -m benchmarks.speed [--sizes 1000 10000 100000 1000000] [--encoder E]... [--out FILE]

The phrasings and questions are made up, always alike (see benchmarks/phrasings.py). For each size and
encoder four processes run, each on one thread: one builds the index into an empty cache; one opens it
from there and answers a first question (the warm start); one does so with a tiny base, and what its
resident memory is below the other's is the index's; and one asks every question of the bot and of each
peer, in twenty rounds with all systems in turn. A system that needs long gets fewer questions. "Right" is
the share of questions for which the entry found first is the one that the question was made from.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import fmean, quantiles
from typing import Any

from benchmarks.surroundings import surroundings

_SIZES = (1_000, 10_000, 100_000, 1_000_000)
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_OURS = "faqbot"

Run = Mapping[str, Any]


def main() -> None:
    """Measure every size with every encoder; print the tables, and save them where asked."""
    options = _options()
    heading, runs = surroundings(), []
    for encoder in options.encoder or ("none", "wordllama"):
        for size in options.sizes:
            runs.append(measure(size, encoder, options.questions, options.seconds))
            print("\n".join(_questions_table(runs[-1])), file=sys.stderr, flush=True)
    text = "\n".join([heading + "\n", *tables(runs)])
    print(text)
    if options.out:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.with_suffix(".md").write_text(text + "\n", encoding="utf-8")
        options.out.with_suffix(".json").write_text(
            json.dumps(runs, indent=1) + "\n", encoding="utf-8"
        )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--sizes", nargs="+", type=int, default=_SIZES, help="phrasings")
    parser.add_argument("--encoder", action="append", help="none, wordllama or fastembed:FOLDER")
    parser.add_argument("--questions", type=int, default=1000, help="questions for each system")
    parser.add_argument("--seconds", type=float, default=20, help="time for each system")
    parser.add_argument("--out", type=Path, help="save as FILE.md and FILE.json")
    return parser.parse_args()


def measure(size: int, encoder: str, questions: int, seconds: float) -> dict[str, Any]:
    """Run the processes for one size and encoder; return their figures together."""
    found: dict[str, Any] = {"size": size, "encoder": encoder.partition(":")[0]}
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, **dict.fromkeys(_THREADS, "1"), "FAQBOT_CACHE": cache}
        for mode in ("build", "open", "tiny", "serve"):
            print(f"{size:,} phrasings, {found['encoder']}: {mode}", file=sys.stderr, flush=True)
            arguments = [mode, str(size), encoder, str(questions), str(seconds)]
            command = [sys.executable, "-m", "benchmarks.timing", *arguments]
            run = subprocess.run(
                command,
                check=True,
                stdout=subprocess.PIPE,
                text=True,
                env=environment,
                cwd=Path(__file__).parents[1],
            )
            found |= json.loads(run.stdout)
    found["bytes_a_phrasing"] = (found["resident"] - found["tiny_resident"]) / size
    found["systems"] = {name: figures(one) for name, one in found["systems"].items()}
    return found


def figures(system: Run) -> dict[str, float]:
    """Return the percentiles of one system's milliseconds, questions a second, and share right."""
    cuts = quantiles(system["ms"], n=100, method="inclusive")
    return {
        "asked": len(system["ms"]),
        "p50": cuts[49],
        "p95": cuts[94],
        "p99": cuts[98],
        "qps": 1000 / fmean(system["ms"]),
        "right": system["right"],
    }


def tables(runs: Sequence[Run]) -> Iterator[str]:
    """Yield the tables of *runs* as Markdown."""
    yield "## Building, starting, memory\n"
    yield from _build_table(runs)
    yield "\n## p50 of one question, ms, and its growth for ten times the phrasings\n"
    yield from _growth_table(runs)
    for run in runs:
        yield f"\n## {run['size']:,} phrasings, encoder {run['encoder']}\n"
        yield from _questions_table(run)


def _build_table(runs: Sequence[Run]) -> Iterator[str]:
    yield "| encoder | phrasings | build s | warm start s | bytes a phrasing | cache MB | on two threads |"
    yield "|---|---|---|---|---|---|---|"
    for run in runs:
        yield (
            f"| {run['encoder']} | {run['size']:,} | {run['build_s']:.2f} | {run['warm_s']:.2f} "
            f"| {run['bytes_a_phrasing']:,.0f} | {run['cache_bytes'] / 1e6:.1f} "
            f"| {run['two_threads_qps']:,.0f} questions/s |"
        )


def _growth_table(runs: Sequence[Run]) -> Iterator[str]:
    sizes = sorted({run["size"] for run in runs})
    yield f"| | {' | '.join(f'{size:,}' for size in sizes)} | growth |"
    yield "|---" * (len(sizes) + 2) + "|"
    for encoder in dict.fromkeys(run["encoder"] for run in runs):
        own = {run["size"]: run["systems"] for run in runs if run["encoder"] == encoder}
        for name in next(iter(own.values())):
            medians = [own[size][name]["p50"] if size in own else None for size in sizes]
            title = f"faqbot, {encoder}" if name == _OURS else f"{name} (beside {encoder})"
            cells = " | ".join("" if one is None else f"{one:.2f}" for one in medians)
            yield f"| {title} | {cells} | {_growth(medians)} |"


def _growth(medians: Sequence[float | None]) -> str:
    """Say by what each median is above the one before it."""
    return ", ".join(
        f"{large / small:.1f}" for small, large in pairwise(medians) if small and large
    )


def _questions_table(run: Run) -> Iterator[str]:
    yield "| | p50 ms | p95 ms | p99 ms | questions/s | p50 against faqbot | right | asked |"
    yield "|---|---|---|---|---|---|---|---|"
    ours = run["systems"][_OURS]["p50"]
    for name, one in run["systems"].items():
        yield (
            f"| {name} | {one['p50']:.2f} | {one['p95']:.2f} | {one['p99']:.2f} | {one['qps']:,.0f} "
            f"| {one['p50'] / ours:.2f} | {one['right']:.2f} | {one['asked']:.0f} |"
        )


if __name__ == "__main__":
    main()
