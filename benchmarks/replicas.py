"""Replicas on one PostgreSQL: the outcome of faults, the throughput, and the cost of the store.

Run from the repository:

    python -m benchmarks.replicas [--events 10000] [--seed 1] [--requests 4000] [--server URL]

First, three replicas of the Slack bot serve the fake Slack of the tests. Questions and their duplicates go
to different replicas, while one replica after the other ends by SIGKILL or SIGTERM, or stands still for
longer than its leases. All connections to the database are cut (as a restart of the server does), and a version of the knowledge base is published
every five seconds. The seed draws the events at which this happens. Each acknowledged question should
get one reply, whose texts are of one version. Then the store's part of a question is measured. In the end
processes of `faqbot serve` answer 16 clients, who spread over them. All share the machine, the server of
PostgreSQL too. A database is created for the run, and dropped.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import cycle, islice
from pathlib import Path
from statistics import quantiles

from sqlalchemy import create_engine, make_url

from benchmarks.surroundings import surroundings
from benchmarks.web import Load, Service, ask, serving
from faqbot import bundled_path, load_knowledge_base, open_store, upgrade_schema
from tests.adapters.slack.fake.bot_process import BotProcess
from tests.adapters.slack.fake.replica_trial import ReplicaTrial, Schedule, Trial, stop
from tests.adapters.slack.fake.server import FakeSlack

_CLIENTS = 16
_WARM_UP = 200
_PROCESSES = (1, 2, 4)


def main() -> None:
    """Run all parts, and print their tables."""
    options = _options()
    print(surroundings() + "\n")
    with _database(options.server) as url, tempfile.TemporaryDirectory() as name:
        upgrade_schema(url)
        if options.events:
            shares = {"ends": 400, "cuts": 600, "pauses": 1_500}  # events for each fault
            faults = {name: options.events // share for name, share in shares.items()}
            schedule = Schedule(options.events, **faults, seed=options.seed)
            found = asyncio.run(trial(url, Path(name), schedule, options.replicas))
            print("\n".join(_trial_lines(found, schedule)), flush=True)
        if options.requests:
            for line in (*_store_lines(url, Path(name)), ""):
                print(line, flush=True)
            for line in _throughput(url, Path(name), options.requests):
                print(line, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "--events", type=int, default=10_000, help="events of the trial, 0 for none"
    )
    parser.add_argument("--replicas", type=int, default=3, help="replicas in the trial")
    parser.add_argument("--seed", type=int, default=1, help="seed of the moments of the faults")
    parser.add_argument(
        "--requests", type=int, default=4_000, help="requests of a run over HTTP, 0 for none"
    )
    parser.add_argument("--server", default="postgresql+psycopg:///test", help="URL of a database")
    return parser.parse_args()


@contextmanager
def _database(server: str) -> Iterator[str]:
    """Return the URL of a database of this run's own beside that of *server*."""
    url, name = make_url(server), f"faqbot_{secrets.token_hex(6)}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
        try:
            yield url.set(database=name).render_as_string(hide_password=False)
        finally:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    engine.dispose()


async def trial(
    url: str,
    folder: Path,
    schedule: Schedule,
    replicas: int = 3,
    program: Sequence[str] = ("-m", "faqbot"),
) -> Trial:
    """Return the outcome of *schedule* for *replicas*, each a process that Python runs as *program*."""
    async with FakeSlack() as slack:
        bots = []
        for number in range(replicas):
            (own := folder / f"replica{number}").mkdir()
            bots.append(BotProcess(slack, own, "--kb", url, "--encoder", "none", FAQBOT_STORE=url))
            bots[-1].program = tuple(program)
        run = ReplicaTrial(slack, bots, url, folder)
        await run.publish()
        try:
            for bot in bots:
                await bot.connected()
            found = await run.run(schedule)
            for bot in bots:
                found.exit_codes[await stop(bot)] += 1
        finally:
            for bot in bots:
                await bot.kill()
        for bot in bots:
            assert "Traceback" not in bot.log, bot.log  # noqa: S101  the trial shows it
    return found


