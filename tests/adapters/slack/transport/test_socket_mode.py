"""The connection lives on: through refreshes, faults and silence, and ends when Slack says so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import pytest

from faqbot import AdapterError
from tests.adapters.slack.fake import payloads
from tests.adapters.slack.fake.faults import Fault

if TYPE_CHECKING:
    from faqbot_slack.transport.http import Health
    from faqbot_slack.transport.socket_mode import SocketConnection
    from tests.adapters.slack.fake.server import FakeSlack

pytestmark = pytest.mark.usefixtures("needs_slack")


# Seconds between checks of the connection in these tests.
_CHECK = 0.01


@dataclass
class _Line:
    """A socket that serves, in front of a fake."""

    slack: FakeSlack
    socket_mode: SocketConnection
    health: Health
    serving: asyncio.Task[None]
    ready: asyncio.Event

    async def connected(self, times: int = 1) -> None:
        """Return once so many connections were opened, of which one stands."""
        await self.slack.wait(
            lambda: self.slack.links.opened >= times and len(self.slack.links.open) == 1, 15
        )

    async def answers(self) -> bool:
        """Tell whether an event is acknowledged."""
        return (await self.slack.deliver("events_api", payloads.mention("hi"))).acked


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faqbot_slack.transport.socket_mode.BACKOFF_SECONDS", (0.0,))
    monkeypatch.setattr("faqbot_slack.transport.socket_mode.CHECK_SECONDS", _CHECK)


@asynccontextmanager
async def _line(fault: Fault | None = None, times: int = 0) -> AsyncIterator[_Line]:
    from faqbot_slack.credentials import Credentials
    from faqbot_slack.events.types import Identity
    from faqbot_slack.transport.app import make_app
    from faqbot_slack.transport.dispatcher import Dispatcher
    from faqbot_slack.transport.http import Health
    from faqbot_slack.transport.socket_mode import SocketConnection
    from faqbot_slack.transport.web_api import open_web_api
    from tests.adapters.slack.fake.server import FakeSlack

    async with FakeSlack() as slack:
        if fault is not None:
            slack.fail("apps.connections.open", fault, times)
        credentials = Credentials(slack.bot_token, slack.app_token, api_url=slack.base_url)
        health, ready = Health(), asyncio.Event()
        health.on_change = lambda is_ready: ready.set() if is_ready else ready.clear()
        async with open_web_api(credentials) as web:
            app = make_app(Identity("U0BOT"), Dispatcher(cast("Any", None)), web.client)
            socket_mode = SocketConnection(app, web, credentials, health)
            serving = asyncio.create_task(socket_mode.serve())
            try:
                yield _Line(slack, socket_mode, health, serving, ready)
            finally:
                serving.cancel()
                with suppress(asyncio.CancelledError, AdapterError):
                    await serving
                await socket_mode.close()


async def test_events_are_acknowledged(runner: asyncio.Runner) -> None:
    """Once connected the bot is ready, by one call, and acknowledges."""
    del runner
    async with _line() as line:
        await line.connected()

        assert await line.answers()
        await line.ready.wait()
        assert [call.method for call in line.slack.calls] == ["apps.connections.open"]


async def test_refresh_changes_the_connection(runner: asyncio.Runner) -> None:
    """When Slack asks for it, the bot changes to a new connection."""
    del runner
    async with _line() as line:
        await line.connected()
        await line.slack.links.disconnect("refresh_requested")
        await line.connected(2)

        assert await line.answers()


async def test_failed_opening_is_tried_again(
    runner: asyncio.Runner, caplog: pytest.LogCaptureFixture
) -> None:
    """Trouble at Slack's is waited out, with a line for each try, and the bot is not ready meanwhile."""
    del runner
    async with _line(Fault(error="no_such_trouble"), 3) as line:
        assert not line.health.ready
        await line.connected()

        assert await line.answers()
    assert [each.levelname for each in caplog.records].count("WARNING") == 3
    assert "no_such_trouble" in caplog.text


@pytest.mark.parametrize("error", ["invalid_auth", "link_disabled", "account_inactive"])
async def test_final_refusal_ends_it(error: str, runner: asyncio.Runner) -> None:
    """When trying again cannot help, it is one sentence, and no loop."""
    del runner
    async with _line(Fault(error=error), 100) as line:
        with pytest.raises(AdapterError, match=error):
            await line.serving

        assert len(line.slack.calls) == 1


async def test_link_that_is_disabled_ends_it(runner: asyncio.Runner) -> None:
    """An app whose Socket Mode was switched off does not try to come back."""
    del runner
    async with _line() as line:
        await line.connected()
        line.slack.fail("apps.connections.open", Fault(error="link_disabled"), 100)
        leaving = asyncio.create_task(line.slack.links.disconnect("link_disabled"))
        with pytest.raises(AdapterError, match="link_disabled"):
            await line.serving
        await leaving


async def test_too_many_connections_wait_for_the_pause(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After "too_many_websockets" no connection is opened before the pause is over."""
    del runner
    paused = asyncio.Event()

    def long_pause(failures: int) -> float:
        assert failures == 1
        paused.set()
        return 3600.0

    monkeypatch.setattr("faqbot_slack.transport.socket_mode.backoff_seconds", long_pause)
    async with _line() as line:
        await line.connected()
        await line.slack.links.disconnect("too_many_websockets")
        await paused.wait()
        await line.slack.wait(lambda: not line.slack.links.open)
        asked = [call for call in line.slack.calls if call.method == "apps.connections.open"]

        assert (len(asked), line.slack.links.opened) == (1, 1)


async def test_dead_connection_is_replaced(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When no pong comes any more, whatever the SDK says, a new connection is made and the old closed."""
    del runner
    async with _line() as line:
        await line.connected()
        await line.ready.wait()
        with monkeypatch.context() as patch:
            patch.setattr("faqbot_slack.transport.socket_mode.SILENCE_SECONDS", -1e9)
            patch.setattr("faqbot_slack.transport.socket_mode.RECONNECT_SECONDS", 0.0)
            await line.slack.wait(lambda: line.slack.links.opened > 1, 10)
        await line.connected(2)

        assert await line.answers()


async def test_close_leaves_nothing(runner: asyncio.Runner) -> None:
    """After closing, the connection is gone, and no task of the SDK's is left."""
    del runner
    before = asyncio.all_tasks()
    async with _line() as line:
        await line.connected()
        line.serving.cancel()
        await line.socket_mode.close()
        await line.slack.wait(lambda: not line.slack.links.open)
    await asyncio.sleep(0)
    left = [task for task in asyncio.all_tasks() - before if not task.done()]

    assert [str(task) for task in left if "socket_mode" in str(task)] == []


def test_pauses_grow_to_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pause grows with each failure, up to a limit, and is not the same for all bots."""
    from faqbot_slack.transport import socket_mode

    monkeypatch.setattr(socket_mode, "BACKOFF_SECONDS", (1.0, 2.0, 60.0))

    assert 0.7 < socket_mode.backoff_seconds(1) <= 1.0
    assert 1.4 < socket_mode.backoff_seconds(2) <= 2.0
    assert 44 < socket_mode.backoff_seconds(1000) <= 60
    assert len({socket_mode.backoff_seconds(3) for _ in range(10)}) > 1
