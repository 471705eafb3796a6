"""What owners are shown to decide on, and how they are called for help."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from faqbot import Suggestion
from faqbot_slack.rendering.messages import OutgoingMessage, is_owner_id
from faqbot_slack.rendering.reviews import escalation_message, review_message
from tests.adapters.slack.fake.block_kit import block_problems, characters, pings

SUGGESTION = Suggestion(
    "s1", "Where is the *bike* shed?", "Behind <!channel> the house.", "", "", datetime.now(UTC)
)


def buttons(look: OutgoingMessage) -> list[tuple[str, str]]:
    """Return the action and the value of each button."""
    rows = (block for block in look.blocks if block["type"] == "actions")
    return [(each["action_id"], each["value"]) for row in rows for each in row["elements"]]


def check(look: OutgoingMessage) -> None:
    """Assert that Slack takes *look* in each of its forms."""
    for form in (look, *look.simpler):
        assert form.text.strip()
        assert [*block_problems(list(form.blocks))] == []
        assert len(form.text) + characters(form.blocks) <= 13_000


def test_a_suggestion_is_shown_as_typed_with_three_ways_to_decide() -> None:
    """An owner sees every character, so that nothing is approved unseen."""
    look = review_message(SUGGESTION)

    check(look)
    assert look.blocks[1]["text"]["type"] == "plain_text"
    assert look.blocks[1]["text"]["text"] == "Question: Where is the *bike* shed?"
    assert look.blocks[2]["text"]["type"] == "plain_text"
    assert buttons(look) == [("faq_approve", "s1"), ("faq_edit", "s1"), ("faq_reject", "s1")]
    assert pings(look.text, look.blocks) == []


def test_buttons_tell_a_screen_reader_what_they_decide_on() -> None:
    """There may be several suggestions on one page."""
    label = review_message(SUGGESTION).blocks[-1]["elements"][0]["accessibility_label"]

    assert label == "Approve the suggestion: Where is the *bike* shed?"


def test_a_question_alone_cannot_be_approved() -> None:
    """There is no answer to approve; one can be written."""
    look = review_message(replace(SUGGESTION, answer=""))

    check(look)
    assert [action for action, _ in buttons(look)] == ["faq_edit", "faq_reject"]


def test_an_answer_too_long_for_a_form_is_not_offered_for_one() -> None:
    """A form would lose its end."""
    look = review_message(replace(SUGGESTION, answer="long " * 2000))

    check(look)
    assert [action for action, _ in buttons(look)] == ["faq_approve", "faq_reject"]


def test_what_is_decided_says_by_whom_and_has_no_buttons() -> None:
    """The owner who decided is named; what was suggested stays."""
    look = review_message(SUGGESTION, about="Parking?", decided="approved", by="U0ANN")

    check(look)
    assert buttons(look) == []
    assert look.blocks[-1]["elements"][0]["text"] == "Approved by <@U0ANN>"
    assert look.text.startswith("A suggestion about “Parking?”:")


def test_a_call_for_help_calls_the_owner_and_links_the_person() -> None:
    """Only a configured id is a mention; the question is in plain text, whatever is in it."""
    look = escalation_message("Why <!channel>?", owner="U0ANN", person="U0BOB", channel="C1DESK")

    check(look)
    assert set(pings(look.text, look.blocks)) == {"<@U0ANN>"}
    assert "app_redirect?channel=U0BOB" in look.text
    assert "<#C1DESK>" in look.text


@pytest.mark.parametrize("owner", ["", "the desk", "U1>", "<!channel>", "!channel"])
def test_what_is_no_id_calls_nobody(owner: str) -> None:
    """An owner who is no member is not made a mention of."""
    look = escalation_message("Why?", owner=owner, person="@U1", channel="!here")

    check(look)
    assert pings(look.text, look.blocks) == []
    assert look.text.startswith("Can somebody help")


def test_a_user_group_can_be_called() -> None:
    """Its token is another than a person's."""
    assert "<!subteam^S0DESK>, can you" in escalation_message("Why?", owner="S0DESK").text


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=8000), st.text() | st.sampled_from(["&" * 9000, "<!channel>" * 900]))
def test_nothing_typed_breaks_a_limit_or_calls_anybody(question: str, answer: str) -> None:
    """Whatever people typed, owners can be shown it; only an owner's own id calls anybody."""
    assume(not is_owner_id(question))
    suggestion = replace(SUGGESTION, question=question, answer=answer)
    for look in (
        review_message(suggestion, about=answer),
        escalation_message(question, owner=question),
    ):
        check(look)
        assert pings(look.text, look.blocks) == []
