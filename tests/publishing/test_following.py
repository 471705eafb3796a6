"""Replicas that follow a published knowledge base, on SQLite and PostgreSQL."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.pool import QueuePool

from faqbot import Reload, Reloader, StoreError, open_published, publish_knowledge_base, roll_back
from faqbot.publishing import following
from faqbot.publishing.address import PublishedAddress
from faqbot.publishing.following import PublishedSource, changed_tenants
from faqbot.store.dialects import Backend

if TYPE_CHECKING:
    from faqbot import Bot

_SECONDS = 30  # after which a test fails that waits for a thread


class Heard:
    """Reloads that a reloader reported, for a test that waits for one."""

    def __init__(self) -> None:
        """Start with none."""
        self.reloads: list[Reload] = []
        self._news = threading.Condition()

    def __call__(self, reload: Reload) -> None:
        """Note *reload*."""
        with self._news:
            self.reloads.append(reload)
            self._news.notify_all()

    def until(self, told: Callable[[Reload], bool]) -> Reload:
        """Return the first one that is as *told* says."""
        with self._news:
            assert self._news.wait_for(lambda: any(map(told, self.reloads)), _SECONDS), self.reloads
            return next(each for each in self.reloads if told(each))


@pytest.fixture(autouse=True)
def _look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let threads end soon, and connections be made again soon."""
    monkeypatch.setattr(following, "POLL_ALONE_SECONDS", 0.05)
    monkeypatch.setattr(following, "LONGEST_PAUSE", 0.2)
    monkeypatch.setattr(following, "_LOOK_SECONDS", 0.05)


@pytest.fixture(autouse=True)
def _no_thread_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert {each for each in threading.enumerate() if each.name == "faqbot-reload"} <= before


def _edit(base: Path, floor: int) -> None:
    file = base / "office.yaml"
    lines = file.read_text("utf-8").splitlines(keepends=True)
    answer = f"    answer: Pick **Floor {floor}**.\n"
    file.write_text("".join(answer if "answer:" in line else line for line in lines), "utf-8")


def _publish(base: Path, database: str, floor: int) -> None:
    _edit(base, floor)
    publish_knowledge_base(base, database, encoders=("none",))


def _said(bot: Bot) -> str:
    return bot.ask("how do I print?").text


