"""The web chat between hostile knowledge bases, hostile services and hostile pages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.adapters.web.widget.shop import HELMET, HOSTILE, LONG, PRICE, REPAIR, SHARED

if TYPE_CHECKING:
    from tests.adapters.web.widget.conftest import OpenChat

SITE = "<faqbot-chat></faqbot-chat>"
# Markup that acts where it is set as HTML of a page.
_ATTACKS = (
    "<script>attacked = 1</script>",
    '<img src="/pixel" onerror="attacked = 2">',
    '<a href="javascript:attacked=3">a</a>',
    '<a href=" java\nscript:attacked=4">b</a>',
    '<a href="data:text/html,<script>attacked=5</script>">c</a>',
    '<a href="//other.example/x" onclick="attacked = 6" style="position:fixed;inset:0">d</a>',
    '<iframe src="https://other.example/"></iframe><object data="/x"></object><embed src="/x">',
    '<svg onload="attacked = 7"><a href="javascript:attacked=8"><text>e</text></a></svg>',
    "<math><mtext><style><img src=x onerror=attacked=9></style></mtext></math>",
    '<form action="https://other.example/"><input name="q"><button>f</button></form>',
    "<template><script>attacked = 10</script></template><style>* { display: none }</style>",
    '<p id="list" class="sr" style="color:red" part="launcher">g</p>',
    '<link rel="stylesheet" href="https://other.example/x.css"><base href="https://other.example/">',
    '<video src="https://other.example/v" autoplay></video><picture><source srcset="/x"></picture>',
    "<noscript><p title='</noscript><img src=x onerror=attacked=11>'></noscript>",
    "<faqbot-chat></faqbot-chat><div contenteditable slot=x>h</div>",
)


# A reply with text in every field that is shown.
_REPLY = {
    "outcome": "answered",
    "answer": "x",
    "answer_html": "<p>x</p>",
    "heading": "<b>h</b>",
    "source": "<i>",
    "url": None,
    "conversation": "c",
    "record": '"><b>',
    "manners": False,
    "contact": None,
    "choices": [],
    "follow_ups": [],
}


def test_hostile_answer_is_text(open_chat: OpenChat) -> None:
    """Script, `javascript:` and data links of an answer do nothing; a foreign image becomes a link."""
    chat = open_chat(SITE).open()

    chat.ask(HOSTILE)
    reply = chat.replies.last

    assert "<script>window.attacked = 1</script>" in reply.inner_text()
    hrefs = {link.get_attribute("href") for link in reply.get_by_role("link").all()}
    assert hrefs == {"https://tracker.example/pixel.png", "https://safe.example/page"}
    assert reply.locator("img, script, style, [onclick], [onerror]").count() == 0
    assert chat.page.evaluate("window.attacked") is None


def test_hostile_service_is_not_trusted(open_chat: OpenChat) -> None:
    """Even markup that the service should have removed neither acts, nor loads, nor hides the chat."""
    chat = open_chat(SITE).open()
    html = "\n".join(_ATTACKS)
    offer = {"entry": "a", "question": "<img src=x onerror=attacked=13>"}
    reply = {**_REPLY, "answer_html": html, "follow_ups": [offer], "url": "javascript:attacked=12"}
    body = json.dumps(reply)
    chat.page.route(
        "**/v1/ask", lambda route: route.fulfill(body=body, content_type="application/json")
    )

    chat.ask(PRICE)
    text = chat.replies.last.locator(".text")
    tags = text.evaluate(
        "node => [...new Set([...node.querySelectorAll('*')].map((each) => each.localName))]"
    )
    attributes = text.evaluate(
        "node => [...new Set([...node.querySelectorAll('*')].flatMap((each) => each.getAttributeNames()))]"
    )

    assert sorted(tags) == ["a", "p"]
    assert set(attributes) <= {"href", "target", "rel", "aria-describedby"}
    hrefs = [link.get_attribute("href") for link in text.locator("a").all()]
    assert [href for href in hrefs if href and "other.example" in href] == hrefs[1:]
    assert chat.page.evaluate("window.attacked") is None
    # The parser reports markup that the policy stops, though it would not act on it anyway.
    reports = chat.page.evaluate("reports.splice(0)")
    assert {each.split("-src")[0] for each in reports} <= {"script", "style"}
    assert chat.input.is_visible()
    assert chat.button("<img src=x onerror=attacked=13>").is_visible()


def test_very_long_answer_is_shown_whole_and_read_from_its_beginning(open_chat: OpenChat) -> None:
    """An answer of two thousand paragraphs is shown; the view stands at its beginning."""
    chat = open_chat(SITE).open()
    chat.ask(HELMET)

    chat.ask(LONG)
    reply = chat.replies.last

    assert "rule 2000," in reply.inner_text()
    assert (
        chat.page.locator(".question").last.evaluate("node => node.getBoundingClientRect().top") > 0
    )
    assert chat.log.evaluate("node => node.scrollTop < node.scrollHeight / 10")
    chat.page.reload()
    assert chat.ask(HELMET)["entry"] == "helmet"


def test_endless_markup_is_cut(open_chat: OpenChat) -> None:
    """Markup of many elements, nested or in a row, neither stalls the page nor fills it."""
    chat = open_chat(SITE).open()
    html = "<p>x</p>" * 100_000 + "<b>x" * 1_000
    body = json.dumps({**_REPLY, "answer_html": html})
    chat.page.route(
        "**/v1/ask", lambda route: route.fulfill(body=body, content_type="application/json")
    )

    chat.ask(PRICE)

    assert chat.replies.last.locator(".text *").count() <= 5000
    assert chat.input.is_editable()


@pytest.mark.parametrize("body", ["", "null", "[]", "{}", '"text"', "<html>", '{"choices": 3}'])
def test_reply_that_is_none_is_named(open_chat: OpenChat, body: str) -> None:
    """A response that is no reply of the service is an error that keeps the question."""
    chat = open_chat(SITE).open()
    chat.page.route(
        "**/v1/ask", lambda route: route.fulfill(body=body, content_type="application/json")
    )

    chat.input.fill(PRICE)
    chat.input.press("Enter")
    chat.button("Try again").wait_for()

    assert chat.input.input_value() == PRICE
    assert chat.replies.count() == 0


_STYLES = """
body * { all: unset !important; display: none !important; visibility: hidden !important;
    opacity: 0 !important; transform: scale(0) !important; pointer-events: none !important; }
