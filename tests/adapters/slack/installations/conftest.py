"""Bots that several workspaces install: one process for most scenarios, replicas in this process."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import URL

    from tests.adapters.slack.fake.server import FakeSlack
    from tests.adapters.slack.fake.several import Several
    from tests.adapters.slack.installations.replica import Replica

    MakeReplica = Callable[..., Awaitable[Replica]]

_DATABASES = ("sqlite", "postgresql")


@pytest.fixture(scope="module", params=_DATABASES)
def several(
    request: pytest.FixtureRequest,
    runner: asyncio.Runner,
    needs_slack: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Several]:
    """Return a process of the bot that is ready, on each database; T1ACME and E1ORG have own bases."""
    del needs_slack
    pytest.importorskip("cryptography", reason="several workspaces need faqbot[slack-oauth]")
    from tests.adapters.slack.fake.server import FakeSlack
    from tests.adapters.slack.fake.several import Several, write_base, write_settings

    folder = tmp_path_factory.mktemp("several")
    where = str(folder / "store.db")
    if request.param == "postgresql":
        where = _own_schema(request.getfixturevalue("postgresql_database"))
    slack, base = FakeSlack(), write_base(folder, "general", "GENERAL")
    settings = write_settings(folder, "T1ACME", "E1ORG", "T3ORG")
    flags = ("--kb", base, "--settings", settings)
    started = Several.prepared(slack, folder, *flags, FAQBOT_STORE=where)

    async def stop() -> None:
        code = await started.bot.stop()
        await slack.__aexit__(None, None, None)
        assert (code, "Traceback" in started.bot.log) == (0, False), started.bot.log

    runner.run(slack.__aenter__())
    runner.run(started.start())
    yield started
    runner.run(stop())


def _own_schema(database: URL) -> str:
    """Return the address of an empty schema, which goes with the *database* in the end."""
    schema = f"several_{secrets.token_hex(6)}"
    engine = create_engine(database, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
    engine.dispose()
    url = database.update_query_dict({"options": f"-csearch_path={schema}"})
    return url.render_as_string(hide_password=False)


@pytest.fixture(params=_DATABASES)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of an empty store on each database."""
    if request.param == "sqlite":
        return str(tmp_path / "store.db")
    return str(request.getfixturevalue("postgresql"))


@pytest.fixture
def slack(runner: asyncio.Runner, needs_slack: None) -> Iterator[FakeSlack]:
    """Return a Slack in which nobody installed the app yet."""
    del needs_slack
    pytest.importorskip("cryptography", reason="several workspaces need faqbot[slack-oauth]")
    from tests.adapters.slack.fake.server import FakeSlack

    fake = FakeSlack()
    runner.run(fake.__aenter__())
    yield fake
    runner.run(fake.__aexit__(None, None, None))


@pytest.fixture
def make_replica(
    runner: asyncio.Runner, slack: FakeSlack, store_url: str, tmp_path: Path
) -> Iterator[MakeReplica]:
    """Return a function that opens a replica in this process, all with one Slack and one store."""
    from tests.adapters.slack.installations.replica import Replica

    made: list[Replica] = []

    async def make(**how: object) -> Replica:
        replica = Replica(slack, store_url, tmp_path, **how)  # type: ignore[arg-type]
        made.append(replica)
        await replica.open()
        return replica

    yield make
    for replica in made:
        runner.run(replica.close())
