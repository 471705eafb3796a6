"""Drivers of the HTTP interface, and of the interfaces for clients of other products."""

from __future__ import annotations

import asyncio
import tempfile
from abc import abstractmethod
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from mcp import Client
from starlette.testclient import TestClient

from faqbot import Bot, open_store
from faqbot.testing import Driver, SentMessage, Shown
from faqbot_web import WebAdapter, create_app
from faqbot_web.interfaces import CAPABILITIES
from faqbot_web.interfaces.mcp_server import make_server
from tests.testing.markdown_view import view_html, view_markdown

_BUTTON_OF_NONE = "None of these"


class WebDriver(Driver):
    """Driver that sends requests to the app of a service."""

    def start(self, bot: Bot) -> None:
        """Make the app, with an empty store."""
        self._stack = ExitStack()
        folder = self._stack.enter_context(tempfile.TemporaryDirectory())
        self.store = self._stack.enter_context(open_store(str(Path(folder, "store.db"))))
        app = create_app(bot, store=self.store)
        client = TestClient(app, base_url="http://localhost")
        self.client = self._stack.enter_context(client)

    def stop(self) -> None:
        """End the app."""
        self._stack.close()

    @abstractmethod
    def say(self, message: SentMessage) -> Shown:
        """Send a message."""

    def post(self, path: str, body: dict[str, Any]) -> Any:  # noqa: ANN401  JSON
        """Return the JSON that *path* answers to *body*; {} for a refusal."""
        answer = self.client.post(path, json=body)
        assert answer.status_code in {200, 204, 422}, answer.text
        return answer.json() if answer.status_code == 200 else {}


class HttpDriver(WebDriver):
    """Driver of the API of version 1, as a web page uses it."""

    capabilities = WebAdapter.capabilities

    def start(self, bot: Bot) -> None:
        """Begin without a conversation."""
        super().start(bot)
        self._conversations: dict[str, str] = {}
        self._verdicts: list[tuple[str, bool]] = []
        self._count = 0

    def say(self, message: SentMessage) -> Shown:
        """Ask in the conversation of the person; a text of more than 4,000 characters is refused."""
        self._count += 1
        known = self._conversations.get(message.person)
        self._body = {"question": message.text[:4000], "request": f"r{self._count}"}
        if known:
            self._body["conversation"] = known
        self._person = message.person
        return self._send("/v1/ask", self._body)

    def repeat(self) -> Shown:
        """Send the same request again."""
        return self._send("/v1/ask", self._body)

    def click(self, label: str, message: SentMessage) -> Shown:
        """Pick the entry of the button."""
        entry = "none" if label == _BUTTON_OF_NONE else self._entries[label]
        body = {"conversation": self._conversations[message.person], "entry": entry}
        return self._send("/v1/pick", body)

    def rate(self, *, helpful: bool) -> Shown:
        """Send a verdict on the last answer."""
        self.post("/v1/feedback", {"record": self._record, "helpful": helpful})
        self._verdicts.append((self._record, helpful))
        return Shown()

    def ratings(self) -> tuple[bool, ...]:
        """Return the verdicts in the store, in the order of the answers."""
        self.client.app.state.service.recorder.flush()  # type: ignore[attr-defined]
        asked = sorted(self.store.questions(), key=lambda each: each.at)
        return tuple(bool(each.helpful) for each in asked if each.helpful or each.unhelpful)

    def _send(self, path: str, body: dict[str, Any]) -> Shown:
        found = self.post(path, body)
        if not found:
            return Shown()
        self._conversations[self._person] = found["conversation"]
        self._record = found["record"]
        offered = [*found["choices"], *found["follow_ups"]]
        self._entries = {each["question"]: each["entry"] for each in offered}
        text, links, active = view_html(found["answer_html"])
        buttons = [*self._entries, *([_BUTTON_OF_NONE] if found["choices"] else [])]
        return Shown((found["heading"], text), tuple(buttons), links, active)