def _trial_lines(found: Trial, schedule: Schedule) -> Iterator[str]:
    questions = sum(found.replies.values())
    yield (
        f"{found.events:,} events ({questions:,} questions) in {found.seconds:.0f} s, seed {schedule.seed}: "
        f"{found.kills} times SIGKILL, {found.terms} times SIGTERM, {found.cuts} times all connections cut, "
        f"{found.pauses} times a replica that stood still, "
        f"{found.published} versions published, of which {len(found.versions)} are in replies. "
        f"{found.deliveries - found.events} deliveries more, {found.unacknowledged} questions never acknowledged.\n"
    )
    yield "| replies a question got | questions |"
    yield "|---|--:|"
    for replies, count in sorted(found.replies.items()):
        yield f"| {replies} | {count:,} |"
    cuts = quantiles(found.waits, n=100, method="inclusive")
    yield (
        f"\nMixtures of versions: {found.mixtures}. Requests left in the store: {found.left}. "
        f"Second replies that the bot found and deleted: {found.deleted}. "
        f"Exit codes after SIGTERM: {dict(found.exit_codes)}. From delivery to reply: "
        f"p50 {cuts[49]:.2f} s, p99 {cuts[98]:.2f} s, longest {found.waits[-1]:.1f} s. Seconds from a first "
        f"reply to another: {', '.join(f'{each:.2f}' for each in found.repeated_after) or 'none'}.\n"
    )


def _throughput(url: str, folder: Path, requests: int) -> Iterator[str]:
    """Yield the table of requests a second with several processes."""
    questions = [test.ask for test in load_knowledge_base(bundled_path()).tests]
    yield "| processes | store | requests/s | p50 / p99 ms |"
    yield "|--:|---|--:|--:|"
    for count in _PROCESSES:
        stores = [("PostgreSQL", url)]
        if count == 1:
            stores.insert(0, ("file", str(folder / "one.db")))
        for name, store in stores:
            load = _loaded(folder / f"web{count}{name}", store, count, questions, requests)
            p50, p99 = load.p50_p99
            yield f"| {count} | {name} | {load.rate:.0f} | {p50:.2f} / {p99:.2f} |"


def _loaded(folder: Path, store: str, count: int, questions: Sequence[str], requests: int) -> Load:
    with ExitStack() as stack:
        services = []
        for number in range(count):
            (own := folder / str(number)).mkdir(parents=True)
            services.append(stack.enter_context(serving(own, "none", store)))
        asyncio.run(_load(services, questions, _WARM_UP * count))
        return asyncio.run(_load(services, questions, requests))


async def _load(services: Sequence[Service], questions: Sequence[str], count: int) -> Load:
    """Send *count* requests over connections that are spread over *services*."""
    load, waiting = Load(), islice(cycle(questions), count)

    async def client(service: Service) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", service.port)
        for question in waiting:
            load.times.append(await ask(reader, writer, question))
        writer.close()

    begun = time.perf_counter()
    await asyncio.gather(*(client(each) for each in islice(cycle(services), _CLIENTS)))
    load.seconds = time.perf_counter() - begun
    return load


def _store_lines(url: str, folder: Path, count: int = 1_000) -> Iterator[str]:
    """Yield the table of the store's part: the key that makes a question answered once."""
    yield "| on the way to an answer in Slack | file, p50 / p99 ms | PostgreSQL, p50 / p99 ms |"
    yield "|---|--:|--:|"
    cells = []
    for store in (str(folder / "keys.db"), url):
        with open_store(store) as opened:
            opened.prepare()
            times = _times(count, lambda number, s=opened: s.claim(f"key {number}", seconds=60))
        cuts = quantiles(times, n=100, method="inclusive")
        cells.append(f"{1000 * cuts[49]:.2f} / {1000 * cuts[98]:.2f}")
    yield f"| the dedup key of an event | {' | '.join(cells)} |"


def _times(count: int, act: Callable[[int], object]) -> list[float]:
    times = []
    for number in range(count):
        begun = time.perf_counter()
        act(number)
        times.append(time.perf_counter() - begun)
    return times


if __name__ == "__main__":
    main()
