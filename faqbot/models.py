"""Data model: knowledge bases, questions, answers, and records of the store."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Literal, TypedDict

# Marks that the store writes in place of private data.
REDACTION_MARK = re.compile(r"\[(?:email|phone|card|iban|id|person|secret|private)\]")

# Decimals of scores and confidences in plain data: enough to order matches, and short to read.
_DECIMALS = 4

SuggestionStatus = Literal["open", "approved", "rejected"]


class Outcome(StrEnum):
    """Outcome of a question: answered, choices offered, or declined."""

    ANSWERED = "answered"
    AMBIGUOUS = "ambiguous"
    UNANSWERED = "unanswered"


class Reason(StrEnum):
    """Reason for an outcome, as a value that a program can test.

    ANSWERED: EXACT (the question is a phrasing of one entry), SURE (the confidence reaches the
    answering threshold), PICKED (a person or a program named the entry), REPEATED (the person asked for
    the last answer again), COURTESY (the message is a greeting, thanks and the like).

    AMBIGUOUS: UNSURE (the confidence is below the answering threshold), SHARED (the question is a
    phrasing of several entries), CLOSE (another entry is about as likely), LEFT_OPEN (the question has no
    word by which several entries differ), NO_FACT (the best match holds no time, person or number, which
    the question asks for), UNKNOWN_NAME (the question
    has a name that no entry has), OPPOSITE (the best match says the opposite), NEGATION (one of both
    negates a word), NUMBER (the best match has another number), OTHER_WORD (the best match differs in
    one key term), UNKNOWN_WORDS (the knowledge base lacks half of the words), TURNED_DOWN (the
    choices before were declined, and these come next), RELATED (the person asked for more on an entry).

    UNANSWERED: UNLIKELY (the confidence is below the threshold of choices), OTHER_LANGUAGE (the question
    is in a language that the knowledge base does not answer), NO_MATCH (nothing in the
    question could be matched), TURNED_DOWN (all choices were declined), NO_MORE (the person asked for
    more on an entry without follow-ups).

    SEVERAL: a message of several questions, each of which has a reason in its own part.
    """

    EXACT = "exact"
    SURE = "sure"
    PICKED = "picked"
    REPEATED = "repeated"
    COURTESY = "courtesy"
    UNSURE = "unsure"
    SHARED = "shared"
    CLOSE = "close"
    LEFT_OPEN = "left_open"
    NO_FACT = "no_fact"
    UNKNOWN_NAME = "unknown_name"
    OPPOSITE = "opposite"
    NEGATION = "negation"
    NUMBER = "number"
    OTHER_WORD = "other_word"
    UNKNOWN_WORDS = "unknown_words"
    TURNED_DOWN = "turned_down"
    RELATED = "related"
    UNLIKELY = "unlikely"
    NO_MATCH = "no_match"
    OTHER_LANGUAGE = "other_language"
    NO_MORE = "no_more"
    SEVERAL = "several"


class Caution(StrEnum):
    """Caution of a bot: the setting with which an author moves both thresholds."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Source:
    """The document that a knowledge base was written from.

    An empty field is unknown.
    """

    title: str = ""
    url: str = ""
    file: str = ""
    licence: str = ""
    retrieved: date | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer with the phrasings that ask for it.

    *answer* is Markdown. *alternates* are other phrasings of *question*, *not_for* questions that
    this entry must not answer. *keywords* are words that support a match. *source* and *url* name the
    passage that the answer comes from. *follow_ups* are ids of other entries. *audience* are the
    labels of people who may see the entry, empty for everybody. *reviewed* and *expires* are dates of
    its content. A *draft* is never served. *path* and *line*, from 1, are its place in the YAML files;
    line 0 is an entry made in Python.
    """

    id: str
    question: str
    answer: str
    alternates: tuple[str, ...] = ()
    not_for: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    section: str = ""
    source: str = ""
    url: str = ""
    tags: tuple[str, ...] = ()
    follow_ups: tuple[str, ...] = ()
    audience: frozenset[str] = frozenset()
    reviewed: date | None = None
    expires: date | None = None
    draft: bool = False
    path: Path | None = field(default=None, compare=False)
    line: int = field(default=0, compare=False)

    @property
    def phrasings(self) -> tuple[str, ...]:
        """The question and its alternates, in that order."""
        return (self.question, *self.alternates)

    def is_for(self, audience: frozenset[str]) -> bool:
        """Return True if a person with the labels *audience* may see this entry."""
        return not self.audience or bool(self.audience & audience)


@dataclass(frozen=True, slots=True)
class KnowledgeBaseTest:
    """Test question with the ids of right entries.

    Without ids it must stay unanswered.
    """

    ask: str
    expect: tuple[str, ...] = ()
    path: Path | None = field(default=None, compare=False)
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class KnowledgeBase:
    """Knowledge base, read from one YAML file or from a folder of them.

    *synonyms* are groups of terms that mean the same; a term in capitals stands only for itself in
    capitals. *greeting*, *fallback* and *contact* are Markdown, empty for the bot's own words.
    *manners* are the entries of small talk, such as greetings: None for the shipped entries, empty to
    switch them off. Otherwise an entry replaces the filled fields of the shipped entry with its id, a
    draft removes that entry, and an entry with a new id is added.
    *languages* are the languages in which questions may be answered besides *language*, empty for all.
    *digest* is the SHA-256 of the files' bytes in hexadecimal, empty when made in Python.
    *published_version* is the number of the published version, 0 for files.
    """

    entries: tuple[Entry, ...]
    title: str = ""
    language: str = "en"
    source: Source = Source()
    greeting: str = ""
    fallback: str = ""
    contact: str = ""
    caution: Caution = Caution.NORMAL
    synonyms: tuple[tuple[str, ...], ...] = ()
    tests: tuple[KnowledgeBaseTest, ...] = ()
    manners: tuple[Entry, ...] | None = None
    languages: tuple[str, ...] = ()
    paths: tuple[Path, ...] = ()
    digest: str = field(default="", compare=False)
    published_version: int = field(default=0, compare=False)

    @cached_property
    def by_id(self) -> Mapping[str, Entry]:
        """Every entry under its id, drafts included."""
        return {entry.id: entry for entry in self.entries}

    @cached_property
    def served(self) -> tuple[Entry, ...]:
        """The entries a bot may answer with: all but drafts."""
        return tuple(entry for entry in self.entries if not entry.draft)

    @cached_property
    def phrasing_count(self) -> int:
        """The number of phrasings of the served entries."""
        return sum(len(entry.phrasings) for entry in self.served)

    def sections(self) -> Iterator[tuple[str, tuple[Entry, ...]]]:
        """Yield each section with its served entries, both in the order they were written."""
        found: dict[str, list[Entry]] = {}
        for entry in self.served:
            found.setdefault(entry.section, []).append(entry)
        for section, entries in found.items():
            yield section, tuple(entries)


@dataclass(frozen=True, slots=True)
class Question:
    """Question of a person, with the facts that an adapter has about that person.

    *user* and *channel* are ids of the adapter, empty if unknown. *audience* are the labels that the
    person has: an entry with an audience is shown only to a question that shares a label with it.
    *metadata* are values of the program that asks, such as a request id. They come back on the answer,
    and are neither read nor stored.
    """

    text: str
    user: str = ""
    channel: str = ""
    audience: frozenset[str] = frozenset()
    metadata: Mapping[str, object] = field(default_factory=dict, compare=False)


class MatchData(TypedDict):
    """A `Match` as plain data: the id and the question of its entry, figures to four decimals."""

    entry: str
    question: str
    phrasing: str
    score: float
    confidence: float


class AnswerData(TypedDict):
    """An `Answer` as plain data that `json.dumps` accepts.

    *question* is the text asked, *answer* Markdown, *heading* the question of the entry if it was
    asked otherwise. *entry* is the id of the entry that answers, None
    unless the outcome is "answered". *outcome* and *reason* are values of `Outcome` and `Reason`.
    *confidence* is 0 to 1, to four decimals. *choices* and *follow_ups* are ids. *parts* are the answers
    to each of several questions. Who asked, and where, is left out.
    """

    question: str
    outcome: str
    confidence: float
    reason: str | None
    entry: str | None
    heading: str
    answer: str
    matches: list[MatchData]
    choices: list[str]
    follow_ups: list[str]
    manners: bool
    parts: list[AnswerData]


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that a question may mean.

    *score* orders matches of one question and means nothing across questions; *confidence* is the
    calibrated probability, 0 to 1, that this entry is the right one. *phrasing* is the entry's
    phrasing nearest to the question.
    """

    entry: Entry
    score: float
    confidence: float
    phrasing: str

    def to_dict(self) -> MatchData:
        """Return the match as plain data."""
        return {
            "entry": self.entry.id,
            "question": self.entry.question,
            "phrasing": self.phrasing,
            "score": round(self.score, _DECIMALS),
            "confidence": round(self.confidence, _DECIMALS),
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer of a bot to one message.

    *text* is Markdown, ready to show, whatever the outcome. *heading*, plain text, is the question of
    the entry that answers, to be shown above *text* so that people see how they were understood. It is
    empty where that question was asked as it is written, case and punctuation aside, for everything
    but an answer, and where *text* names the question itself. *matches* are best first. *choices* are
    the entries offered when the outcome is ambiguous, *follow_ups* those offered after an answer.
    *lead* are the bot's words to show above the follow-ups, or above the nearest matches of an
    unanswered question, in the language of the knowledge base.
    *confidence*, 0 to 1, is that of the best match (0 with no match); of several questions, the lowest.
    It agrees with the outcome: an answer has at least the answering threshold, everything else at most
    0.01 less. The confidence of a withheld answer is lowered to that. *reason* is the deciding rule;
    it is None only for an answer that a program made itself.

    *read_as* is the question as interpreted in context, empty if it was taken as typed. *picked_for*
    is the question whose choices this message picked from or declined. *manners* is True if the
    message was small talk, such as a greeting. *repeated* is True if the text only refers to an
    answer given before. *parts* are the answers to each of several questions in one message.
    """

    question: Question
    outcome: Outcome
    confidence: float
    text: str
    matches: tuple[Match, ...] = ()
    choices: tuple[Entry, ...] = ()
    follow_ups: tuple[Entry, ...] = ()
    read_as: str = ""
    picked_for: Question | None = None
    manners: bool = False
    repeated: bool = False
    parts: tuple[Answer, ...] = ()
    reason: Reason | None = None
    heading: str = ""
    lead: str = ""

    @property
    def entry(self) -> Entry | None:
        """The entry that answers the question.

        The result is None unless the outcome is answered.
        """
        answered = self.outcome is Outcome.ANSWERED and self.matches
        return self.matches[0].entry if answered else None

    @property
    def metadata(self) -> Mapping[str, object]:
        """The metadata of the question, as the program gave it."""
        return self.question.metadata

    def to_html(self) -> str:
        """Return *text* as an HTML fragment, safe in any page.

        HTML in an answer is escaped, images become links, and other links than http, https, mailto
        and tel are removed. Raises MissingDependency without the extra `html`.
        """
        from faqbot.rendering import markdown_to_html

        return markdown_to_html(self.text)

    def to_text(self) -> str:
        """Return *text* as plain text, in unwrapped lines.

        A link becomes ``text (address)``. Raises MissingDependency without the extra `html`.
        """
        from faqbot.rendering import markdown_to_text

        return markdown_to_text(self.text)

    def to_dict(self) -> AnswerData:
        """Return the answer as plain data, the JSON object that `faqbot ask --json` prints."""
        return {
            "question": self.question.text,
            "outcome": self.outcome.value,
            "confidence": round(self.confidence, _DECIMALS),
            "reason": None if self.reason is None else self.reason.value,
            "entry": None if self.entry is None else self.entry.id,
            "heading": self.heading,
            "answer": self.text,
            "matches": [match.to_dict() for match in self.matches],
            "choices": [entry.id for entry in self.choices],
            "follow_ups": [entry.id for entry in self.follow_ups],
            "manners": self.manners,
            "parts": [part.to_dict() for part in self.parts],
        }


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """Answer to be recorded, with the arguments of `Store.record`.

    *tenant* is the tenant that was asked, "" for that of the store.
    """

    answer: Answer
    adapter: str
    person: str = ""
    record: str = ""
    tenant: str = ""


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """Record of one question by a person, with its outcome.

    *text* is redacted: marks replace private data. *entry* is the id of the entry that answered,
    and *nearest* are the ids of the best matches, best first, whatever the outcome. *confidence* is
    0 to 1. *at* is aware, in UTC. *person* is a salted hash, empty when the adapter did not say who
    asked. *picked* is the id of the entry that the person picked among the choices. *helpful* and
    *unhelpful* count the people who said so, *reasons* are what those who said no gave as the
    reason, oldest first. *read_as* is the question as interpreted in context, empty if it was taken
    as typed. *manners* is True if the message was small talk, such as a greeting; *entry* is then
    an id of the small talk.
    """

    id: str
    text: str
    outcome: Outcome
    entry: str
    confidence: float
    adapter: str
    at: datetime
    person: str = ""
    nearest: tuple[str, ...] = ()
    picked: str = ""
    helpful: int = 0
    unhelpful: int = 0
    reasons: tuple[str, ...] = ()
    read_as: str = ""
    manners: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Suggestion of a person for the knowledge base: a new entry, or a new text for an entry.

    *answer* is empty if the person only asks for a *question* to be added. *entry* is the id of the
    entry to change, empty for a new entry. *person* is a salted hash or empty, *at* aware, in UTC.
    """

    id: str
    question: str
    answer: str
    entry: str
    person: str
    at: datetime
    status: SuggestionStatus = "open"
