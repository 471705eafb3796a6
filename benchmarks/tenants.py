"""How fast a process of many tenants answers, warm and cold, beside a process of one.

Run from the repository, with faqbot installed:

    python -m benchmarks.tenants [--tenants 1000] [--phrasings 1000] [--encoder none] [--megabytes 600]

The tenants have ten different knowledge bases, each made up; their indexes are built once and copied, as a
tenant's index is built when it is published, and not when it is asked. Each tenant has its own copy in
memory all the same. Two processes of their own are measured: one of all tenants, one of a single tenant.

A question is cold if the knowledge base of its tenant has to be opened for it: it takes the opening and
the answer. First each tenant is asked once, in a random order; then questions come to tenants by Zipf's
law, as a few customers of a service have most of its visitors. The random numbers are always the same.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import accumulate
from pathlib import Path

import yaml

from benchmarks.phrasings import made_entries, made_questions
from benchmarks.surroundings import surroundings
from faqbot import Entry, Tenants, open_tenants
from faqbot.tenancy.sources import index_folder

# Knowledge bases that differ.
DIFFERENT = 10
_MILLISECONDS = 1_000


def main() -> None:
    """Prepare the tenants, measure both processes, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--tenants", type=int, default=1_000)
    parser.add_argument("--phrasings", type=int, default=1_000)
    parser.add_argument("--encoder", default="none")
    parser.add_argument("--megabytes", type=int, default=600, help="budget of the open bots")
    parser.add_argument("--questions", type=int, default=20_000, help="questions by Zipf's law")
    parser.add_argument("--measure", type=int, metavar="COUNT", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(measure(given)))
        return
    with tempfile.TemporaryDirectory() as place:
        given.folder = Path(place, "tenants")
        os.environ["FAQBOT_CACHE"] = str(Path(place, "cache"))
        prepare(given)
        print(surroundings())
        print(table([measured_apart(given, given.tenants), measured_apart(given, 1)]))


def knowledge_bases(phrasings: int) -> list[list[Entry]]:
    """Return the entries of ten different knowledge bases."""
    made = list(made_entries(phrasings * DIFFERENT))
    each = len(made) // DIFFERENT
    return [made[first : first + each] for first in range(0, each * DIFFERENT, each)]


def prepare(given: argparse.Namespace) -> None:
    """Write the knowledge base of each tenant, and its index into the cache."""
    given.folder.mkdir()
    bases = knowledge_bases(given.phrasings)
    for number in range(given.tenants):
        path = given.folder / f"t{number}.yaml"
        if number >= DIFFERENT:
            shutil.copy(given.folder / f"t{number % DIFFERENT}.yaml", path)
            shutil.copytree(_indexes(given, number % DIFFERENT), _indexes(given, number))
            continue
        entries = [
            {
                "id": entry.id,
                "question": entry.question,
                "alternates": list(entry.alternates),
                "answer": entry.answer,
            }
            for entry in bases[number]
        ]
        path.write_text(yaml.safe_dump({"version": 1, "entries": entries}), encoding="utf-8")
        with open_tenants(given.folder, given.encoder) as tenants:
            tenants.open(f"t{number}")


def _indexes(given: argparse.Namespace, number: int) -> Path:
    found = index_folder(str(given.folder), f"t{number}")
    assert found is not None  # noqa: S101  FAQBOT_CACHE names the folder
    return found


def measured_apart(given: argparse.Namespace, count: int) -> dict[str, float]:
    """Return the figures of `measure` for *count* tenants, from a process of its own."""
    line = [sys.executable, "-m", "benchmarks.tenants", "--measure", str(count)]
    for name in ("folder", "phrasings", "encoder", "megabytes", "questions"):
        line += [f"--{name}", str(getattr(given, name))]
    done = subprocess.run(line, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def measure(given: argparse.Namespace) -> dict[str, float]:
    """Ask the tenants, and return the figures: times in milliseconds, memory in megabytes."""
    draw, count = random.Random(5), given.measure
    questions = [
        [text for text, _ in made_questions(entries, 200)]
        for entries in knowledge_bases(given.phrasings)
    ]
    weights = list(accumulate(1 / (rank + 1) for rank in range(count)))
    asked = draw.sample(range(count), count)
    asked += draw.choices(range(count), cum_weights=weights, k=given.questions)
    times: dict[bool, list[float]] = {True: [], False: []}
    with open_tenants(
        given.folder, given.encoder, max_bytes=given.megabytes * 1_000_000
    ) as tenants:
        tenants.open("t0").ask("what is this")  # loads the encoder and the libraries
        for number in asked:
            is_warm, seconds = ask(tenants, number, draw.choice(questions[number % DIFFERENT]))
            times[is_warm].append(seconds * _MILLISECONDS)
        used, opened = tenants.used_bytes, tenants.open_count
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {
        "tenants": count,
        "warm": len(times[True]),
        "cold": len(times[False]),
        **{f"warm p{share}": percentile(times[True], share) for share in (50, 99)},
        **{f"cold p{share}": percentile(times[False], share) for share in (50, 99)},
        "slowest": max(times[False], default=0.0),
        "open": opened,
        "counted": used / 1e6,
        "peak": peak / 1e6,
    }


def ask(tenants: Tenants, number: int, question: str) -> tuple[bool, float]:
    """Return whether the tenant was warm, and the seconds of its answer."""
    name = f"t{number}"
    is_warm = tenants.is_open(name)
    begun = time.perf_counter()
    tenants.open(name).ask(question)
    return is_warm, time.perf_counter() - begun


def percentile(values: list[float], share: int) -> float:
    """Return the value below which *share* per cent of *values* lie; 0 without values."""
    if not values:
        return 0.0
    return sorted(values)[min(len(values) * share // 100, len(values) - 1)]


def table(rows: list[dict[str, float]]) -> str:
    """Return the figures as a Markdown table."""
    columns = (
        "tenants",
        "open at the end",
        "warm p50, p99 ms",
        "cold p50, p99, slowest ms",
        "cold questions",
        "counted MB",
        "peak MB",
    )
    lines = [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    lines += [
        f"| {row['tenants']:,} | {row['open']:,} | {row['warm p50']:.2f}, {row['warm p99']:.2f} "
        f"| {row['cold p50']:.0f}, {row['cold p99']:.0f}, {row['slowest']:.0f} "
        f"| {row['cold']:,} of {row['cold'] + row['warm']:,} "
        f"| {row['counted']:.0f} | {row['peak']:.0f} |"
        for row in rows
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
