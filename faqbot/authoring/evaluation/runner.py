"""The tests of a knowledge base, asked of a bot: what became of each, as typed and misspelled.

How many tests had which verdict, in all and for each section.

What a bot said to a test's question and what was expected, in words.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from faqbot.__version__ import __version__
from faqbot.authoring.evaluation.misspellings import known_words, misspellings
from faqbot.bot import Bot
from faqbot.errors import FaqbotError
from faqbot.models import Answer, KnowledgeBase, KnowledgeBaseTest, Outcome, Question

__all__ = [
    "EvaluationRun",
    "Trial",
    "Verdict",
    "VerdictCounts",
    "answered",
    "count_verdicts",
    "expected",
    "grouped",
    "location",
    "on_one_line",
    "run_tests",
]

# Asked before the clock runs, so that everything is loaded. The typo loads the word lists.
_WARM_UP_QUESTION = "what loads when it is frist needed"
_OUT_OF_SCOPE = "Out of scope"
_NO_SECTION = "No section"
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Verdict(StrEnum):
    """How an answer compares with what its test expects.

    RIGHT: answered with an expected entry, or not answered where none is expected. OFFERED: an
    expected entry was among the choices. MISSED: choices, none of them expected. DECLINED: not
    answered, though an entry is expected. WRONG: answered with an entry that is not expected.
    """

    RIGHT = "right"
    OFFERED = "offered"
    MISSED = "missed"
    DECLINED = "declined"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Trial:
    """One question of a test, asked of a bot, and what came of it.

    *ask* is what was typed: the test's own question, or, with a *variant* from 1 on, a misspelling of
    *original*. *expect* are the ids any of which is right; none: it is to stay unanswered. *section* is
    that of the first entry expected. *entries* are the ids that answered: one, or several for a message
    of several questions; *choices* are those offered. *nearest* is the id of the best match, empty
    with no match, and *confidence*, 0 to 1, is that match's. *manners* says that the bot took it for a
    greeting, thanks and the like, which answers no question.
    """

    ask: str
    expect: tuple[str, ...]
    verdict: Verdict
    entries: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    nearest: str = ""
    confidence: float = 0.0
    section: str = ""
    original: str = ""
    variant: int = 0
    manners: bool = False
    milliseconds: float = field(default=0.0, compare=False)
    path: Path | None = field(default=None, compare=False)
    line: int = field(default=0, compare=False)

    @property
    def outcome(self) -> Outcome:
        """What the bot did."""
        if self.entries:
            return Outcome.ANSWERED
        return Outcome.AMBIGUOUS if self.choices else Outcome.UNANSWERED


@dataclass(frozen=True, slots=True)
class EvaluationRun:
    """Every trial of one run, in the order of the tests, the misspellings of each right after it.

    *variants* is how many misspellings of each test were asked for; *faqbot* is the version that ran.
    """

    trials: tuple[Trial, ...]
    encoder: str = "none"
    variants: int = 0
    faqbot: str = __version__

    @property
    def plain(self) -> tuple[Trial, ...]:
        """The tests as their author wrote them."""
        return tuple(trial for trial in self.trials if not trial.variant)

    @property
    def misspelled(self) -> tuple[Trial, ...]:
        """The misspellings that faqbot made of them."""
        return tuple(trial for trial in self.trials if trial.variant)


def run_tests(
    bot: Bot, tests: Sequence[KnowledgeBaseTest] | None = None, *, variants: int = 0
) -> EvaluationRun:
    """Ask *bot* each of *tests*, by default those of its knowledge base, and judge the answers.

    Each test is also asked with up to *variants* misspellings, the same ones in every run. A question
    whose expected entries have an audience is asked by a person of that audience. Raises FaqbotError
    if the knowledge base has no tests and no others are given.
    """
    if tests is None:
        tests = _tests_of(bot.kb)
    bot.ask(_WARM_UP_QUESTION)
    known = known_words(bot.kb) if variants else frozenset()
    trials = []
    for test in tests:
        typed = (test.ask, *misspellings(test.ask, known, variants))
        trials += [_try(bot, test, text, number) for number, text in enumerate(typed)]
    return EvaluationRun(tuple(trials), bot.encoder_name, variants)


def _tests_of(kb: KnowledgeBase) -> Sequence[KnowledgeBaseTest]:
    if kb.tests:
        return kb.tests
    name = str(kb.paths[0]) if len(kb.paths) == 1 else "the knowledge base"
    raise FaqbotError(
        f"{name} has no tests: add a list  tests:  of items such as"
        "  {ask: a question in other words, expect: the-id-of-its-entry}"
    )


def _try(bot: Bot, test: KnowledgeBaseTest, typed: str, variant: int) -> Trial:
    expected = [bot.kb.by_id[name] for name in test.expect if name in bot.kb.by_id]
    audience = frozenset[str]().union(*(entry.audience for entry in expected))
    started = time.perf_counter()
    answer = bot.ask(Question(typed, audience=audience))
    elapsed = time.perf_counter() - started
    answered, choices = _given(answer)
    return Trial(
        typed,
        test.expect,
        _judge(answered, choices, test.expect),
        answered,
        () if answered else choices,
        answer.matches[0].entry.id if answer.matches and not answer.manners else "",
        answer.confidence,
        expected[0].section if expected else "",
        test.ask if variant else "",
        variant,
        answer.manners,
        elapsed * 1000,
        test.path,
        test.line,
    )


def _given(answer: Answer) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the ids that answered, and those offered; a greeting and the like is neither.

    A message of several questions has an answer to each.
    """
    parts = [part for part in answer.parts or (answer,) if not part.manners]
    answered = dict.fromkeys(part.entry.id for part in parts if part.entry)
    choices = dict.fromkeys(choice.id for part in parts for choice in part.choices)
    return tuple(answered), tuple(choices)


