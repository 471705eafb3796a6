"""The orders of owners."""

from __future__ import annotations

import pytest

from faqbot_slack.handlers.questions import plan_command, plan_message
from faqbot_slack.rendering import texts
from tests.adapters.slack.planning import (
    CHANNEL,
    OWNER,
    ListStore,
    command,
    mention,
    office,
    seen,
)


def test_mute_and_unmute() -> None:
    """A channel is silent from the one order to the other, this one or one that is named."""
    here = office()
    assert CHANNEL in seen(plan_command(here, command("admin mute", person=OWNER)).ack)
    assert plan_message(here, mention("I forgot my password")).calls == ()
    plan_command(here, command("admin unmute", person=OWNER))
    assert plan_message(here, mention("I forgot my password")).calls
    plan_command(here, command("ADMIN  mute <#C77AB|other> ", person=OWNER))

    assert plan_message(here, mention("I forgot my password", channel="C77AB")).calls == ()
    assert plan_message(here, mention("I forgot my password")).calls


def test_stats() -> None:
    """They count what was asked of late."""
    store = ListStore()
    here = office(store=store)
    plan_message(here, mention("I forgot my password"))
    plan_message(here, mention("how tall is the tower"))
    told = seen(plan_command(here, command("admin stats", person=OWNER)).ack)

    assert "2 questions from 1 person, 1 answered, 1 not" in told


def test_stats_of_a_store_out_of_order() -> None:
    """What cannot be counted is said."""
    here = office(store=ListStore(unreadable=True))

    assert "cannot be read" in seen(plan_command(here, command("admin stats", person=OWNER)).ack)


def test_reload() -> None:
    """It asks for a reload, and says so; where that cannot be, it says that."""
    asked: list[bool] = []
    here = office(reload=lambda: asked.append(True))

    assert "again" in seen(plan_command(here, command("admin reload", person=OWNER)).ack)
    assert asked == [True]
    assert "started anew" in seen(plan_command(office(), command("admin reload", person=OWNER)).ack)


@pytest.mark.parametrize("text", ["admin mute", "admin stats", "admin reload", "admin"])
def test_others_give_no_orders(text: str) -> None:
    """Who is no owner is told so, and nothing happens."""
    asked: list[bool] = []
    here = office(reload=lambda: asked.append(True))

    assert texts.OWNERS_ONLY in seen(plan_command(here, command(text)).ack)
    assert plan_message(here, mention("I forgot my password")).calls
    assert asked == []


@pytest.mark.parametrize("text", ["admin password reset", "administration", "who is admin"])
def test_questions_about_admins_are_questions(text: str) -> None:
    """Only the whole of an order is one."""
    store = ListStore()
    plan_command(office(store=store), command(text, person=OWNER))

    assert len(store.answers) == 1
