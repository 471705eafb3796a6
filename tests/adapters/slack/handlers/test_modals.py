"""Forms: opened in time, checked in the acknowledgement, kept once, decided on by owners only."""

from __future__ import annotations

import pytest

from faqbot_slack.events.types import SuggestShortcut, ViewSubmission
from faqbot_slack.handlers.modals import (
    handle_decision,
    handle_submission,
    handle_suggest,
    handle_suggest_shortcut,
)
from faqbot_slack.handlers.questions import handle_message
from faqbot_slack.rendering import texts
from faqbot_slack.settings import SlackSettings
from tests.adapters.slack.planning import (
    ASKER,
    OTHER,
    OWNER,
    ListStore,
    actions_in,
    block_action,
    make_state,
    mention,
    methods,
    only,
    seen,
)

_SETTINGS = SlackSettings(owners=(OWNER,), suggestions_channel="C5TRIAGE")
_QUESTION, _ANSWER = "Where is the bicycle shed?", "Behind the **house**."


def _form(view: str = "faq_suggest_form", metadata: str = "", **fields: str) -> ViewSubmission:
    who = fields.pop("person", ASKER)
    return ViewSubmission(who, "T1", view=view, fields=tuple(fields.items()), metadata=metadata)


def _suggested(store: ListStore) -> str:
    made = store.suggest(_QUESTION, _ANSWER, person=ASKER)
    assert made is not None
    return made


def test_the_shortcut_opens_the_form() -> None:
    """It is opened at once, with the trigger of the shortcut; not for people from outside."""
    call = only(handle_suggest_shortcut(make_state(), SuggestShortcut(ASKER, "T1", trigger="t")))

    assert (call.method, call.arguments["trigger_id"]) == ("views.open", "t")
    assert call.arguments["view"]["callback_id"] == "faq_suggest_form"
    foreign = SuggestShortcut(ASKER, "T9", foreign=True, trigger="t")
    assert handle_suggest_shortcut(make_state(), foreign).calls == ()


def test_the_button_opens_it_with_the_question() -> None:
    """What had no answer stands in the form, and its record goes along."""
    here = make_state()
    handle_message(here, mention("how tall is the Eiffel tower"))
    view = only(handle_suggest(here, block_action("faq_suggest", "r1"))).arguments["view"]

    assert "how tall is the Eiffel tower" in seen(view)
    assert view["private_metadata"] == "r1"
    unknown = only(handle_suggest(here, block_action("faq_suggest", "nonsense")))
    assert unknown.method == "views.open"


def test_a_suggestion_is_kept_and_shown_once() -> None:
    """The same form twice is one suggestion and one post to those who decide."""
    store = ListStore()
    here = make_state(_SETTINGS, store)
    first = handle_submission(here, _form(question=_QUESTION, answer=_ANSWER))
    second = handle_submission(here, _form(question=_QUESTION, answer=_ANSWER))
    call = only(first)

    assert first.ack["response_action"] == second.ack["response_action"] == "update"
    assert (call.method, call.arguments["channel"]) == ("chat.postMessage", "C5TRIAGE")
    assert {"faq_approve", "faq_edit", "faq_reject"} <= actions_in(call.arguments).keys()
    assert second.calls == ()
    assert [(s.question, s.answer, s.person) for s in store.suggested.values()] == [
        (_QUESTION, _ANSWER, ASKER)
    ]


def test_without_a_channel_suggestions_wait_in_the_home() -> None:
    """Where nothing is set, a suggestion is kept and posted nowhere."""
    store = ListStore()
    plan = handle_submission(make_state(store=store), _form(question=_QUESTION))

    assert plan.calls == ()
    assert len(store.suggested) == 1


@pytest.mark.parametrize(
    ("fields", "blocks"),
    [
        ({"question": "short"}, {"question"}),
        ({"question": "1234567890?"}, {"question"}),
        ({"question": "x " * 200}, {"question"}),
        ({"question": _QUESTION, "answer": "x" * 3_001}, {"answer"}),
        ({"question": "", "answer": "x" * 3_001}, {"question", "answer"}),
        ({}, {"question"}),
        ({"something": "else"}, {"question"}),
    ],
)
def test_what_is_wrong_is_said_by_field(fields: dict[str, str], blocks: set[str]) -> None:
    """The acknowledgement names each field, and nothing is kept."""
    store = ListStore()
    plan = handle_submission(make_state(_SETTINGS, store), _form(**fields))

    assert plan.ack["response_action"] == "errors"
    assert plan.ack["errors"].keys() == blocks
    assert store.suggested == {}
    assert plan.calls == ()


def test_a_suggestion_that_cannot_be_kept_is_not_lost() -> None:
    """The form stays open with what was typed when the store is out of order."""
    broken = make_state(_SETTINGS, ListStore(broken=True))
    plan = handle_submission(broken, _form(question=_QUESTION))

    assert plan.ack["errors"] == {"question": texts.NOT_KEPT}


def test_forms_are_limited() -> None:
    """Nobody floods those who decide."""
    here = make_state(_SETTINGS)
    plans = [handle_submission(here, _form(question=f"{_QUESTION} {n}")) for n in range(11)]

    assert plans[9].calls
    assert plans[10].ack["errors"] == {"question": texts.TOO_MANY}


