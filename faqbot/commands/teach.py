"""`faqbot teach`: go through what people's questions suggest, and write what is accepted."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from faqbot.serving import encoder_option, kb_option, store_option

if TYPE_CHECKING:
    from faqbot.authoring.insights.proposals import Proposal
    from faqbot.authoring.insights.trials import ProposalTrials, Regressions
    from faqbot.kb.edits import Edits
    from faqbot.models import AskedQuestion, KnowledgeBase, SuggestionStatus
    from faqbot.retrieval import Encoder
    from faqbot.store import Store

__all__ = ["teach"]

_PROMPT = "Accept? [y,n,e,s,q,?]"
_HELP = """\
y  accept it
n  reject it: it will not be proposed again
e  edit the phrasings or the answer in your editor, and be asked again
s  skip this one and the rest: they will be proposed again
q  quit: nothing is written, and nothing is remembered"""
_UNSHOWN = "\N{REPLACEMENT CHARACTER}"
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


@click.command(short_help="Write into a knowledge base what people's questions suggest.")
@kb_option
@encoder_option
@store_option
@click.option("--yes", is_flag=True, help="Accept all that make no test do worse, without asking.")
@click.option("--dry-run", is_flag=True, help="Show what --yes would write, and write nothing.")
def teach(kb: Path | None, encoder: str, store: str, *, yes: bool, dry_run: bool) -> None:
    """Go through what people's questions suggest to add, and write what you accept.

    A choice that people picked becomes an alternate of its entry; what was missed, and what experts
    answered, becomes a draft, which is not served before you say so. Each proposal is shown with its
    reason and with the tests that would do worse for it. The changes are shown before they are
    written, and leave comments and layout as they are.
    """
    from faqbot.kb import bundled_path
    from faqbot.kb.edits import Edits
    from faqbot.store import open_store

    if not (yes or dry_run or _is_terminal()):
        raise click.UsageError(
            "each proposal is asked about, which needs a terminal: give --yes or --dry-run."
        )
    edits = Edits(kb or bundled_path())
    if not dry_run:
        edits.check_writable()
    with open_store(store) as opened:
        _teach(edits, encoder, opened, asks=not (yes or dry_run), writes=not dry_run)


def _is_terminal() -> bool:
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def _teach(edits: Edits, encoder: str, store: Store, *, asks: bool, writes: bool) -> None:
    from faqbot.authoring.insights.trials import ProposalTrials
    from faqbot.retrieval import choose_encoder

    chosen = choose_encoder(encoder)[0] or "none"
    questions = list(store.questions())
    proposals = _proposals(edits.kb, chosen, questions, store)
    if not proposals:
        click.echo(_nothing(len(questions), store.name))
        return
    if not edits.kb.tests:
        click.echo("The knowledge base has no tests, so nothing of this is tried on any.\n")
    elif asks:
        click.echo("Trying on the tests what is proposed; this may take a moment.\n")
    trials = ProposalTrials(edits.kb, chosen)
    if asks:
        _ask(edits, proposals, trials, store)
        return
    accepted = _harmless(proposals, trials, edits.kb)
    _take(edits, accepted)
    if accepted:
        _show_diff(edits)
    if accepted and writes:
        _write(edits, accepted, store)
    elif accepted:
        click.echo("\nNothing was written, because of --dry-run.")


def _ask(edits: Edits, proposals: Sequence[Proposal], trials: ProposalTrials, store: Store) -> None:
    walk = _Walk(edits.kb, trials.find_regressions(proposals) if trials.tests else {})
    if not walk.through(proposals):
        click.echo("Nothing was written, and nothing is remembered.")
        return
    for proposal in walk.rejected:
        _remember(store, proposal, "rejected")
    if not walk.accepted:
        click.echo("Nothing was accepted, so there is nothing to write.")
        return
    _take(edits, walk.accepted)
    _show_diff(edits)
    _show_effect(trials, walk.accepted)
    if click.confirm("\nWrite this?", default=False):
        _write(edits, walk.accepted, store)
    else:
        click.echo("Nothing was written. What you accepted will be proposed again.")


def _proposals(
    kb: KnowledgeBase,
    encoder: Encoder | str,
    questions: Sequence[AskedQuestion],
    store: Store,
) -> tuple[Proposal, ...]:
    from faqbot.authoring.insights.proposals import propose
    from faqbot.authoring.insights.trials import undecided
    from faqbot.bot import Bot

    suggestions = list(store.suggestions())
    wanted = [said for said in suggestions if said.status != "rejected"]
    bot = Bot.from_knowledge_base(kb, encoder)
    return undecided(propose(questions, wanted, bot), suggestions, kb)


def _nothing(asked: int, name: str) -> str:
    if not asked:
        return f"Nothing to teach: no question was recorded in {name}."
    questions = "the one question" if asked == 1 else f"the {asked:,} questions"
    return f"Nothing to teach: {questions} recorded in {name} suggest no change."


class _Walk:
    """Asks about one proposal after another, and keeps what was accepted and what was rejected."""

    def __init__(self, kb: KnowledgeBase, regressions: Regressions) -> None:
        self._kb = kb
        self._regressions = regressions
        self.accepted: list[Proposal] = []
        self.rejected: list[Proposal] = []

    def through(self, proposals: Sequence[Proposal]) -> bool:
        """Ask about *proposals* until they end or the rest is skipped; False to leave it all."""
        for number, proposal in enumerate(proposals, start=1):
            click.echo(f"Proposal {number} of {len(proposals)}\n")
            key = self._decide(proposal)
            if key in {"s", "q"}:
                return key == "s"
        return True

    def _decide(self, proposal: Proposal) -> str:
        """Ask until *proposal* is accepted, rejected, skipped, or all is left; return the key."""
        offered = proposal
        self._show(offered)
        while True:
            key = click.prompt(_PROMPT, prompt_suffix=" ", default="?", show_default=False)
            key = key.strip().lower()[:1]
            if key == "e":
                offered = _edit(offered)
                self._show(offered)
            elif key == "y":
                self.accepted.append(offered)
                self._reject_left_out(proposal, offered)
            elif key == "n":
                self.rejected.append(proposal)
            if key in {"y", "n", "s", "q"}:
                click.echo()
                return str(key)
            if key != "e":
                click.echo(_HELP)

    def _show(self, proposal: Proposal) -> None:
        from faqbot.authoring.insights.trials import proposal_lines

        for line in proposal_lines(proposal, self._kb, self._regressions):
            click.echo(line)
        click.echo()

    def _reject_left_out(self, proposal: Proposal, taken: Proposal) -> None:
        """Remember the phrasings that were edited away, lest they be proposed again."""
        left = tuple(text for text in proposal.questions if text not in taken.questions)
        if left:
            self.rejected.append(replace(proposal, questions=left))


def _edit(proposal: Proposal) -> Proposal:
    """Return *proposal* as edited in the person's editor; unchanged where that does not work out."""
    from faqbot.authoring.insights.trials import editable, edited

    try:
        text = click.edit(editable(proposal), extension=".md")
    except click.ClickException as error:
        click.echo(f"{error.message} Name an editor in the variable EDITOR.\n")
        return proposal
    if text is None:
        click.echo("Nothing was changed.\n")
        return proposal
    changed = edited(proposal, text)
    if changed is None:
        click.echo("No phrasing was left, so nothing was changed: reject it with n.\n")
    return changed or proposal


