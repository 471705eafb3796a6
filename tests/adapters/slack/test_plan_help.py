"""When a person wants a person: the owner of the section is asked, once, where help is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from faqbot_slack.handlers.actions import plan_escalation
from faqbot_slack.handlers.questions import plan_message
from faqbot_slack.rendering import texts
from faqbot_slack.settings import Settings
from tests.adapters.slack.planning import (
    CHANNEL,
    OTHER,
    OWNER,
    ListStore,
    direct,
    mention,
    methods,
    office,
    only,
    press,
    seen,
)

if TYPE_CHECKING:
    from faqbot_slack.handlers.state import Office

_QUESTION = "how do I explain the <!channel> to my cat"


def _missed(settings: Settings, store: ListStore | None = None) -> Office:
    here = office(settings, store)
    assert plan_message(here, mention(_QUESTION)).calls
    return here


def test_the_owner_is_called_in_the_thread() -> None:
    """Without a place for help, the owner is called where the question was asked."""
    here = _missed(Settings(owners=(OWNER,)))
    post, told = plan_escalation(here, press("faq_escalate", "r1", thread="5.0")).calls

    assert (post.method, post.arguments["channel"]) == ("chat.postMessage", CHANNEL)
    assert post.arguments["thread_ts"] == "5.0"
    assert f"<@{OWNER}>" in post.arguments["text"]
    assert "<!channel>" not in post.arguments["text"]
    assert told.method == "chat.postEphemeral"


def test_help_is_asked_for_where_it_is_given() -> None:
    """With a channel for that, the call goes there."""
    here = _missed(Settings(owners=(OWNER,), escalation_channel="C5HELP"))
    post, _ = plan_escalation(here, press("faq_escalate", "r1")).calls

    assert post.arguments["channel"] == "C5HELP"
    assert "thread_ts" not in post.arguments


def test_help_is_asked_for_elsewhere_where_it_cannot_be() -> None:
    """Where the bot may not post, it asks in the thread, and says at last that it could not."""
    here = _missed(Settings(owners=(OWNER,), escalation_channel="C5HELP"))
    first, _ = plan_escalation(here, press("faq_escalate", "r1", thread="5.0")).calls
    second, told = first.instead

    assert (second.arguments["channel"], second.arguments["thread_ts"]) == (CHANNEL, "5.0")
    assert told.method == "chat.postEphemeral"
    (last,) = second.instead
    assert texts.CANNOT_ASK in last.arguments["text"]


@pytest.mark.parametrize("more", [{"channel": "D1"}, {"ephemeral": True, "response_url": "u"}])
def test_what_was_private_goes_to_the_owner_alone(more: dict[str, object]) -> None:
    """What nobody else saw is not posted for all."""
    here = _missed(Settings(owners=(OWNER,)))
    post, _ = plan_escalation(here, press("faq_escalate", "r1", **more)).calls

    assert post.arguments["channel"] == OWNER


def test_the_owner_of_the_section_is_asked() -> None:
    """The section of the nearest entry tells who knows."""
    settings = Settings(owners=(OWNER,), sections={"Accounts": ("U3ACC",)})
    here = office(settings)
    plan_message(here, direct("I forgot my password"))
    post, _ = plan_escalation(here, press("faq_escalate", "r1")).calls

    assert "<@U3ACC>" in post.arguments["text"]


def test_help_is_asked_for_once() -> None:
    """Whoever presses again, in whatever process, is told that it was."""
    store = ListStore()
    here = _missed(Settings(owners=(OWNER,)), store)
    plan_escalation(here, press("faq_escalate", "r1"))
    elsewhere = office(Settings(owners=(OWNER,)), store)

    for again in (
        plan_escalation(here, press("faq_escalate", "r1", person=OTHER)),
        plan_escalation(elsewhere, press("faq_escalate", "r1")),
    ):
        assert texts.ESCALATED_BEFORE in only(again).arguments["text"]


def test_where_nobody_can_be_asked() -> None:
    """Nonsense, outsiders, and a bot without owners get a word, and nobody is called."""
    ownerless = _missed(Settings())
    here = _missed(Settings(owners=(OWNER,)))

    for plan, said in (
        (plan_escalation(ownerless, press("faq_escalate", "r1")), texts.NOBODY_TO_ASK),
        (plan_escalation(here, press("faq_escalate", "nonsense")), texts.STALE),
        (plan_escalation(here, press("faq_escalate", "")), texts.STALE),
        (plan_escalation(here, press("faq_escalate", "r1", foreign=True)), texts.NOT_FOR_OUTSIDE),
    ):
        assert methods(plan) == ["chat.postEphemeral"]
        assert said.split(".", maxsplit=1)[0] in seen(plan)
