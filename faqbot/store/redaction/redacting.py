"""Redaction of a text by all finders in turn.

A mark such as ``[email]`` replaces each place. In doubt a text is redacted: a missing word does no
harm in a report, a password in a file does. Dates, versions, amounts and ids of entries stay.
"""

from __future__ import annotations

import re

from faqbot.models import REDACTION_MARK
from faqbot.store.redaction.accounts import find_cards, find_ibans
from faqbot.store.redaction.commands import find_secrets_in_commands
from faqbot.store.redaction.emails import find_emails
from faqbot.store.redaction.labelled import find_labelled_secrets
from faqbot.store.redaction.normalizing import normalize
from faqbot.store.redaction.personal import find_personal_data
from faqbot.store.redaction.phones import find_phones
from faqbot.store.redaction.spans import Finder, Span, mask, spans_of
from faqbot.store.redaction.storable import storable
from faqbot.store.redaction.tokens import find_random_words, find_tokens

# Characters of a text that are kept, and that are searched. Chosen by hand: questions are shorter.
_LONGEST_KEPT = 4000
# The same for the search, so that a secret at the cut is found as a whole.
_LONGEST_SEARCHED = 8000
# Characters dropped at a cut without a space near it. They may be the first half of a secret.
_DROPPED_AT_CUT = 300
# Redaction can uncover more: the text around a mark is searched again. Two passes are usual.
_MOST_PASSES = 6

_SLACK_PERSON = re.compile(r"<@[UW][A-Z0-9]++(?:\|[^<>\n]*+)?>")


def _find_people(text: str) -> list[Span]:
    return list(spans_of(_SLACK_PERSON, text, "[person]"))


# In this order. Each finder sees `MASK` where an earlier one found something.
_FINDERS: tuple[Finder, ...] = (
    _find_people,
    find_tokens,
    find_secrets_in_commands,
    find_ibans,
    find_labelled_secrets,
    find_emails,
    find_random_words,
    find_cards,
    find_personal_data,
    find_phones,
)


def redact(text: str) -> str:
    """Return *text* with private data replaced, cut to 4,000 characters."""
    text = _shortened(storable(text))
    for _ in range(_MOST_PASSES):
        text, before = _redact_once(text), text
        if text == before:
            break
    return _cut(text)


def _redact_once(text: str) -> str:
    view = normalize(text)
    masked = mask(view.text, spans_of(REDACTION_MARK, view.text, ""))
    spans: list[Span] = []
    for find in _FINDERS:
        found = list(find(masked))
        spans += found
        masked = mask(masked, found)
    return view.replace(spans)


def _shortened(text: str) -> str:
    """Return the part of *text* to search, cut between words."""
    if len(text) <= _LONGEST_SEARCHED:
        return text
    head = text[:_LONGEST_SEARCHED]
    space = max(head.rfind(" "), head.rfind("\n"))
    safe = _LONGEST_SEARCHED - _DROPPED_AT_CUT
    return head[: max(space, safe)] + " …"


def _cut(text: str) -> str:
    """Return the part of *text* to keep, with whole marks."""
    if len(text) <= _LONGEST_KEPT:
        return text
    end = _LONGEST_KEPT - 1
    for found in REDACTION_MARK.finditer(text):
        if found.start() < end < found.end():
            end = found.start()
    return f"{text[:end]}…"
