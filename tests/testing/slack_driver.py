"""Driver of the Slack adapter: payloads go through its listeners, its calls are collected."""

from __future__ import annotations

import asyncio
import html
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from faqbot import Bot
from faqbot.testing import Driver, SentMessage, Shown
from faqbot_slack import SlackAdapter, router
from faqbot_slack.events.types import Identity
from faqbot_slack.handlers.state import State
from faqbot_slack.rendering.calls import Call
from faqbot_slack.settings import Limits, SlackSettings
from faqbot_slack.transport.app import dispatch, make_app
from faqbot_slack.transport.dispatcher import Dispatcher
from tests.adapters.slack.fake import payloads
from tests.adapters.slack.fake.calls import pings
from tests.adapters.slack.planning import ListStore
from tests.testing.markdown_view import view_markdown

_ME = Identity(payloads.BOT, payloads.BOT_ID, payloads.TEAM)
_PEOPLE = {"ann": payloads.PERSON, "bob": payloads.ANOTHER}
_THREADS = {"first": "1700000000.000001", "second": "1700000000.000002"}
# A link or mention in Slack's markup.
_TOKEN = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")
_TEXTS = {"markdown", "mrkdwn", "plain_text", "text"}
_PRIVATE = "chat.postEphemeral"
_FEEDBACK = ("positive_button", "negative_button")


class _Collector:
    """Executor that keeps the calls, and answers them as Slack would."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.ts = ""  # of the message posted last

    async def run(self, calls: Any, request: object, reply: object) -> None:  # noqa: ANN401  calls of a plan
        for call in calls:
            self.calls.append(call)
            self.ts = payloads.new_ts()
            further = call.on_success and call.on_success({"ok": True, "ts": self.ts})
            await self.run(further or (), request, reply)

    async def attempt(self, call: Call) -> None:
        del call

    def disable_rate_limit(self) -> None:
        return


class SlackDriver(Driver):
    """Driver that mentions the bot in a thread, presses buttons, and uses the command for privacy."""

    capabilities = SlackAdapter.capabilities

    def start(self, bot: Bot) -> None:
        """Register the real listeners in an app without a connection."""
        self._runner = asyncio.Runner()
        self._collector, self._store = _Collector(), ListStore()
        self._blocks: tuple[Any, ...] = ()
        executor: Any = self._collector
        self._dispatcher = Dispatcher(executor)
        client = AsyncWebClient(token="xoxb-1", base_url="http://127.0.0.1:1/api/")  # noqa: S106 - no secret
        self._app = make_app(_ME, self._dispatcher, client)
        limits = Limits(per_person=1000, per_thread=1000)
        state = State(bot, SlackSettings(limits=limits), self._store, _ME)
        router.register_listeners(self._app, state, self._dispatcher)

    def stop(self) -> None:
        """Close the event loop."""
        self._runner.close()

    def say(self, message: SentMessage) -> Shown:
        """Mention the bot in the thread; a private message is a command."""
        person = _PEOPLE[message.person]
        if message.private:
            return self._deliver(payloads.slash(message.text, user_id=person))
        self._said = payloads.mention(
            f"<@{payloads.BOT}> {message.text}", user=person, thread_ts=_THREADS[message.thread]
        )
        return self._deliver(self._said)

    def repeat(self) -> Shown:
        """Deliver the last event again."""
        return self._deliver(self._said)

    def click(self, label: str, message: SentMessage) -> Shown:
        """Press the button with *label*."""
        pressed = next(each for each in _buttons(self._blocks) if _label(each) == label)
        return self._press(pressed["action_id"], pressed.get("value", ""), message)

    def rate(self, *, helpful: bool) -> Shown:
        """Press a thumb below the last answer."""
        thumbs = next(each for each in _elements(self._blocks) if _FEEDBACK[0] in each)
        value = thumbs[_FEEDBACK[0 if helpful else 1]]["value"]
        return self._press(thumbs["action_id"], value, SentMessage(""))

    def ratings(self) -> tuple[bool, ...]:
        """Return the verdicts in the store."""
        return tuple(helpful for helpful, _ in self._store.verdicts.values())

    def _press(self, action: str, value: str, message: SentMessage) -> Shown:
        on = {"ts": self._collector.ts, "thread_ts": _THREADS[message.thread]}
        body = payloads.block_action(action, value, on=on, user=_PEOPLE[message.person])
        return self._deliver(body)

    def _deliver(self, body: Mapping[str, Any]) -> Shown:
        self._collector.calls.clear()
        acknowledged = self._runner.run(self._dispatch(body))
        replies = [each.arguments for each in self._collector.calls if each.arguments.get("text")]
        private = bool(acknowledged) or any(
            each.url or each.method == _PRIVATE for each in self._collector.calls
        )
        if acknowledged:  # the reply to a command, which only the person sees
            replies.append(acknowledged)
        if replies:
            self._blocks = tuple(replies[-1].get("blocks", ()))
        return _shown(replies, private=private)

    async def _dispatch(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Pass *body* to the listeners; return the body of the acknowledgement."""
        acknowledged = await dispatch(self._app, body)
        for _ in range(3):  # Bolt starts an event's listener in a task of its own
            await asyncio.sleep(0)
        while tasks := self._dispatcher._tasks:  # draining would close its threads
            await asyncio.wait(tasks)
        found: dict[str, Any] = json.loads(acknowledged) if acknowledged else {}
        return found


def _shown(replies: list[Mapping[str, Any]], *, private: bool) -> Shown:
    blocks = [block for each in replies for block in each.get("blocks", ())]
    seen = [_view(kind, text) for kind, text in _texts(blocks)]
    return Shown(
        tuple(text for text, _ in seen),
        tuple(_label(each) for each in _buttons(blocks)),
        tuple(link for _, links in seen for link in links),
        tuple(ping for each in replies for ping in pings(each["text"], each.get("blocks", ()))),
        private=private,
    )


def _view(kind: str, text: str) -> tuple[str, tuple[str, ...]]:
    """Return *text* of an object of this kind as people see it, with the addresses of its links."""
    if kind == "markdown":
        return view_markdown(text)
    if kind != "mrkdwn":
        return text, ()
    links = tuple(found[1] for found in _TOKEN.finditer(text) if found[1][0] not in "@#!")
    return html.unescape(_TOKEN.sub(lambda found: found[2] or found[1], text)), links


def _texts(blocks: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401  any part of blocks
    """Yield kind and text of the texts of *blocks* that are no labels of buttons."""
    if isinstance(blocks, list | tuple):
        for each in blocks:
            yield from _texts(each)
    elif isinstance(blocks, dict) and blocks.get("type") in _TEXTS:
        yield blocks["type"], str(blocks["text"])
    elif isinstance(blocks, dict) and "action_id" not in blocks:
        for each in blocks.values():
            yield from _texts(each)


def _elements(blocks: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401  any part of blocks
    if isinstance(blocks, list | tuple):
        for each in blocks:
            yield from _elements(each)
    elif isinstance(blocks, dict):
        if "action_id" in blocks:
            yield blocks
        for each in blocks.values():
            yield from _elements(each)


def _buttons(blocks: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401  any part of blocks
    return (each for each in _elements(blocks) if "text" in each)


def _label(element: Mapping[str, Any]) -> str:
    return str(element["text"]["text"])
