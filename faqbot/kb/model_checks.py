"""Checks of a knowledge base made of models: types, ids, duplicates.

The reader of YAML has stricter rules. Its entries have a file, so they are not checked again. Ids made in
Python may be those of another system, such as `chitchat/ask_name`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from faqbot.errors import Fault, InvalidEntry
from faqbot.kb.faults import MAX_FAULTS, quoted
from faqbot.kb.validators import LANGUAGE, NOTHING
from faqbot.models import Caution, Entry, KnowledgeBase, KnowledgeBaseTest

_TEXTS = ("question", "answer", "section", "source", "url")
_TUPLES = ("alternates", "not_for", "keywords", "tags", "follow_ups")
_HEADER_TEXTS = ("title", "greeting", "fallback", "contact")
# Characters of an id. Chosen by hand: far above the ids of other systems.
MAX_ID_CHARS = 200
# Name of a knowledge base without a file, in messages.
_PLACE = Path("KnowledgeBase")


def check_models(kb: KnowledgeBase) -> None:
    """Raise InvalidEntry with every fault of *kb* that its types would have prevented.

    Unknown ids of follow-ups are allowed: a program may serve a part of its entries.
    """
    faults = [Fault(_PLACE, 0, message) for message in _faults(kb)]
    if faults:
        raise InvalidEntry(faults[:MAX_FAULTS])


def _faults(kb: KnowledgeBase) -> Iterator[str]:
    yield from _header_faults(kb)
    for name, kind in (("entries", Entry), ("tests", KnowledgeBaseTest), ("manners", Entry)):
        value = getattr(kb, name)
        if name == "manners" and value is None:
            continue
        if not isinstance(value, tuple) or not all(isinstance(each, kind) for each in value):
            yield f"`{name}` must be a tuple of `{kind.__name__}`"
        elif kind is Entry:
            yield from _entries_faults(value, name)


def _header_faults(kb: KnowledgeBase) -> Iterator[str]:
    yield from _text_faults(kb, _HEADER_TEXTS)
    if not isinstance(kb.language, str) or LANGUAGE.parse(kb.language) is None:
        yield f"`language` must be {LANGUAGE.wanted}, not {quoted(repr(kb.language))}"
    if not isinstance(kb.caution, Caution):
        yield f"`caution` must be a `Caution`, not {quoted(repr(kb.caution))}"
    yield from _tuple_faults(kb, ("languages",))
    groups = kb.synonyms if isinstance(kb.synonyms, tuple) else ("",)
    if not all(_is_tuple_of_texts(group) and len(group) > 1 for group in groups):
        yield "`synonyms` must be a tuple of tuples with two or more texts"


def _entries_faults(entries: tuple[Entry, ...], name: str) -> Iterator[str]:
    """Yield the faults of *entries* without a file, and the ids that occur twice."""
    seen: dict[object, int] = {}
    for number, entry in enumerate(entries, 1):
        place = f"item {number} of `{name}`: "
        if entry.path is None:
            yield from (place + message for message in _entry_faults(entry))
        key = entry.id if isinstance(entry.id, str) else ""
        if key and key in seen:
            yield f"{place}the id {quoted(key)} is taken by item {seen[key]}: choose another"
        seen.setdefault(key, number)


def _entry_faults(entry: Entry) -> Iterator[str]:
    if not isinstance(entry.id, str):
        yield "`id` must be text"
    elif not _is_id(entry.id):
        yield (
            f"`id` must be 1 to {MAX_ID_CHARS} characters without blanks, and not `{NOTHING}`: "
            f"it is {quoted(entry.id)}"
        )
    yield from _text_faults(entry, _TEXTS)
    yield from _tuple_faults(entry, _TUPLES)
    if not isinstance(entry.audience, frozenset) or not _are_texts(entry.audience):
        yield "`audience` must be a frozenset of texts"


def _is_id(text: str) -> bool:
    visible = text.isprintable() and not any(map(str.isspace, text))
    return visible and 0 < len(text) <= MAX_ID_CHARS and text != NOTHING


def _text_faults(model: Entry | KnowledgeBase, names: Iterable[str]) -> Iterator[str]:
    return (f"`{name}` must be text" for name in names if not isinstance(getattr(model, name), str))


def _tuple_faults(model: Entry | KnowledgeBase, names: Iterable[str]) -> Iterator[str]:
    wrong = (name for name in names if not _is_tuple_of_texts(getattr(model, name)))
    return (f"`{name}` must be a tuple of texts" for name in wrong)


def _is_tuple_of_texts(value: object) -> bool:
    return isinstance(value, tuple) and _are_texts(value)


def _are_texts(values: Iterable[object]) -> bool:
    return all(isinstance(each, str) for each in values)
