"""Golden conversations: one transcript comes out the same through every way to ask."""

from __future__ import annotations

import io
import itertools
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from faqbot import (
    Answer,
    Bot,
    Conversation,
    SharedState,
    bundled_path,
    load_adapter,
    open_store,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_GOLDEN: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("conversations").joinpath("golden.yaml").read_text(encoding="utf-8")
)


@cache
def _bot() -> Bot:
    return Bot.from_file(bundled_path(), "none", cache=False)


class _Witness(Bot):
    """A bot that keeps every answer it gives."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.adopt(_bot())

    def ask(self, *arguments: Any, **named: Any) -> Answer:  # noqa: ANN401  whatever a bot takes
        """Answer, and keep the answer."""
        self.answers.append(super().ask(*arguments, **named))
        return self.answers[-1]

    def answer_with(self, *arguments: Any, **named: Any) -> Answer:  # noqa: ANN401  whatever a bot takes
        """Answer with an entry, and keep the answer."""
        self.answers.append(super().answer_with(*arguments, **named))
        return self.answers[-1]


def _ask_in_python(bot: Bot, lines: list[str], _: pytest.MonkeyPatch) -> None:
    conversation = Conversation()
    for line in lines:
        bot.ask(line, conversation)


def _ask_in_terminal(bot: Bot, lines: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    typed = "".join(f"{line}\n" for line in lines)
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    load_adapter("terminal").run(bot)


class _Slack:
    """A thread of direct messages with the bot, or of mentions in a channel."""

    def __init__(
        self, bot: Bot, *, direct: bool, stores: Sequence[Any] = (), team: str = "T1"
    ) -> None:
        pytest.importorskip("markdown_it")
        from faqbot_slack.events.types import Identity
        from faqbot_slack.handlers.state import State
        from faqbot_slack.settings import Limits, SlackSettings
        from tests.adapters.slack.planning import ListStore

        generous = SlackSettings(limits=Limits(per_person=1000, per_thread=1000))
        who = Identity("U0BOT", "B0BOT", team)
        replicas = [State(bot, generous, store, who) for store in stores or (ListStore(),)]
        self.replicas = itertools.cycle(replicas)
        self.direct = direct
        self.posts = 0
        self.shown: dict[str, str] = {}

    def say(self, text: str) -> None:
        """Write *text*."""
        from tests.adapters.slack.planning import direct, handle, mention

        write = direct if self.direct else mention
        self._show(handle(next(self.replicas), write(text, thread="1.0", ts=f"2.{self.posts}")))

    def press(self, text: str) -> None:
        """Press on what the number *text* stands for, where it stands for a button."""
        from tests.adapters.slack.planning import block_action, handle

        offered = [name for name in self.shown if name.startswith(("faq_choice_", "faq_follow_"))]
        if not text.isdecimal() or int(text) > len(offered):
            self.say(text)
            return
        action = offered[int(text) - 1]
        value, channel = self.shown[action], "D1ASKER" if self.direct else "C1GENERAL"
        place = {"channel": channel, "thread": "1.0", "ts": f"3.{self.posts}"}
        self._show(handle(next(self.replicas), block_action(action, value, **place)))

    def _show(self, plan: Any) -> None:  # noqa: ANN401  a plan, if Slack's libraries are there
        from tests.adapters.slack.planning import actions_in

        (call,) = plan.calls
        assert call.method == "chat.postMessage"
        self.posts += 1
        self.shown = actions_in(call.arguments)
        if call.on_success is not None:
            call.on_success({"ok": True, "ts": f"3.{self.posts}"})


def _ask_in_slack(bot: Bot, lines: list[str], _: pytest.MonkeyPatch) -> None:
    slack = _Slack(bot, direct=True)
    for line in lines:
        slack.say(line)


def _press_in_slack(bot: Bot, lines: list[str], _: pytest.MonkeyPatch) -> None:
    slack = _Slack(bot, direct=False)
    for line in lines:
        slack.press(line)


def _outcome(answer: Answer) -> dict[str, object]:
    return {
        "outcome": answer.outcome.value,
        "entry": answer.entry.id if answer.entry else None,
        "choices": len(answer.choices),
        "picked": answer.picked_for is not None,
        "manners": answer.manners,
        "repeated": answer.repeated,
        "parts": [part.entry.id if part.entry else None for part in answer.parts],
    }


@pytest.mark.parametrize("ask", [_ask_in_python, _ask_in_terminal, _ask_in_slack, _press_in_slack])
@pytest.mark.parametrize("golden", _GOLDEN, ids=lambda golden: str(golden["name"]))
def test_a_transcript_comes_out_as_written(
    golden: dict[str, Any],
    ask: Callable[[Bot, list[str], pytest.MonkeyPatch], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each turn has the outcome that is written beside it, whichever way it came."""
    bot = _Witness()
    ask(bot, [turn["say"] for turn in golden["turns"]], monkeypatch)
    _compare(bot, golden)


@pytest.mark.parametrize(("database", "direct"), [("sqlite", False), ("postgresql", True)])
def test_a_transcript_goes_through_replicas(
    database: str,
    direct: bool,  # noqa: FBT001  a parameter
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each turn comes to another process than the one before, typed or pressed."""
    if database == "sqlite":  # a file counts as shared here
        monkeypatch.setattr(SharedState, "is_active", True)
        url = str(tmp_path / "store.db")
    else:
        url = request.getfixturevalue("postgresql")
    with open_store(url) as one, open_store(url) as other:
        for place, golden in enumerate(_GOLDEN):
            bot = _Witness()
            slack = _Slack(bot, direct=direct, stores=(one, other), team=f"T{place}")
            slack.posts = 1000 * place  # timestamps of its own
            for turn in golden["turns"]:
                (slack.say if direct else slack.press)(turn["say"])
            _compare(bot, golden)


def _compare(bot: _Witness, golden: dict[str, Any]) -> None:
    expected = [{k: v for k, v in turn.items() if k != "say"} for turn in golden["turns"]]
    got = [_outcome(answer) for answer in bot.answers]
    assert [
        {name: outcome[name] for name in turn} for turn, outcome in zip(expected, got, strict=True)
    ] == expected
