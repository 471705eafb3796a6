"""Runner of tests: verdicts, counts, and results in words."""

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

# Asked before the clock runs, so that everything is loaded. The typo loads the word lists.
_WARM_UP_QUESTION = "what loads when it is frist needed"
_OUT_OF_SCOPE = "Out of scope"
_NO_SECTION = "No section"
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Verdict(StrEnum):
    """Result of comparing an answer with its test.

    RIGHT: answered with an expected entry, or not answered if the test expects no answer. OFFERED: an
    expected entry was among the choices. MISSED: no expected entry was among the choices. DECLINED:
    not answered, though an entry is expected. WRONG: answered with an unexpected entry.
    """

    RIGHT = "right"
    OFFERED = "offered"
    MISSED = "missed"
    DECLINED = "declined"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Trial:
    """One question asked of a bot, and the result.

    *ask* is the test's question, or with a *variant* from 1 on, a misspelling of *original*. *expect*
    holds the ids of right entries; empty if no answer is right. *section* belongs to the first
    expected entry. *entries* are the ids that answered, several for a message of several questions;
    *choices* are the offered ids. *nearest* is the id of the best match, empty without a match, and
    *confidence* its confidence, 0 to 1. *manners* is True if the bot took the question for small talk,
    such as a greeting.
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
        """Outcome of the answer."""
        if self.entries:
            return Outcome.ANSWERED
        return Outcome.AMBIGUOUS if self.choices else Outcome.UNANSWERED


@dataclass(frozen=True, slots=True)
class EvaluationRun:
    """Trials of one run, in the order of the tests, each followed by its misspellings.

    *variants* is the number of misspellings of each test; *faqbot* is the version that ran.
    """

    trials: tuple[Trial, ...]
    encoder: str = "none"
    variants: int = 0
    faqbot: str = __version__

    @property
    def plain(self) -> tuple[Trial, ...]:
        """Trials of the tests as written."""
        return tuple(trial for trial in self.trials if not trial.variant)

    @property
    def misspelled(self) -> tuple[Trial, ...]:
        """Trials of misspellings."""
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
    """Return the ids of entries that answered, and of those offered as choices.

    A message of several questions has an answer to each. Small talk has neither.
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
    """Number of trials with each verdict."""

    counts: Mapping[Verdict, int]

    @property
    def total(self) -> int:
        """Number of trials."""
        return sum(self.counts.values())

    def share(self, verdict: Verdict) -> float:
        """Return the share of *verdict*, 0 to 1; 0 without trials."""
        return self.counts[verdict] / (self.total or 1)


def count_verdicts(trials: Iterable[Trial]) -> VerdictCounts:
    """Count the verdicts of *trials*."""
    found = Counter(trial.verdict for trial in trials)
    return VerdictCounts({verdict: found[verdict] for verdict in Verdict})


def grouped(trials: Iterable[Trial]) -> Mapping[str, tuple[Trial, ...]]:
    """Return *trials* by section, in order of first use.

    Trials without a section follow, then trials that expect no answer.
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
    """Describe the answer: entries or choices, and the confidence."""
    sure = f"({trial.confidence:.0%})"
    if trial.outcome is Outcome.ANSWERED:
        return f"answered {' and '.join(trial.entries)} {sure}"
    if trial.outcome is Outcome.AMBIGUOUS:
        return f"offered {', '.join(trial.choices)} {sure}"
    if trial.manners:
        return "taken for small talk"
    return (
        f"declined, nearest {trial.nearest} {sure}"
        if trial.nearest and trial.expect
        else "declined"
    )


def expected(trial: Trial) -> str:
    """Describe the expected answer."""
    return f"expected {' or '.join(trial.expect) or 'no answer'}"


def location(trial: Trial) -> str:
    """Return `path:line` of the test, relative to the current folder if inside.

    The result is empty if unknown.
    """
    if trial.path is None:
        return ""
    path = trial.path
    if path.is_absolute() and path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    return f"{path}:{trial.line}"


def on_one_line(text: str) -> str:
    """Return *text* on one line, with each control character replaced."""
    return _UNSHOWN.sub("\N{REPLACEMENT CHARACTER}", " ".join(text.split()))
