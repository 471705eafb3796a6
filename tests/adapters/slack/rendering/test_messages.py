"""What the bot posts, checked with the SDK's own models and against Slack's limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from faqbot import Answer, Bot, Entry, KnowledgeBase, Match, Outcome, Question
from faqbot_slack.rendering.messages import OutgoingMessage, answer_message, note_message
from tests.adapters.slack.fake.block_kit import block_problems, expanded_count, pings

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSWORD = Entry("pw", "How do I reset my password?", "Open **Settings** & press *Reset*.")
HOURS = Entry("hours", "When is the office open?", "From 9 to 5.")
LONG_QUESTION = Entry("long", f"What is {'a very ' * 15}long question?", "This.")
ASKED = Question("how do i reset my pasword")

EVIL = "<!channel> &lt;!here&gt; &amp;lt;!everyone&amp;gt; <@U1> <#C1|x> [a](!channel) [b](@U1) `<!here>` <\\!channel>"
PIECES = [
    EVIL,
    "```\nnever closed <!channel>\n",
    "# Heading",
    "| a | b |\n|---|---|\n| <!here> | 2 |",
    "1. one\n   - two\n     - three <@U1>",
    "> quoted\n> <!channel>",
    "word " * 300,
    "x" * 4000,
    "\u200b\u200d\u202e\u2066 \u05e9\u05dc\u05d5\u05dd \U0001f9d1\u200d\U0001f4bb",
    "<div><b>&lt;!channel&gt;</b></div>",
    "[a](https://example.com/a_(b)|c?x=<!channel>&y=2) ![](https://example.com/i.png)",
    "<https://example.com/<!channel>>",
    "[x]\n\n[x]: !channel",
    "\ud800 \x00 \x1b[0m",
    "***",
    "&&&&&&" * 700,
]
nasty = st.lists(st.sampled_from(PIECES) | st.text(max_size=200), max_size=40).map("\n\n".join)


def answered(entry: Entry, **changes: Any) -> Answer:  # noqa: ANN401  any field of an Answer
    """Return an answer by *entry*."""
    answer = Answer(ASKED, Outcome.ANSWERED, 0.9, entry.answer, (Match(entry, 1, 0.9, ""),))
    return replace(answer, **changes)


def ambiguous(*choices: Entry) -> Answer:
    """Return an answer that offers *choices*."""
    lines = "\n".join(
        f"{number}. {line}"
        for number, line in enumerate([*(entry.question for entry in choices), "Neither"], 1)
    )
    text = f"Did you mean:\n\n{lines}"
    matches = tuple(Match(entry, 1, 0.4, "") for entry in choices)
    return Answer(ASKED, Outcome.AMBIGUOUS, 0.4, text, matches, choices)


def declined(*nearest: Entry, confidence: float = 0.1) -> Answer:
    """Return an answer that says there is none."""
    matches = tuple(Match(entry, 1, confidence, "") for entry in nearest)
    return Answer(ASKED, Outcome.UNANSWERED, confidence, "I do not know. Ask Ann.", matches)


def forms(look: OutgoingMessage) -> Iterator[OutgoingMessage]:
    """Yield *look*, its simpler forms, and all of its further messages."""
    yield look
    for other in (*look.simpler, *look.more):
        yield from forms(other)


def strings(value: object) -> Iterator[str]:
    """Yield every string in *value*."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings(inner)


def elements(look: OutgoingMessage) -> list[dict[str, Any]]:
    """Return the elements of the action blocks of *look*."""
    rows = (block for block in look.blocks if block["type"] == "actions")
    return [element for row in rows for element in row["elements"]]


def labels(look: OutgoingMessage) -> list[str]:
    """Return what the buttons of *look* say."""
    return [element["text"]["text"] for element in elements(look)]


def check(look: OutgoingMessage) -> None:
    """Assert that Slack takes *look*, and that nothing in it calls anybody."""
    for form in forms(look):
        assert 0 < len(form.text.strip()) <= 4_000
        for block in Block.parse_all(list(form.blocks)):
            block.validate_json()
        assert [*block_problems(list(form.blocks))] == []
        assert expanded_count(form.blocks) <= 45
        assert pings(form.text, form.blocks) == []
        shown = sum(map(len, strings([*form.blocks])))
        assert len(form.text) + shown <= 12_000
        assert len(form.blocks) <= 12
        ids = [element["action_id"] for element in elements(form)]
        assert len(ids) == len(set(ids))
        for text in (form.text, *strings([*form.blocks])):
            text.encode()
            assert not any(f"<{mark}" in text for mark in "!@#")
    assert len(look.more) <= 2
    assert look.simpler == () or look.simpler[-1].blocks == ()


