"""A small bot that answers what it knows by heart, and a chat with it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

import pytest

from faqbot import Answer, Conversation, Entry, KnowledgeBase, Match, Outcome, Question, Source
from faqbot_terminal.chat import Chat

VIENNA = Entry(
    id="vienna-convention",
    question="What is the Vienna Convention?",
    answer=(
        "The **Vienna Convention** of 1961 sets out:\n\n"
        "- the *privileges* of a mission,\n- the immunity of its agents.\n\n"
        "See [the text](https://example.org/vienna_1961)."
    ),
    alternates=("Which treaty governs embassies?",),
    section="Law",
    source="Page 4",
    url="https://example.org/page-4",
    follow_ups=("immunity", "envoy"),
)
IMMUNITY = Entry(
    id="immunity",
    question="What is diplomatic immunity?",
    answer="Protection from the host's courts.",
    section="Law",
)
ENVOY = Entry(id="envoy", question="What is an envoy?", answer="A messenger.", section="People")
STAFF_ONLY = Entry(
    id="code",
    question="What is the door code?",
    answer="It is secret.",
    section="Staff",
    audience=frozenset({"staff"}),
)
KB = KnowledgeBase(
    (VIENNA, IMMUNITY, ENVOY, STAFF_ONLY),
    title="Small Diplomacy",
    greeting="Welcome to **the desk**.",
    source=Source("A Handbook", "https://example.org", "handbook.pdf", "CC0", date(2024, 5, 1)),
)


@dataclass(frozen=True)
class FakeThresholds:
    """Thresholds as a bot has them."""

    answer: float = 0.6
    suggest: float = 0.3


@dataclass(frozen=True)
class FakeExplanation:
    """What a bot tells about an answer."""

    answer: Answer
    words: tuple[str, ...] = ("vienna", "convention")
    corrections: tuple[tuple[str, str], ...] = (("viena", "vienna"),)
    synonyms: tuple[tuple[str, str], ...] = (("treaty", "convention"),)
    thresholds: FakeThresholds = FakeThresholds()
    reason: str = "It answered because 0.90 is at least 0.60."


@dataclass
class FakeBot:
    """Answers a question typed exactly, offers both questions of law for "law", else declines."""

    kb: KnowledgeBase = KB
    encoder_name: str = "none"
    encoder_note: str = ""
    asked: list[str] = field(default_factory=list)

    def ask(self, question: str, conversation: Conversation) -> Answer:
        """Answer *question*, or the number of something offered."""
        self.asked.append(question)
        numbered = {str(number): entry for number, entry in enumerate(conversation.offered, 1)}
        if question in numbered:
            picked = self.answer_with(numbered[question], conversation)
            return replace(picked, heading=numbered[question].question)
        if question == "law":
            return self._remember(self._choices(), conversation)
        for entry in self.kb.entries:
            if question.lower() == entry.question.lower():
                return self.answer_with(entry, conversation)
        declined = Answer(Question(question), Outcome.UNANSWERED, 0.0, "I do not know.")
        return self._remember(declined, conversation)

    def answer_with(self, entry: Entry, conversation: Conversation) -> Answer:
        """Answer with *entry*."""
        follow_ups = tuple(self.kb.by_id[each] for each in entry.follow_ups)
        match = Match(entry, 0.8123, 0.9, entry.phrasings[-1])
        answer = Answer(
            Question(entry.question),
            Outcome.ANSWERED,
            0.9,
            entry.answer,
            (match,),
            follow_ups=follow_ups,
            lead="You could also ask:" if follow_ups else "",
        )
        return self._remember(answer, conversation)

    def explain(self, question: str) -> FakeExplanation:
        """Tell about the answer to *question*."""
        return FakeExplanation(self.ask(question, Conversation()))

    def _choices(self) -> Answer:
        text = f"Did you mean:\n\n1. {VIENNA.question}\n2. {IMMUNITY.question}\n3. None of these"
        matches = tuple(Match(each, 0.5, 0.4, each.question) for each in (VIENNA, IMMUNITY))
        return Answer(
            Question("law"), Outcome.AMBIGUOUS, 0.4, text, matches, choices=(VIENNA, IMMUNITY)
        )

    def _remember(self, answer: Answer, conversation: Conversation) -> Answer:
        conversation.remember(answer)
        return answer


@pytest.fixture
def bot() -> FakeBot:
    """Return a bot over the small knowledge base."""
    return FakeBot()


@pytest.fixture
def chat(bot: FakeBot) -> Chat:
    """Return a chat with nothing asked yet."""
    return Chat(bot, Conversation(), "Ctrl-D leaves.")
