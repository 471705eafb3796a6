"""Deciding on proposals: what each would do to the tests, to the files, and what was decided before.

A proposal as an author reads it at 80 columns, and as a text to edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from textwrap import wrap
from typing import Protocol, TypeAlias

from faqbot.authoring.evaluation.baseline import Change, ChangeKind, compare
from faqbot.authoring.evaluation.runner import EvaluationRun, answered, on_one_line, run_tests
from faqbot.authoring.insights.clusters import key_of
from faqbot.authoring.insights.proposals import Proposal, ProposalKind
from faqbot.bot import Bot
from faqbot.kb.edits import Edits
from faqbot.models import Entry, KnowledgeBase, Suggestion, SuggestionStatus
from faqbot.retrieval import Encoder

UNWRITTEN = "To be written."
"""The answer of a draft that nobody has answered yet: an entry needs one, and a draft is not served."""
_MOST_RUNS = 12

Regressions: TypeAlias = Mapping[Proposal, Sequence[Change]]
"""Proposals that are `single`, each with the tests that it makes worse."""
_WIDTH = 80
_SHOWN = 3
_SCISSORS = "# ------------------------ >8 ------------------------"
_ABOVE_ALTERNATES = "# Above are the phrasings, one a line."
_ABOVE_ENTRY = """\
# Above are the phrasings, one a line; the first is the question that is shown.
# After an empty line comes the answer, in Markdown."""


class Decisions(Protocol):
    """Where suggestions and what became of them are kept; `Store` is one."""

    def suggestions(self, status: SuggestionStatus | None = None) -> Iterator[Suggestion]:
        """Yield the suggestions of that *status*, or all."""

    def suggest(
        self, question: str, answer: str = "", *, entry: str = "", person: str = ""
    ) -> str | None:
        """Keep a suggestion and return its id, None where it could not be written."""

    def decide(self, suggestion: str, status: SuggestionStatus) -> bool:
        """Set what became of a suggestion; False where it could not be written."""


def undecided(
    proposals: Iterable[Proposal], suggestions: Iterable[Suggestion], kb: KnowledgeBase
) -> tuple[Proposal, ...]:
    """Return *proposals* without what was decided: it is in *kb*, if only in a draft, or was rejected.

    What was rejected is among *suggestions*. A phrasing rejected for an entry is not proposed for it
    again; a new entry is not while half or more of its phrasings are decided.
    """
    rejected = {
        (said.entry, key_of(said.question)) for said in suggestions if said.status == "rejected"
    }
    known = {key_of(text) for entry in kb.entries for text in entry.phrasings}
    kept = []
    for proposal in proposals:
        left = tuple(
            text
            for text in proposal.questions
            if key_of(text) not in known and (_about(proposal), key_of(text)) not in rejected
        )
        enough = proposal.kind is ProposalKind.ALTERNATE or 2 * len(left) > len(proposal.questions)
        if left and enough:
            kept.append(replace(proposal, questions=left))
    return tuple(kept)


def remember(store: Decisions, proposal: Proposal, status: SuggestionStatus) -> bool:
    """Keep in *store* what was decided on *proposal*; False where that could not be written.

    People's own suggestions that it stands for get the *status*. What is rejected without being
    anybody's suggestion is kept as one by nobody, which `undecided` goes by.
    """
    about = _about(proposal)
    wanted = {key_of(text): text for text in proposal.questions}
    theirs = [
        said
        for said in store.suggestions()
        if said.entry == about and key_of(said.question) in wanted
    ]
    ids = [said.id for said in theirs if said.status != status]
    if status == "rejected":
        known = {key_of(said.question) for said in theirs}
        ids += [
            store.suggest(text, entry=about) or ""
            for key, text in wanted.items()
            if key not in known
        ]
    done = [store.decide(suggestion, status) for suggestion in ids]
    return all(done)


def _about(proposal: Proposal) -> str:
    """Return the entry that a suggestion of the same would be about: none for a new one."""
    return proposal.entry if proposal.kind is ProposalKind.ALTERNATE else ""


def apply(edits: Edits, proposal: Proposal) -> None:
    """Add to *edits* what *proposal* says; a new entry becomes a draft with the reason beside it."""
    if proposal.kind is ProposalKind.ALTERNATE:
        edits.add_alternates(proposal.entry, proposal.questions)
    else:
        entry = _entry(proposal, edits.kb)
        edits.add_entry(replace(entry, draft=True), proposal.because)


def with_proposals(kb: KnowledgeBase, proposals: Iterable[Proposal]) -> KnowledgeBase:
    """Return *kb* with *proposals* accepted and their new entries served, as they are to be one day."""
    entries = dict(kb.by_id)
    for proposal in proposals:
        known = entries.get(proposal.entry)
        if proposal.kind is ProposalKind.ENTRY:
            made = _entry(proposal, replace(kb, entries=tuple(entries.values())))
            entries[made.id] = made
        elif known is not None:
            added = (text for text in proposal.questions if text not in known.phrasings)
            entries[known.id] = replace(known, alternates=(*known.alternates, *added))
    return replace(kb, entries=tuple(entries.values()))


def _entry(proposal: Proposal, kb: KnowledgeBase) -> Entry:
    question, *alternates = proposal.questions
    names = (proposal.entry if n == 1 else f"{proposal.entry}-{n}" for n in count(1))
    free = next(name for name in names if name not in kb.by_id)
    return Entry(free, question, proposal.answer or UNWRITTEN, tuple(alternates))


def split_proposal(proposal: Proposal) -> tuple[Proposal, ...]:
    """Return *proposal* in the parts that can be taken by themselves: each alternate, or the new entry."""
    if proposal.kind is ProposalKind.ENTRY:
        return (proposal,)
    return tuple(replace(proposal, questions=(text,)) for text in proposal.questions)


