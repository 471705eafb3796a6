"""The App Home, as Slack takes it, and what each person finds there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.views import View

from faqbot import AskedQuestion, Entry, KnowledgeBase, Outcome, Suggestion
from faqbot_slack.rendering.home import OwnerQueue, home_view
from tests.adapters.slack.fake.block_kit import pings, view_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSWORD = Entry("pw", "How do I reset my password?", "Open **Settings**.", section="Accounts")
SECRET = Entry(
    "pay", "What do the others earn?", "A lot.", section="Pay", audience=frozenset({"hr"})
)
KB = KnowledgeBase((PASSWORD, SECRET), title="Office", contact="Ask **Ann**.")
NOW = datetime.now(UTC)
SUGGESTION = Suggestion("s1", "Where is the shed?", "There.", "", "", NOW)
MISS = AskedQuestion("r7", "where do I park?", Outcome.UNANSWERED, "", 0.1, "slack", NOW)


def check(view: dict[str, Any]) -> None:
    """Assert that Slack takes *view*, and that it calls nobody."""
    assert [*view_problems(view)] == []
    assert pings("", view["blocks"]) == []
    View(**view).validate_json()


def texts(view: dict[str, Any]) -> str:
    """Return every text of *view*, a line each."""
    return "\n".join(_texts(view["blocks"]))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def buttons(view: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the action and the value of each button."""
    found = []
    for block in view["blocks"]:
        each = [*block.get("elements", ()), block.get("accessory", {})]
        found += [(e["action_id"], e.get("value", "")) for e in each if e.get("type") == "button"]
    return found


def test_a_person_finds_what_the_bot_knows_and_where_to_ask() -> None:
    """The sections with their questions, a search, a form, and a person to ask."""
    view = home_view(KB)

    check(view)
    assert view["blocks"][0]["text"]["text"] == "Office"
    assert view["blocks"][1]["element"]["action_id"] == "faq_home_search"
    assert view["blocks"][1]["dispatch_action"] is True
    assert "*Accounts* · 1 question\n• How do I reset my password?" in texts(view)
    assert "Ask *Ann*." in texts(view)
    assert buttons(view) == [("faq_suggest", "")]


def test_what_is_not_for_a_person_is_not_listed() -> None:
    """Not even the name of a section whose entries are all for others."""
    assert "Pay" not in texts(home_view(KB))
    assert "What do the others earn?" in texts(home_view(KB, frozenset({"hr"})))


def test_a_search_shows_answers() -> None:
    """What was found is read right there, and what was typed stays in the field."""
    view = home_view(KB, query="pasword", found=[PASSWORD])

    check(view)
    assert "Open *Settings*." in texts(view)
    assert view["blocks"][1]["element"]["initial_value"] == "pasword"


def test_a_search_that_finds_nothing_says_so_in_plain_text() -> None:
    """What a person typed is not read as markup."""
    view = home_view(KB, query="<!channel> *x*", found=[])

    check(view)
    nothing = view["blocks"][2]["text"]
    assert nothing["type"] == "plain_text"
    assert "*x*" in nothing["text"]


def test_what_is_asked_most_is_one_press_away() -> None:
    """Each has a button that says what it shows."""
    view = home_view(KB, top=[PASSWORD])

    check(view)
    assert ("faq_home_show_1", "pw") in buttons(view)
    assert "Show the answer to: How do I reset my password?" in texts(view)


def test_owners_find_what_waits_for_them() -> None:
    """Suggestions with their buttons, and the questions that had no answer."""
    view = home_view(KB, owner=OwnerQueue([SUGGESTION, SUGGESTION], [MISS]))

    check(view)
    assert buttons(view).count(("faq_approve", "s1")) == 2
    assert ("faq_suggest", "r7") in buttons(view)
    assert "where do I park?" in texts(view)


def test_nobody_else_finds_them() -> None:
    """The part for owners is not there."""
    assert "For owners" not in texts(home_view(KB))


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=400) | st.sampled_from(["&" * 9000, "<!channel> " * 900, "x\n\n" * 900]))
def test_every_knowledge_base_fits_the_page(text: str) -> None:
    """However much there is, and whatever is in it, Slack takes the page."""
    entries = tuple(
        Entry(f"e{number}", text or "?", text, section=f"{number} {text}", url=text)
        for number in range(150)
    )
    suggestions = [Suggestion("s", text, text, "", "", NOW)] * 40
    misses = [AskedQuestion("r", text, Outcome.UNANSWERED, "", 0, "slack", NOW)] * 40
    kb = KnowledgeBase(entries, title=text, contact=text)
    view = home_view(
        kb, query=text, found=entries, top=entries, owner=OwnerQueue(suggestions, misses)
    )
    check(view)
