"""Tests of Slack may be coroutines. They run on one event loop, on which one fake and one bot live."""

from __future__ import annotations

import asyncio
import importlib.util
import inspect
import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from faqbot import MissingDependency

if TYPE_CHECKING:
    from tests.adapters.slack.fake.scene import Scene

_LIBRARIES = ("slack_bolt", "aiohttp", "starlette", "uvicorn", "sqlalchemy")


@pytest.fixture(scope="session")
def runner() -> Iterator[asyncio.Runner]:
    """Return the event loop of all coroutine tests."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a test that is a coroutine on the loop of its folder, and all others as ever."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj) or "runner" not in pyfuncitem.fixturenames:
        return None
    names = inspect.signature(pyfuncitem.obj).parameters
    arguments = {name: pyfuncitem.funcargs[name] for name in names}
    pyfuncitem.funcargs["runner"].run(pyfuncitem.obj(**arguments))
    return True


@pytest.fixture(scope="session")
def needs_slack() -> None:
    """Skip where the libraries that faqbot needs for Slack are not installed."""
    for name in _LIBRARIES:
        if importlib.util.find_spec(name) is None:
            pytest.skip(str(MissingDependency("the Slack adapter", "slack")))


@pytest.fixture(scope="module")
def shared_scene(
    runner: asyncio.Runner, needs_slack: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    """Return the bot that the scenarios of a file share, connected to a fake.

    Between the files the event loop stands still, so that a connection would be lost.
    """
    del needs_slack
    from tests.adapters.slack.fake.bot_process import BotProcess
    from tests.adapters.slack.fake.knowledge import write_knowledge, write_settings
    from tests.adapters.slack.fake.scene import Scene
    from tests.adapters.slack.fake.server import FakeSlack

    folder = tmp_path_factory.mktemp("slack")
    slack = FakeSlack()
    flags = ("--kb", write_knowledge(folder), "--encoder", "none")
    bot = BotProcess(slack, folder, *flags, "--settings", write_settings(folder))

    async def start() -> None:
        await slack.__aenter__()
        await bot.connected()

    async def stop() -> None:
        await bot.kill()
        await slack.__aexit__(None, None, None)

    try:
        runner.run(start())
        yield Scene(slack, bot)
    finally:
        runner.run(stop())


@pytest.fixture
def scene(shared_scene: Scene) -> Iterator[Scene]:
    """Return the shared bot, with no fault left for the next test; it must live on."""
    yield shared_scene
    shared_scene.slack.faults.clear()
    shared_scene.slack.workspace.closed.clear()
    shared_scene.slack.workspace.one_a_second = False
    assert shared_scene.bot.running, shared_scene.bot.log


@pytest.fixture
def free_port() -> int:
    """Return a port of loopback at which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
