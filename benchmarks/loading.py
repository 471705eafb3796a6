"""How long a large knowledge base takes to load, and how much memory, at several sizes.

Run from the repository, with faqbot installed:  python benchmarks/loading.py [ENTRIES ...]

Each size is written to a temporary folder (an entry has five alternates and is 790 bytes long) and
loaded in a process of its own. The table gives that process's CPU seconds for the load alone, and
its peak memory above what it had once everything was imported.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SIZES = (1_000, 10_000, 100_000)
ENTRY_BYTES = 790
WORDS = (
    "treaty",
    "embassy",
    "consul",
    "summit",
    "border",
    "visa",
    "accord",
    "envoy",
    "mission",
    "fora",
)


def main() -> None:
    """Measure every size asked for, and print a table."""
    print(f"{'entries':>9} {'MB':>7} {'CPU s':>7} {'MB/s':>6} {'peak MB':>8}")
    with tempfile.TemporaryDirectory() as folder:
        for count in [int(size) for size in sys.argv[1:]] or SIZES:
            path = write_base(Path(folder, f"{count}.yaml"), count)
            megabytes = path.stat().st_size / 1e6
            seconds, peak = measure(path)
            print(
                f"{count:>9,} {megabytes:>7.1f} {seconds:>7.2f} "
                f"{megabytes / seconds:>6.1f} {peak:>8.0f}"
            )


def write_base(path: Path, count: int) -> Path:
    """Write a base of *count* entries to *path*, and return it."""
    with path.open("w", encoding="utf-8") as file:
        file.write("version: 1\ntitle: Generated\nentries:\n")
        file.writelines(entry(number) for number in range(count))
    return path


def entry(number: int) -> str:
    """Return one entry of `ENTRY_BYTES` bytes as YAML."""
    first, second = WORDS[number % 10], WORDS[number // 10 % 10]
    head = (
        f"  - id: {first}-{second}-{number:06}\n"
        f"    question: How does a {first} differ from a {second} in case {number:06}?\n"
        "    alternates:\n"
        f"      - what tells {first} {number:06} from the {second}\n"
        f"      - is {first} {number:06} the same thing as a {second}\n"
        f"      - difference between {second} and {first} number {number:06}\n"
        f"      - compare the {first} with the {second} for case {number:06}\n"
        f"      - {second} or {first}, which one is it in {number:06}\n"
        f"    section: About every {first}\n"
        "    answer: |-\n"
    )
    filler = f"      A {first} is not a {second}: **number {number:06}** says why in a few words. "
    room = ENTRY_BYTES - len(head) - 1
    return head + (filler + "It goes on at length. " * 20)[:room].rstrip().ljust(room, ".") + "\n"


def measure(path: Path) -> tuple[float, float]:
    """Load *path* in a child process; return its CPU seconds, and its peak in MB above the start."""
    command = [sys.executable, __file__, "--child", str(path)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    seconds, peak = output.split()
    return float(seconds), float(peak)


def child(path: str) -> None:
    """Load *path* and print what `measure` reads."""
    import rapidfuzz.process  # noqa: F401 - not part of what a load costs
    import yaml  # noqa: F401

    from faqbot.kb import load_knowledge_base

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    load_knowledge_base(path)
    seconds = time.process_time() - started
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(seconds, (after - before) * 1024 / 1e6)  # ru_maxrss is in units of 1,024 bytes


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2])
    else:
        main()