def _judge(answered: Collection[str], choices: Collection[str], expect: Collection[str]) -> Verdict:
    if answered:
        return Verdict.RIGHT if set(answered) <= set(expect) else Verdict.WRONG
    if choices:
        return Verdict.MISSED if set(expect).isdisjoint(choices) else Verdict.OFFERED
    return Verdict.DECLINED if expect else Verdict.RIGHT


@dataclass(frozen=True, slots=True)
class VerdictCounts:
    """How many of *total* trials had each verdict."""

    counts: Mapping[Verdict, int]

    @property
    def total(self) -> int:
        """How many trials there were."""
        return sum(self.counts.values())

    def share(self, verdict: Verdict) -> float:
        """Return the share of *verdict*, 0 to 1; 0 of no trials."""
        return self.counts[verdict] / (self.total or 1)


def count_verdicts(trials: Iterable[Trial]) -> VerdictCounts:
    """Count the verdicts of *trials*."""
    found = Counter(trial.verdict for trial in trials)
    return VerdictCounts({verdict: found[verdict] for verdict in Verdict})


def grouped(trials: Iterable[Trial]) -> Mapping[str, tuple[Trial, ...]]:
    """Return *trials* by section, in the order in which each comes first.

    Those whose entry has no section follow, and then those that expect no entry.
    """
    sections: dict[str, list[Trial]] = {}
    for trial in trials:
        sections.setdefault(_section(trial), []).append(trial)
    last = [name for name in (_NO_SECTION, _OUT_OF_SCOPE) if name in sections]
    names = [*(name for name in sections if name not in last), *last]
    return {name: tuple(sections[name]) for name in names}


def _section(trial: Trial) -> str:
    if not trial.expect:
        return _OUT_OF_SCOPE
    return trial.section or _NO_SECTION


def answered(trial: Trial) -> str:
    """Return what the bot did: which entries answered or were offered, and how sure it was."""
    sure = f"({trial.confidence:.0%})"
    if trial.outcome is Outcome.ANSWERED:
        return f"answered {' and '.join(trial.entries)} {sure}"
    if trial.outcome is Outcome.AMBIGUOUS:
        return f"offered {', '.join(trial.choices)} {sure}"
    if trial.manners:
        return "taken for a greeting, thanks or the like"
    return (
        f"declined, nearest {trial.nearest} {sure}"
        if trial.nearest and trial.expect
        else "declined"
    )


def expected(trial: Trial) -> str:
    """Return what its test expects."""
    return f"expected {' or '.join(trial.expect) or 'no answer'}"


def location(trial: Trial) -> str:
    """Return `path:line` of its test, from the current folder if it lies in there; empty if unknown."""
    if trial.path is None:
        return ""
    path = trial.path
    if path.is_absolute() and path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    return f"{path}:{trial.line}"


def on_one_line(text: str) -> str:
    """Return *text* on one line, with a mark for each character that a terminal would obey."""
    return _UNSHOWN.sub("\N{REPLACEMENT CHARACTER}", " ".join(text.split()))
