"""One browser and one service for all tests of the web chat."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from faqbot import Bot, open_store
from tests.adapters.web.widget.chat import POLICY, RECORDER, Chat, host_page
from tests.adapters.web.widget.servers import serve
from tests.adapters.web.widget.shop import KB

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

# Names under which systems install Chromium.
_CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Milliseconds that a test waits for a condition before it fails. Generous, as machines are busy at times.
_PATIENCE = 15_000


class OpenChat(Protocol):
    """Opens a page with the chat in a new profile."""

    def __call__(
        self,
        body: str | None = None,
        *,
        policy: str = POLICY,
        more: str = "",
        **context: Any,  # noqa: ANN401  options of Playwright
    ) -> Chat:
        """Open /chat, or the page of a site with *body* under *policy*."""


# Not for the whole session: Playwright keeps an event loop in this thread, which other tests start anew.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return Chromium; tests skip where it is missing."""
    driver = pytest.importorskip("playwright.sync_api", reason="the extra dev brings Playwright")
    path = next(filter(None, map(shutil.which, _CHROMIUM)), None)
    if path is None:
        pytest.skip("no Chromium here: install the package chromium")
    with driver.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def shop() -> Bot:
    """Return the bot of the bicycle shop."""
    return Bot.from_knowledge_base(KB, "none", cache=False)


@pytest.fixture(scope="module")
def service(shop: Bot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a service without keys."""
    web = pytest.importorskip("faqbot_web")
    folder: Path = tmp_path_factory.mktemp("web-chat")
    yield from serve(web.create_app(shop, store=open_store(str(folder / "store.db"))))


@pytest.fixture
def open_chat(browser: Browser, service: str) -> Iterator[OpenChat]:
    """Return a function that opens the chat; afterwards no page may have broken its policy."""
    opened: list[Chat] = []

    def open_page(
        body: str | None = None,
        *,
        policy: str = POLICY,
        more: str = "",
        **context: Any,  # noqa: ANN401  options of Playwright
    ) -> Chat:
        profile = browser.new_context(base_url=service, **{"reduced_motion": "reduce", **context})
        profile.set_default_timeout(_PATIENCE)
        profile.add_init_script(RECORDER)
        headers = {"Content-Security-Policy": policy} if policy else {}
        html = host_page(body or "<faqbot-chat></faqbot-chat>", more=more)
        for path in ("**/site", "**/elsewhere"):
            profile.route(
                path,
                lambda route: route.fulfill(body=html, content_type="text/html", headers=headers),
            )
        chat = Chat.watch(profile.new_page())
        chat.page.goto("/chat" if body is None else "/site")
        opened.append(chat)
        return chat

    yield open_page
    faults = [fault for chat in opened for fault in chat.faults(service)]
    for chat in opened:
        chat.context.close()
    assert faults == []
