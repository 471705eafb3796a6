"""The tests of a knowledge base, asked of a bot: what each verdict means, and what a run holds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from faqbot.authoring.evaluation.runner import (
    EvaluationRun,
    Trial,
    Verdict,
    count_verdicts,
    grouped,
    run_tests,
)
from faqbot.bot import Bot
from faqbot.errors import FaqbotError
from faqbot.models import Answer, Entry, KnowledgeBase, KnowledgeBaseTest, Match, Outcome, Question

_TRIAL = Trial("q", ("a",), Verdict.RIGHT)
_A, _B, _C = (
    Entry("a", "How do I print?", "Press the button.", section="Office"),
    Entry("b", "Where is the car park?", "Behind the house.", section="House"),
    Entry(
        "c",
        "What is the alarm code?",
        "It is 7.",
        section="House",
        audience=frozenset({"staff", "guard"}),
    ),
)
_KB = KnowledgeBase((_A, _B, _C))


def test_tally() -> None:
    """Every verdict has a count and a share."""
    found = count_verdicts([_TRIAL, _TRIAL, replace(_TRIAL, verdict=Verdict.WRONG)])

    assert found.total == 3
    assert list(found.counts.values()) == [2, 0, 0, 0, 1]
    assert found.share(Verdict.WRONG) == 1 / 3


def test_tally_of_nothing() -> None:
    """No trials have no share of anything."""
    assert count_verdicts([]).share(Verdict.RIGHT) == 0


def test_sections_stand_in_the_order_of_the_tests() -> None:
    """As each comes first; entries without a section follow, and then tests that expect none."""
    trials = [
        replace(_TRIAL, expect=()),
        _TRIAL,
        replace(_TRIAL, section="B"),
        replace(_TRIAL, section="A"),
        replace(_TRIAL, section="B"),
    ]

    assert {name: len(those) for name, those in grouped(trials).items()} == {
        "B": 2,
        "A": 1,
        "No section": 1,
        "Out of scope": 1,
    }
    assert list(grouped(trials)) == ["B", "A", "No section", "Out of scope"]


class FakeBot(Bot):
    """Says what it is told to, and keeps the questions."""

    def __init__(self, *said: Answer) -> None:
        """Say each of *said* in turn, after what loads is loaded."""
        self._said = [_answered(), *said]
        self.asked: list[Question] = []

    @property
    def kb(self) -> KnowledgeBase:
        """Three entries."""
        return _KB

    @property
    def encoder_name(self) -> str:
        """A name to be told."""
        return "made-up"

    def ask(self, question: str | Question, conversation: object = None) -> Answer:
        """Give the next answer."""
        assert conversation is None
        if isinstance(question, Question):
            self.asked.append(question)
        return self._said.pop(0) if len(self._said) > 1 else self._said[0]


def _answered(*entries: Entry, manners: bool = False) -> Answer:
    matches = tuple(Match(entry, 1.0, 0.9, entry.question) for entry in entries)
    outcome = Outcome.ANSWERED if entries else Outcome.UNANSWERED
    return Answer(Question("?"), outcome, 0.9, "", matches, manners=manners)


def _offered(*entries: Entry) -> Answer:
    matches = tuple(Match(entry, 1.0, 0.4, entry.question) for entry in entries)
    return Answer(Question("?"), Outcome.AMBIGUOUS, 0.4, "", matches, choices=entries)


def _several(*parts: Answer) -> Answer:
    return Answer(Question("?"), Outcome.ANSWERED, 0.9, "", parts[0].matches, parts=parts)


def _try(answer: Answer, *expect: str) -> Trial:
    (trial,) = run_tests(FakeBot(answer), [KnowledgeBaseTest("ask", expect)]).trials
    return trial


@pytest.mark.parametrize(
    ("answer", "expect", "verdict"),
    [
        (_answered(_B), "ab", Verdict.RIGHT),
        (_answered(_C), "ab", Verdict.WRONG),
        (_offered(_C, _B), "ab", Verdict.OFFERED),
        (_offered(_C), "ab", Verdict.MISSED),
        (_answered(), "ab", Verdict.DECLINED),
        (_answered(_A), "", Verdict.WRONG),
        (_offered(_A, _B), "", Verdict.MISSED),
        (_answered(), "", Verdict.RIGHT),
        (_answered(_A, manners=True), "", Verdict.RIGHT),
        (_answered(_A, manners=True), "a", Verdict.DECLINED),
        (_several(_answered(_A), _answered(_B)), "ab", Verdict.RIGHT),
        (_several(_answered(_A), _answered()), "ab", Verdict.RIGHT),
        (_several(_answered(_A), _answered(_C)), "ab", Verdict.WRONG),
        (_several(_offered(_A, _B), _answered()), "b", Verdict.OFFERED),
    ],
)
def test_verdict(answer: Answer, expect: str, verdict: Verdict) -> None:
    """An answer is judged by what its test expects; a greeting answers nothing, and parts answer all."""
    assert _try(answer, *expect).verdict is verdict


def test_trial_says_what_was_given() -> None:
    """Ids that answered or were offered, the nearest, its confidence, and the outcome."""
    answered, offered, declined = _try(_answered(_A, _B)), _try(_offered(_B, _A)), _try(_answered())

    assert (answered.entries, answered.choices, answered.nearest) == (("a",), (), "a")
    assert (offered.entries, offered.choices, offered.nearest) == ((), ("b", "a"), "b")
    assert (declined.entries, declined.choices, declined.nearest) == ((), (), "")
    assert [trial.outcome for trial in (answered, offered, declined)] == list(Outcome)
    assert (answered.confidence, offered.confidence) == (0.9, 0.4)
    assert answered.milliseconds > 0


@pytest.mark.parametrize(
    ("expect", "section"), [("ba", "House"), ("ab", "Office"), ("", ""), ("z", "")]
)
def test_section_is_that_of_the_first_expected(expect: str, section: str) -> None:
    """A test belongs to the section of its entry; one that expects none, or an unknown id, to no section."""
    assert _try(_answered(), *expect).section == section


@pytest.mark.parametrize(
    ("expect", "audience"), [("c", {"staff", "guard"}), ("ac", {"staff", "guard"}), ("a", set())]
)
def test_asked_by_who_may_see_it(expect: str, audience: set[str]) -> None:
    """A test that expects an entry for an audience is asked by one of that audience."""
    bot = FakeBot(_answered())
    run_tests(bot, [KnowledgeBaseTest("what is it", tuple(expect))])

    assert bot.asked == [Question("what is it", audience=frozenset(audience))]


def test_manners_are_told() -> None:
    """A greeting has no nearest entry of the knowledge base."""
    trial = _try(_answered(_A, manners=True), "a")

    assert (trial.manners, trial.nearest, trial.entries) == (True, "", ())


def test_misspelled_ones_follow_their_test() -> None:
    """Each test is asked as it stands, then misspelled, numbered from 1."""
    tests = [KnowledgeBaseTest("where to park the vehicle", ("b",)), KnowledgeBaseTest("why")]
    run = run_tests(FakeBot(_answered()), tests, variants=2)

    assert [trial.variant for trial in run.trials] == [0, 1, 2, 0]
    assert [trial.original for trial in run.trials] == ["", *["where to park the vehicle"] * 2, ""]
    assert [trial.ask for trial in run.plain] == [test.ask for test in tests]
    assert len({trial.ask for trial in run.trials}) == 4
    assert [trial.expect for trial in run.misspelled] == [("b",)] * 2
    assert (run.variants, run.encoder) == (2, "made-up")


def test_real_bot() -> None:
    """A real bot's answers are judged, of an entry for an audience too."""
    tests = [
        KnowledgeBaseTest("How do I print", ("a",)),
        KnowledgeBaseTest("what is the alarm code", ("c",)),
        KnowledgeBaseTest("colourless green ideas"),
        KnowledgeBaseTest("where is the car park", ("a",)),
    ]
    run = run_tests(Bot.from_knowledge_base(_KB, "none", cache=False), tests)

    assert [trial.verdict.value for trial in run.trials] == ["right", "right", "right", "wrong"]
    assert run_tests(Bot.from_knowledge_base(_KB, "none", cache=False), tests) == run


def test_no_tests() -> None:
    """A base without tests makes an empty run."""
    assert run_tests(FakeBot(), []) == EvaluationRun((), "made-up")


def test_tests_of_the_knowledge_base_run_by_default() -> None:
    """Without a list, the bot's own tests are asked; a base without tests is an error that says so."""
    own = replace(_KB, tests=(KnowledgeBaseTest("How do I print?", ("a",)),))
    run = run_tests(Bot.from_knowledge_base(own, "none", cache=False))

    assert [(trial.ask, trial.verdict) for trial in run.trials] == [
        ("How do I print?", Verdict.RIGHT)
    ]
    with pytest.raises(FaqbotError, match="has no tests: add a list"):
        run_tests(Bot.from_knowledge_base(_KB, "none", cache=False))
