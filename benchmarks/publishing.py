"""How long publishing takes, and how soon replicas serve a new version.

Run from the repository, with faqbot[postgresql] installed:

    python -m benchmarks.publishing [--at URL] [--entries N ...] [--replicas N] [--versions N]

Tables are made in the database at URL, by default a new schema in the database `test` of this machine,
which is dropped in the end. Each replica is a process of its own with its own cache. The delay of a replica
is the time from the end of `publish_knowledge_base` to the adoption; a replica may be earlier than that.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

from faqbot import open_published, publish_knowledge_base

_REPLICA = """
import sys, time
from faqbot import Reloader, open_published
bot = open_published(sys.argv[1], encoder="none")
def tell(reload):
    print(reload.version, time.monotonic(), flush=True)
with Reloader(bot, sys.argv[1], "none", on_reload=tell):
    print("ready", flush=True)
    sys.stdin.read()
"""
_WORDS = [f"{first}{last}" for first in ("ka", "to", "mi", "ru", "se") for last in "bdfgklmnprstvz"]


def main() -> None:
    """Measure each size, and the delays of the replicas, and print both."""
    parser = argparse.ArgumentParser(description="Time of publishing, and delay of replicas.")
    parser.add_argument("--at", default="")
    parser.add_argument("--entries", type=int, nargs="+", default=[100, 1_000, 10_000])
    parser.add_argument("--replicas", type=int, default=3)
    parser.add_argument("--versions", type=int, default=20)
    given = parser.parse_args()
    print(f"load of the machine at the start: {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder, _Database(given.at) as url:
        print(f"{'entries':>8} {'publish s':>10} {'again s':>8} {'cold s':>7} {'warm s':>7}")
        for count in given.entries:
            _measure_size(Path(folder), url, count)
        _measure_delays(Path(folder), url, given.replicas, given.versions)


class _Database:
    """Database at *url*, or a schema in the database `test` that is dropped in the end."""

    def __init__(self, url: str) -> None:
        self._schema = "" if url else f"faqbot_publishing_{os.getpid()}"
        options = quote(f"-csearch_path={self._schema}", safe="")
        self._url = url or f"postgresql:///test?options={options}"

    def __enter__(self) -> str:
        self._run(f"CREATE SCHEMA {self._schema}")
        return self._url

    def __exit__(self, *_: object) -> None:
        self._run(f"DROP SCHEMA {self._schema} CASCADE")

    def _run(self, statement: str) -> None:
        if self._schema:
            import psycopg

            with psycopg.connect("dbname=test", autocommit=True) as connection:
                connection.execute(statement)  # type: ignore[call-overload]  made here


def _write(path: Path, count: int, edition: int) -> Path:
    """Write *count* entries with five phrasings each to *path*."""
    with path.open("w", encoding="utf-8") as file:
        file.write("version: 1\nentries:\n")
        for number in range(count):
            words = [_WORDS[(number * step + step) % len(_WORDS)] for step in (1, 3, 7, 11, 13)]
            said = [f"{' '.join(words[turn:] + words[:turn])} {number}" for turn in range(5)]
            file.write(f"  - id: e{number}\n    question: What is {said[0]}?\n    alternates:\n")
            file.writelines(f"      - {text}\n" for text in said[1:])
            file.write(f"    answer: It is {words[0]}, edition {edition}.\n")
    return path


def _measure_size(folder: Path, url: str, count: int) -> None:
    path, tenant = _write(folder / "kb.yaml", count, 0), f"size-{count}"
    os.environ["FAQBOT_CACHE"] = str(folder / f"publisher-{count}")
    first = _timed(lambda: publish_knowledge_base(path, url, tenant, encoders=("none",)))
    again = _timed(lambda: publish_knowledge_base(path, url, tenant, encoders=("none",)))
    os.environ["FAQBOT_CACHE"] = str(folder / f"replica-{count}")
    cold = _timed(lambda: open_published(url, tenant, "none"))
    warm = _timed(lambda: open_published(url, tenant, "none"))
    print(f"{count:>8,} {first:>10.2f} {again:>8.2f} {cold:>7.2f} {warm:>7.2f}")


def _timed(work: object) -> float:
    begun = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - begun


def _measure_delays(folder: Path, url: str, replicas: int, versions: int) -> None:
    path = folder / "kb.yaml"
    os.environ["FAQBOT_CACHE"] = str(folder / "publisher")
    publish_knowledge_base(_write(path, 100, 0), url, encoders=("none",))
    running = [_start(folder / f"replica-{number}", url) for number in range(replicas)]
    delays = []
    for edition in range(1, versions + 1):
        version = publish_knowledge_base(
            _write(path, 100, edition), url, encoders=("none",)
        ).version
        published = time.monotonic()
        for replica in running:
            number, adopted = _line(replica).split()
            if int(number) != version.version:
                raise SystemExit(f"a replica serves version {number}, not {version.version}")
            delays.append(float(adopted) - published)
    for replica in running:
        replica.communicate()
    print(
        f"{replicas} replicas, {versions} versions of 100 entries: a replica served a new one "
        f"{statistics.median(delays):.3f} s after it was published, {max(delays):.3f} s at the latest"
    )


def _start(cache: Path, url: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", _REPLICA, url],
        env={**os.environ, "FAQBOT_CACHE": str(cache)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    _line(process)
    return process


def _line(process: subprocess.Popen[str]) -> str:
    """Return the next line of *process*; end the benchmark if it ended."""
    line = process.stdout.readline() if process.stdout else ""
    return line or sys.exit("a replica has ended")


if __name__ == "__main__":
    main()
