"""The web chat on pages of sites: attributes, texts, looks, events, and services elsewhere."""

from __future__ import annotations

import hashlib
import json
import re
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from faqbot import open_store
from tests.adapters.web.widget.chat import RECORDER, Chat, host_page
from tests.adapters.web.widget.servers import SwitchedApp, serve
from tests.adapters.web.widget.shop import (
    DEPOSIT,
    HELMET,
    PRICE,
    REPAIR,
    SHARED,
    SUMMER,
    UNKNOWN,
    WINTER,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Route

    from faqbot import Bot
    from tests.adapters.web.widget.conftest import OpenChat

    OpenSite = Callable[..., Chat]

SITE = "<faqbot-chat></faqbot-chat>"
_STARTERS = json.dumps({"starters": [REPAIR, DEPOSIT]})
KEY = "a-key-for-the-pages-of-one-site-only"
_GUIDE = Path(__file__).parents[4] / "docs/how-to/web-chat.md"
# SITE stands for the origin of the page.
_KEY_SETTINGS = {"hash": hashlib.sha256(KEY.encode()).hexdigest(), "origins": ["SITE"]}


def test_closed_chat_sends_nothing(open_chat: OpenChat) -> None:
    """Until it is opened, the chat costs one module: no request to the API, no cookie, no storage."""
    chat = open_chat(SITE)
    chat.launcher.wait_for()

    assert [each.url.rsplit("/", 1)[-1] for each in chat.requests] == ["site", "widget.js"]
    chat.open().ask(PRICE)
    assert chat.context.cookies() == []
    assert chat.page.evaluate("localStorage.length") == 0


def test_first_entries_are_starter_questions(open_chat: OpenChat) -> None:
    """Without starters of the page, the first four entries are offered; one is asked by a click."""
    chat = open_chat(SITE).open()
    group = chat.page.get_by_role("group", name="Common questions")
    chat.button(PRICE).wait_for()

    assert group.get_by_role("button").all_inner_texts() == [PRICE, DEPOSIT, HELMET, SUMMER]
    assert chat.press(HELMET)["entry"] == "helmet"
    assert group.count() == 0


@pytest.mark.parametrize(
    "body",
    [
        f'<faqbot-chat starters="{REPAIR} | {DEPOSIT}"></faqbot-chat>',
        f'<faqbot-chat><script type="application/json">{_STARTERS}</script></faqbot-chat>',
    ],
    ids=["attribute", "JSON"],
)
def test_starter_questions_of_the_page(open_chat: OpenChat, body: str) -> None:
    """A page names its starter questions by an attribute or in JSON."""
    chat = open_chat(body).open()
    group = chat.page.get_by_role("group", name="Common questions")

    assert group.get_by_role("button").all_inner_texts() == [REPAIR, DEPOSIT]
    assert chat.press(DEPOSIT)["entry"] == "deposit"


def test_no_starter_questions_on_request(open_chat: OpenChat) -> None:
    """An empty attribute leaves the starter questions out."""
    chat = open_chat('<faqbot-chat starters=""></faqbot-chat>').open()

    assert chat.ask(PRICE)["entry"] == "price"
    assert not [each for each in chat.requests if "/v1/entries" in each.url]


def test_late_starter_questions_do_not_follow_a_question(open_chat: OpenChat) -> None:
    """Starter questions that arrive after a question was asked are left out."""
    chat = open_chat(SITE)
    late: list[Route] = []
    chat.page.route("**/v1/entries*", lambda route: late.append(route))  # noqa: PLW0108  as in chat.py
    chat.open().ask(PRICE)

    with chat.page.expect_response("**/v1/entries*"):
        late[0].continue_()

    assert chat.ask(HELMET)["entry"] == "helmet"
    assert chat.page.get_by_role("group", name="Common questions").count() == 0


def test_texts_of_the_page(open_chat: OpenChat) -> None:
    """Texts come from JSON; an attribute wins over it."""
    chat = open_chat(
        '<faqbot-chat text-launch="Frag uns" text-reason-send="Ab damit"><script type="application/json">'
        '{"texts": {"launch": "Los", "input": "Deine Frage", "no": "Nein"}}</script></faqbot-chat>'
    )

    chat.page.get_by_role("button", name="Frag uns").click()
    assert chat.input.get_attribute("aria-label") == "Deine Frage"
    chat.ask(PRICE)
    chat.button("Nein").click()
    chat.button("Ab damit").wait_for()


def test_unreadable_json_is_named_and_left_out(open_chat: OpenChat) -> None:
    """JSON with a fault is a warning in the console, and the chat works."""
    said: list[str] = []
    chat = open_chat(SITE, policy="")
    chat.page.on("console", lambda message: said.append(message.text))
    chat.page.evaluate(
        """() => {
          const script = Object.assign(document.createElement('script'), {type: 'application/json'});
          script.append('{"texts": ');
          const element = document.createElement('faqbot-chat');
          element.id = 'second';
          element.append(script);
          document.body.append(element);
        }"""
    )

    assert any("the JSON inside the element cannot be read" in text for text in said)
    assert chat.launcher.count() == 2


def test_variables_and_parts_change_the_looks(open_chat: OpenChat) -> None:
    """A page sets colours and sizes by variables, and styles any part by its name."""
    style = """<style>faqbot-chat { --faqbot-accent: rgb(10, 90, 40); --faqbot-width: 300px;
      --faqbot-radius: 4px } faqbot-chat::part(title) { color: rgb(200, 0, 0) }</style>"""
    chat = open_chat(SITE, policy="", more=style).open()

    box = chat.panel.bounding_box()
    assert box is not None
    assert box["width"] == 300
    assert _style(chat, ".panel", "borderTopLeftRadius") == "4px"
    assert _style(chat, ".send", "backgroundColor") == "rgb(10, 90, 40)"
    assert _style(chat, ".title", "color") == "rgb(200, 0, 0)"


def test_documented_parts_exist(open_chat: OpenChat) -> None:
    """Each part that the how-to guide names occurs in a conversation."""
    table = (
        _GUIDE.read_text(encoding="utf-8").partition("| parts | place |")[2].partition("\n\n")[0]
    )
    named = {part for row in table.splitlines() for part in re.findall(r"`(\w+)`", row)}
    chat = open_chat(SITE).open()
    chat.button(PRICE).wait_for()
    found = _parts(chat)
    chat.ask(SHARED)
    chat.ask(UNKNOWN)
    chat.ask(PRICE)
    chat.button("No").click()
    chat.page.get_by_role("textbox", name="What is wrong").wait_for()

    assert len(named) > 20
    assert named - found - _parts(chat) == set()


def _parts(chat: Chat) -> set[str]:
    parts = chat.page.locator("[part]").evaluate_all(
        "nodes => nodes.map((node) => node.part.value)"
    )
    return {name for value in parts for name in value.split()}


@pytest.mark.parametrize(("theme", "scheme"), [("light", "dark"), ("dark", "light")])
def test_theme_wins_over_the_system(open_chat: OpenChat, theme: str, scheme: str) -> None:
    """A page that has one theme only fixes that of the chat."""
    chat = open_chat(f'<faqbot-chat theme="{theme}"></faqbot-chat>', color_scheme=scheme).open()

    background = _style(chat, ".panel", "backgroundColor")
    assert (background == "rgb(255, 255, 255)") is (theme == "light")


def test_inline_chat_stands_in_its_column(open_chat: OpenChat) -> None:
    """An inline chat fills the height of its column, takes no focus, and cannot be closed."""
    chat = open_chat(
        '<div id="column"><faqbot-chat inline></faqbot-chat></div>',
        policy="",
        more="<style>#column { height: 500px; width: 420px }</style>",
    )
    chat.input.press("Escape")

    box = chat.panel.bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (420, 500)
    assert chat.page.get_by_role("region", name="Questions and answers").is_visible()
    assert chat.launcher.count() == 0


def test_page_hears_events_and_calls_methods(open_chat: OpenChat) -> None:
    """Events tell the page what happens, also outside the element; methods drive the chat."""
    chat = open_chat(SITE)

    reply = chat.replied(
        lambda: chat.page.evaluate(
            "question => { const chat = document.querySelector('faqbot-chat'); chat.show(); chat.ask(question); }",
            PRICE,
        )
    )
    chat.button("Yes").click()
    chat.page.wait_for_function("() => heard.some(([name]) => name === 'feedback')")
    chat.page.evaluate("document.querySelector('faqbot-chat').hide()")

    assert [name for name, _ in chat.page.evaluate("heard")] == [
        "open",
        "ask",
        "answer",
        "feedback",
        "close",
    ]
    assert chat.heard("ask") == [{"question": PRICE}]
    assert chat.heard("feedback") == [{"record": reply["record"], "helpful": True, "reason": ""}]
    chat.page.evaluate("document.querySelector('faqbot-chat').restart()")
    assert chat.replies.count() == 0


def test_element_may_move(open_chat: OpenChat) -> None:
    """An element that the page moves keeps its conversation and its listeners."""
    chat = open_chat(SITE).open()
    first = chat.ask(SHARED)

    chat.page.evaluate(
        "document.querySelector('main').append(document.querySelector('faqbot-chat'))"
    )
    chat.page.evaluate("document.querySelector('faqbot-chat').show()")

    assert chat.press(WINTER)["conversation"] == first["conversation"]


def test_page_that_comes_back_shows_the_kept_conversation(open_chat: OpenChat) -> None:
    """A page that the browser brings back from its memory shows what was asked elsewhere meanwhile."""
    chat = open_chat(SITE).open()
    chat.ask(PRICE)
    kept = chat.page.evaluate("sessionStorage.getItem(Object.keys(sessionStorage)[0])")
    chat.button("New conversation").click()

    chat.page.evaluate(
        """(kept) => {
          sessionStorage.setItem(Object.keys(sessionStorage)[0], kept);
          dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}));
        }""",
        kept,
    )

    assert chat.replies.count() == 1


@pytest.fixture
def other_site(shop: Bot, browser: Browser, tmp_path: Path) -> Iterator[OpenSite]:
    """Return a function that opens a page of another origin than the service."""
    web = pytest.importorskip("faqbot_web")
    from starlette.responses import HTMLResponse

    from faqbot_web.settings import WebSettings

    service, site = SwitchedApp(), SwitchedApp()
    with ExitStack() as stack:
        store = stack.enter_context(open_store(str(tmp_path / "store.db")))
        address = stack.enter_context(contextmanager(serve)(service))
        origin = stack.enter_context(contextmanager(serve)(site))
        page = stack.enter_context(browser.new_page())

        def open_site(attributes: str, policy: str = "", **settings: Any) -> Chat:  # noqa: ANN401  of WebSettings
            body = f"<faqbot-chat {attributes}></faqbot-chat>"
            named = {"Content-Security-Policy": policy.replace("SERVICE", address)}
            html = host_page(body, script=f"{address}/widget.js").replace("data:,", "")
            site.app = HTMLResponse(html, headers=named)
            filled = WebSettings.model_validate(
                json.loads(json.dumps(settings).replace("SITE", origin))
            )
            service.app = web.create_app(shop, filled, store=store)
            page.add_init_script(RECORDER)
            chat = Chat.watch(page)
            page.goto(f"{origin}/")
            return chat

        yield open_site


def test_site_elsewhere_asks_by_its_origin(other_site: OpenSite) -> None:
    """A page of an origin that the service names needs one line of HTML."""
    chat = other_site("", origins=["SITE"]).open()

    assert chat.ask(PRICE)["entry"] == "price"
    assert chat.press(HELMET)["entry"] == "helmet"


def test_site_elsewhere_needs_two_words_in_its_policy(other_site: OpenSite) -> None:
    """A strict policy of the site names the service for scripts and connections, and nothing else."""
    chat = other_site(
        "",
        policy="default-src 'none'; script-src SERVICE; connect-src SERVICE; "
        "require-trusted-types-for 'script'; trusted-types faqbot",
        origins=["SITE"],
    ).open()

    assert chat.ask(PRICE)["entry"] == "price"
    assert chat.page.evaluate("reports") == []


def test_site_elsewhere_asks_with_its_key(other_site: OpenSite) -> None:
    """A key bound to an origin serves the pages of that origin."""
    chat = other_site(f'key="{KEY}"', keys={"site": _KEY_SETTINGS}).open()

    assert chat.ask(PRICE)["entry"] == "price"
    asked = [each for each in chat.requests if "/v1/" in each.url and each.method != "OPTIONS"]
    assert {each.headers.get("authorization") for each in asked} == {f"Bearer {KEY}"}


def test_wrong_key_is_named(other_site: OpenSite) -> None:
    """A page with a wrong key says so, and keeps the question."""
    chat = other_site(f'key="not-{KEY}"', keys={"site": _KEY_SETTINGS}).open()

    chat.input.fill(PRICE)
    chat.input.press("Enter")
    chat.button("Try again").wait_for()

    assert "may not use the service" in chat.page.locator(".notice p").inner_text()


def _style(chat: Chat, selector: str, name: str) -> str:
    return chat.page.locator(selector).evaluate(f"node => getComputedStyle(node).{name}")
