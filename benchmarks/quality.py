"""How well the shipped bot finds, and knows what it does not know, on public question sets.

Run from the repository:

    python -m benchmarks.quality --data DIR --encoder none --encoder wordllama --encoder fastembed:FOLDER --out FILE

Every `kb*.jsonl` below DIR is run with its `queries*.jsonl` (see benchmarks/data.py) through the bot
with each encoder, all else at its defaults, and through the peers. In scope: hit@1, hit@3, MRR (of ten),
and the shares answered right, answered wrong, offered with the right entry among the choices, offered
without, and declined. Over all: AUROC of the top confidence, in scope against out of scope, and ECE,
the calibration error (ten equal bins; out of scope is never right). Out of scope: the shares answered
and offered. Misspelt sets: by how much hit@1 is lower than for the same queries spelt as they were.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
os.environ.update(dict.fromkeys(_THREADS, "1"))  # before numpy: one process is one thread

from benchmarks.data import find_sets  # noqa: E402
from benchmarks.floors import checked  # noqa: E402
from benchmarks.peers import PEERS  # noqa: E402
from benchmarks.report import row, tables  # noqa: E402
from benchmarks.shared import SHARED  # noqa: E402
from benchmarks.surroundings import surroundings  # noqa: E402
from benchmarks.systems import Result, Task, run  # noqa: E402

_DATA = SHARED / "eval"


def main() -> None:
    """Run every task, print the tables, and save them where asked."""
    options = _options()
    heading = f"{surroundings()}; {options.split} split"
    if options.limit:
        heading += f", a sample of {options.limit} queries a set"
    with tempfile.TemporaryDirectory() as cache:
        os.environ["FAQBOT_CACHE"] = options.cache or cache
        results = _run_all(_tasks(options), options.jobs)
    rows = [row(result) for result in results]
    text = "\n".join([heading + "\n", *tables(rows)])
    if options.floors:
        text += "\n\n## Floors\n\n" + "\n".join(checked(rows))
    print(text)
    if options.out:
        _save(options.out, text, rows)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--data", type=Path, default=_DATA, help="the folder with question sets")
    parser.add_argument(
        "--encoder", action="append", help="any name that faqbot --encoder takes; may be repeated"
    )
    parser.add_argument("--sets", nargs="+", help="only sets with one of these in their name")
    parser.add_argument("--split", choices=["test", "dev"], default="test")
    parser.add_argument("--limit", type=int, help="a fixed sample of so many queries a set")
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time")
    parser.add_argument("--cache", help="a folder that keeps indexes from run to run")
    parser.add_argument("--no-peers", action="store_true", help="run the bot alone")
    parser.add_argument("--hide-ids", action="store_true", help="run the bot without ids, too")
    parser.add_argument("--floors", action="store_true", help="mark what must be reached")
    parser.add_argument(
        "--out", type=Path, help="save as FILE.md and FILE.json, and draw FILE-*.png"
    )
    return parser.parse_args()


def _tasks(options: argparse.Namespace) -> list[Task]:
    encoders = options.encoder or ["none", "wordllama"]
    systems = [(name, False) for name in [*encoders, *([] if options.no_peers else PEERS)]]
    if options.hide_ids:
        systems += [(name, True) for name in encoders]
    sets = [
        found
        for found in find_sets(options.data)
        if not options.sets or any(part in found.name for part in options.sets)
    ]
    if not sets:
        sys.exit(f"There is no question set to run in {options.data}.")
    return [
        Task(one, system, options.split, options.limit, hidden)
        for one in sets
        for system, hidden in systems
    ]


def _run_all(tasks: Sequence[Task], jobs: int) -> list[Result]:
    """Run *tasks* in *jobs* processes, telling of each on standard error; results are in their order."""
    started = time.monotonic()
    found: dict[Task, Result] = {}
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        for number, result in enumerate(pool.imap_unordered(run, tasks), 1):
            found[result.task] = result
            told = f"{result.task.questions.name}, {result.task.label}: {result.seconds:.1f} s"
            elapsed = time.monotonic() - started
            print(f"[{number}/{len(tasks)}] {elapsed:.0f} s  {told}", file=sys.stderr, flush=True)
        pool.close()
        pool.join()
    return [found[task] for task in tasks]


def _save(path: Path, text: str, rows: Sequence[dict[str, object]]) -> None:
    """Save the Markdown and the rows, and draw the rows' curves."""
    from benchmarks.figures import draw

    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_suffix(".md").write_text(text + "\n", encoding="utf-8")
    lines = [json.dumps(line) for line in rows]
    path.with_suffix(".json").write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")
    for picture in draw(rows, path.with_suffix("")):
        print(f"drew {picture}", file=sys.stderr)


if __name__ == "__main__":
    main()
