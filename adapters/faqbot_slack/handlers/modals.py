"""Handlers of forms: suggestions, reasons of feedback, and owners' decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from faqbot import StoreError
from faqbot_slack.handlers.home import home_call
from faqbot_slack.handlers.limits import RateDecision
from faqbot_slack.handlers.posting import post, reply_ephemeral, update
from faqbot_slack.rendering import texts
from faqbot_slack.rendering.calls import NOTHING, Call, Plan
from faqbot_slack.rendering.modals import LONGEST_QUESTION, edit_view, suggest_view, thanks_view
from faqbot_slack.rendering.reviews import review_message

if TYPE_CHECKING:
    from faqbot import Suggestion
    from faqbot_slack.events.types import BlockAction, SuggestShortcut, ViewSubmission
    from faqbot_slack.handlers.state import State

# Period in which a suggestion is posted for review once, in seconds. Chosen by hand.
_DAYS_90 = 90 * 24 * 60 * 60.0  # seconds
# Characters of a suggested question, answer and reason. Chosen by hand, below Slack's limits.
_SHORTEST_QUESTION = 8  # characters; chosen by hand
_LONGEST_ANSWER = 3_000  # characters; chosen by hand
_LONGEST_REASON = 1_000  # characters; chosen by hand


def handle_suggest_shortcut(_: State, shortcut: SuggestShortcut) -> Plan:
    """Open the empty suggestion form."""
    if shortcut.foreign or not shortcut.trigger:
        return NOTHING
    return _open(shortcut.trigger, suggest_view())


def handle_suggest(state: State, action: BlockAction) -> Plan:
    """Open the suggestion form with the unanswered question."""
    if action.foreign:
        return reply_ephemeral(action, texts.NOT_FOR_OUTSIDE)
    past = state.recall(action.value)
    question = past.text if past is not None else ""
    return _open(action.trigger, suggest_view(question=question, metadata=action.value[:100]))


def handle_decision(state: State, action: BlockAction) -> Plan:
    """Approve, edit or reject a suggestion; owners only."""
    if not state.is_owner(action.person):
        return reply_ephemeral(action, texts.OWNERS_ONLY)
    suggestion = _find(state, action.value)
    if suggestion is None or suggestion.status != "open":
        return reply_ephemeral(action, texts.DECIDED_BEFORE)
    if action.action_id == "faq_edit":
        if action.channel:
            state.memory.review_places.put(suggestion.id, (action.channel, action.ts))
        return _open(action.trigger, edit_view(suggestion))
    return _decide(state, action, suggestion, approved=action.action_id == "faq_approve")


def _decide(state: State, action: BlockAction, suggestion: Suggestion, *, approved: bool) -> Plan:
    if approved and not suggestion.answer.strip():
        return reply_ephemeral(action, texts.NO_ANSWER_YET)
    decided: Literal["approved", "rejected"] = "approved" if approved else "rejected"
    if not state.store.decide(suggestion.id, decided):
        return reply_ephemeral(action, texts.NOT_KEPT)
    if not action.channel:
        return Plan({}, (home_call(state, action),))
    return Plan({}, (_decided(suggestion, decided, action.person, (action.channel, action.ts)),))


def handle_submission(state: State, submission: ViewSubmission) -> Plan:
    """Store a form, or name its errors in the acknowledgement."""
    fields = dict(submission.fields)
    if submission.view == "faq_suggest_form":
        return _store_suggestion(state, submission, fields)
    if submission.view == "faq_reason_form":
        return _store_reason(state, submission, fields)
    return _store_edit(state, submission, fields) if submission.view == "faq_edit_form" else NOTHING


def _store_suggestion(state: State, submission: ViewSubmission, fields: dict[str, str]) -> Plan:
    if errors := _field_errors(fields):
        return errors
    if submission.foreign:
        return _error("question", texts.NOT_FOR_OUTSIDE)
    if state.limits.person.take(submission.person) is not RateDecision.ALLOWED:
        return _error("question", texts.TOO_MANY)
    past = state.recall(submission.metadata)
    kept = state.store.suggest(
        fields["question"],
        fields.get("answer", ""),
        entry=past.entry if past is not None else "",
        person=submission.person,
    )
    if kept is None:
        return _error("question", texts.NOT_KEPT)
    return Plan(_thanks(texts.SUGGESTED), _ask_for_review(state, kept))


def _ask_for_review(state: State, kept: str) -> tuple[Call, ...]:
    """Return the calls that post a suggestion to the owners, once."""
    channel = state.settings.suggestions_channel
    if not channel:
        return ()
    suggestion = _find(state, kept)
    key = f"{state.identity.user}:review:{kept}"
    if suggestion is None or not state.store.claim(key, seconds=_DAYS_90):
        return ()
    entry = state.bot.kb.by_id.get(suggestion.entry)
    return post(review_message(suggestion, about=entry.question if entry else ""), channel)


def _store_reason(state: State, submission: ViewSubmission, fields: dict[str, str]) -> Plan:
    reason = fields.get("reason", "")[:_LONGEST_REASON]
    if reason:
        state.store.record_feedback(
            submission.metadata, person=submission.person, helpful=False, reason=reason
        )
    return NOTHING


def _store_edit(state: State, submission: ViewSubmission, fields: dict[str, str]) -> Plan:
    """Store an edited suggestion as approved, and reject the original."""
    if not state.is_owner(submission.person):
        return _error("question", texts.OWNERS_ONLY)
    if errors := _field_errors(fields):
        return errors
    before = _find(state, submission.metadata)
    if before is None or before.status != "open":
        return _error("question", texts.DECIDED_BEFORE)
    kept = state.store.suggest(
        fields["question"], fields.get("answer", ""), entry=before.entry, person=submission.person
    )
    if kept is None or not state.store.decide(kept, "approved"):
        return _error("question", texts.NOT_KEPT)
    if kept != before.id:
        state.store.decide(before.id, "rejected")
    place = state.memory.review_places.take(before.id)
    call = (
        _decided(before, "edited", submission.person, place)
        if place
        else home_call(state, submission)
    )
    return Plan(_thanks("Approved, with your edits."), (call,))


def _decided(suggestion: Suggestion, decided: str, by: str, place: tuple[str, str]) -> Call:
    """Return the call that shows the decision on the posted *suggestion*."""
    return update(review_message(suggestion, decided=decided, by=by), *place)


def _field_errors(fields: dict[str, str]) -> Plan | None:
    """Return the acknowledgement with field errors; None without errors."""
    question, answer = fields.get("question", ""), fields.get("answer", "")
    errors = {}
    if len(question) < _SHORTEST_QUESTION or not any(map(str.isalpha, question)):
        errors["question"] = "Please write the question as somebody would ask it, in a few words."
    elif len(question) > LONGEST_QUESTION:
        errors["question"] = f"Please ask in at most {LONGEST_QUESTION} characters."
    if len(answer) > _LONGEST_ANSWER:
        errors["answer"] = f"Please answer in at most {_LONGEST_ANSWER:,} characters."
    return Plan({"response_action": "errors", "errors": errors}) if errors else None


def _error(block: str, sentence: str) -> Plan:
    return Plan({"response_action": "errors", "errors": {block: sentence}})


def _thanks(sentence: str) -> dict[str, Any]:
    return {"response_action": "update", "view": thanks_view(sentence)}


def _open(trigger: str, view: dict[str, Any]) -> Plan:
    return (
        Plan({}, (Call("views.open", {"trigger_id": trigger, "view": view}),))
        if trigger
        else NOTHING
    )


def _find(state: State, name: str) -> Suggestion | None:
    try:
        return next((each for each in state.store.suggestions() if each.id == name), None)
    except StoreError:
        return None
