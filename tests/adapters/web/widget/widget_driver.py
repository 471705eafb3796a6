"""Driver of the web chat for the conformance kit. It uses the keyboard only, as a person may."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from faqbot.testing import Driver, SentMessage, Shown
from faqbot_web.interfaces import CAPABILITIES
from tests.adapters.web.widget.chat import RECORDER, Chat

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Locator

    from faqbot import Bot, Store
    from tests.adapters.web.widget.servers import SwitchedApp

# Elements and attributes that act, which an answer must not have.
_ACTIVE = (
    "script, style, iframe, object, img, form[action], [onclick], [onerror], [onload], [style]"
)
# Presses of Tab after which a button counts as out of reach: more than a transcript of the kit has.
_MOST_TABS = 60


@dataclass
class WidgetDriver(Driver):
    """Driver of /chat in *browser*: a person is a profile, and a thread is a window."""

    browser: Browser
    address: str
    switch: SwitchedApp
    folder: Path
    capabilities = CAPABILITIES["web chat"]
    _profiles: dict[str, BrowserContext] = field(default_factory=dict)
    _chats: dict[tuple[str, str], Chat] = field(default_factory=dict)
    _last: Chat | None = None
    _store: Store | None = None

    def start(self, bot: Bot) -> None:
        """Serve *bot* with an empty store."""
        from faqbot import open_store
        from faqbot_web import create_app

        self._store = open_store(str(self.folder / "store.db"))
        self.switch.app = create_app(bot, store=self._store)

    def stop(self) -> None:
        """Close all windows, and the app."""
        for profile in self._profiles.values():
            profile.close()
        self.switch.app.state.service.close()
        if self._store is not None:
            self._store.close()

    def say(self, message: SentMessage) -> Shown:
        """Type *message*, and press Enter."""
        chat = self._chat(message)
        chat.page.keyboard.insert_text(message.text)
        if not message.text.strip():
            chat.page.keyboard.press("Enter")
            return Shown()
        chat.replied(lambda: chat.page.keyboard.press("Enter"))
        return _shown(chat.replies.last)

    def click(self, label: str, message: SentMessage) -> Shown:
        """Go to the button *label* by Shift and Tab, and press Enter."""
        chat = self._chat(message)
        _go_to(chat, label)
        chat.replied(lambda: chat.page.keyboard.press("Enter"))
        return _shown(chat.replies.last, chat.page.locator(".question").last)

    def repeat(self) -> Shown:
        """Send the last request once more, as the chat does after a lost connection."""
        assert self._last is not None
        chat = self._last
        body = chat.sent("/v1/ask")[-1]
        status = chat.page.evaluate(
            """async (body) => (await fetch('/v1/ask', {method: 'POST', body: JSON.stringify(body),
              headers: {'Content-Type': 'application/json'}})).status""",
            body,
        )
        assert status == 200
        return Shown()

    def rate(self, *, helpful: bool) -> Shown:
        """Press a thumb by keyboard."""
        assert self._last is not None
        chat = self._last
        before = len(chat.heard("feedback"))
        _go_to(chat, "Yes" if helpful else "No")
        chat.page.keyboard.press("Enter")
        chat.page.wait_for_function(
            "count => heard.filter(([name]) => name === 'feedback').length > count", arg=before
        )
        return _shown(chat.replies.last)

    def ratings(self) -> tuple[bool, ...]:
        """Return the verdicts in the store."""
        assert self._store is not None
        records = sorted(self._store.questions(), key=lambda each: each.at)
        return tuple(bool(each.helpful) for each in records if each.helpful or each.unhelpful)

    def _chat(self, message: SentMessage) -> Chat:
        """Return the window of a person and a thread, with the focus in its input."""
        if message.person not in self._profiles:
            profile = self.browser.new_context(base_url=self.address, reduced_motion="reduce")
            profile.add_init_script(RECORDER)
            self._profiles[message.person] = profile
        place = (message.person, message.thread)
        if place not in self._chats:
            chat = self._chats[place] = Chat.watch(self._profiles[message.person].new_page())
            chat.page.goto("/chat")
        self._last = self._chats[place]
        _go_to(self._last, "Your question")
        return self._last


def _go_to(chat: Chat, label: str) -> None:
    """Press Shift and Tab until the focus is on the control *label*."""
    focused = """() => {
      const node = document.activeElement?.shadowRoot?.activeElement;
      return node?.getAttribute('aria-label') ?? node?.innerText ?? '';
    }"""
    for _ in range(_MOST_TABS):
        if chat.page.evaluate(focused) == label:
            return
        chat.page.keyboard.press("Shift+Tab")
    raise AssertionError(f"the keyboard does not reach {label!r}")


def _shown(reply: Locator, *before: Locator) -> Shown:
    """Return everything that is seen of *reply*, and of the parts *before* it."""
    return Shown(
        messages=tuple(each.inner_text() for each in (*before, reply.locator(".answer"))),
        buttons=tuple(reply.locator(".option").all_inner_texts()),
        links=tuple(reply.locator("a").evaluate_all("links => links.map((link) => link.href)")),
        active=tuple(
            reply.locator(_ACTIVE).evaluate_all("nodes => nodes.map((node) => node.outerHTML)")
        ),
    )
