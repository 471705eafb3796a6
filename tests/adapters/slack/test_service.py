"""One life: what was begun is finished when a signal comes, and a fault ends it with a sentence."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from faqbot import AdapterError

pytestmark = pytest.mark.usefixtures("needs_slack")


async def test_signal_lets_life_finish(runner: asyncio.Runner) -> None:
    """At SIGTERM what runs is cancelled, and its last steps are waited for."""
    del runner
    from faqbot_slack import service

    steps = []

    async def live() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            steps.append("finished")

    with service.stop_signal() as stopped:
        await service.first_of(live(), stopped.wait())

    assert steps == ["finished"]


async def test_fault_ends_life(runner: asyncio.Runner) -> None:
    """What life raises is raised, without a signal."""
    del runner
    from faqbot_slack import service

    async def live() -> None:
        raise AdapterError("refused")

    with pytest.raises(AdapterError, match="refused"):
        await service.first_of(live(), asyncio.Event().wait())


async def test_slack_out_of_reach_is_waited_for(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A bot that starts before its network is there waits for it."""
    del runner
    from faqbot_slack import service
    from faqbot_slack.transport.web_api import CallFailed

    monkeypatch.setattr(service, "backoff_seconds", lambda _: 0.0)
    failures = ["no connection", "status 500"]

    async def call() -> str:
        if failures:
            raise CallFailed(failures.pop())
        return "there"

    assert await service.retry_call(call, "SLACK_BOT_TOKEN") == "there"
    assert len(caplog.records) == 2


@pytest.mark.parametrize("reason", ["invalid_auth", "token_revoked", "not_allowed_token_type"])
async def test_refused_token_is_named(reason: str, runner: asyncio.Runner) -> None:
    """A token that Slack refuses is one sentence with its name, and no second try."""
    del runner
    from faqbot_slack import service
    from faqbot_slack.transport.web_api import CallFailed

    async def call() -> None:
        raise CallFailed(reason)

    with pytest.raises(AdapterError, match=rf"Slack refuses SLACK_BOT_TOKEN \({reason}\)"):
        await service.retry_call(call, "SLACK_BOT_TOKEN")


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="there is no SIGHUP here")
def test_reload_is_the_signal_of_an_operator() -> None:
    """Owners reload through what answers SIGHUP; where nothing does, they cannot."""
    from faqbot_slack import service

    received: list[int] = []
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    try:
        assert service.reload_signal() is None
        signal.signal(signal.SIGHUP, lambda number, _: received.append(number))
        reload = service.reload_signal()
        assert reload is not None
        reload()
    finally:
        signal.signal(signal.SIGHUP, before)

    assert received == [signal.SIGHUP]


def test_settings_that_do_not_fit_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    """The log names labels and sections that only the settings or only the entries have."""
    from faqbot_slack import service
    from faqbot_slack.settings import SlackSettings
    from tests.adapters.slack.planning import bot

    service.warn_of_mismatches(SlackSettings(sections={"Gone": ()}), bot().kb)

    assert "the section 'Gone'" in caplog.text
    assert "the audience 'hr'" in caplog.text
