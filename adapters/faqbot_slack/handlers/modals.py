"""What to do about forms: open them while their trigger lives, and check and keep what was filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from faqbot import StoreError
from faqbot_slack.handlers.home import home_call
from faqbot_slack.handlers.memory import Pass
from faqbot_slack.handlers.posting import post, tell, update
from faqbot_slack.rendering import texts
from faqbot_slack.rendering.calls import NOTHING, Call, Plan
from faqbot_slack.rendering.modals import LONGEST_QUESTION, edit_view, suggest_view, thanks_view
from faqbot_slack.rendering.reviews import review_look

if TYPE_CHECKING:
    from faqbot import Suggestion
    from faqbot_slack.events.types import Press, Submission, SuggestShortcut
    from faqbot_slack.handlers.state import Office

__all__ = ["plan_decision", "plan_submission", "plan_suggest", "plan_suggest_shortcut"]

_DAYS_90 = 90 * 24 * 60 * 60.0
_SHORTEST_QUESTION = 8
_LONGEST_ANSWER = 3_000
_LONGEST_REASON = 1_000


def plan_suggest_shortcut(_: Office, shortcut: SuggestShortcut) -> Plan:
    """Open the empty form for a suggestion."""
    if shortcut.foreign or not shortcut.trigger:
        return NOTHING
    return _open(shortcut.trigger, suggest_view())


def plan_suggest(office: Office, press: Press) -> Plan:
    """Open the form for a suggestion, with the question that had no answer."""
    if press.foreign:
        return tell(press, texts.NOT_FOR_OUTSIDE)
    past = office.recall(press.value)
    question = past.text if past is not None else ""
    return _open(press.trigger, suggest_view(question=question, metadata=press.value[:100]))


def plan_decision(office: Office, press: Press) -> Plan:
    """Approve, edit or reject a suggestion, as only owners may."""
    if not office.is_owner(press.person):
        return tell(press, texts.OWNERS_ONLY)
    suggestion = _find(office, press.value)
    if suggestion is None or suggestion.status != "open":
        return tell(press, texts.DECIDED_BEFORE)
    if press.action == "faq_edit":
        if press.channel:
            office.reviews.put(suggestion.id, (press.channel, press.ts))
        return _open(press.trigger, edit_view(suggestion))
    return _decide(office, press, suggestion, approved=press.action == "faq_approve")


def _decide(office: Office, press: Press, suggestion: Suggestion, *, approved: bool) -> Plan:
    if approved and not suggestion.answer.strip():
        return tell(press, texts.NO_ANSWER_YET)
    decided: Literal["approved", "rejected"] = "approved" if approved else "rejected"
    if not office.store.decide(suggestion.id, decided):
        return tell(press, texts.NOT_KEPT)
    if not press.channel:
        return Plan({}, (home_call(office, press),))
    return Plan({}, (_decided(suggestion, decided, press.person, (press.channel, press.ts)),))


def plan_submission(office: Office, form: Submission) -> Plan:
    """Keep what was filled in, or say in the acknowledgement what is wrong with it."""
    fields = dict(form.fields)
    if form.view == "faq_suggest_form":
        return _keep_suggestion(office, form, fields)
    if form.view == "faq_reason_form":
        return _keep_reason(office, form, fields)
    return _keep_edit(office, form, fields) if form.view == "faq_edit_form" else NOTHING


def _keep_suggestion(office: Office, form: Submission, fields: dict[str, str]) -> Plan:
    if wrong := _wrong(fields):
        return wrong
    if form.foreign:
        return _error("question", texts.NOT_FOR_OUTSIDE)
    if office.people.take(form.person) is not Pass.YES:
        return _error("question", texts.TOO_MANY)
    past = office.recall(form.metadata)
    kept = office.store.suggest(
        fields["question"],
        fields.get("answer", ""),
        entry=past.entry if past is not None else "",
        person=form.person,
    )
    if kept is None:
        return _error("question", texts.NOT_KEPT)
    return Plan(_thanks(texts.SUGGESTED), _ask_for_review(office, kept))


def _ask_for_review(office: Office, kept: str) -> tuple[Call, ...]:
    """Return the calls that show a suggestion to those who decide on it, the first time it was made."""
    channel = office.settings.suggestions_channel
    if not channel:
        return ()
    suggestion = _find(office, kept)
    key = f"{office.identity.user}:review:{kept}"
    if suggestion is None or not office.store.claim(key, seconds=_DAYS_90):
        return ()
    entry = office.bot.kb.by_id.get(suggestion.entry)
    return post(review_look(suggestion, about=entry.question if entry else ""), channel)


def _keep_reason(office: Office, form: Submission, fields: dict[str, str]) -> Plan:
    reason = fields.get("reason", "")[:_LONGEST_REASON]
    if reason:
        office.store.record_feedback(
            form.metadata, person=form.person, helpful=False, reason=reason
        )
    return NOTHING


def _keep_edit(office: Office, form: Submission, fields: dict[str, str]) -> Plan:
    """Keep the edited suggestion as an approved one in the place of that which it was made from."""
    if not office.is_owner(form.person):
        return _error("question", texts.OWNERS_ONLY)
    if wrong := _wrong(fields):
        return wrong
    before = _find(office, form.metadata)
    if before is None or before.status != "open":
        return _error("question", texts.DECIDED_BEFORE)
    kept = office.store.suggest(
        fields["question"], fields.get("answer", ""), entry=before.entry, person=form.person
    )
    if kept is None or not office.store.decide(kept, "approved"):
        return _error("question", texts.NOT_KEPT)
    if kept != before.id:
        office.store.decide(before.id, "rejected")
    place = office.reviews.take(before.id)
    call = _decided(before, "edited", form.person, place) if place else home_call(office, form)
    return Plan(_thanks("Approved, with your edits."), (call,))


def _decided(suggestion: Suggestion, decided: str, by: str, place: tuple[str, str]) -> Call:
    """Return the call that shows what became of *suggestion* where it was shown."""
    return update(review_look(suggestion, decided=decided, by=by), *place)


def _wrong(fields: dict[str, str]) -> Plan | None:
    """Return the acknowledgement that says what is wrong, by field; None if nothing is."""
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


def _find(office: Office, name: str) -> Suggestion | None:
    try:
        return next((each for each in office.store.suggestions() if each.id == name), None)
    except StoreError:
        return None
