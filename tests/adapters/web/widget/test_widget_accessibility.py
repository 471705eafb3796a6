"""The web chat for people with a keyboard, a screen reader, large text or high contrast."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest

from tests.adapters.web.widget.shop import (
    DEPOSIT,
    HELMET,
    LONG,
    PRICE,
    ROUTES,
    SHARED,
    SUMMER,
    UNKNOWN,
    WINTER,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.adapters.web.widget.chat import Chat
    from tests.adapters.web.widget.conftest import OpenChat

SITE = "<faqbot-chat></faqbot-chat>"
PHONE = {"width": 390, "height": 780}
NARROW = {"width": 320, "height": 640}
WIDE = {"width": 1280, "height": 800}
# Every rule of axe-core, also those of good practice.
_AUDIT = """async () => (await axe.run(document)).violations.map((found) =>
  `${found.id}: ${found.nodes.map((node) => node.html.slice(0, 200) + node.failureSummary).join(' ')}`)"""


def _empty(chat: Chat) -> None:
    chat.open().button(PRICE).wait_for()


def _suggestions(chat: Chat) -> None:
    chat.input.press_sequentially("When is")
    chat.page.get_by_role("option", name=SUMMER).wait_for()
    chat.input.press("ArrowDown")


def _choices(chat: Chat) -> None:
    chat.ask(SHARED)


def _answer(chat: Chat) -> None:
    chat.ask("how expensive is a bicycle please")


def _reason(chat: Chat) -> None:
    chat.button("No").click()
    chat.page.get_by_role("textbox", name="What is wrong").wait_for()


def _judged(chat: Chat) -> None:
    chat.button("Yes").click()
    chat.replies.last.get_by_text("Thank you").wait_for()


def _markdown(chat: Chat) -> None:
    chat.ask(ROUTES)


def _miss(chat: Chat) -> None:
    chat.ask(UNKNOWN)


def _error(chat: Chat) -> None:
    chat.page.route("**/v1/ask", lambda route: route.fulfill(status=429))
    chat.input.fill(PRICE)
    chat.input.press("Enter")
    chat.button("Try again").wait_for()


def _waiting(chat: Chat) -> None:
    chat.page.route("**/v1/ask", lambda _: None)
    chat.input.fill(PRICE)
    chat.input.press("Enter")
    chat.page.locator(".waiting").wait_for()


# States of the panel, in an order in which each is reached from the one before.
STATES: tuple[Callable[[Chat], None], ...] = (
    *(
        _empty,
        _suggestions,
        _choices,
        _answer,
        _reason,
        _judged,
        _markdown,
        _miss,
        _error,
        _waiting,
    ),
)
SURROUNDINGS: dict[str, dict[str, Any]] = {
    "light": {"viewport": WIDE},
    "dark": {"viewport": WIDE, "color_scheme": "dark"},
    "narrow": {"viewport": NARROW},
    "high contrast": {"viewport": WIDE, "forced_colors": "active"},
}


@pytest.fixture(scope="package")
def axe() -> str:
    """Return the source of axe-core."""
    package = pytest.importorskip("axe_playwright_python", reason="the extra dev brings axe-core")
    return files(package).joinpath("axe.min.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("surroundings", SURROUNDINGS)
def test_no_state_has_a_violation(open_chat: OpenChat, axe: str, surroundings: str) -> None:
    """axe-core finds nothing, with the panel closed and in each of its states."""
    chat = open_chat(SITE, **SURROUNDINGS[surroundings])
    found = {"closed": _audit(chat, axe)}
    for reach in STATES:
        reach(chat)
        found[reach.__name__] = _audit(chat, axe)

    assert {state: faults for state, faults in found.items() if faults} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_right_to_left_has_no_violation(open_chat: OpenChat, axe: str, scheme: str) -> None:
    """axe-core finds nothing where the page is written from right to left."""
    chat = open_chat(f'<div dir="rtl">{SITE}</div>', color_scheme=scheme, viewport=PHONE)
    _empty(chat)
    _choices(chat)

    assert _audit(chat, axe) == []


def test_page_of_the_chat_has_no_violation(open_chat: OpenChat, axe: str) -> None:
    """axe-core finds nothing on /chat: it has a heading, a landmark, a title and a language."""
    chat = open_chat()
    chat.ask(SHARED)

    assert _audit(chat, axe) == []
    assert chat.page.get_by_role("heading", level=1).inner_text() == "Bicycle shop"


def _audit(chat: Chat, axe: str) -> list[str]:
    if not chat.page.evaluate("typeof axe === 'object'"):
        chat.page.evaluate(axe)
    return chat.page.evaluate(_AUDIT)


def test_focus_moves_in_and_back(open_chat: OpenChat) -> None:
    """Opened by keyboard, the panel takes the focus; Esc closes it, and the launcher has it again."""
    chat = open_chat(SITE)

    chat.launcher.press("Enter")
    assert _has_focus(chat.input)
    chat.page.keyboard.press("Escape")

    assert not chat.panel.is_visible()
    assert _has_focus(chat.launcher)
    assert len(chat.heard("open")) == len(chat.heard("close")) == 1


def test_escape_closes_suggestions_first(open_chat: OpenChat) -> None:
    """Esc in an open list of suggestions closes the list, and only then the panel."""
    chat = open_chat(SITE).open()
    chat.input.press_sequentially("When is")
    chat.page.get_by_role("option", name=SUMMER).wait_for()

    chat.input.press("Escape")
    assert chat.panel.is_visible()
    assert chat.input.get_attribute("aria-expanded") == "false"
    chat.input.press("Escape")

    assert not chat.panel.is_visible()


def test_suggestions_are_chosen_by_arrow_keys(open_chat: OpenChat) -> None:
    """The combobox names its active option; Enter asks it, and the text typed stays otherwise."""
    chat = open_chat(SITE).open()
    chat.input.press_sequentially("When is")
    option = chat.page.get_by_role("option", name=WINTER)
    option.wait_for()

    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "ArrowDown"):
        chat.input.press(key)

    assert chat.input.get_attribute("aria-activedescendant") == option.get_attribute("id")
    assert option.get_attribute("aria-selected") == "true"
    assert chat.replied(lambda: chat.input.press("Enter"))["entry"] == "winter"


def test_buttons_are_reached_and_pressed_by_keyboard(open_chat: OpenChat) -> None:
    """Shift and Tab lead from the input to the offers, Enter picks one, and the input has the focus."""
    chat = open_chat(SITE).open()
    chat.ask(PRICE)

    chat.page.keyboard.press("Shift+Tab")
    assert _has_focus(chat.button(HELMET))
    chat.page.keyboard.press("Shift+Tab")
    reply = chat.replied(lambda: chat.page.keyboard.press("Enter"))

    assert reply["entry"] == "deposit"
    assert _has_focus(chat.input)


def test_full_screen_panel_keeps_the_focus(open_chat: OpenChat) -> None:
    """Where the panel covers the page, Tab goes round inside it."""
    chat = open_chat(SITE, viewport=PHONE).open()
    chat.button("Send").focus()

    chat.page.keyboard.press("Tab")
    assert _has_focus(chat.button("New conversation"))
    chat.page.keyboard.press("Shift+Tab")

    assert _has_focus(chat.button("Send"))


def test_keys_are_no_shortcuts_of_the_page(open_chat: OpenChat) -> None:
    """A page that listens to single keys hears of no key that is typed into the chat."""
    chat = open_chat(SITE).open()
    chat.page.evaluate("addEventListener('keydown', (event) => reports.push(event.key))")

    chat.input.press_sequentially("kj")

    assert chat.page.evaluate("reports") == []


def test_live_regions_stand_from_the_start(open_chat: OpenChat) -> None:
    """There is one polite and one assertive region, and the transcript itself does not speak."""
    chat = open_chat(SITE)

    regions = chat.page.locator("[aria-live]").evaluate_all(
        "nodes => nodes.map((node) => [node.getAttribute('role'), node.getAttribute('aria-live')])"
    )

    assert sorted(regions, key=str) == [["log", "off"], [None, "assertive"], [None, "polite"]]
    assert chat.page.locator("[role=status], [role=alert]").count() == 0


def test_answers_are_announced_as_text(open_chat: OpenChat) -> None:
    """The polite region speaks answer and offers; a lost connection is urgent."""
    chat = open_chat(SITE).open()
    polite = chat.page.locator("[aria-live=polite]")

    chat.ask(PRICE)
    polite.get_by_text("Twelve euros a day. Related questions: 2").wait_for(state="attached")
    chat.ask(SHARED)
    polite.get_by_text("Choose a question: 4").wait_for(state="attached")
    chat.ask(LONG)
    polite.get_by_text("keeps to rule 1,").wait_for(state="attached")
    assert len(polite.inner_text()) <= 1000
    chat.page.route("**/v1/ask", lambda route: route.abort())
    chat.input.fill(DEPOSIT)
    chat.input.press("Enter")

    urgent = chat.page.locator("[aria-live=assertive]")
    urgent.get_by_text("Your question is kept").wait_for(state="attached")


@pytest.mark.parametrize("surroundings", ["light", "narrow"])
def test_targets_are_large_enough(open_chat: OpenChat, surroundings: str) -> None:
    """Every button and field is at least 24 pixels high and wide."""
    chat = open_chat(SITE, **SURROUNDINGS[surroundings])
    sizes = [chat.launcher.bounding_box()]
    for reach in (_empty, _answer, _reason):
        reach(chat)
    targets = chat.page.locator("button:visible, input:visible").all()
    sizes.extend(target.bounding_box() for target in targets)

    assert min(min(box["width"], box["height"]) for box in sizes if box) >= 24


def test_nothing_is_cut_off_at_320_pixels(open_chat: OpenChat) -> None:
    """At 320 pixels, which is 1280 at a zoom of 400 %, nothing needs two directions of scrolling."""
    chat = open_chat(SITE, viewport=NARROW)
    too_wide = """node => [node.scrollWidth - node.clientWidth,
      document.documentElement.scrollWidth - innerWidth]"""
    for reach in STATES:
        reach(chat)
        box = chat.panel.bounding_box()
        assert box is not None
        assert (box["x"], box["width"]) == (0, 320)
        assert chat.log.evaluate(too_wide) == [0, 0], reach.__name__


def test_large_text_fits(open_chat: OpenChat) -> None:
    """At 200 % zoom of a window of 1280 by 720 pixels the panel fills it, and the input is seen."""
    chat = open_chat(SITE, viewport={"width": 640, "height": 360}).open()
    _answer(chat)

    assert chat.panel.bounding_box() == {"x": 0, "y": 0, "width": 640, "height": 360}
    box = chat.input.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 360


def test_large_default_text_is_respected(open_chat: OpenChat) -> None:
    """A browser set to larger text gets larger text, and a page with small text does not shrink it."""
    for root, wanted in (("32px", "32px"), ("62.5%", "16px")):
        chat = open_chat(
            SITE, policy="", more=f"<style>html {{ font-size: {root} }}</style>"
        ).open()
        assert chat.input.evaluate("node => getComputedStyle(node).fontSize") == wanted


def test_right_to_left_mirrors_the_layout(open_chat: OpenChat) -> None:
    """On a page from right to left, the launcher stands left, and a question too."""
    chat = open_chat(f'<div dir="rtl">{SITE}</div>', viewport=WIDE)
    launcher = chat.launcher.bounding_box()
    chat.open().ask(HELMET)

    question = chat.page.locator(".question").bounding_box()
    reply = chat.replies.last.locator(".answer").bounding_box()
    assert launcher is not None
    assert question is not None
    assert reply is not None
    assert launcher["x"] < 100
    assert question["x"] < reply["x"]


def test_motion_is_left_out_on_request(open_chat: OpenChat) -> None:
    """Nothing moves for people who asked for reduced motion."""
    for motion, moves in (("reduce", False), ("no-preference", True)):
        chat = open_chat(SITE, reduced_motion=motion).open()
        name = chat.panel.evaluate("node => getComputedStyle(node).animationName")
        assert (name != "none") is moves


def _has_focus(locator: Any) -> bool:  # noqa: ANN401  a locator of Playwright
    return locator.evaluate("node => node.getRootNode().activeElement === node")