def _harmless(
    proposals: Sequence[Proposal], trials: ProposalTrials, kb: KnowledgeBase
) -> Sequence[Proposal]:
    """Return *proposals* without what makes tests worse, by itself or with the others, and show that."""
    from faqbot.authoring.insights.trials import without_parts

    if not trials.tests:
        return proposals
    regressions = trials.find_regressions(proposals)
    for part in regressions:
        _show_left_out("Left out:", part, kb, regressions)
    rest = without_parts(proposals, regressions)
    kept = trials.harmless(rest)
    for proposal in rest:
        if proposal not in kept:
            _show_left_out("Left out, as with the others it makes tests worse:", proposal, kb, {})
    if not kept:
        click.echo("All that is proposed would make tests do worse, so nothing is to be written.")
    return kept


def _show_left_out(
    title: str, proposal: Proposal, kb: KnowledgeBase, regressions: Regressions
) -> None:
    from faqbot.authoring.insights.trials import proposal_lines

    for line in (title, *proposal_lines(proposal, kb, regressions), ""):
        click.echo(line)


def _take(edits: Edits, proposals: Iterable[Proposal]) -> None:
    from faqbot.authoring.insights.trials import apply

    for proposal in proposals:
        apply(edits, proposal)


def _show_diff(edits: Edits) -> None:
    colours = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    for line in edits.diff().splitlines():
        shown = "".join(each if each.isprintable() or each == "\t" else _UNSHOWN for each in line)
        colour = _COLOURS.get(line[:1]) if colours else None
        click.echo(click.style(shown, fg=colour) if colour else shown)


def _show_effect(trials: ProposalTrials, accepted: Sequence[Proposal]) -> None:
    """Say what all that was *accepted* does to the tests together, as it was edited."""
    from faqbot.authoring.evaluation.baseline import ChangeKind
    from faqbot.authoring.insights.trials import worse_lines

    if not trials.tests:
        return
    changes = trials.changes(accepted)
    worse = [change for change in changes if change.kind is ChangeKind.WORSE]
    better = sum(change.kind is ChangeKind.BETTER for change in changes)
    click.echo()
    for line in worse_lines(worse, "with all this"):
        click.echo(line)
    if not worse:
        click.echo(f"No test does worse with this, and {better or 'none'} better.")


def _write(edits: Edits, accepted: Iterable[Proposal], store: Store) -> None:
    for path in edits.write():
        click.echo(f"Wrote {path}.")
    for proposal in accepted:
        _remember(store, proposal, "approved")


def _remember(store: Store, proposal: Proposal, status: SuggestionStatus) -> None:
    from faqbot.authoring.insights.trials import remember

    if not remember(store, proposal, status):
        click.echo(f"This was not remembered in {store.name}: {proposal.questions[0]}", err=True)
