"""Deciding on proposals: what each would do to the tests, to the files, and what was decided before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Protocol, TypeAlias

from faqbot.authoring.changes import Change, ChangeKind, compare
from faqbot.authoring.clusters import key_of
from faqbot.authoring.edits import Edits
from faqbot.authoring.proposals import Proposal, ProposalKind
from faqbot.authoring.regression import Run, run_tests
from faqbot.bot import Bot
from faqbot.models import Entry, KnowledgeBase
from faqbot.records import Suggestion, SuggestionStatus
from faqbot.retrieval.encoders import Encoder

__all__ = ["UNWRITTEN", "Blamed", "Decisions", "Rehearsal", "apply", "remember", "single", "taught"]
__all__ += ["undecided", "without"]

UNWRITTEN = "To be written."
"""The answer of a draft that nobody has answered yet: an entry needs one, and a draft is not served."""

Blamed: TypeAlias = Mapping[Proposal, Sequence[Change]]
"""Proposals that are `single`, each with the tests that it makes worse."""


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


def taught(kb: KnowledgeBase, proposals: Iterable[Proposal]) -> KnowledgeBase:
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


def single(proposal: Proposal) -> tuple[Proposal, ...]:
    """Return *proposal* in the parts that can be taken by themselves: each alternate, or the new entry."""
    if proposal.kind is ProposalKind.ENTRY:
        return (proposal,)
    return tuple(replace(proposal, questions=(text,)) for text in proposal.questions)


def without(proposals: Iterable[Proposal], blamed: Blamed) -> list[Proposal]:
    """Return *proposals* without the parts that are *blamed*."""
    kept = []
    for proposal in proposals:
        left = [part for part in single(proposal) if part not in blamed]
        questions = tuple(text for part in left for text in part.questions)
        if questions:
            kept.append(replace(proposal, questions=questions))
    return kept


class Rehearsal:
    """Runs the *tests* of a knowledge base with proposals accepted, and compares with how they go without."""

    def __init__(self, kb: KnowledgeBase, encoder: str | Encoder, *, variants: int = 1) -> None:
        """Run the tests of *kb* as it is; *variants* is how many misspellings of each are asked."""
        self.tests = kb.tests
        self._kb = kb
        self._encoder = encoder
        self._variants = variants
        self._before = self._run(kb) if kb.tests else Run(())

    def changes(self, proposals: Sequence[Proposal]) -> tuple[Change, ...]:
        """Return what would change if all of *proposals* were accepted, and new entries served."""
        if not (proposals and self.tests):
            return ()
        return compare(self._before, self._run(taught(self._kb, proposals)))

    def blame(self, proposals: Iterable[Proposal]) -> dict[Proposal, tuple[Change, ...]]:
        """Return those parts of *proposals* that make tests worse, each with the tests that it does.

        All are tried together first, so that it costs one run where none of them does.
        """
        return self._search([part for proposal in proposals for part in single(proposal)])

    def _search(self, parts: Sequence[Proposal]) -> dict[Proposal, tuple[Change, ...]]:
        worse = tuple(each for each in self.changes(parts) if each.kind is ChangeKind.WORSE)
        if not worse:
            return {}
        if len(parts) == 1:
            return {parts[0]: worse}
        suspects, others = _divided(parts, worse)
        found = {**self._search(suspects), **self._search(others)}
        return found or dict.fromkeys(suspects, worse)  # it takes several to make them worse

    def _run(self, kb: KnowledgeBase) -> Run:
        bot = Bot.from_knowledge_base(kb, self._encoder, cache=False)
        return run_tests(bot, kb.tests, variants=self._variants)


def _divided(
    parts: Sequence[Proposal], worse: Iterable[Change]
) -> tuple[Sequence[Proposal], Sequence[Proposal]]:
    """Return those whose entries got in the way of the tests that are *worse*, and the others."""
    after = [change.trial for change in worse]
    named = {name for trial in after for name in (*trial.entries, *trial.choices, trial.nearest)}
    suspects = [part for part in parts if part.entry in named]
    if 0 < len(suspects) < len(parts):
        return suspects, [part for part in parts if part.entry not in named]
    return parts[: len(parts) // 2], parts[len(parts) // 2 :]