def test_an_answer_is_markdown_with_its_source_and_two_thumbs() -> None:
    """The answer, where it is from, and whether it helped, in that order."""
    entry = replace(
        PASSWORD,
        section="Accounts",
        source="Handbook",
        url="https://example.com/pw",
        reviewed=date(2026, 10, 3),
    )
    look = answer_message(answered(entry), record="r1", owner="IT help desk")

    check(look)
    text, foot, thumbs = look.blocks
    assert text == {"type": "markdown", "text": entry.answer}
    assert foot["elements"][0]["text"] == (
        "Accounts · <https://example.com/pw|Handbook> · updated 3 Oct 2026 · owner: IT help desk"
    )
    assert thumbs["elements"][0]["positive_button"]["value"] == "up:r1"
    assert thumbs["elements"][0]["negative_button"]["value"] == "down:r1"
    assert look.text == "Open Settings &amp; press Reset."


def test_simpler_forms_are_sections_and_then_text() -> None:
    """What Slack refuses is sent as mrkdwn with the same buttons, and at last without blocks."""
    sections, text = answer_message(answered(PASSWORD), record="r1").simpler

    assert sections.blocks[0]["text"]["text"] == "Open *Settings* &amp; press _Reset_."
    assert sections.blocks[-1]["type"] == "context_actions"
    assert text == OutgoingMessage("Open Settings &amp; press Reset.")


def test_an_owner_who_could_be_called_is_not_named_below_an_answer() -> None:
    """A person's id in the footer would ping them at every answer."""
    assert "U0ANN" not in "".join(
        strings([*answer_message(answered(PASSWORD), owner="U0ANN").blocks])
    )


def test_nobody_is_asked_about_an_answer_that_was_not_recorded() -> None:
    """Without a record there is nothing that a verdict could be about."""
    assert [block["type"] for block in answer_message(answered(PASSWORD)).blocks] == ["markdown"]


def test_choices_are_buttons_instead_of_their_list() -> None:
    """The list is in the text for who sees no buttons; its last line is the button for none."""
    look = answer_message(ambiguous(PASSWORD, HOURS))

    check(look)
    assert look.blocks[0]["text"] == "Did you mean:"
    assert labels(look) == [PASSWORD.question, HOURS.question, "Neither"]
    assert [element["action_id"] for element in elements(look)] == [
        "faq_choice_1",
        "faq_choice_2",
        "faq_choice_none",
    ]
    assert look.text.endswith(
        "1. How do I reset my password?\n2. When is the office open?\n3. Neither"
    )


def test_questions_too_long_for_a_button_are_also_listed() -> None:
    """What a button cuts short is read above it."""
    look = answer_message(ambiguous(PASSWORD, LONG_QUESTION))

    check(look)
    assert LONG_QUESTION.question in look.blocks[0]["text"]
    assert labels(look)[1].endswith("…")


def test_without_an_answer_the_nearest_are_offered_and_what_to_do_instead() -> None:
    """Three buttons, a form, and a person where there is one."""
    look = answer_message(
        declined(PASSWORD, HOURS, LONG_QUESTION, HOURS), record="r1", owner="U0ANN"
    )

    check(look)
    assert labels(look)[:2] == [PASSWORD.question, HOURS.question]
    assert labels(look)[3:] == ["Suggest an answer", "Ask a person"]
    assert LONG_QUESTION.question in look.blocks[1]["elements"][0]["text"]
    assert PASSWORD.question in look.text


def test_matches_of_no_worth_are_not_offered() -> None:
    """A question about something else entirely gets no silly buttons, and nobody to ask if none is set."""
    assert labels(answer_message(declined(PASSWORD, confidence=0.01))) == ["Suggest an answer"]


def test_follow_ups_are_buttons() -> None:
    """What may be asked next is offered, by its entry's id."""
    look = answer_message(answered(PASSWORD, follow_ups=(HOURS,)))

    check(look)
    assert [(each["action_id"], each["value"]) for each in elements(look)] == [
        ("faq_follow_1", "hours")
    ]
    assert HOURS.question in look.text


def test_manners_are_only_said() -> None:
    """A greeting has no source, no thumbs and no buttons."""
    look = answer_message(answered(PASSWORD, manners=True), record="r1", share=True)

    assert [block["type"] for block in look.blocks] == ["markdown"]


def test_pointing_back_offers_to_show_it_again() -> None:
    """What was answered above is not judged twice, and one press away."""
    back = answered(PASSWORD, repeated=True, follow_ups=(HOURS,))
    look = answer_message(back, record="r1")

    assert labels(look) == ["Show it again"]
    assert not look.text.startswith(PASSWORD.question)
    assert [block["type"] for block in look.blocks] == ["markdown", "actions"]


def test_what_one_person_sees_can_be_shared_and_what_nobody_asked_for_removed() -> None:
    """An ephemeral answer has a button for the channel, an ambient one a way out."""
    look = answer_message(answered(PASSWORD), record="r1", share=True, remove=True)

    assert [(each["action_id"], each["value"]) for each in elements(look)] == [
        ("faq_share", "pw"),
        ("faq_remove", "r1"),
    ]