def test_people_from_outside_suggest_nothing() -> None:
    """Another organisation's people are told so, wherever they come from."""
    store = ListStore()
    here = make_state(_SETTINGS, store)
    foreign = ViewSubmission(ASKER, "T9", foreign=True, view="faq_suggest_form")
    filled = ViewSubmission(
        ASKER, foreign=True, view="faq_suggest_form", fields=(("question", _QUESTION),)
    )

    assert handle_submission(here, foreign).ack["response_action"] == "errors"
    assert handle_submission(here, filled).ack["errors"] == {"question": texts.NOT_FOR_OUTSIDE}
    assert "views.open" not in methods(
        handle_suggest(here, block_action("faq_suggest", "", foreign=True))
    )
    assert store.suggested == {}


def test_a_reason_is_kept_with_the_verdict() -> None:
    """Why an answer did not help goes to its record; an empty reason changes nothing."""
    store = ListStore()
    here = make_state(store=store)
    handle_message(here, mention("how do I reset my password?"))
    handle_submission(here, _form("faq_reason_form", "r1"))
    assert store.verdicts == {}
    plan = handle_submission(here, _form("faq_reason_form", "r1", reason="It is out of date."))

    assert (plan.ack, plan.calls) == ({}, ())
    assert store.verdicts == {("r1", ASKER): (False, "It is out of date.")}
    assert handle_submission(here, _form("faq_reason_form", "nonsense", reason="x")).ack == {}


@pytest.mark.parametrize(
    ("action", "status"), [("faq_approve", "approved"), ("faq_reject", "rejected")]
)
def test_owners_decide(action: str, status: str) -> None:
    """The decision is kept, and shown in the place of the buttons."""
    store = ListStore()
    name = _suggested(store)
    pressed = block_action(action, name, person=OWNER, channel="C5TRIAGE", ts="7.7")
    call = only(handle_decision(make_state(_SETTINGS, store), pressed))

    assert store.suggested[name].status == status
    assert (call.method, call.arguments["ts"]) == ("chat.update", "7.7")
    assert actions_in(call.arguments) == {}
    assert f"<@{OWNER}>" in call.arguments["text"]


def test_decisions_in_the_home_renew_it() -> None:
    """There is no message to change there, but a page."""
    store = ListStore()
    pressed = block_action("faq_approve", _suggested(store), person=OWNER, channel="", ts="")

    assert methods(handle_decision(make_state(_SETTINGS, store), pressed)) == ["views.publish"]


@pytest.mark.parametrize("action", ["faq_approve", "faq_edit", "faq_reject"])
def test_others_decide_nothing(action: str) -> None:
    """Who is no owner is told so, wherever the button comes from."""
    store = ListStore()
    name = _suggested(store)
    here = make_state(_SETTINGS, store)

    assert methods(handle_decision(here, block_action(action, name, person=OTHER))) == [
        "chat.postEphemeral"
    ]
    assert methods(handle_decision(here, block_action(action, "nonsense", person=OWNER))) == [
        "chat.postEphemeral"
    ]
    assert store.suggested[name].status == "open"


def test_nothing_is_decided_twice() -> None:
    """The second decision is told that there was one."""
    store = ListStore()
    here = make_state(_SETTINGS, store)
    name = _suggested(store)
    handle_decision(here, block_action("faq_reject", name, person=OWNER))
    late = handle_decision(here, block_action("faq_approve", name, person=OWNER))

    assert texts.DECIDED_BEFORE in only(late).arguments["text"]
    assert store.suggested[name].status == "rejected"


def test_what_has_no_answer_is_not_approved() -> None:
    """A question alone is no entry: it needs an edit first."""
    store = ListStore()
    name = store.suggest(_QUESTION) or ""
    plan = handle_decision(
        make_state(_SETTINGS, store), block_action("faq_approve", name, person=OWNER)
    )

    assert texts.NO_ANSWER_YET in only(plan).arguments["text"]
    assert store.suggested[name].status == "open"


def test_an_edited_suggestion_is_approved() -> None:
    """The edited one takes the place of the first, and the message tells."""
    store = ListStore()
    here = make_state(_SETTINGS, store)
    name = _suggested(store)
    pressed = block_action("faq_edit", name, person=OWNER, channel="C5TRIAGE", ts="7.7")
    opened = only(handle_decision(here, pressed))
    edited = _form("faq_edit_form", name, person=OWNER, question=_QUESTION, answer="In the yard.")
    plan = handle_submission(here, edited)

    assert opened.method == "views.open"
    assert opened.arguments["view"]["private_metadata"] == name
    assert {s.answer: s.status for s in store.suggested.values()} == {
        _ANSWER: "rejected",
        "In the yard.": "approved",
    }
    assert plan.ack["response_action"] == "update"
    assert (only(plan).method, only(plan).arguments["ts"]) == ("chat.update", "7.7")


def test_a_tampered_edit_changes_nothing() -> None:
    """Who sends the form is checked again, and so is what it is about."""
    store = ListStore()
    here = make_state(_SETTINGS, store)
    name = _suggested(store)
    fields = {"question": _QUESTION, "answer": "Mine."}

    for form in (
        _form("faq_edit_form", name, person=OTHER, **fields),
        _form("faq_edit_form", "nonsense", person=OWNER, **fields),
        _form("faq_edit_form", name, person=OWNER, question="x"),
    ):
        assert handle_submission(here, form).ack["response_action"] == "errors"
    assert handle_submission(here, _form("somebody_elses")).ack == {}
    assert [s.status for s in store.suggested.values()] == ["open"]