def without_parts(proposals: Iterable[Proposal], regressions: Regressions) -> list[Proposal]:
    """Return *proposals* without the parts that are *regressions*."""
    kept = []
    for proposal in proposals:
        left = [part for part in split_proposal(proposal) if part not in regressions]
        questions = tuple(text for part in left for text in part.questions)
        if questions:
            kept.append(replace(proposal, questions=questions))
    return kept


class ProposalTrials:
    """Runs the *tests* of a knowledge base, as written, with proposals accepted and without."""

    def __init__(self, kb: KnowledgeBase, encoder: str | Encoder) -> None:
        """Take *kb* as what changes are compared with."""
        self.tests = kb.tests
        self._kb = kb
        self._encoder = encoder
        self._runs: dict[tuple[Entry, ...], EvaluationRun] = {}

    def changes(self, proposals: Iterable[Proposal]) -> tuple[Change, ...]:
        """Return what would change if all of *proposals* were accepted, and new entries served."""
        return compare(self._run(self._kb), self._run(with_proposals(self._kb, proposals)))

    def worse(self, proposals: Iterable[Proposal]) -> tuple[Change, ...]:
        """Return the tests that would do worse."""
        changes = self.changes(proposals)
        return tuple(change for change in changes if change.kind is ChangeKind.WORSE)

    def find_regressions(self, proposals: Iterable[Proposal]) -> dict[Proposal, tuple[Change, ...]]:
        """Return those parts of *proposals* whose entries get in the way of tests, each with these.

        All are tried together first, so that it costs one run where none of them does. A test may
        also do worse because new phrasings shift how sure a bot is of any: that blames none.
        """
        return self._suspect([part for proposal in proposals for part in split_proposal(proposal)])

    def harmless(self, proposals: Sequence[Proposal]) -> list[Proposal]:
        """Return those of *proposals*, all if possible, with which together no test does worse.

        New entries are among them, since a draft changes no answer. What a few runs do not settle is
        left out.
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

    def _suspect(self, parts: Sequence[Proposal]) -> dict[Proposal, tuple[Change, ...]]:
        """Narrow *parts* down to those of entries that get in the way of tests, and blame these."""
        hindered = _worse_by_entry(self.worse(parts))
        suspects = [part for part in parts if part.entry in hindered]
        if len(suspects) < len(parts):
            return self._suspect(suspects) if suspects else {}
        found: dict[Proposal, tuple[Change, ...]] = {}
        for entry in dict.fromkeys(part.entry for part in parts):
            group = [part for part in parts if part.entry == entry]
            found |= self._divide(group, hindered[entry])
        return found

    def _divide(
        self, group: Sequence[Proposal], worse: tuple[Change, ...]
    ) -> dict[Proposal, tuple[Change, ...]]:
        """Blame those of *group*, parts of one entry, that make the tests *worse*."""
        half = len(group) // 2
        if not half:
            return {group[0]: worse}
        found: dict[Proposal, tuple[Change, ...]] = {}
        for some in (group[:half], group[half:]):
            if still := _worse_by_entry(self.worse(some)).get(some[0].entry):
                found |= self._divide(some, still)
        return found or dict.fromkeys(group, worse)  # it takes several to make them worse

    def _run(self, kb: KnowledgeBase) -> EvaluationRun:
        if kb.entries not in self._runs:
            bot = Bot.from_knowledge_base(kb, self._encoder, cache=False)
            self._runs[kb.entries] = run_tests(bot, kb.tests)
        return self._runs[kb.entries]


def _worse_by_entry(worse: Iterable[Change]) -> dict[str, tuple[Change, ...]]:
    """Return the entries that got in the way of tests, each with the tests that do *worse* for it."""
    found: dict[str, tuple[Change, ...]] = {}
    for change in worse:
        trial = change.trial
        for name in {*trial.entries, *trial.choices, trial.nearest} - {*trial.expect}:
            found[name] = (*found.get(name, ()), change)
    return found


def proposal_lines(
    proposal: Proposal, kb: KnowledgeBase, regressions: Regressions
) -> Iterator[str]:
    """Yield what *proposal* adds to *kb*, why, and the tests that its *regressions* parts make worse."""
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
    """Return what makes tests worse, in words."""
    if part.kind is ProposalKind.ENTRY:
        return "once it is served"
    return "with this" if part == whole else f'with "{part.questions[0]}"'


def worse_lines(worse: Sequence[Change], condition: str) -> Iterator[str]:
    """Yield the tests that do *worse*, and how; *condition* says in words when."""
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
    """Return *proposal* as a text for an author to edit, with a note of how below it."""
    parts = ["\n".join(on_one_line(text) for text in proposal.questions)]
    note = _ABOVE_ALTERNATES
    if proposal.kind is ProposalKind.ENTRY:
        parts.append(proposal.answer)
        note = _ABOVE_ENTRY
    note = f"{_SCISSORS}\n{note}\n# Nothing from the line with the scissors on is kept."
    return "\n\n".join((*parts, note)) + "\n"


def edited(proposal: Proposal, text: str) -> Proposal | None:
    """Return *proposal* as *text*, edited from `editable`, has it; None where no phrasing is left."""
    kept = text.partition(_SCISSORS)[0].replace("\r\n", "\n").strip()
    if proposal.kind is ProposalKind.ALTERNATE:
        phrasings, answer = kept, proposal.answer
    else:
        phrasings, _, answer = kept.partition("\n\n")
    lines = dict.fromkeys(" ".join(line.split()) for line in phrasings.splitlines())
    questions = tuple(line for line in lines if line)
    return replace(proposal, questions=questions, answer=answer.strip("\n")) if questions else None
