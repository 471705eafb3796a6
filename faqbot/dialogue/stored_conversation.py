"""Plain data of a conversation, for JSON: answers as ids, and records read with checks.

A stored conversation names entries by their ids. It holds the texts of questions and of the last
answer, and no fact about the person.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeAlias, TypeVar

from faqbot.errors import ConversationError
from faqbot.models import Answer, Entry, Match, Outcome, Question, Reason

# Value that `json.dumps` accepts.
Data: TypeAlias = dict[str, object]
# Version of the stored form. A change that an older faqbot cannot read increases it.
VERSION = 1
# Bytes of a digest. Two texts share one by chance in one of 2**64 pairs.
_DIGEST_BYTES = 8
_Kind = TypeVar("_Kind")


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """Mapping of a stored conversation, read by name.

    *place* is its name in messages. Each method raises ConversationError for a value of another kind.
    """

    values: Mapping[object, object]
    place: str = "the stored conversation"

    @classmethod
    def of(cls, value: object, place: str = "the stored conversation") -> StoredRecord:
        """Return the record *value*."""
        record: dict[object, object] = _checked(value, dict, place)
        return cls(record, place)

    def text(self, name: str) -> str:
        """Return the text under *name*."""
        return _checked(self.values.get(name), str, self._place(name))

    def number(self, name: str) -> float:
        """Return the finite number under *name*."""
        value = self.values.get(name)
        if isinstance(value, int | float) and abs(value) < sys.float_info.max:
            return float(value)
        raise _damaged(self._place(name))

    def flag(self, name: str) -> bool:
        """Return the truth value under *name*."""
        return _checked(self.values.get(name), bool, self._place(name))

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the texts of the list under *name*."""
        return self._each(name, lambda item, place: _checked(item, str, place))

    def records(self, name: str) -> tuple[StoredRecord, ...]:
        """Return the records of the list under *name*."""
        return self._each(name, StoredRecord.of)

    def triples(self, name: str) -> tuple[tuple[str, tuple[str, str]], ...]:
        """Return a pair (first, others) for each list of three texts under *name*."""
        return self._each(name, _triple)

    def record(self, name: str) -> StoredRecord | None:
        """Return the record under *name*; None for null."""
        value = self.values.get(name)
        return None if value is None else StoredRecord.of(value, self._place(name))

    def _each(self, name: str, read: Callable[[object, str], _Kind]) -> tuple[_Kind, ...]:
        items: list[object] = _checked(self.values.get(name), list, self._place(name))
        return tuple(read(item, f"an item of {self._place(name)}") for item in items)

    def _place(self, name: str) -> str:
        return f"`{name}` of {self.place}"


def _triple(value: object, place: str) -> tuple[str, tuple[str, str]]:
    match value:
        case [str(first), str(second), str(third)]:
            return first, (second, third)
    raise _damaged(place)


def _damaged(place: str) -> ConversationError:
    return ConversationError(f"{place} is damaged: begin a new conversation")


def _checked(value: object, kind: type[_Kind], place: str) -> _Kind:
    if isinstance(value, kind):
        return value
    raise _damaged(place)


def answer_data(answer: Answer) -> Data:
    """Return *answer* as plain data, with entries as ids."""
    return {
        "question": answer.question.text,
        "outcome": answer.outcome.value,
        "confidence": answer.confidence,
        "text": answer.text,
        "heading": answer.heading,
        "lead": answer.lead,
        "reason": "" if answer.reason is None else answer.reason.value,
        "read_as": answer.read_as,
        "picked_for": None if answer.picked_for is None else {"text": answer.picked_for.text},
        "repeated": answer.repeated,
        "manners": answer.manners,
        "matches": [
            {
                "entry": match.entry.id,
                "score": match.score,
                "confidence": match.confidence,
                "phrasing": match.phrasing,
            }
            for match in answer.matches
        ],
        "choices": [entry.id for entry in answer.choices],
        "follow_ups": [entry.id for entry in answer.follow_ups],
        "parts": [answer_data(part) for part in answer.parts],
    }


def read_answer(stored: StoredRecord, entries: Mapping[str, Entry]) -> Answer:
    """Return the answer of the record *stored*, with *entries* by their ids.

    The place of an entry that is gone is kept, so that a number still means the choice that was shown.
    """

    def entry(name: str) -> Entry:
        return entries.get(name) or Entry(name, "", "")

    asked = stored.record("picked_for")
    reason = stored.text("reason")
    try:
        return Answer(
            Question(stored.text("question")),
            Outcome(stored.text("outcome")),
            stored.number("confidence"),
            stored.text("text"),
            tuple(_match(entry, match) for match in stored.records("matches")),
            tuple(map(entry, stored.texts("choices"))),
            tuple(map(entry, stored.texts("follow_ups"))),
            stored.text("read_as"),
            None if asked is None else Question(asked.text("text")),
            manners=stored.flag("manners"),
            repeated=stored.flag("repeated"),
            parts=tuple(read_answer(part, entries) for part in stored.records("parts")),
            reason=Reason(reason) if reason else None,
            heading=stored.text("heading"),
            lead=stored.text("lead"),
        )
    except ValueError as error:  # an outcome or a reason of another version
        raise _damaged(stored.place) from error
    except RecursionError as error:
        raise ConversationError(f"{stored.place} is nested too deep: begin a new one") from error


def _match(entry: Callable[[str], Entry], stored: StoredRecord) -> Match:
    """Return the match of *stored*; *entry* finds entries by id."""
    score, confidence = stored.number("score"), stored.number("confidence")
    return Match(entry(stored.text("entry")), score, confidence, stored.text("phrasing"))


def digest(text: str) -> str:
    """Return a short digest of *text*, to compare texts without keeping them."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).hexdigest()
