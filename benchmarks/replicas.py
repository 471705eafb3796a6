"""Replicas on one PostgreSQL: the outcome of faults, the throughput, and the cost of the store.

Run from the repository:

    python -m benchmarks.replicas [--events 10000] [--seed 1] [--requests 4000] [--file] [--server URL]

First, three replicas of the Slack bot serve the fake Slack of the tests. Questions and their duplicates go
to different replicas, while faults happen, all drawn from the seed: a replica ends by SIGKILL or SIGTERM,
stands still for longer than its leases, loses the database or Slack for some seconds, or its clock is
set. All connections to the database are cut, and its server restarts twice. A version of the knowledge
base is published every five seconds. Each acknowledged question should get one reply, whose texts are of
one version. With --file, the store is a file, and its disk is full for some seconds instead.

Then the store's part of a question is measured. In the end processes of `faqbot serve` answer 16
clients, who spread over them. All share the machine. Without --server, a server of PostgreSQL is
started for the run. In that of --server, a database is created and dropped, and neither restarts nor losses
of the database or Slack are tried.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack, contextmanager
from itertools import cycle, islice
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlsplit

from sqlalchemy import create_engine, make_url

from benchmarks.surroundings import surroundings
from benchmarks.web import Load, Service, ask, serving
from faqbot import bundled_path, load_knowledge_base, open_store, upgrade_schema
from tests.adapters.slack.fake.bot_process import BotProcess
from tests.adapters.slack.fake.replica_trial import ReplicaTrial, Trial, write_version
from tests.adapters.slack.fake.server import FakeSlack
from tests.adapters.slack.replicas.faults import CLOCK_CODE, Faults, Replica, stop
from tests.adapters.slack.replicas.schedule import Schedule, described
from tests.postgresql_cluster import (
    MISSING,
    PostgresqlCluster,
    find_binaries,
    postgresql_cluster,
)
from tests.stalling_proxy import StallingProxy

_CLIENTS = 16
_WARM_UP = 200
_PROCESSES = (1, 2, 4)


def main() -> None:
    """Run all parts, and print their tables."""
    options = _options()
    print(surroundings() + "\n")
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        if options.events:
            schedule = _schedule(options)
            url, cluster = "", None
            if not options.file:
                url, cluster = stack.enter_context(_server(options.server))
            found = asyncio.run(trial(url, folder, schedule, cluster))
            print("\n".join(_trial_lines(found, schedule)), flush=True)
        if options.requests:
            url, _ = stack.enter_context(_server(options.server))
            for line in (*_store_lines(url, folder), ""):
                print(line, flush=True)
            for line in _throughput(url, folder, options.requests):
                print(line, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "--events", type=int, default=10_000, help="events of the trial, 0 for none"
    )
    parser.add_argument("--replicas", type=int, default=3, help="replicas in the trial")
    parser.add_argument("--seed", type=int, default=1, help="seed of all faults and questions")
    parser.add_argument(
        "--requests", type=int, default=4_000, help="requests of a run over HTTP, 0 for none"
    )
    parser.add_argument("--file", action="store_true", help="a store in a file, with a full disk")
    parser.add_argument(
        "--server", default="", help="URL of a database, in place of a server of the run's own"
    )
    return parser.parse_args()


# Events for each fault of a kind. Chosen by hand: the run has some quiet time between them.
_SHARES = {
    "ends": 400,
    "cuts": 600,
    "pauses": 1_500,
    "held_pauses": 1_500,
    "partitions": 500,
    "steps": 500,
}
# Restarts of the database: one in order, and one as a crash.
_RESTARTS = 2


def _schedule(options: argparse.Namespace) -> Schedule:
    faults = {name: options.events // share for name, share in _SHARES.items()}
    if options.file:
        faults |= {
            "cuts": 0,
            "partitions": 0,
            "held_pauses": 0,
            "full_disks": options.events // 500,
        }
    elif options.server:
        faults["partitions"] = 0
    else:
        faults["restarts"] = _RESTARTS
    return Schedule(options.events, **faults, seed=options.seed, replicas=options.replicas)


@contextmanager
def _server(given: str) -> Iterator[tuple[str, PostgresqlCluster | None]]:
    """Return the address of a database of this run, and its server if that is of the run too."""
    if given:
        with _database(given) as url:
            yield url, None
        return
    if (binaries := find_binaries()) is None:
        raise SystemExit(f"{MISSING}: name a database by --server")
    with postgresql_cluster(binaries) as cluster:
        yield cluster.url, cluster


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


# The program that each replica runs, after the code that sets its clock.
_PROGRAM = """
import sys
from faqbot.cli import main
sys.exit(main())
"""


async def trial(
    url: str,
    folder: Path,
    schedule: Schedule,
    cluster: PostgresqlCluster | None = None,
    prelude: str = "",
) -> Trial:
    """Return the outcome of *schedule* for replicas with a store at *url*, "" for a file in *folder*.

    Each replica runs the code *prelude* first. Restarts need the *cluster* of the store.
    """
    store = url or f"sqlite:///{folder / 'shared.db'}"
    await asyncio.to_thread(upgrade_schema, store)
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(FakeSlack())
        replicas = []
        for number in range(schedule.replicas):
            own = await asyncio.to_thread(_own_folder, folder, number)
            proxies = await _proxies(stack, slack, url) if schedule.partitions else {}
            replicas.append(_replica(slack, own, store, url, proxies))
        for replica in replicas:
            replica.bot.program = ("-c", CLOCK_CODE + prelude + _PROGRAM)
        faults = Faults(replicas, store, url, cluster)
        return await _run(ReplicaTrial(slack, faults, folder), faults, schedule)


async def _run(run: ReplicaTrial, faults: Faults, schedule: Schedule) -> Trial:
    bots = [replica.bot for replica in faults.replicas]
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


def _own_folder(folder: Path, number: int) -> Path:
    """Make the folder of a replica, with the file that sets its clock."""
    (own := folder / f"replica{number}").mkdir()
    (own / "clock").write_bytes(bytes(8))
    return own


async def _proxies(stack: AsyncExitStack, slack: FakeSlack, url: str) -> dict[str, StallingProxy]:
    """Return proxies before the database at *url* and before the methods of *slack*."""
    made = {}
    for name, address in (("database", url), ("slack", slack.origin)):
        parts = urlsplit(address)
        proxy = StallingProxy(str(parts.hostname), parts.port or 0)
        made[name] = await stack.enter_async_context(proxy)
    return made


def _replica(
    slack: FakeSlack, own: Path, store: str, url: str, proxies: Mapping[str, StallingProxy]
) -> Replica:
    """Return a replica with its *own* folder, which reaches Slack and the store through *proxies*."""
    given = {"TRIAL_CLOCK": str(own / "clock")}
    if proxies:
        through = make_url(store).set(port=proxies["database"].port)
        store = through.render_as_string(hide_password=False)
        given["SLACK_API_URL"] = f"http://127.0.0.1:{proxies['slack'].port}/api/"
    kb = store if url else str(write_version(own, 1))
    bot = BotProcess(slack, own, "--kb", kb, "--encoder", "none", FAQBOT_STORE=store, **given)
    return Replica(bot, proxies.get("database"), proxies.get("slack"), own / "clock")


def _trial_lines(found: Trial, schedule: Schedule) -> Iterator[str]:
    questions = sum(found.replies.values())
    yield (
        f"{found.events:,} events ({questions:,} questions) in {found.seconds:.0f} s, seed {schedule.seed}. "
        f"Faults: {described(found.faults)}. "
        f"{found.published} versions published, of which {len(found.versions)} are in replies. "
        f"{found.deliveries - found.events} deliveries more, {found.unacknowledged} questions never acknowledged.\n"
    )
    yield "| replies a question got | questions |"
    yield "|---|--:|"
    for replies, count in sorted(found.replies.items()):
        yield f"| {replies} | {count:,} |"
    cuts = quantiles(found.waits, n=100, method="inclusive")
    yield (
        f"\nSecond replies that the bot found and deleted: {found.deleted}. Mixtures of versions: {found.mixtures}. "
        f"Requests left in the store: {found.left}. "
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
