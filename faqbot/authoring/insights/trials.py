"""Trials of proposals on the tests, and proposals as 80-column text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from textwrap import wrap
from typing import TypeAlias

from faqbot.authoring.evaluation.baseline import Change, ChangeKind, compare
from faqbot.authoring.evaluation.runner import EvaluationRun, answered, on_one_line, run_tests
from faqbot.authoring.insights.proposals import Proposal, ProposalKind
from faqbot.bot import Bot
from faqbot.models import Entry, KnowledgeBase
from faqbot.retrieval import Encoder

# Answer of a draft without one: an entry must have an answer, and a draft is never served.
UNWRITTEN = "To be written."
# Runs of all tests in one search for a harmless subset; chosen by hand, a run takes seconds.
_MOST_RUNS = 12

Regressions: TypeAlias = Mapping[Proposal, Sequence[Change]]
"""Parts of proposals, as `split_proposal` returns them, each with the tests that it makes worse."""
# Columns of a terminal.
_WIDTH = 80
# Tests listed for each proposal; chosen by hand.
_SHOWN = 3
_SCISSORS = "# ------------------------ >8 ------------------------"
_ABOVE_ALTERNATES = "# Above are the phrasings, one a line."
_ABOVE_ENTRY = """\
# Above are the phrasings, one a line; the first is the question that is shown.
# After an empty line comes the answer, in Markdown."""


def with_proposals(kb: KnowledgeBase, proposals: Iterable[Proposal]) -> KnowledgeBase:
    """Return *kb* with *proposals* accepted, and their new entries served."""
    entries = dict(kb.by_id)
    for proposal in proposals:
        known = entries.get(proposal.entry)
        if proposal.kind is ProposalKind.ENTRY:
            made = new_entry(proposal, replace(kb, entries=tuple(entries.values())))
            entries[made.id] = made
        elif known is not None:
            added = (text for text in proposal.questions if text not in known.phrasings)
            entries[known.id] = replace(known, alternates=(*known.alternates, *added))
    return replace(kb, entries=tuple(entries.values()))


def new_entry(proposal: Proposal, kb: KnowledgeBase) -> Entry:
    """Return the entry that *proposal* adds to *kb*, under a free id."""
    question, *alternates = proposal.questions
    names = (proposal.entry if n == 1 else f"{proposal.entry}-{n}" for n in count(1))
    free = next(name for name in names if name not in kb.by_id)
    return Entry(free, question, proposal.answer or UNWRITTEN, tuple(alternates))


def split_proposal(proposal: Proposal) -> tuple[Proposal, ...]:
    """Split *proposal* into parts that can be accepted alone: each alternate, or the new entry."""
    if proposal.kind is ProposalKind.ENTRY:
        return (proposal,)
    return tuple(replace(proposal, questions=(text,)) for text in proposal.questions)


def without_parts(proposals: Iterable[Proposal], regressions: Regressions) -> list[Proposal]:
    """Return *proposals* without the parts that are keys of *regressions*."""
    kept = []
    for proposal in proposals:
        left = [part for part in split_proposal(proposal) if part not in regressions]
        questions = tuple(text for part in left for text in part.questions)
        if questions:
            kept.append(replace(proposal, questions=questions))
    return kept


class ProposalTrials:
    """Runs of the *tests* of a knowledge base, with proposals and without.

    The runs are cached.
    """

    def __init__(self, kb: KnowledgeBase, encoder: str | Encoder) -> None:
        """Compare with the answers of *kb*."""
        self.tests = kb.tests
        self._kb = kb
        self._encoder = encoder
        self._runs: dict[tuple[Entry, ...], EvaluationRun] = {}

    def changes(self, proposals: Iterable[Proposal]) -> tuple[Change, ...]:
        """Return the changes of the tests if all *proposals* were accepted, new entries served."""
        return compare(self._run(self._kb), self._run(with_proposals(self._kb, proposals)))

    def worse(self, proposals: Iterable[Proposal]) -> tuple[Change, ...]:
        """Return the tests that *proposals* make worse."""
        changes = self.changes(proposals)
        return tuple(change for change in changes if change.kind is ChangeKind.WORSE)

    def find_regressions(self, proposals: Iterable[Proposal]) -> dict[Proposal, tuple[Change, ...]]:
        """Return the parts of *proposals* whose entries make tests worse, each with these tests.

        All parts are tried together first, so that harmless proposals cost one run. A test may also
        do worse because new phrasings change the calibration; that is not attributed to a part.
        """
        return self._narrow([part for proposal in proposals for part in split_proposal(proposal)])

    def harmless(self, proposals: Sequence[Proposal]) -> list[Proposal]:
        """Return *proposals* that together make no test worse, all of them if possible.

        New entries are kept, since a draft changes no answer. The search ends after 12 runs; proposals
        that were not tried by then are left out.
        """
        kept: list[Proposal] = []
        waiting = [[each for each in proposals if each.kind is ProposalKind.ALTERNATE]]
        for _ in range(_MOST_RUNS):
            batch = waiting.pop(0) if waiting else []
            half = len(batch) // 2
            if not self.worse([*kept, *batch]):
                kept += batch
            elif half:
                waiting[:0] = [batch[:half], batch[half:]]
        return [each for each in proposals if each in kept or each.kind is ProposalKind.ENTRY]

    def _narrow(self, parts: Sequence[Proposal]) -> dict[Proposal, tuple[Change, ...]]:
        """Return the regressions of *parts*, by narrowing them down to entries that disturb tests."""
        hindered = _worse_by_entry(self.worse(parts))
        narrowed = [part for part in parts if part.entry in hindered]
        if len(narrowed) < len(parts):
            return self._narrow(narrowed) if narrowed else {}
        found: dict[Proposal, tuple[Change, ...]] = {}
        for entry in dict.fromkeys(part.entry for part in parts):
            group = [part for part in parts if part.entry == entry]
            found |= self._bisect(group, hindered[entry])
        return found

    def _bisect(
        self, group: Sequence[Proposal], worse: tuple[Change, ...]
    ) -> dict[Proposal, tuple[Change, ...]]:
        """Return the regressions of *group*, parts of one entry that make the tests *worse*, by bisection."""
        half = len(group) // 2
        if not half:
            return {group[0]: worse}
        found: dict[Proposal, tuple[Change, ...]] = {}
        for some in (group[:half], group[half:]):
            if still := _worse_by_entry(self.worse(some)).get(some[0].entry):
                found |= self._bisect(some, still)
        return found or dict.fromkeys(group, worse)  # only several together make them worse

    def _run(self, kb: KnowledgeBase) -> EvaluationRun:
        if kb.entries not in self._runs:
            bot = Bot.from_knowledge_base(kb, self._encoder, cache=False)
            self._runs[kb.entries] = run_tests(bot, kb.tests)
        return self._runs[kb.entries]


