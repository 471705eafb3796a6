"""Whatever is asked, and whatever an answer says: Slack takes what the bot makes of it, and nobody is pinged."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

pytest.importorskip("aiohttp", reason="the fake Slack needs faqbot[slack]")

from faqbot import Answer, Entry, Match, Outcome, Question
from tests.adapters.slack.fake import payloads
from tests.adapters.slack.fake.block_kit import pings
from tests.adapters.slack.fake.web_api import check_message, check_view, message_problems

if TYPE_CHECKING:
    from faqbot_slack.rendering.calls import Plan
    from faqbot_slack.rendering.messages import OutgoingMessage

pytestmark = pytest.mark.usefixtures("needs_slack")

Json = Mapping[str, Any]
_numbers = itertools.count()

# Pieces that mean something to Slack, to Markdown, or to what stands between them.
_PIECES = st.sampled_from(
    [
        *(
            "<!channel>",
            "<!here|here>",
            "<@U1ANNA>",
            "<#C1|x>",
            "<!subteam^S1>",
            "&lt;!channel&gt;",
        ),
        *("&amp;lt;!here&amp;gt;", "<https://x.example|<!channel>>", "[a](https://x.example)"),
        *(
            "[<!here>](https://x.example)",
            "![](https://x.example/<!channel>)",
            "<b>",
            "</b>",
            "<!--",
        ),
        *("*", "**", "_", "~~", "`", "```", "\n", "\n\n", "# ", "## ", "- ", "1. ", "> ", "    "),
        *(
            "| a | b |\n|---|---|\n| <!channel> | `|` |\n",
            "---",
            "\\",
            "<",
            ">",
            "&",
            "|",
            "!",
            "@",
        ),
        *("word ", "Straße ", "日本語", "👍", "\u202e", "\u200b", "\x00", "x" * 3100, "y " * 2000),
    ]
)
_TEXT = st.lists(_PIECES | st.text(max_size=20), max_size=25).map("".join)


def _check(params: Json) -> None:
    check_message(params)
    assert list(message_problems(params)) == []
    assert pings(params["text"], params.get("blocks") or ()) == []


def _forms(look: OutgoingMessage) -> Iterator[Json]:
    for each in (look, *look.more):
        for form in (each, *each.simpler):
            yield {"text": form.text, "blocks": [*form.blocks]}


@given(text=_TEXT, question=_TEXT)
@example("---", "")
@example("<" * 20_000, "q")
@example("&" * 20_000, "q")
@example("# x\n\n" * 4_000, "q")
@example("- x\n" * 5_000, "q")
@example("| a |\n|---|\n" + "| b |\n" * 3_000, "q")
@settings(max_examples=40)
def test_every_answer_fits_slack(text: str, question: str) -> None:
    """Each form of each part of an answer is within the limits, has text, and calls nobody."""
    from faqbot_slack.rendering.messages import answer_message

    said = text[:20_000]
    entry = Entry(id="e", question=question[:500] or "q", answer=said or "a")
    match = Match(entry, 0.9, 0.9, entry.question)
    asked = Question(question)
    for outcome, choices in ((Outcome.ANSWERED, ()), (Outcome.AMBIGUOUS, (entry, entry))):
        answer = Answer(asked, outcome, 0.9, said, (match,), choices=choices)
        for form in _forms(answer_message(answer, record="r1")):
            _check(form)


def _planned(body: Json) -> Plan:
    from faqbot_slack.events.payloads import read_request
    from faqbot_slack.events.types import Identity
    from faqbot_slack.handlers.state import State
    from faqbot_slack.settings import SlackSettings
    from tests.adapters.slack import planning

    me = Identity(payloads.BOT, "B0BOT", payloads.TEAM)
    state = State(planning.bot(), SlackSettings(), planning.ListStore(), me)
    return planning.handle(state, read_request(body, me))


def _check_plan(plan: Plan) -> None:
    if plan.ack:
        _check(plan.ack)
    for call in plan.calls:
        for params in (call.arguments, *call.simpler):
            if call.method == "views.publish":
                check_view(params["view"], "home")
            elif call.method in {"views.open", "views.update"}:
                check_view(params["view"], "modal")
            elif call.method in {"chat.postMessage", "chat.postEphemeral", "response"}:
                _check(params)


@given(text=_TEXT)
@settings(max_examples=40)
def test_every_question_is_met_within_slacks_limits(text: str) -> None:
    """What anybody types, anywhere, leads to nothing that Slack refuses or that pings."""
    for body in (
        payloads.mention(f"<@U0BOT> {text}"),
        payloads.direct_message(text),
        payloads.slash(text, response_url="https://x.example", trigger_id="1.2"),
        payloads.message_action(text, response_url="https://x.example", trigger_id="1.2"),
    ):
        plan = _planned(body)
        assert plan.ack or plan.calls
        assert "only answer people of" not in str(plan)
        _check_plan(plan)
