"""Entries of a knowledge base from candidates, and their YAML.

An id is the slug of its question, numbered if two are equal: it stays the same in later imports.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from faqbot.ingest.blocks import NOWHERE, BlockLocation, Pair
from faqbot.ingest.columns import is_address
from faqbot.ingest.extraction.candidate_pairs import (
    Candidate,
    Found,
    LeftOut,
    merged,
    question_key,
)
from faqbot.ingest.markdown_text import one_line, plain, tidied
from faqbot.kb.writer import entry_lines, to_yaml
from faqbot.models import Entry, KnowledgeBase, Source
from faqbot.retrieval import detect_language

# Characters of an id that is made from a question; chosen by hand.
_LONGEST_ID = 60
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "þ": "th"})
_WORD = re.compile(r"[a-z0-9]+")
_NOTHING = "none"
# Characters of a source: the limit of the field `source` of an entry (kb/fields).
_LONGEST_SOURCE = 500
# Characters of an answer: the limit of its field (kb/fields).
_LONGEST_ANSWER = 20_000
# Characters of a question and of other phrasings: the limit of their fields.
_LONGEST_LINE = 500
# Characters of a section: the limit of its field.
_LONGEST_SECTION = 200
# Characters of a keyword, tag, audience or title: the limit of their fields.
_LONGEST_LABEL = 100
# Items of follow-ups: the limit of the field.
_MOST_FOLLOW_UPS = 5
# Items of other lists: the limit of their fields.
_MOST_ITEMS = 1_000


def slug(question: str) -> str:
    """Return the id of an entry that answers *question*; deterministic."""
    folded = unicodedata.normalize("NFKD", question.casefold().translate(_LETTERS))
    bare = "".join(char for char in folded if not unicodedata.combining(char))
    made = ""
    for word in _WORD.findall(re.sub(r"['\u2019`]", "", bare)):
        longer = f"{made}-{word}" if made else word[:_LONGEST_ID]
        if len(longer) > _LONGEST_ID:
            break
        made = longer
    spoken = sum(map(str.isalpha, bare))
    if (
        not made
        or made == _NOTHING
        or len(re.findall("[a-z]", made)) * 3 < min(spoken, _LONGEST_ID)
    ):
        # Too few Latin letters to distinguish the question from others.
        made = f"entry-{hashlib.sha256(question.encode()).hexdigest()[:8]}"
    return made


def free_id(wanted: str, taken: Container[str]) -> str:
    """Return *wanted*, or the first of wanted-2, wanted-3, ... that is not *taken*."""
    made, number = wanted, 1
    while made in taken:
        number += 1
        made = f"{wanted}-{number}"
    return made


def source_of(name: str, candidate: Candidate) -> str:
    """Return document, heading, and paragraph or page of *candidate* as a source.

    Line numbers are omitted: they shift with every change above them, and each shift would be an update.
    """
    heading = plain(candidate.heading)
    parts = [one_line(name)]
    if heading:
        parts.append(heading)
    if candidate.paragraph:
        parts.append(f"paragraph {candidate.paragraph}")
    elif candidate.place.unit != "line" and candidate.place.number:
        parts.append(str(candidate.place))
    text = ", ".join(parts)
    return text if len(text) <= _LONGEST_SOURCE else text[: _LONGEST_SOURCE - 1] + "\u2026"


_CUT = "it is longer than its field can be, and was cut"
_TOO_MANY = "its list has more items than its field can hold"
_OTHER_TITLE = "the knowledge base has the title of another document"
_NO_FOLLOW_UP = "it is a follow-up that no entry of the import answers"


@dataclass(frozen=True, slots=True)
class Draft:
    """Entry made from a candidate of the document *name*.

    *suggested* are alternates that an author may accept.
    """

    entry: Entry
    name: str
    candidate: Candidate
    suggested: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """Reason why the entry is a draft.

        The result is empty for an entry that is served.
        """
        return self.candidate.reason


@dataclass(frozen=True, slots=True)
class Drafts:
    """Result of an import in document order.

    *notes* name merged questions. *left_out* are the texts that fields cannot hold, each with the name
    of its document. *language* is the code that all documents name, "" if they name none or differ.
    """

    title: str
    drafts: tuple[Draft, ...]
    notes: tuple[str, ...] = ()
    left_out: tuple[tuple[str, LeftOut], ...] = ()
    language: str = ""


@dataclass(slots=True)
class _FieldLimits:
    """Limits of the fields of one entry.

    A text that is cut goes to *left_out* in full.
    """

    name: str
    place: BlockLocation
    left_out: list[tuple[str, LeftOut]]

    def leave_out(self, text: str, reason: str) -> None:
        """Record *text*, which the entry does not hold in full."""
        self.left_out.append((self.name, LeftOut(one_line(text), reason, self.place)))

    def line(self, text: str, longest: int) -> str:
        """Return *text* on one line, cut after *longest* characters."""
        line = _line(text, longest)
        if line != one_line(text):
            self.leave_out(text, _CUT)
        return line

    def lines(self, texts: Iterable[str], longest: int) -> tuple[str, ...]:
        """Return *texts*, each once and cut, at most as many as a list can hold."""
        found = dict.fromkeys(self.line(text, longest) for text in texts if one_line(text))
        return self.items(tuple(found), _MOST_ITEMS)

    def items(self, texts: tuple[str, ...], most: int) -> tuple[str, ...]:
        """Return the first *most* of *texts*."""
        for text in texts[most:]:
            self.leave_out(text, _TOO_MANY)
        return texts[:most]


def drafts_of(documents: Sequence[Found]) -> Drafts:
    """Return the merged entries of *documents*, with ids and sources."""
    given = ((found.name, each) for found in documents for each in found.candidates)
    left_out: list[tuple[str, LeftOut]] = []
    result = merged(
        (name, part)
        for name, candidate in given
        for part in _short_enough(candidate, _FieldLimits(name, candidate.place, left_out))
    )
    taken: set[str] = set()
    drafts: list[Draft] = []
    for name, candidate in result.kept:
        entry_id = free_id(
            (candidate.pair.id if candidate.pair else "") or slug(candidate.question), taken
        )
        taken.add(entry_id)
        limits = _FieldLimits(name, candidate.place, left_out)
        drafts.append(Draft(_entry(entry_id, candidate, limits), name, candidate))
    title = _title(documents, left_out)
    linked = tuple(_with_follow_ups(drafts, left_out))
    languages = {found.language for found in documents}
    language = languages.pop() if len(languages) == 1 else ""
    return Drafts(title, linked, tuple(result.notes), tuple(left_out), language)


def _title(documents: Sequence[Found], left_out: list[tuple[str, LeftOut]]) -> str:
    title = ""
    for found in documents:
        limits = _FieldLimits(found.name, NOWHERE, left_out)
        if not title:
            title = limits.line(found.title, _LONGEST_LABEL)
        elif found.title and question_key(found.title) != question_key(title):
            limits.leave_out(found.title, _OTHER_TITLE)
    return title


def yaml_of(drafts: Drafts, schema: str = "") -> str:
    """Return *drafts* as a new knowledge base; reasons and suggestions are comments.

    The header names the language of an export by faqbot, or that of the texts if it is clear.
    """
    source = Source(
        file=_line(", ".join(dict.fromkeys(each.name for each in drafts.drafts)), _LONGEST_LINE)
    )
    language = drafts.language or detect_language(
        text for each in drafts.drafts for text in (each.entry.question, each.entry.answer)
    )
    kb = KnowledgeBase((), title=drafts.title, language=language, source=source)
    header = to_yaml(kb, schema)
    entries = ("\n".join(_lines(draft)) + "\n" for draft in drafts.drafts)
    return header + "\nentries:\n" + "\n".join(entries)


def _lines(draft: Draft) -> Iterator[str]:
    yield from entry_lines(draft.entry, 2, 4, draft.reason)
    if draft.suggested:
        yield "    # Suggested alternates; move those that people would say to `alternates`:"
        yield from (f"    #   - {phrasing}" for phrasing in draft.suggested)


def _entry(entry_id: str, candidate: Candidate, limits: _FieldLimits) -> Entry:
    given = candidate.pair
    section = (given.section if given else "") or candidate.section
    made = Entry(
        id=entry_id,
        question=limits.line(candidate.question, _LONGEST_LINE),
        # An entry that faqbot exported keeps its text to the letter.
        answer=candidate.answer if given and given.id else tidied(candidate.answer),
        alternates=limits.lines(candidate.alternates, _LONGEST_LINE),
        section=limits.line(plain(section), _LONGEST_SECTION),
        source=limits.line(given.source if given else "", _LONGEST_SOURCE)
        or source_of(limits.name, candidate),
        draft=bool(candidate.reason),
    )
    return made if given is None else _with_fields(made, given, limits)


def _with_fields(entry: Entry, pair: Pair, limits: _FieldLimits) -> Entry:
    """Return *entry* with the other fields that the document gives."""
    return replace(
        entry,
        url=pair.url if is_address(pair.url) else "",
        keywords=limits.lines(pair.keywords, _LONGEST_LABEL),
        tags=limits.lines(pair.tags, _LONGEST_LABEL),
        not_for=limits.lines(pair.not_for, _LONGEST_LINE),
        audience=frozenset(limits.lines(sorted(pair.audience), _LONGEST_LABEL)),
        reviewed=pair.reviewed,
        expires=pair.expires,
    )


def _with_follow_ups(
    drafts: Sequence[Draft], left_out: list[tuple[str, LeftOut]]
) -> Iterator[Draft]:
    """Yield *drafts* with follow-ups, which documents give as ids or questions."""
    ids = {question_key(each): draft.entry.id for draft in drafts for each in draft.entry.phrasings}
    known = {draft.entry.id for draft in drafts}
    given = {
        draft.candidate.pair.id: draft.entry.id
        for draft in drafts
        if draft.candidate.pair and draft.candidate.pair.id
    }
    for draft in drafts:
        pointed = draft.candidate.pair.follow_ups if draft.candidate.pair else ()
        limits = _FieldLimits(draft.name, draft.candidate.place, left_out)
        found: dict[str, None] = {}
        for each in pointed:
            target = given.get(each) or (each if each in known else ids.get(question_key(each)))
            if target and target != draft.entry.id:
                found[target] = None
            elif not target:
                limits.leave_out(each, _NO_FOLLOW_UP)
        follow_ups = limits.items(tuple(found), _MOST_FOLLOW_UPS)
        yield replace(draft, entry=replace(draft.entry, follow_ups=follow_ups)) if found else draft


def _short_enough(candidate: Candidate, limits: _FieldLimits) -> Iterator[Candidate]:
    """Yield *candidate*, or drafts of its parts if the answer is too long."""
    if len(candidate.answer) <= _LONGEST_ANSWER:
        yield candidate
        return
    parts = list(_parts(candidate.answer))
    question = limits.line(candidate.question, _LONGEST_LINE - len(" (1,000 of 1,000)"))
    for number, part in enumerate(parts, start=1):
        yield replace(
            candidate,
            question=f"{question} ({number} of {len(parts)})",
            answer=part,
            alternates=candidate.alternates if number == 1 else (),
            reason=f"the answer is longer than {_LONGEST_ANSWER:,} characters, and this is its part {number}",
        )


def _parts(answer: str) -> Iterator[str]:
    part = ""
    for paragraph in answer.split("\n\n"):
        for start in range(0, max(len(paragraph), 1), _LONGEST_ANSWER // 2):
            piece = paragraph[start : start + _LONGEST_ANSWER // 2]
            if part and len(part) + len(piece) + 2 > _LONGEST_ANSWER // 2:
                yield part
                part = ""
            part = f"{part}\n\n{piece}" if part else piece
    if part.strip():
        yield part


def _line(text: str, longest: int) -> str:
    """Return *text* on one line, cut between words after *longest* characters."""
    line = one_line(text)
    if len(line) <= longest:
        return line
    return line[: longest - 1].rsplit(" ", 1)[0][: longest - 1] + "\u2026"