class OpenAiDriver(WebDriver):
    """Driver of chat completions: the whole history goes with each message."""

    capabilities = CAPABILITIES["openai"]

    def start(self, bot: Bot) -> None:
        """Begin without a history."""
        super().start(bot)
        self._histories: dict[tuple[str, str], list[dict[str, str]]] = {}

    def say(self, message: SentMessage) -> Shown:
        """Ask at the end of the history."""
        history = self._histories.setdefault((message.person, message.thread), [])
        asked = [*history, {"role": "user", "content": message.text[:4000]}]
        found = self.post("/v1/chat/completions", {"messages": asked, "user": message.person})
        if not found:
            return Shown()
        text = found["choices"][0]["message"]["content"]
        history[:] = [*asked, {"role": "assistant", "content": text}]
        return _markdown(text)


class RasaDriver(WebDriver):
    """Driver of Rasa's REST channel."""

    capabilities = CAPABILITIES["rasa"]

    def say(self, message: SentMessage) -> Shown:
        """Send the message as its person."""
        return self._send(message.text[:4000], message.person)

    def click(self, label: str, message: SentMessage) -> Shown:
        """Send the payload of the button."""
        return self._send(self._payloads[label], message.person)

    def _send(self, text: str, person: str) -> Shown:
        replies = self.post("/webhooks/rest/webhook", {"sender": person, "message": text})
        if not replies:
            return Shown()
        (reply,) = replies
        self._payloads = {each["title"]: each["payload"] for each in reply.get("buttons", ())}
        return _markdown(reply["text"], *self._payloads)


class AzureDriver(WebDriver):
    """Driver of Azure's question answering: the best answers, their questions and prompts."""

    capabilities = CAPABILITIES["azure"]

    def say(self, message: SentMessage) -> Shown:
        """Ask for the best answers."""
        asked = {"question": message.text[:4000], "top": 3, "userId": message.person}
        found = self.post("/language/:query-knowledgebases", asked)
        if not found:
            return Shown()
        parts = [
            "\n\n".join((*answer["questions"][:1], answer["answer"])) for answer in found["answers"]
        ]
        if found["answers"][0]["id"] == -1:  # a client says so in words of its own
            parts = ["I do not know the answer to that. Ask at the front desk."]
        return _markdown("\n\n".join(parts))


class McpDriver(Driver):
    """Driver of the MCP server, in memory: the tool `ask`."""

    capabilities = CAPABILITIES["mcp"]

    def start(self, bot: Bot) -> None:
        """Make the server."""
        self._server = make_server(_Backend(bot))

    def say(self, message: SentMessage) -> Shown:
        """Call the tool; show the question and the answer of its result."""
        return asyncio.run(self._call(message.text))

    async def _call(self, text: str) -> Shown:
        async with Client(self._server) as client:
            result = await client.call_tool("ask", {"question": text})
        if result.is_error:
            return Shown((result.content[0].text,))
        found = result.structured_content
        names = [each["question"] for each in (*found["choices"], *found["follow_ups"])]
        parts = (found["question"], found["answer"], found["contact"], *names)
        return _markdown("\n\n".join(filter(None, parts)))


class _Backend:
    """Backend of everybody's questions."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self.title = bot.kb.title

    def bot(self, request: object) -> Bot:
        """Return the one bot."""
        del request
        return self._bot

    def audience(self, request: object) -> frozenset[str]:
        """Return no label."""
        del request
        return frozenset()

    async def ask(self, request: object, question: str) -> Any:  # noqa: ANN401  an answer
        """Ask the bot."""
        del request
        return self._bot.ask(question)

    async def run(self, request: object, work: Callable[[], Any]) -> Any:  # noqa: ANN401  any result
        """Return the result of *work*."""
        del request
        return work()

    async def report_gap(self, request: object, question: str, note: str) -> bool:
        """Keep nothing."""
        del request, question, note
        return False


def _markdown(text: str, *buttons: str) -> Shown:
    seen, links = view_markdown(text)
    return Shown((seen,), buttons, links)
