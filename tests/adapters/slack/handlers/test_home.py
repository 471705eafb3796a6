"""The App Home: what a person may know, what they searched for, and what waits for owners."""

from __future__ import annotations

import pytest

from faqbot_slack.events.types import HomeOpened
from faqbot_slack.handlers.ambient import SHADOW
from faqbot_slack.handlers.home import handle_home, handle_search, handle_show
from faqbot_slack.handlers.questions import handle_message
from faqbot_slack.settings import Audience, SlackSettings
from tests.adapters.slack.planning import (
    ASKER,
    OTHER,
    OWNER,
    Clock,
    ListStore,
    actions_in,
    block_action,
    direct,
    make_state,
    mention,
    methods,
    only,
    seen,
)

_HR = SlackSettings(owners=(OWNER,), audiences={"hr": Audience(frozenset([ASKER]))})


def _opened(tab: str = "home", person: str = ASKER, **more: bool) -> HomeOpened:
    return HomeOpened(person, "T1", "D1", tab=tab, **more)  # type: ignore[arg-type]


def _home(**more: str) -> dict[str, object]:
    return {"channel": "", "ts": "", **more}


def test_the_page_shows_what_the_person_may_know() -> None:
    """It is published for that person, with the sections that hold something for them."""
    here = make_state(_HR)
    mine, theirs = (
        only(handle_home(here, _opened())),
        only(handle_home(here, _opened(person=OTHER))),
    )

    assert (mine.method, mine.arguments["user_id"]) == ("views.publish", ASKER)
    assert "When are salaries paid?" in seen(mine)
    assert "salaries" not in seen(theirs)
    assert "Accounts" in seen(theirs)


def test_owners_see_what_waits_for_them() -> None:
    """Misses and suggestions are for owners; what the shadow recorded is none of either."""
    store = ListStore()
    store.suggest("Where is the shed?", "Behind.", person=ASKER)
    here = make_state(_HR, store)
    for text in ("how tall is the tower", "How tall is the tower", "who won the cup"):
        handle_message(here, mention(text))
    owner, other = (
        only(handle_home(here, _opened(person=OWNER))),
        only(handle_home(here, _opened())),
    )

    assert {"faq_approve", "faq_edit", "faq_reject"} <= actions_in(owner.arguments).keys()
    assert seen(owner).lower().count("how tall is the tower") >= 1
    assert "who won the cup" in seen(owner)
    assert "shed" not in seen(other)
    assert "who won the cup" not in seen(other)


def test_what_is_asked_most() -> None:
    """The entries that answered most come first, but not to whom they are not for."""
    store = ListStore()
    here = make_state(_HR, store)
    for text in ("when is payday", "when is payday", "is there parking at the office"):
        handle_message(here, direct(text))
    mine, theirs = handle_home(here, _opened()), handle_home(here, _opened(person=OTHER))

    assert actions_in(only(mine).arguments)["faq_home_show_1"] == "salary"
    assert actions_in(only(theirs).arguments)["faq_home_show_1"] == "parking"


def test_shadows_are_not_counted() -> None:
    """What would have been said is not asked most."""
    store = ListStore()
    here = make_state(_HR, store)
    handle_message(here, direct("when is payday"))
    store.answers = [(SHADOW, person, answer) for _, person, answer in store.answers]

    assert "faq_home_show_1" not in actions_in(only(handle_home(here, _opened())).arguments)


def test_the_records_are_read_every_few_minutes() -> None:
    """Not each opening reads them all."""
    clock, store = Clock(), ListStore()
    here = make_state(_HR, store, clock)
    for _ in range(3):
        handle_home(here, _opened())
    assert store.reads == 1
    clock.now += 301
    handle_home(here, _opened())
    assert store.reads == 2


def test_a_store_out_of_order_leaves_the_page() -> None:
    """What cannot be read is left out."""
    assert methods(
        handle_home(make_state(_HR, ListStore(unreadable=True)), _opened(person=OWNER))
    ) == ["views.publish"]


def test_prompts_for_a_first_question() -> None:
    """The messages tab gets up to four questions to ask, in no thread."""
    call = only(handle_home(make_state(_HR), _opened("messages")))

    assert call.method == "assistant.threads.setSuggestedPrompts"
    assert call.arguments["channel_id"] == "D1"
    assert "thread_ts" not in call.arguments
    assert 1 <= len(call.arguments["prompts"]) <= 4
    assert all(prompt["title"] and prompt["message"] for prompt in call.arguments["prompts"])
    assert "Secret" not in seen(call)


@pytest.mark.parametrize(
    ("settings", "opened"),
    [
        (SlackSettings(agent=False), _opened("messages")),
        (SlackSettings(), _opened("about")),
        (SlackSettings(), _opened("home", external=True, foreign=True)),
        (SlackSettings(), _opened("messages", external=True, foreign=True)),
    ],
)
def test_where_there_is_nothing_to_show(settings: SlackSettings, opened: HomeOpened) -> None:
    """Without an agent view, on other tabs, and to people from outside."""
    assert handle_home(make_state(settings), opened).calls == ()


def test_people_outside_see_what_is_public() -> None:
    """Where that is set, their page has the public entries only."""
    page = handle_home(
        make_state(SlackSettings(public_to_external=True)), _opened(external=True, foreign=True)
    )

    assert "customers reach support" in seen(page)
    assert not any(word in seen(page) for word in ("password", "internal-secret", "faq_suggest"))


def test_a_search_publishes_what_was_found() -> None:
    """The answer stands on the page; each search is recorded, and leans on no other."""
    store = ListStore()
    here = make_state(_HR, store)
    found = handle_search(
        here, block_action("faq_home_search", text="how do I reset my password?", **_home())
    )
    none = handle_search(
        here, block_action("faq_home_search", text="how tall is the tower", **_home())
    )
    empty = handle_search(here, block_action("faq_home_search", **_home()))

    assert methods(found) == methods(none) == methods(empty) == ["views.publish"]
    assert "Secret word" in seen(found)
    assert "Secret word" not in seen(none)
    assert len(store.answers) == 2


def test_searches_keep_to_the_audience() -> None:
    """A search finds what the person may see."""
    query = block_action("faq_home_search", text="when is payday", **_home())
    theirs = block_action("faq_home_search", text="when is payday", person=OTHER, **_home())

    assert "25th" in seen(handle_search(make_state(_HR), query))
    assert "25th" not in seen(handle_search(make_state(_HR), theirs))


def test_an_entry_is_shown_in_a_window() -> None:
    """A question that is asked most is answered in place; ids that are not for the person are not."""
    here = make_state(_HR)
    call = only(handle_show(here, block_action("faq_home_show_1", "salary", **_home())))
    hidden = only(
        handle_show(here, block_action("faq_home_show_1", "salary", person=OTHER, **_home()))
    )

    assert (call.method, call.arguments["trigger_id"]) == ("views.open", "t")
    assert call.arguments["view"]["type"] == "modal"
    assert "25th" in seen(call)
    assert hidden.method == "views.open"
    assert "25th" not in seen(hidden)
