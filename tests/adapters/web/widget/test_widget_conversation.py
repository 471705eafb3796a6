"""A conversation in the web chat: questions, choices, verdicts, reloads and lost connections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

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
    from playwright.sync_api import Page, Route

    from tests.adapters.web.widget.chat import Chat
    from tests.adapters.web.widget.conftest import OpenChat

SITE = "<faqbot-chat></faqbot-chat>"


def test_answer_shows_heading_source_and_related_questions(open_chat: OpenChat) -> None:
    """An answer in other words names its question; its source is a link, and follow-ups are buttons."""
    chat = open_chat(SITE).open()

    chat.ask("how expensive is a bicycle please")
    reply = chat.replies.last

    assert reply.locator(".heading").inner_text() == PRICE
    assert reply.locator("strong").inner_text() == "Twelve euros"
    source = reply.get_by_role("link", name="Price list, page 2")
    assert source.get_attribute("href") == "https://bicycles.example/prices"
    group = chat.page.get_by_role("group", name="Related questions")
    assert group.get_by_role("button").all_inner_texts() == [DEPOSIT, HELMET]


def test_question_as_written_has_no_heading(open_chat: OpenChat) -> None:
    """The heading is left out where it would repeat the question."""
    chat = open_chat(SITE).open()

    chat.ask(DEPOSIT)

    assert chat.replies.last.locator(".heading").count() == 0


def test_choices_are_buttons_with_none_of_these(open_chat: OpenChat) -> None:
    """The list of choices is shown once, as buttons; declining them twice leads to the contact."""
    chat = open_chat(SITE).open()

    chat.ask(SHARED)
    group = chat.page.get_by_role("group", name="Choose a question")

    assert group.get_by_role("button").all_inner_texts() == [
        SUMMER,
        WINTER,
        REPAIR,
        "None of these",
    ]
    assert chat.replies.last.get_by_role("listitem").count() == 0
    assert chat.press("None of these")["outcome"] == "ambiguous"
    assert chat.press("None of these")["outcome"] == "unanswered"
    assert chat.replies.last.locator(".contact").inner_text() == "Call the shop on 0300 5550."


def test_picked_choice_is_answered(open_chat: OpenChat) -> None:
    """A choice is picked by its entry, so that equal phrasings do not matter."""
    chat = open_chat(SITE).open()
    chat.ask(SHARED)

    reply = chat.press(WINTER)

    assert reply["entry"] == "winter"
    assert [body["entry"] for body in chat.sent("/v1/pick")] == ["winter"]
    assert chat.log.get_by_text(WINTER).last.is_visible()


def test_follow_up_of_an_older_answer_is_asked(open_chat: OpenChat) -> None:
    """A button of an older answer, which the service no longer offers, asks its question."""
    chat = open_chat(SITE).open()
    chat.ask(PRICE)
    chat.ask(UNKNOWN)

    assert chat.press(HELMET)["entry"] == "helmet"


def test_miss_shows_the_contact(open_chat: OpenChat) -> None:
    """After a miss the contact stands apart, with its telephone number as a link."""
    chat = open_chat(SITE).open()

    chat.ask(UNKNOWN)

    contact = chat.replies.last.locator(".contact")
    assert contact.get_by_role("link").get_attribute("href") == "tel:03005550"
    assert chat.replies.last.get_by_text("Was this helpful?").count() == 0


def test_typing_suggests_questions(open_chat: OpenChat) -> None:
    """Suggestions follow the text typed; one is chosen by a click."""
    chat = open_chat(SITE).open()

    chat.input.press_sequentially("When is")
    option = chat.page.get_by_role("option", name=SUMMER)

    assert chat.replied(option.click)["entry"] == "summer"
    assert chat.input.input_value() == ""


def test_verdict_with_a_reason(open_chat: OpenChat) -> None:
    """A bad verdict is sent at once, and then again with its reason; both verdicts show as pressed."""
    chat = open_chat(SITE).open()
    record = chat.ask(PRICE)["record"]

    chat.button("No").click()
    reason = chat.page.get_by_role("textbox", name="What is wrong or missing?")
    reason.fill("The price of a week is missing.")
    reason.press("Enter")
    chat.replies.last.get_by_text("Thank you").wait_for()

    assert chat.sent("/v1/feedback") == [
        {"record": record, "helpful": False},
        {"record": record, "helpful": False, "reason": "The price of a week is missing."},
    ]
    assert chat.button("No").get_attribute("aria-pressed") == "true"
    assert chat.input.evaluate("node => node.getRootNode().activeElement === node")
    chat.button("Yes").click()
    chat.page.wait_for_function("() => heard.filter(([name]) => name === 'feedback').length === 3")
    assert chat.button("No").get_attribute("aria-pressed") == "false"


@pytest.mark.parametrize("clipboard", [True, False])
def test_answer_is_copied(open_chat: OpenChat, *, clipboard: bool) -> None:
    """An answer is copied as text, also where the page may not use the clipboard interface."""
    chat = open_chat(SITE).open()
    chat.ask(PRICE)
    if not clipboard:
        chat.page.evaluate(
            "() => { navigator.clipboard.writeText = () => { throw new Error(); }; }"
        )

    chat.button("Copy").click()
    chat.page.get_by_title("Copied").wait_for()
    chat.input.press("Control+V")

    assert chat.input.input_value().strip() == "Twelve euros a day."


def test_conversation_survives_a_reload_and_another_page(open_chat: OpenChat) -> None:
    """Transcript, verdict, draft and conversation are kept, and so is the open panel."""
    chat = open_chat(SITE).open()
    first = chat.ask(SHARED)
    chat.press(SUMMER)
    chat.button("Yes").click()
    chat.page.wait_for_function("() => heard.some(([name]) => name === 'feedback')")
    chat.input.fill("half a ques")

    chat.page.get_by_role("link", name="a link").evaluate("link => link.click()")
    chat.page.wait_for_url("**/elsewhere")
    chat.page.reload()

    assert chat.input.input_value() == "half a ques"
    assert chat.button("Yes").get_attribute("aria-pressed") == "true"
    assert chat.page.locator(".question").count() == 2
    assert chat.page.evaluate("document.activeElement === document.body")
    assert chat.ask("2")["conversation"] == first["conversation"]


def test_new_conversation_forgets_the_old_one(open_chat: OpenChat) -> None:
    """The transcript goes, starter questions come back, and the service begins a new conversation."""
    chat = open_chat(SITE).open()
    first = chat.ask(PRICE)

    chat.button("New conversation").click()
    chat.button(PRICE).wait_for()

    assert chat.replies.count() == 0
    assert chat.ask(HELMET)["conversation"] != first["conversation"]


def test_restart_during_a_question_forgets_its_answer(open_chat: OpenChat) -> None:
    """An answer that comes after a restart is not shown."""
    chat = open_chat(SITE).open()
    waiting: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if waiting:
            route.continue_()
        else:
            waiting.append(route)

    chat.page.route("**/v1/ask", hold_the_first)
    chat.input.fill(PRICE)
    chat.input.press("Enter")
    chat.page.locator(".waiting").wait_for()

    chat.button("New conversation").click()
    reply = chat.ask(HELMET)
    with chat.page.expect_response("**/v1/ask"):
        waiting[0].continue_()

    assert reply["entry"] == "helmet"
    assert chat.replies.count() == 1


def test_windows_do_not_mix(open_chat: OpenChat) -> None:
    """A tab that is duplicated shows the transcript, but goes on in a conversation of its own."""
    chat = open_chat(SITE).open()
    first = chat.ask(SHARED)
    copied = dict(chat.page.evaluate("({...sessionStorage})"))

    with chat.context.expect_page() as opening:
        chat.page.evaluate("window.open('/elsewhere')")
    page: Page = opening.value
    copy = type(chat).watch(page)
    copy.input.wait_for()

    assert list(page.evaluate("({...sessionStorage})")) == list(copied)
    assert copy.replies.count() == 1
    assert copy.press(WINTER)["entry"] == "winter"
    assert copy.heard("answer")[0]["conversation"] != first["conversation"]
    assert chat.press(SUMMER)["conversation"] == first["conversation"]


def test_two_chats_on_one_page_do_not_mix(open_chat: OpenChat) -> None:
    """Each element of a page has a conversation of its own, also after a reload."""
    chat = open_chat("<faqbot-chat inline></faqbot-chat><faqbot-chat inline></faqbot-chat>")
    inputs, replies = chat.page.get_by_role("combobox"), chat.page.locator("faqbot-chat").nth(1)

    for place, question in enumerate((PRICE, HELMET)):
        inputs.nth(place).fill(question)
        chat.replied(lambda place=place: inputs.nth(place).press("Enter"))
    answers: list[dict[str, Any]] = chat.heard("answer")
    chat.page.reload()

    assert answers[0]["conversation"] != answers[1]["conversation"]
    assert replies.locator(".reply").count() == 1
    assert replies.locator(".question").inner_text().endswith(HELMET)


def test_lost_connection_is_tried_again_with_the_same_request(open_chat: OpenChat) -> None:
    """A request without an answer is sent once more under its id, so that it is recorded once."""
    chat = open_chat(SITE).open()
    lost: list[Any] = []

    def lose_the_first(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch().json())  # the service answers, and the answer is lost
            route.abort()

    chat.page.route("**/v1/ask", lose_the_first)
    reply = chat.ask(PRICE)

    first, second = chat.sent("/v1/ask")
    assert first == second
    assert (reply["record"], reply["conversation"]) == (lost[0]["record"], lost[0]["conversation"])
    assert chat.replies.count() == 1


def test_lost_connection_keeps_the_text(open_chat: OpenChat) -> None:
    """Without a connection the chat says so and keeps the question; later it is the same request."""
    chat = open_chat(SITE).open()
    chat.page.route("**/v1/ask", lambda route: route.abort())
    chat.input.fill(PRICE)
    chat.input.press("Enter")

    chat.button("Try again").wait_for()
    assert chat.input.input_value() == PRICE
    assert chat.page.locator(".notice p").inner_text().startswith("The connection was lost.")
    assert chat.page.locator(".question").count() == 0
    assert chat.heard("error")[0]["kind"] == "lost"

    chat.page.reload()  # the text outlives a reload, and so does the id of its request
    chat.page.unroute("**/v1/ask")
    assert chat.input.input_value() == PRICE
    assert chat.replied(lambda: chat.input.press("Enter"))["entry"] == "price"
    requests = [body["request"] for body in chat.sent("/v1/ask")]
    assert len(requests) == 3
    assert len(set(requests)) == 1


def test_try_again_sends_the_question(open_chat: OpenChat) -> None:
    """The button of the notice repeats a failed pick as well."""
    chat = open_chat(SITE).open()
    chat.ask(SHARED)
    chat.page.route("**/v1/pick", lambda route: route.abort())
    chat.button(SUMMER).click()
    chat.button("Try again").wait_for()

    chat.page.unroute("**/v1/pick")

    assert chat.press("Try again")["entry"] == "summer"
    assert len({body["request"] for body in chat.sent("/v1/pick")}) == 1
    assert chat.input.input_value() == ""
    assert not chat.page.locator(".notice").is_visible()


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (429, "is busy"),
        (503, "is busy"),
        (401, "may not use"),
        (403, "may not use"),
        (422, "could not be read"),
        (413, "could not be read"),
        (500, "has a problem"),
    ],
)
def test_refusals_are_named(open_chat: OpenChat, status: int, words: str) -> None:
    """Each kind of refusal has a sentence, keeps the question, and is told to the page."""
    chat = open_chat(SITE).open()
    chat.page.route("**/v1/ask", lambda route: route.fulfill(status=status, body="<p>proxy</p>"))

    chat.input.fill(PRICE)
    chat.input.press("Enter")
    chat.button("Try again").wait_for()

    assert words in chat.page.locator(".notice p").inner_text()
    assert chat.input.input_value() == PRICE
    assert chat.heard("error")[0]["status"] == status


def test_storage_that_is_out_of_order_is_no_obstacle(open_chat: OpenChat) -> None:
    """What another script left under the name of the chat is thrown away."""
    chat: Chat = open_chat(SITE).open()
    chat.ask(PRICE)
    chat.page.evaluate(
        """() => {
          const [name] = Object.keys(sessionStorage);
          sessionStorage.setItem(name, '{"lines": "q no JSON", "open": 7}');
        }"""
    )

    chat.page.reload()

    assert chat.replies.count() == 0
    assert chat.ask(HELMET)["entry"] == "helmet"