def test_a_picked_answer_says_what_it_answers() -> None:
    """Where the question was not typed, it stands above the answer as plain characters."""
    entry = replace(PASSWORD, question="What does *args mean?")
    look = answer_message(answered(entry, heading=entry.question))

    assert look.blocks[0]["text"].startswith("**What does \\*args mean?**\n\n")
    assert look.text.startswith("What does *args mean?\n\n")


def test_several_answers_have_several_sources() -> None:
    """Each part's source is named."""
    first, second = replace(PASSWORD, section="Accounts"), replace(HOURS, section="Office")
    parts = (answered(first), answered(second))
    look = answer_message(answered(first, text="**A**\n\na\n\n**B**\n\nb", parts=parts))

    assert [element["text"] for element in look.blocks[1]["elements"]] == ["Accounts", "Office"]


def test_a_question_quoted_in_an_answer_is_no_markup() -> None:
    """What a person typed cannot make the bot post a link."""
    kb = KnowledgeBase((PASSWORD, HOURS))
    bot = Bot.from_knowledge_base(kb, "none", cache=False)
    asked = "How do I reset my password? Who reads [a](https://e.com)? When is the office open?"
    answer = bot.ask(asked)
    look = answer_message(answer)

    assert len(answer.parts) == 3
    assert "\\](https://e.com)" in look.blocks[0]["text"]
    assert "Who reads [a](https://e.com)?" in look.text


def test_a_long_answer_is_continued_twice_and_then_left_to_its_page() -> None:
    """Three messages, the buttons on the last; the rest is one link away."""
    entry = replace(PASSWORD, answer="One two three four. " * 1500, url="https://example.com/pw")
    look = answer_message(answered(entry), record="r1")

    check(look)
    assert len(look.more) == 2
    assert look.more[0].text.startswith("(continued)")
    assert look.more[1].text.endswith("There is more of this: https://example.com/pw")
    assert look.blocks[-1]["type"] == "markdown"
    assert look.more[1].blocks[-1]["type"] == "context_actions"


def test_a_long_answer_without_a_page_says_that_there_is_more() -> None:
    """Nothing is left out without a word."""
    look = note_message("One two three four. " * 1500)

    assert look.more[1].text.endswith("There is more of this than fits here.")


def test_nothing_is_lost_of_an_answer_that_fits_three_messages() -> None:
    """Every word arrives, in its order, whatever was cut."""
    words = [f"word{number}" for number in range(1200)]
    look = note_message(" ".join(words))
    said = " ".join(form.text for form in (look, *look.more))

    assert [word for word in said.split() if word.startswith("word")] == words


def test_many_headings_are_sections() -> None:
    """A markdown block that Slack would make more than fifty blocks of is not sent as one."""
    look = note_message("\n\n".join(f"# Heading {number}" for number in range(60)))

    check(look)
    assert {block["type"] for block in look.blocks} == {"section"}
    assert look.more == ()


def test_an_empty_answer_is_still_a_message() -> None:
    """Slack refuses empty text, so it is never sent."""
    check(note_message(""))
    check(note_message("<!-- nothing -->"))


@settings(max_examples=60, deadline=None)
@given(nasty)
def test_no_answer_calls_anybody_or_breaks_a_limit(text: str) -> None:
    """Whatever an author wrote, every form of every message is one that Slack takes."""
    entry = Entry("e", text or "?", text, section=text, source=text, url=text)
    check(
        answer_message(
            answered(entry, heading=text, follow_ups=(entry,) * 6), record="r", owner=text
        )
    )
    check(answer_message(declined(entry, entry, entry), record="r", owner="U0ANN"))
    check(answer_message(ambiguous(entry, entry)))


@settings(max_examples=60, deadline=None)
@given(nasty)
def test_no_token_is_left_however_often_it_is_unescaped(text: str) -> None:
    """A token stays broken in Markdown, read once or twice for entities and backslashes."""
    for form in forms(note_message(text)):
        for block in form.blocks:
            if block["type"] == "markdown":
                once = unescape(block["text"])
                assert not any(f"<{mark}" in once.replace("\\", "") for mark in "!@#")
                assert not any(f"<{mark}" in unescape(once).replace("\\", "") for mark in "!@#")


@pytest.mark.parametrize("target", ["!channel", "@U1", "#C1", "javascript:alert(1)"])
def test_a_link_to_a_token_is_only_its_text(target: str) -> None:
    """Slack writes a link as it writes a token, so a link goes to the web or to mail."""
    look = note_message(f"[all of you]({target})")

    assert "](" not in look.blocks[0]["text"] or "\\]" in look.blocks[0]["text"]
    assert target not in look.simpler[-1].text or "[all of you]" in look.simpler[-1].text
