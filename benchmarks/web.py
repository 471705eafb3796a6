"""How fast the service answers over HTTP beside the bare bot, and how much memory it takes.

Run from the repository:

    python -m benchmarks.web [--encoder none] [--requests 5000] [--conversations 10000] [--slow 1000]

`faqbot serve` runs as a process of its own on the bundled knowledge base, with its store; the clients
and it share the machine, over loopback. "Processor" is the time that the process of the service used for
a request, with the writing of its record. Every question begins a conversation of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from statistics import median, quantiles

from benchmarks.surroundings import surroundings
from faqbot import Bot, Conversation, bundled_path, load_knowledge_base

_CONNECTIONS = 16
_WARM_UP = 200
# Requests in progress: none is turned away, so that a stall shows as time.
_CONCURRENCY = 10_000
_TENTHS = 10


@dataclass
class Service:
    """A running service: its *port*, its process id, and the seconds from its start until ready.

    *started* is the processor time of the start.
    """

    port: int
    pid: int
    seconds: float
    started: float = 0.0

    @property
    def megabytes(self) -> float:
        """Resident memory."""
        pages = Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6

    @property
    def processor(self) -> float:
        """Seconds of processor time so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2]
        user, system = fields.split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@dataclass
class Load:
    """Requests of one run: seconds of each, and of all."""

    times: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.times) / self.seconds

    @property
    def p50_p99(self) -> tuple[float, float]:
        """Milliseconds that half of the requests, and all but one in a hundred, took at most."""
        cuts = quantiles(self.times, n=100, method="inclusive")
        return 1000 * cuts[49], 1000 * cuts[98]


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--encoder", default="none", help="what compares meanings")
    parser.add_argument("--requests", type=int, default=5_000, help="requests of a run")
    parser.add_argument("--conversations", type=int, default=10_000, help="open conversations")
    parser.add_argument("--slow", type=int, default=1_000, help="clients that send half a request")
    options = parser.parse_args()
    print(surroundings() + "\n")
    questions = [test.ask for test in load_knowledge_base(bundled_path()).tests]
    bare = _bare(questions, options.encoder, options.requests)
    print("| | requests/s | p50 / p99 ms | processor ms |\n|---|--:|--:|--:|")
    print(_row("`Bot.ask` in a loop", bare, None))
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder), options.encoder) as service:
        for line in asyncio.run(_measure(service, questions, options, median(bare.times))):
            print(line, flush=True)


def _bare(questions: Sequence[str], encoder: str, count: int) -> Load:
    bot, load = Bot.from_file(bundled_path(), encoder), Load()
    for question in islice(cycle(questions), _WARM_UP):
        bot.ask(question, Conversation())
    begun = time.perf_counter()
    for question in islice(cycle(questions), count):
        started = time.perf_counter()
        bot.ask(question, Conversation())
        load.times.append(time.perf_counter() - started)
    load.seconds = time.perf_counter() - begun
    return load


@contextmanager
def serving(folder: Path, encoder: str, store: str = "") -> Iterator[Service]:
    """Start a service with its files in *folder*; *store* is by default a file there."""
    settings = folder / "web.toml"
    settings.write_text(f"concurrency = {_CONCURRENCY}\n", encoding="utf-8")
    command = [sys.executable, "-m", "faqbot", "serve", "--port", "0", "--encoder", encoder]
    command += ["--settings", str(settings)]
    environment = {**os.environ, "FAQBOT_STORE": store or str(folder / "store.db")}
    begun = time.perf_counter()
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None  # noqa: S101 - a pipe, as asked for
        lines = (re.search(rb"://[^ ]+:(\d+)/docs", line) for line in process.stdout)
        port = next(int(found[1]) for found in lines if found)
        asyncio.run(_wait_until_ready(port))
        try:
            service = Service(port, process.pid, time.perf_counter() - begun)
            service.started = service.processor
            yield service
        finally:
            process.terminate()


