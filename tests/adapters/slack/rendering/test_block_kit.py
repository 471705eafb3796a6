"""The elements of Block Kit, within Slack's limits."""

from __future__ import annotations

from faqbot_slack.rendering.block_kit import (
    actions,
    button,
    context,
    feedback,
    section,
    text_input,
)
from tests.adapters.slack.fake.block_kit import block_problems


def test_whatever_is_put_into_an_element_it_is_taken() -> None:
    """Too long, empty, or both at once."""
    for text in ("", "x" * 9000, "<!channel>" * 600):
        blocks = [
            section(text, button(text, "one", text, label=text)),
            context(*[text] * 20),
            actions(*(button(text, f"{number}", text) for number in range(40))),
            text_input("name", text, value=text, most=300),
        ]
        assert [*block_problems(blocks)] == []


def test_slack_looks_for_no_names_in_mrkdwn() -> None:
    """Else it would make a mention of @here without any token."""
    assert section("@here")["text"]["verbatim"] is True


def test_thumbs_have_words() -> None:
    """A picture alone says nothing to who cannot see it."""
    buttons = feedback("r1")["elements"][0]

    assert buttons["positive_button"]["text"]["text"] == "Helpful"
    assert buttons["negative_button"]["accessibility_label"] == "This answer did not help me"


def test_a_value_too_long_to_be_an_id_is_left_out() -> None:
    """Half an id would be another one."""
    assert "value" not in button("Show", "faq_show", "x" * 2001)
