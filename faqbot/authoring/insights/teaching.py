"""Teaching: proposals from recorded questions, tried on the tests, and written when accepted.

`teach` accepts every proposal that makes no test worse. `TeachingSession` lets a person decide.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from faqbot.authoring.evaluation.baseline import Change
from faqbot.authoring.insights.clusters import key_of
from faqbot.authoring.insights.proposals import Proposal, ProposalKind, propose
from faqbot.authoring.insights.trials import (
    ProposalTrials,
    Regressions,
    new_entry,
    without_parts,
)
from faqbot.bot import Bot
from faqbot.kb.edits import Edits
from faqbot.models import KnowledgeBase, Suggestion, SuggestionStatus

if TYPE_CHECKING:
    from faqbot.store import Store


@dataclass(frozen=True, slots=True)
class TeachingResult:
    """Result of `teach` for the knowledge base *kb*, as it was before.

    *asked* counts the recorded questions. *proposals* are all that they suggest, *accepted* those
    that make no test worse. *regressions* are the other parts, each with the tests that it makes
    worse; *conflicting* are proposals that make a test worse only together with others. *diff* is the
    unified diff of the knowledge base. *written* are the files that were changed, and *unrecorded*
    the accepted proposals that the store could not remember.
    """

    kb: KnowledgeBase
    asked: int
    proposals: tuple[Proposal, ...] = ()
    accepted: tuple[Proposal, ...] = ()
    regressions: Regressions = field(default_factory=dict)
    conflicting: tuple[Proposal, ...] = ()
    diff: str = ""
    written: tuple[Path, ...] = ()
    unrecorded: tuple[Proposal, ...] = ()


def teach(
    path: str | Path, store: Store, *, encoder: str = "auto", dry_run: bool = False
) -> TeachingResult:
    """Add to the knowledge base at *path* all that questions in *store* suggest and no test forbids.

    New entries become drafts, which are never served. Comments and layout stay. With *dry_run*,
    nothing is written. Raises KnowledgeBaseError, EncoderError, StoreError, and EditError if a file
    cannot be written.
    """
    session = TeachingSession(path, store, encoder=encoder, dry_run=dry_run)
    if not session.proposals:
        return TeachingResult(session.kb, session.asked)
    found = session.harmless()
    session.accept(found.accepted)
    written: tuple[Path, ...] = ()
    unrecorded: tuple[Proposal, ...] = ()
    diff = session.diff() if found.accepted else ""
    if found.accepted and not dry_run:
        written = session.write()
        unrecorded = session.remember(found.accepted, "approved")
    return TeachingResult(
        session.kb,
        session.asked,
        session.proposals,
        found.accepted,
        found.regressions,
        found.conflicting,
        diff,
        written,
        unrecorded,
    )


@dataclass(frozen=True, slots=True)
class HarmlessProposals:
    """Proposals that make no test worse, and those left out.

    See `TeachingResult`.
    """

    accepted: tuple[Proposal, ...]
    regressions: Regressions = field(default_factory=dict)
    conflicting: tuple[Proposal, ...] = ()


class TeachingSession:
    """Proposals for one knowledge base, and the edits that accept them.

    Nothing is written before `write`. Raises EditError for files that cannot be written, unless
    *dry_run*, and the other errors of `teach`.
    """

    def __init__(
        self, path: str | Path, store: Store, *, encoder: str = "auto", dry_run: bool = False
    ) -> None:
        """Read the knowledge base at *path*, and find the proposals of *store* for it."""
        self._edits = Edits(Path(path))
        if not dry_run:
            self._edits.check_writable()
        self._store = store
        self.kb = self._edits.kb
        questions = list(store.questions())
        suggestions = list(store.suggestions())
        bot = Bot.from_knowledge_base(self.kb, encoder)
        open_ones = [each for each in suggestions if each.status != "rejected"]
        wanted = propose(questions, open_ones, bot)
        self.asked = len(questions)
        self.proposals = undecided(wanted, suggestions, self.kb)
        self._trials = ProposalTrials(self.kb, bot.encoder or "none")

    def regressions(self) -> Regressions:
        """Return the parts of the proposals that make tests worse, each with these tests."""
        return self._trials.find_regressions(self.proposals) if self.kb.tests else {}

    def harmless(self) -> HarmlessProposals:
        """Return the proposals that together worsen no test, and the others."""
        if not self.kb.tests:
            return HarmlessProposals(self.proposals)
        regressions = self.regressions()
        rest = without_parts(self.proposals, regressions)
        kept = self._trials.harmless(rest)
        conflicting = tuple(proposal for proposal in rest if proposal not in kept)
        return HarmlessProposals(tuple(kept), regressions, conflicting)

    def changes(self, accepted: Iterable[Proposal]) -> tuple[Change, ...]:
        """Return how the tests would change with all *accepted* proposals, new entries served."""
        return self._trials.changes(accepted)

    def accept(self, proposals: Iterable[Proposal]) -> None:
        """Add *proposals* to the edits."""
        for proposal in proposals:
            apply(self._edits, proposal)

    def diff(self) -> str:
        """Return the unified diff that `write` would apply.

        Raises EditError if there is no way.
        """
        return self._edits.diff()

    def write(self) -> tuple[Path, ...]:
        """Write the edits, and return the changed files.

        Raises EditError; then nothing is written.
        """
        return self._edits.write()

    def remember(
        self, proposals: Iterable[Proposal], status: SuggestionStatus
    ) -> tuple[Proposal, ...]:
        """Record the decision on *proposals*, and return those that could not be recorded."""
        return tuple(each for each in proposals if not remember(self._store, each, status))


def undecided(
    proposals: Iterable[Proposal], suggestions: Iterable[Suggestion], kb: KnowledgeBase
) -> tuple[Proposal, ...]:
    """Return *proposals* without phrasings that are in *kb*, also as drafts, or were rejected.

    *suggestions* hold the rejected ones. A phrasing rejected for an entry is not proposed for it
    again. A new entry is dropped if half or more of its phrasings are decided.
    """
    rejected = {
        (each.entry, key_of(each.question)) for each in suggestions if each.status == "rejected"
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


def remember(store: Store, proposal: Proposal, status: SuggestionStatus) -> bool:
    """Record the decision on *proposal* in *store*.

    Return False if it could not be written. People's own suggestions of the same get the *status*.
    A rejected phrasing that nobody suggested is stored as a suggestion without a person, so that
    `undecided` finds it.
    """
    about = _about(proposal)
    wanted = {key_of(text): text for text in proposal.questions}
    theirs = [
        each
        for each in store.suggestions()
        if each.entry == about and key_of(each.question) in wanted
    ]
    ids = [each.id for each in theirs if each.status != status]
    if status == "rejected":
        known = {key_of(each.question) for each in theirs}
        ids += [
            store.suggest(text, entry=about) or ""
            for key, text in wanted.items()
            if key not in known
        ]
    done = [store.decide(suggestion, status) for suggestion in ids]
    return all(done)


def _about(proposal: Proposal) -> str:
    """Return the id of the entry that *proposal* extends.

    The result is empty for a new entry.
    """
    return proposal.entry if proposal.kind is ProposalKind.ALTERNATE else ""


def apply(edits: Edits, proposal: Proposal) -> None:
    """Add *proposal* to *edits*.

    A new entry becomes a draft with its reason as a comment.
    """
    if proposal.kind is ProposalKind.ALTERNATE:
        edits.add_alternates(proposal.entry, proposal.questions)
    else:
        entry = new_entry(proposal, edits.kb)
        edits.add_entry(replace(entry, draft=True), proposal.because)