async def _wait_until_ready(port: int) -> None:
    while True:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.01)
            continue
        writer.write(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = await reader.read()
        writer.close()
        if b" 200 " in answer[:20]:
            return


async def _measure(
    service: Service, questions: Sequence[str], options: argparse.Namespace, bare: float
) -> list[str]:
    lines = [
        f"\nReady {service.seconds:.2f} s after the start, with {service.started:.2f} s of processor time."
    ]
    await _load(service, questions, _WARM_UP, 1)
    table = []
    for name, connections in (("one client", 1), (f"{_CONNECTIONS} clients", _CONNECTIONS)):
        used = service.processor
        load = await _load(service, questions, options.requests, connections)
        table.append(_row(name, load, (service.processor - used) / len(load.times)))
        if connections == 1:
            added = 1000 * (median(load.times) - bare)
            lines.append(f"A request adds {added:.2f} ms to `Bot.ask` (p50, one client).")
    half = load.rate / 2
    table.append(_row(f"{half:.0f} a second", await _paced(service, questions, half, 10.0), None))
    table.append(await _beside_slow_clients(service, questions, options.slow))
    before = service.megabytes
    await _load(service, questions, options.conversations, _CONNECTIONS)
    lines.append(
        f"{options.conversations:,} more conversations took {service.megabytes - before:.0f} MB."
    )
    tenths = []
    for _ in range(_TENTHS):
        await _load(service, questions, options.conversations // _TENTHS * 2, _CONNECTIONS)
        tenths.append(f"{service.megabytes:.0f}")
    lines.append(f"Resident MB while {2 * options.conversations:,} more came: {', '.join(tenths)}.")
    return [*table, *lines]


def _row(name: str, load: Load, processor: float | None) -> str:
    p50, p99 = load.p50_p99
    used = "" if processor is None else f"{1000 * processor:.2f}"
    return f"| {name} | {load.rate:.0f} | {p50:.2f} / {p99:.2f} | {used} |"


async def _load(service: Service, questions: Sequence[str], count: int, clients: int) -> Load:
    """Send *count* requests over as many connections as *clients*, each after the one before."""
    load, waiting = Load(), islice(cycle(questions), count)

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", service.port)
        for question in waiting:
            load.times.append(await ask(reader, writer, question))
        writer.close()

    begun = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    load.seconds = time.perf_counter() - begun
    return load


async def _paced(service: Service, questions: Sequence[str], rate: float, seconds: float) -> Load:
    """Send *rate* requests a second, whether or not those before were answered."""
    load, begun = Load(), time.perf_counter()
    free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def one(number: int, question: str) -> None:
        due = begun + number / rate
        await asyncio.sleep(max(due - time.perf_counter(), 0.0))
        pair = free.pop() if free else await asyncio.open_connection("127.0.0.1", service.port)
        await ask(*pair, question)
        load.times.append(time.perf_counter() - due)
        free.append(pair)

    asked = islice(cycle(questions), int(rate * seconds))
    await asyncio.gather(*(one(number, question) for number, question in enumerate(asked)))
    load.seconds = time.perf_counter() - begun
    for _, writer in free:
        writer.close()
    return load


async def _beside_slow_clients(service: Service, questions: Sequence[str], count: int) -> str:
    """Measure one client while *count* others have sent half a head."""
    slow = []
    for _ in range(count):
        _, writer = await asyncio.open_connection("127.0.0.1", service.port)
        writer.write(b"POST /v1/ask HTTP/1.1\r\nHost: loc")
        slow.append(writer)
    load = await _load(service, questions, 1_000, 1)
    for writer in slow:
        writer.close()
    return _row(f"one client beside {count:,} slow ones", load, None)


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, question: str) -> float:
    """Ask, read the answer, and return the seconds that it took."""
    body = json.dumps({"question": question}).encode()
    head = f"Host: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    started = time.perf_counter()
    writer.write(f"POST /v1/ask HTTP/1.1\r\n{head}\r\n\r\n".encode() + body)
    answer = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", answer)
    if b" 200 " not in answer[:20] or length is None:
        raise SystemExit(f"the service answered {answer[:200]!r}")
    await reader.readexactly(int(length[1]))
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
