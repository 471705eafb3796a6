"""A server that is frozen: it takes every statement and answers none."""

from __future__ import annotations

import logging
import socket
import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from faqbot.errors import StoreError
from faqbot.store import Store
from faqbot.store.database import Database
from faqbot.store.dialects import find_backend
from faqbot.store.watchdog import Watchdog
from tests.frozen_server import FreezingProxy, freezing_proxy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Clock, MakeAnswer


@pytest.fixture
def proxy(postgresql: str) -> Iterator[FreezingProxy]:
    """Return a proxy in front of the test's schema."""
    with freezing_proxy(postgresql) as made:
        yield made


@pytest.fixture(autouse=True)
def _short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faqbot.store.watchdog._GRACE", 0.3)
    monkeypatch.setattr("faqbot.store.watchdog._LOOK", 0.05)


def test_a_frozen_server_holds_no_thread(
    proxy: FreezingProxy, answer: MakeAnswer, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """The write ends with a fault, is logged once, and works again when the server does."""
    caplog.set_level(logging.INFO, "faqbot.store")
    with Store(Database(find_backend(proxy.url)), clock=clock) as store:
        assert store.record(answer("before"), adapter="slack")
        proxy.frozen.set()
        assert store.record(answer("frozen"), adapter="slack") is None
        assert store.claim("k", seconds=60)  # the question is answered
        assert not store.is_in_order
        with pytest.raises(StoreError, match="cannot be used"):  # a new connection hangs too
            store.forget("U1")
        proxy.frozen.clear()
        clock.now += 60
        assert store.record(answer("after"), adapter="slack")
        assert [asked.text for asked in store.questions()] == ["before", "after"]
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
    assert "the server does not answer" in caplog.messages[0]


@pytest.mark.parametrize("step", ["a statement", "the commit"])
def test_every_step_is_watched(proxy: FreezingProxy, step: str) -> None:
    """The server may freeze between two steps of a transaction."""
    opened = Database(find_backend(proxy.url))
    opened.transact(lambda _: None)

    def work(connection: object) -> None:
        proxy.frozen.set()
        if step == "a statement":
            connection.execute(text("SELECT 1"))  # type: ignore[attr-defined]

    with pytest.raises(StoreError):
        opened.transact(work, patience=0.1)
    opened.close()


def test_the_program_may_take_its_time(proxy: FreezingProxy) -> None:
    """Work between two statements, such as redaction, is no step of the server."""
    opened = Database(find_backend(proxy.url))

    def work(connection: object) -> object:
        threading.Event().wait(0.6)  # the longest step takes less
        return connection.execute(text("SELECT 7")).scalar()  # type: ignore[attr-defined]

    assert opened.transact(work, patience=0.1) == 7
    opened.close()


def test_an_idle_watchdog_wakes_up(proxy: FreezingProxy, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its thread sleeps while the store is not used, and ends with the store."""
    monkeypatch.setattr("faqbot.store.watchdog._SLEEP_AFTER", 0.0)
    others = _watchdogs()  # of stores that other tests left open
    opened = Database(find_backend(proxy.url))
    opened.transact(lambda _: None)
    (thread,) = _watchdogs() - others
    proxy.frozen.set()
    with pytest.raises(StoreError):
        opened.transact(lambda _: None, patience=0.1)
    opened.close()
    thread.join(10)
    assert not thread.is_alive()


def test_a_standstill_of_the_process_gives_the_step_its_time_again() -> None:
    """The server answered while the process was stopped; a step that goes on for too long still ends."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        watchdog = Watchdog()
        watchdog._connection = ours
        watchdog.begin(1.0)
        watchdog._thread = None  # the test looks itself
        begun = watchdog._used
        watchdog._look(begun + 0.1)
        watchdog._look(begun + 25.0)
        assert not watchdog.has_fired
        for _ in range(40):
            watchdog._look(watchdog._due)
        assert watchdog.has_fired


def _watchdogs() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "faqbot-store-watchdog"}
