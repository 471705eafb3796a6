"""How long whole processes take to start and answer, and their peak memory.

Run from the repository, with faqbot installed:  python -m benchmarks.startup [--rounds 11]

Every command runs once unmeasured, which also fills a cache folder of its own; then all of them run
in turn, round after round, so that a slow moment of the machine hits every one. Times are medians, of
wall-clock seconds and of seconds on a processor (which other work on the machine changes less). Peak memory is what the kernel reports for the child (`ru_maxrss`); it can never
be below the memory of the process that started it, which is why this script imports so little: the
line "true" shows that floor.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

_QUESTION = "what is diplomacy"
_LIGHT = {"faqbot"}
_WATCHED = """
import sys
before = set(sys.modules)
import faqbot
added = {name.partition(".")[0] for name in set(sys.modules) - before}
print(*sorted(added - set(sys.stdlib_module_names)))
"""


class Run(NamedTuple):
    """What one process took: *seconds* by the clock and of processor time, *megabytes* at its peak."""

    seconds: float
    processor: float
    megabytes: float


def main() -> None:
    """Measure every command, print the table, and say what `import faqbot` loads."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--rounds", type=int, default=11, help="measured runs of each command")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as cache:
        measured = measure(commands(), rounds, {**os.environ, "FAQBOT_CACHE": cache})
    print(table(measured))
    print(f"\n{imported_besides_the_standard_library()}")


def commands() -> dict[str, list[str]]:
    """Return the command lines to measure under the names that the table gives them."""
    python, faqbot = sys.executable, str(Path(sys.executable).with_name("faqbot"))
    ask = [faqbot, "ask", _QUESTION, "--encoder"]
    return {
        "true": ["true"],
        "bare interpreter": [python, "-c", "pass"],
        "import faqbot": [python, "-c", "import faqbot"],
        "from faqbot import Bot": [python, "-c", "from faqbot import Bot"],
        "faqbot --help": [faqbot, "--help"],
        "faqbot ask, none": [*ask, "none"],
        "faqbot ask, wordllama": [*ask, "wordllama"],
    }


def measure(
    lines: Mapping[str, Sequence[str]], rounds: int, environment: Mapping[str, str]
) -> dict[str, list[Run]]:
    """Run every command line *rounds* times in turn; return what each run took."""
    found: dict[str, list[Run]] = {name: [] for name in lines}
    for number in range(rounds + 1):
        for name, line in lines.items():
            result = run(line, environment)
            if number:
                found[name].append(result)
    return found


def run(line: Sequence[str], environment: Mapping[str, str]) -> Run:
    """Run one command; return what it took. Raises CalledProcessError if it fails."""
    started = time.perf_counter()
    child = subprocess.Popen(
        line, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, line)
    megabytes = usage.ru_maxrss * 1024 / 1e6  # ru_maxrss is in units of 1,024 bytes
    return Run(seconds, usage.ru_utime + usage.ru_stime, megabytes)


def table(measured: Mapping[str, Sequence[Run]]) -> str:
    """Return the medians as a Markdown table."""
    rows = ["| process | seconds | above bare | CPU seconds | peak MB |", "|---|---|---|---|---|"]
    bare = statistics.median(run.seconds for run in measured["bare interpreter"])
    for name, runs in measured.items():
        seconds, processor, peak = (statistics.median(column) for column in zip(*runs, strict=True))
        rows.append(
            f"| {name} | {seconds:.3f} | {seconds - bare:+.3f} | {processor:.3f} | {peak:.0f} |"
        )
    return "\n".join(rows)


def imported_besides_the_standard_library() -> str:
    """Say which libraries `import faqbot` loads."""
    line = [sys.executable, "-c", _WATCHED]
    found = set(subprocess.run(line, check=True, capture_output=True, text=True).stdout.split())
    extra = ", ".join(sorted(found - _LIGHT))
    return f"`import faqbot` loads {extra or 'nothing'} besides itself and the standard library."


if __name__ == "__main__":
    main()
