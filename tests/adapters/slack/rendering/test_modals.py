"""The forms, as Slack takes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.views import View

from faqbot import Entry, Suggestion
from faqbot_slack.rendering.modals import (
    edit_view,
    entry_view,
    note_view,
    reason_view,
    suggest_view,
    thanks_view,
)
from tests.adapters.slack.fake.block_kit import view_problems


def check(view: dict[str, Any]) -> None:
    """Assert that Slack takes *view*."""
    assert [*view_problems(view)] == []
    View(**view).validate_json()


def fields(view: dict[str, Any]) -> dict[str, str]:
    """Return what stands in the fields of *view* at first, by block id."""
    inputs = (block for block in view["blocks"] if block["type"] == "input")
    return {block["block_id"]: block["element"].get("initial_value", "") for block in inputs}


def test_a_suggestion_begins_with_the_question_that_had_no_answer() -> None:
    """What was asked need not be typed again, and the record comes back with the form."""
    view = suggest_view("where is   the shed?", metadata="r1")

    check(view)
    assert view["callback_id"] == "faq_suggest_form"
    assert view["private_metadata"] == "r1"
    assert fields(view) == {"question": "where is the shed?", "answer": ""}


def test_an_answer_is_asked_for_and_not_required() -> None:
    """Who only misses a question may say just that."""
    question, answer = (block for block in suggest_view()["blocks"] if block["type"] == "input")

    assert "optional" not in question
    assert answer["optional"] is True


def test_a_reason_knows_its_record() -> None:
    """What a person writes is kept with the answer that it is about."""
    view = reason_view("r1")

    check(view)
    assert view["callback_id"] == "faq_reason_form"
    assert view["private_metadata"] == "r1"
    assert fields(view) == {"reason": ""}


def test_an_edit_begins_with_what_was_suggested_line_by_line() -> None:
    """Nothing typed is lost, lines included."""
    view = edit_view(
        Suggestion("s1", "Where?", "Here:\n\n- <there> & back", "", "", datetime.now(UTC))
    )

    check(view)
    assert view["callback_id"] == "faq_edit_form"
    assert view["private_metadata"] == "s1"
    assert fields(view) == {"question": "Where?", "answer": "Here:\n\n- <there> & back"}


def test_thanks_take_the_place_of_the_form() -> None:
    """A window to close, with a sentence."""
    view = thanks_view("It is with *those* who look after it.")

    check(view)
    assert "submit" not in view
    assert view["blocks"][0]["text"]["text"] == "It is with _those_ who look after it."


def test_an_answer_is_read_in_a_window_in_full() -> None:
    """The question above the answer, as plain characters, and all of a long one."""
    words = " ".join(f"word{number}" for number in range(2000))
    view = entry_view(Entry("e", "What are *args?", words))

    check(view)
    shown = "\n".join(block["text"]["text"] for block in view["blocks"])
    assert shown.startswith("*What are *args?*\n\nword0 word1")
    assert shown.endswith("word1999")


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=4000) | st.sampled_from(["&" * 9000, "<!channel> " * 900, "# x\n" * 200]))
def test_every_text_fits_its_form(text: str) -> None:
    """Whatever stands in a form, Slack takes it."""
    suggestion = Suggestion("s", text, text, "", "", datetime.now(UTC))
    for view in (
        suggest_view(text, text, text),
        reason_view(text),
        edit_view(suggestion),
        note_view(text, text),
        entry_view(Entry("e", text, text)),
    ):
        check(view)