def _execute(database: str, *statements: str) -> None:
    engine = create_engine(make_url(database), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def test_a_new_version_is_adopted(base: Path, database: str) -> None:
    """And an old one after a rollback; the bot stays the same."""
    _publish(base, database, 1)
    bot, heard = open_published(database, encoder="none"), Heard()
    with Reloader(bot, database, "none", on_reload=heard):
        _publish(base, database, 2)
        reload = heard.until(lambda each: each.version == 2)
        assert str(reload) == "The knowledge base was read again, version 2: 1 entry changed."
        assert (_said(bot), bot.kb.published_version) == ("Pick **Floor 2**.", 2)
        roll_back(1, database)
        heard.until(lambda each: each.version == 1)
        assert (_said(bot), bot.kb.published_version) == ("Pick **Floor 1**.", 1)


@pytest.fixture
def engines(monkeypatch: pytest.MonkeyPatch) -> list[Engine]:
    """Return the engines that were made, in order."""
    made, make = list[Engine](), Backend.make_engine

    def make_engine(backend: Backend) -> Engine:
        made.append(make(backend))
        return made[-1]

    monkeypatch.setattr(Backend, "make_engine", make_engine)
    return made


def test_polls_share_a_connection(base: Path, database: str, engines: list[Engine]) -> None:
    """It is closed at the end, and another poll opens one again."""
    _publish(base, database, 1)
    bot = open_published(database, encoder="none")
    source = PublishedSource(PublishedAddress.parse(database), "none")
    engines.clear()
    for _ in range(3):
        assert source.newest(bot) is None
    assert [_connections(engine) for engine in engines] == [1]
    source.close()
    assert _connections(engines[0]) == 0
    _publish(base, database, 2)
    found = source.newest(bot)
    source.close()

    assert found is not None
    assert found.kb.published_version == 2
    assert not any(map(_connections, engines))


def test_a_reloader_closes_its_connection(base: Path, database: str, engines: list[Engine]) -> None:
    """When its thread ends, and after a reload without a thread."""
    _publish(base, database, 1)
    bot, heard = open_published(database, encoder="none"), Heard()
    engines.clear()
    reloader = Reloader(bot, database, "none", on_reload=heard)
    with reloader:
        _publish(base, database, 2)
        heard.until(lambda each: each.version == 2)
    assert engines
    assert not any(map(_connections, engines))
    assert reloader.reload().version == 2
    assert not any(map(_connections, engines))


def test_a_file_that_is_gone_is_a_fault_until_it_is_back(base: Path, sqlite: str) -> None:
    """No empty file takes its place."""
    _publish(base, sqlite, 1)
    bot = open_published(sqlite, encoder="none")
    file = Path(sqlite.removeprefix("sqlite:///"))
    source = PublishedSource(PublishedAddress.parse(sqlite), "none")
    assert source.newest(bot) is None
    moved = file.rename(file.with_name("moved.db"))
    for _ in range(2):
        with pytest.raises(StoreError, match="there is no such file"):
            source.newest(bot)
    assert not file.exists()
    moved.rename(file)

    assert source.newest(bot) is None
    source.close()


def _connections(engine: Engine) -> int:
    """Return the number of open connections of *engine*."""
    pool = engine.pool
    assert isinstance(pool, QueuePool)
    return pool.checkedin() + pool.checkedout()


def test_a_notification_is_enough(
    base: Path, postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for the next poll."""
    monkeypatch.setattr(following, "POLL_SECONDS", 3600.0)
    _publish(base, postgresql, 1)
    bot, heard = open_published(postgresql, encoder="none"), Heard()
    with Reloader(bot, PublishedAddress(postgresql), "none", on_reload=heard):
        for floor in (2, 3):
            _publish(base, postgresql, floor)
            heard.until(lambda each, floor=floor: each.version == floor)  # type: ignore[misc]

    assert _said(bot) == "Pick **Floor 3**."


def test_a_poll_is_enough(base: Path, postgresql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a pooler drops notifications."""
    monkeypatch.setattr("faqbot.publishing.version_queries.CHANNEL", "elsewhere")
    monkeypatch.setattr(following, "POLL_SECONDS", 0.1)
    _publish(base, postgresql, 1)
    bot, heard = open_published(postgresql, encoder="none"), Heard()
    with Reloader(bot, postgresql, "none", on_reload=heard):
        _publish(base, postgresql, 2)
        heard.until(lambda each: each.version == 2)


def test_a_version_that_cannot_be_used_keeps_the_old_one(
    base: Path, database: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The log says so once, the bot says it to operators, and the next good version is adopted."""
    _publish(base, database, 1)
    bot, heard = open_published(database, encoder="none"), Heard()
    with Reloader(bot, database, "none", on_reload=heard):
        assert bot.outdated == ""
        statement = "UPDATE faqbot_kb_versions SET format = 99 WHERE version = 2"
        _publish_broken(base, database, statement)
        heard.until(lambda each: each.error is not None)
        assert _said(bot) == "Pick **Floor 1**."
        assert bot.outdated == (
            "another version cannot be used, so version 1 is served: the log tells why"
        )
        _publish(base, database, 3)
        heard.until(lambda each: each.version == 3)
        assert (_said(bot), bot.outdated) == ("Pick **Floor 3**.", "")

    warnings = [each.message for each in caplog.records if each.levelno == logging.WARNING]
    assert len(warnings) == 1
    assert "so version 1 stays: version 2 in" in warnings[0]
    assert "published by a newer faqbot: update faqbot" in warnings[0]


def _publish_broken(base: Path, database: str, statement: str) -> None:
    """Publish version 2, and damage it in the same moment."""
    from faqbot.publishing import version_queries

    whole = version_queries.move_pointer

    def damaged(connection: object, tenant: str, version: int) -> None:
        connection.exec_driver_sql(statement)  # type: ignore[attr-defined]
        whole(connection, tenant, version)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(version_queries, "move_pointer", damaged)
        _publish(base, database, 2)


def test_a_rollback_heals_a_bad_version(base: Path, sqlite: str) -> None:
    """Then the version that is served is the one that the pointer names."""
    _publish(base, sqlite, 1)
    bot = open_published(sqlite, encoder="none")
    _publish_broken(base, sqlite, "UPDATE faqbot_kb_versions SET format = 99 WHERE version = 2")
    reloader = Reloader(bot, sqlite, "none")
    assert reloader.reload().error is not None
    assert bot.outdated

    roll_back(1, sqlite)
    assert reloader.reload() == Reload(version=1)
    assert bot.outdated == ""


def test_a_lost_connection_is_made_again(base: Path, postgresql: str) -> None:
    """A version that came meanwhile is adopted."""
    _publish(base, postgresql, 1)
    bot, heard = open_published(postgresql, encoder="none"), Heard()
    cut = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE query LIKE 'LISTEN%%' AND datname = current_database()"
    )
    with Reloader(bot, postgresql, "none", on_reload=heard):
        for floor in (2, 3, 4):
            _execute(postgresql, cut)
            _publish(base, postgresql, floor)
            heard.until(lambda each, floor=floor: each.version == floor)  # type: ignore[misc]


def test_a_database_that_is_gone_is_told_once(
    base: Path, sqlite: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The old version is served meanwhile, and is no fault of the replica."""
    _publish(base, sqlite, 1)
    bot, heard = open_published(sqlite, encoder="none"), Heard()
    path, away = tmp_path / "published.db", tmp_path / "away.db"
    path.rename(away)  # before the first look: one at the same moment finds an empty file
    with Reloader(bot, sqlite, "none", on_reload=heard):
        heard.until(lambda each: each.error is not None)
        assert (_said(bot), bot.outdated) == ("Pick **Floor 1**.", "")
        away.rename(path)
        heard.until(lambda each: each == Reload(version=1))

    warnings = [each.message for each in caplog.records if each.levelno == logging.WARNING]
    assert len(warnings) == 1
    assert "no such file" in warnings[0]


class FewRounds:
    """Event that ends a watch after some waits, and notes how long they were."""

    def __init__(self, rounds: int) -> None:
        """End after *rounds* waits."""
        self._left = rounds
        self.waits: list[float] = []

    def is_set(self) -> bool:
        """Return True after the last wait."""
        return self._left <= 0

    def wait(self, timeout: float | None = None) -> bool:
        """Note the wait."""
        self._left -= 1
        self.waits.append(timeout or 0.0)
        return self.is_set()


def test_a_server_that_is_gone_is_tried_less_and_less_often(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each pause is at most double the one before, up to a limit."""
    monkeypatch.setattr(following, "LONGEST_PAUSE", 8.0)
    stop = FewRounds(7)
    told = list(changed_tenants("postgresql://127.0.0.1:1/x", stop))

    assert told == [None] * 7
    for number, wait in zip(count(), stop.waits, strict=False):
        most = min(0.5 * 2**number, 8.0)
        assert most / 2 <= wait <= most


def test_another_tenant_is_no_news(base: Path, postgresql: str) -> None:
    """Only the tenant of the address is read again."""
    publish_knowledge_base(base, postgresql, "one", encoders=("none",))
    bot, heard = open_published(postgresql, "one", "none"), Heard()
    with Reloader(bot, PublishedAddress(postgresql, "one"), "none", on_reload=heard):
        publish_knowledge_base(base, postgresql, "other", encoders=("none",))
        _edit(base, 2)
        publish_knowledge_base(base, postgresql, "one", encoders=("none",))
        heard.until(lambda each: each.version == 2)

    assert len(heard.reloads) == 1