def _worse_by_entry(worse: Iterable[Change]) -> dict[str, tuple[Change, ...]]:
    """Group the *worse* tests by the entries that answered, were offered or were nearest."""
    found: dict[str, tuple[Change, ...]] = {}
    for change in worse:
        trial = change.trial
        for name in {*trial.entries, *trial.choices, trial.nearest} - {*trial.expect}:
            found[name] = (*found.get(name, ()), change)
    return found


def proposal_lines(
    proposal: Proposal, kb: KnowledgeBase, regressions: Regressions
) -> Iterator[str]:
    """Yield lines on *proposal*: its phrasings, its reason, and the tests that its parts make worse."""
    if proposal.kind is ProposalKind.ALTERNATE:
        question = kb.by_id[proposal.entry].question
        yield from _wrapped(f"Other words for {proposal.entry}: {question}")
    else:
        yield f"A new entry, as a draft: {proposal.entry}"
    yield ""
    bad = {
        text for part in split_proposal(proposal) if part in regressions for text in part.questions
    }
    for question in proposal.questions:
        yield from _wrapped(question, "  ! " if question in bad else "  + ", "    ")
    if proposal.kind is ProposalKind.ENTRY:
        yield ""
        yield from _answer(proposal.answer)
    yield ""
    yield from _wrapped(proposal.because)
    for part in split_proposal(proposal):
        yield from worse_lines(regressions.get(part, ()), _condition(part, proposal))


def _condition(part: Proposal, whole: Proposal) -> str:
    """Return the condition under which tests do worse, in words."""
    if part.kind is ProposalKind.ENTRY:
        return "once it is served"
    return "with this" if part == whole else f'with "{part.questions[0]}"'


def worse_lines(worse: Sequence[Change], condition: str) -> Iterator[str]:
    """Yield lines on the tests that do *worse* under *condition*."""
    if not worse:
        return
    tests = "A test does" if len(worse) == 1 else f"{len(worse)} tests do"
    yield from _wrapped(f"{tests} worse {condition}:")
    for change in worse[:_SHOWN]:
        before = answered(change.before) if change.before else "new"
        said = f'"{change.trial.ask}": {before}, now {answered(change.trial)}'
        yield from _wrapped(said, "  - ", "    ")
    if len(worse) > _SHOWN:
        yield f"  - and {len(worse) - _SHOWN} more"


def _answer(answer: str) -> Iterator[str]:
    if not answer:
        yield "  Its answer is still to be written."
    for line in answer.splitlines():
        yield from _wrapped(line, "  | ", "  | ") if line.strip() else ("  |",)


def _wrapped(text: str, first: str = "", others: str = "") -> Iterable[str]:
    return wrap(on_one_line(text), _WIDTH, initial_indent=first, subsequent_indent=others)


def editable(proposal: Proposal) -> str:
    """Return *proposal* as text to edit, followed by instructions."""
    parts = ["\n".join(on_one_line(text) for text in proposal.questions)]
    note = _ABOVE_ALTERNATES
    if proposal.kind is ProposalKind.ENTRY:
        parts.append(proposal.answer)
        note = _ABOVE_ENTRY
    note = f"{_SCISSORS}\n{note}\n# Everything below the line with the scissors is dropped."
    return "\n\n".join((*parts, note)) + "\n"


def edited(proposal: Proposal, text: str) -> Proposal | None:
    """Return *proposal* as changed in *text*, from `editable`.

    The result is None if no phrasing is left.
    """
    kept = text.partition(_SCISSORS)[0].replace("\r\n", "\n").strip()
    if proposal.kind is ProposalKind.ALTERNATE:
        phrasings, answer = kept, proposal.answer
    else:
        phrasings, _, answer = kept.partition("\n\n")
    lines = dict.fromkeys(" ".join(line.split()) for line in phrasings.splitlines())
    questions = tuple(line for line in lines if line)
    return replace(proposal, questions=questions, answer=answer.strip("\n")) if questions else None
