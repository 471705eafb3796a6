"""The orders of owners."""

from __future__ import annotations

import pytest

from faqbot_slack.handlers.questions import handle_command, handle_message
from faqbot_slack.rendering import texts
from tests.adapters.slack.planning import (
    CHANNEL,
    OWNER,
    ListStore,
    command,
    make_state,
    mention,
    seen,
)


def test_mute_and_unmute() -> None:
    """A channel is silent from the one order to the other, this one or one that is named."""
    here = make_state()
    told = seen(handle_command(here, command("admin mute", person=OWNER)).ack)
    assert "until I am unmuted." in told
    assert handle_message(here, mention("I forgot my password")).calls == ()
    handle_command(here, command("admin unmute", person=OWNER))
    assert handle_message(here, mention("I forgot my password")).calls
    handle_command(here, command("ADMIN  mute <#C77AB|other> ", person=OWNER))

    assert handle_message(here, mention("I forgot my password", channel="C77AB")).calls == ()
    assert handle_message(here, mention("I forgot my password")).calls


def test_a_mute_that_cannot_be_kept() -> None:
    """It holds in this process, and the owner learns how to keep it."""
    store = ListStore()
    store.shared.broken = True
    here = make_state(store=store)
    told = seen(handle_command(here, command("admin mute", person=OWNER)).ack)

    assert f"[channels.{CHANNEL}]" in told
    assert handle_message(here, mention("I forgot my password")).calls == ()


def test_stats() -> None:
    """They count what was asked of late."""
    store = ListStore()
    here = make_state(store=store)
    handle_message(here, mention("I forgot my password"))
    handle_message(here, mention("how tall is the tower"))
    told = seen(handle_command(here, command("admin stats", person=OWNER)).ack)

    assert "2 questions from 1 person, 1 answered, 1 not" in told


def test_stats_of_a_store_out_of_order() -> None:
    """What cannot be counted is said."""
    here = make_state(store=ListStore(unreadable=True))

    assert "cannot be read" in seen(handle_command(here, command("admin stats", person=OWNER)).ack)


def test_reload() -> None:
    """It asks for a reload, and says so; where that cannot be, it says that."""
    asked: list[bool] = []
    here = make_state(reload=lambda: asked.append(True))

    assert "again" in seen(handle_command(here, command("admin reload", person=OWNER)).ack)
    assert asked == [True]
    assert "restarted" in seen(
        handle_command(make_state(), command("admin reload", person=OWNER)).ack
    )


@pytest.mark.parametrize("text", ["admin mute", "admin stats", "admin reload", "admin"])
def test_others_give_no_orders(text: str) -> None:
    """Who is no owner is told so, and nothing happens."""
    asked: list[bool] = []
    here = make_state(reload=lambda: asked.append(True))

    assert texts.OWNERS_ONLY in seen(handle_command(here, command(text)).ack)
    assert handle_message(here, mention("I forgot my password")).calls
    assert asked == []


@pytest.mark.parametrize("text", ["admin password reset", "administration", "who is admin"])
def test_questions_about_admins_are_questions(text: str) -> None:
    """Only the whole of an order is one."""
    store = ListStore()
    handle_command(make_state(store=store), command(text, person=OWNER))

    assert len(store.answers) == 1