faqbot-chat { display: none !important; filter: blur(9px) !important; clip-path: inset(50%) !important;
    font-size: 1px !important; color: transparent !important; letter-spacing: 9em !important; }
html, body { visibility: hidden; font: 3px fantasy !important; text-transform: uppercase !important; line-height: 9 !important; }
button, input { width: 0 !important; background: red !important; }
"""


def test_styles_of_the_page_do_not_reach_the_chat(open_chat: OpenChat) -> None:
    """A page that hides and distorts everything leaves the chat as it is."""
    plain = open_chat(SITE, policy="").open()
    styled = open_chat(f"{SITE}<style>{_STYLES}</style>", policy="").open()
    measure = """node => ['color', 'fontSize', 'fontFamily', 'letterSpacing', 'textTransform', 'lineHeight',
      'width', 'height', 'backgroundColor'].map((name) => getComputedStyle(node)[name])"""

    for part in (".panel", ".field", ".send", ".title"):
        expected = plain.page.locator(part).evaluate(measure)
        assert styled.page.locator(part).evaluate(measure) == expected, part
    assert styled.ask(PRICE)["entry"] == "price"


_PROTOTYPES = """
Object.prototype.inherited = 'x';
Object.prototype.signal = 'no signal';
Object.prototype.toJSON = () => 'lost';
Array.prototype.toJSON = function () { return 'lost'; };
Array.prototype.extra = () => 1;
for (const name of ['map', 'filter', 'forEach', 'push', 'reduce', 'includes', 'indexOf', 'every', 'some']) {
  Array.prototype[name] = () => { throw new Error(name); };
}
for (const name of ['append', 'remove', 'replaceChildren', 'setAttribute', 'getAttribute', 'hasAttribute',
                    'attachShadow', 'querySelector', 'querySelectorAll', 'closest', 'prepend', 'after',
                    'matches', 'insertAdjacentHTML', 'scrollTo', 'removeAttribute']) {
  Element.prototype[name] = () => { throw new Error(name); };
}
for (const name of ['appendChild', 'insertBefore', 'removeChild', 'contains', 'cloneNode']) {
  Node.prototype[name] = () => { throw new Error(name); };
}
document.createElement = Document.prototype.createElement = () => { throw new Error('createElement'); };
EventTarget.prototype.dispatchEvent = () => { throw new Error('dispatchEvent'); };
HTMLElement.prototype.focus = () => { throw new Error('focus'); };
"""


def test_prototypes_of_the_page_do_not_reach_the_chat(open_chat: OpenChat) -> None:
    """A page whose scripts replaced methods of elements, arrays and objects keeps a working chat."""
    chat = open_chat(f"<script>{_PROTOTYPES}</script>{SITE}", policy="")

    chat.launcher.click()
    chat.input.fill(SHARED)
    chat.input.press("Enter")
    chat.button(REPAIR).click()
    chat.replies.nth(1).get_by_text("In the morning.").wait_for()
    chat.page.reload()

    assert chat.replies.count() == 2
    assert [body["entry"] for body in chat.sent("/v1/pick")] == ["repair"]


def test_page_without_the_policy_gets_text(open_chat: OpenChat) -> None:
    """Where trusted types forbid the policy of the chat, answers are shown as text."""
    policy = "script-src 'self'; require-trusted-types-for 'script'; trusted-types other"
    chat = open_chat(SITE, policy=policy).open()

    chat.ask(PRICE)

    assert chat.replies.last.locator(".text").inner_text() == "**Twelve euros** a day."
    reports = chat.page.evaluate("reports.splice(0)")
    assert [report.split()[0] for report in reports] == ["trusted-types"]
