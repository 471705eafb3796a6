"""Faults of a trial of replicas, each as its schedule planned it."""

from __future__ import annotations

import asyncio
import mmap
import resource
import signal
import struct
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from tests.adapters.slack.fake.bot_process import BotProcess
from tests.adapters.slack.replicas.schedule import FaultKind, PlannedFault
from tests.postgresql_cluster import PostgresqlCluster
from tests.stalling_proxy import StallingProxy

# Python code that runs before the bot: its clock shows the time plus what the file of the trial says.
CLOCK_CODE = """\
import mmap, os, struct, time
with open(os.environ["TRIAL_CLOCK"], "r+b") as _file:
    _shift = mmap.mmap(_file.fileno(), 8)
_now = time.time
time.time = lambda: _now() + struct.unpack("d", _shift)[0]
"""
# Ends the connections of everybody else to this database.
_CUT = (
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
# Transactions that stand still with accepted requests; those of running replicas end within milliseconds.
_HELD = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND state = 'idle in transaction' AND query LIKE 'INSERT INTO faqbot_requests%' "
    "AND clock_timestamp() - state_change > interval '25 ms'"
)
# Tries to stop a replica in a transaction, and the seconds of each. Chosen by hand.
_HELD_TRIES, _HELD_SECONDS = 300, 0.04
# Bytes that a full disk still takes at the beginning of a file: the log of a bot is smaller.
_FULL_AT = 65_536


@dataclass(slots=True)
class Replica:
    """Process of the bot, with the proxies before its database and Slack, and the file of its clock."""

    bot: BotProcess
    database: StallingProxy | None = None
    slack: StallingProxy | None = None
    clock: Path | None = None

    def set_clock(self, seconds: float) -> None:
        """Let the clock of the process differ by *seconds*."""
        assert self.clock is not None
        with (
            self.clock.open("r+b") as file,
            mmap.mmap(file.fileno(), 8) as shift,
        ):
            shift[:] = struct.pack("d", seconds)


@dataclass(slots=True)
class Faults:
    """Brings faults about; *happened* counts them.

    *store* is the address of the store, and *url* that of its server, "" for a file.
    """

    replicas: Sequence[Replica]
    store: str
    url: str = ""
    cluster: PostgresqlCluster | None = None
    happened: Counter[FaultKind] = field(default_factory=Counter)
    exit_codes: Counter[int] = field(default_factory=Counter)
    _ending: asyncio.Lock = field(default_factory=asyncio.Lock)
    _database: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def bring_about(self, fault: PlannedFault) -> None:
        """Let *fault* happen, and return when it is over."""
        replica = self.replicas[fault.replica]
        await self._acts()[fault.kind](replica, fault.seconds)
        self.happened[fault.kind] += 1

    def _acts(self) -> Mapping[FaultKind, Callable[[Replica, float], Awaitable[None]]]:
        return {
            FaultKind.KILL: self._kill,
            FaultKind.STOP: self._stop,
            FaultKind.CUT: self._cut,
            FaultKind.PAUSE: self._pause,
            FaultKind.HELD_PAUSE: self._pause_in_transaction,
            FaultKind.FAST_RESTART: self._restart_fast,
            FaultKind.IMMEDIATE_RESTART: self._restart_immediate,
            FaultKind.DATABASE_PARTITION: self._part_from_database,
            FaultKind.SLACK_PARTITION: self._part_from_slack,
            FaultKind.CLOCK_STEP: self._set_clock,
            FaultKind.FULL_DISK: self._fill_disk,
        }

    async def _kill(self, replica: Replica, _: float) -> None:
        async with self._ending:
            await replica.bot.kill()
            await self._start(replica)

    async def _stop(self, replica: Replica, _: float) -> None:
        async with self._ending:
            self.exit_codes[await stop(replica.bot)] += 1
            await self._start(replica)

    async def _start(self, replica: Replica) -> None:
        """Start a replica, again if it does not connect in time, as a supervisor does."""
        while not replica.bot.running:
            with suppress(AssertionError):
                await replica.bot.connected()

    async def _pause(self, replica: Replica, seconds: float) -> None:
        async with self._ending:
            await replica.bot.pause(seconds)

    async def _pause_in_transaction(self, replica: Replica, seconds: float) -> None:
        """Stop a replica where it has just written accepted requests, and holds their locks."""
        async with self._ending:
            for _ in range(_HELD_TRIES):
                replica.bot.send_signal(signal.SIGSTOP)
                await asyncio.sleep(_HELD_SECONDS)
                if await asyncio.to_thread(self.query, _HELD):
                    break
                replica.bot.send_signal(signal.SIGCONT)
                await asyncio.sleep(_HELD_SECONDS / 10)
            await replica.bot.pause(seconds)

    async def _cut(self, _: Replica, __: float) -> None:
        async with self._database:  # a cut ends all connections but its own
            await asyncio.to_thread(self.query, _CUT)

    async def _restart_fast(self, _: Replica, seconds: float) -> None:
        await self._restart("fast", seconds)

    async def _restart_immediate(self, _: Replica, seconds: float) -> None:
        await self._restart("immediate", seconds)

    async def _restart(self, mode: Literal["fast", "immediate"], seconds: float) -> None:
        """Stop the database, and start it after *seconds*."""
        assert self.cluster is not None
        async with self._database:
            await asyncio.to_thread(self.cluster.stop, mode)
            await asyncio.sleep(seconds)
            await asyncio.to_thread(self.cluster.start)

    async def _part_from_database(self, replica: Replica, seconds: float) -> None:
        assert replica.database is not None
        await replica.database.stall(seconds)

    async def _part_from_slack(self, replica: Replica, seconds: float) -> None:
        assert replica.slack is not None
        await replica.slack.stall(seconds)

    async def _set_clock(self, replica: Replica, seconds: float) -> None:
        """Set the clock of a machine: replicas with a store in a file share one."""
        for each in (replica,) if self.url else self.replicas:
            each.set_clock(seconds)

    async def _fill_disk(self, replica: Replica, seconds: float) -> None:
        """Let no file of a replica grow for *seconds*; needs no rights, as only the soft limit changes."""
        replica.bot.limit_files(_FULL_AT)
        await asyncio.sleep(seconds)
        replica.bot.limit_files(resource.RLIM_INFINITY)

    def query(self, statement: str) -> int | None:
        """Return the number that *statement* selects, None while the store is away."""
        engine = create_engine(self.store)
        try:
            with engine.connect() as connection:
                return int(connection.scalar(text(statement)) or 0)
        except DBAPIError:
            return None
        finally:
            engine.dispose()


async def stop(bot: BotProcess) -> int:
    """Stop a bot as a supervisor does, which kills it if it takes too long; return the exit code."""
    try:
        return await bot.stop()
    except AssertionError:
        await bot.kill()
        return -signal.SIGKILL
