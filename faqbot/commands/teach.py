"""`faqbot teach`: review proposals from recorded questions, and write the accepted ones.

As a call: `faqbot.teach`, which accepts every proposal that makes no test worse.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from faqbot.commands.diff import print_diff
from faqbot.publishing.address import PublishedAddress
from faqbot.serving import encoder_option, getting_ready, kb_option, store_option, tenant_option

if TYPE_CHECKING:
    from faqbot.authoring.insights.proposals import Proposal
    from faqbot.authoring.insights.teaching import TeachingResult, TeachingSession
    from faqbot.authoring.insights.trials import Regressions
    from faqbot.models import KnowledgeBase
    from faqbot.publishing.address import KnowledgeBasePlace

_PROMPT, _PROMPT_OF_ALTERNATES = "Accept? [y,n,e,s,q,?]", "Accept? [y,n,w,e,s,q,?]"
_HELP = """\
y  accept it
n  reject it: it will not be proposed again
w  make it a new entry instead, a draft with these phrasings, and be asked again
e  edit the phrasings or the answer in your editor, and be asked again
s  skip this one and the rest: they will be proposed again
q  quit: nothing is written, and nothing is remembered"""
_HELP_OF_ENTRY = "\n".join(line for line in _HELP.split("\n") if not line.startswith("w "))
_NO_TESTS = "The knowledge base has no tests, so the proposals are not tried on any.\n"


@click.command(short_help="Write into a knowledge base what people's questions suggest.")
@kb_option
@encoder_option
@store_option
@tenant_option()
@click.option("--yes", is_flag=True, help="Accept all that make no test do worse, without asking.")
@click.option("--dry-run", is_flag=True, help="Show what --yes would write, and write nothing.")
def teach(
    kb: KnowledgeBasePlace | None,
    encoder: str,
    store: str,
    tenant: str,
    *,
    yes: bool,
    dry_run: bool,
) -> None:
    """Go through what people's questions suggest to add, and write what you accept.

    A choice that people picked becomes an alternate of its entry; what was missed, and what experts
    answered, becomes a draft, which is not served before you say so. Each proposal is shown with its
    reason and with the tests that would do worse for it. The changes are shown before they are
    written, and leave comments and layout as they are.
    """
    from faqbot.authoring.insights.teaching import TeachingSession
    from faqbot.authoring.insights.teaching import teach as teach_all
    from faqbot.kb import bundled_path
    from faqbot.store import open_store

    if not (yes or dry_run or _is_terminal()):
        raise click.UsageError(
            "each proposal is asked about, which needs a terminal: give --yes or --dry-run."
        )
    if isinstance(kb, PublishedAddress):
        raise click.UsageError(
            "proposals are written into files: name a file or folder with --kb, and publish it afterwards."
        )
    path = kb or bundled_path()
    with open_store(store, tenant) as opened:
        if yes or dry_run:
            with getting_ready():
                result = teach_all(path, opened, encoder=encoder, dry_run=dry_run)
            _print_result(result, opened.name, dry_run=dry_run)
        else:
            with getting_ready():
                session = TeachingSession(path, opened, encoder=encoder)
            _review(session, opened.name)


def _is_terminal() -> bool:
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def _print_result(result: TeachingResult, store: str, *, dry_run: bool) -> None:
    if not result.proposals:
        click.echo(_nothing(result.asked, store))
        return
    if not result.kb.tests:
        click.echo(_NO_TESTS)
    for part in result.regressions:
        _print_left_out("Left out:", part, result.kb, result.regressions)
    for proposal in result.conflicting:
        _print_left_out(
            "Left out, because it makes tests worse together with others:", proposal, result.kb, {}
        )
    if not result.accepted:
        click.echo("Every proposal would make tests worse, so nothing is to be written.")
        return
    print_diff(result.diff)
    if dry_run:
        click.echo("\nNothing was written, because of --dry-run.")
    _print_written(result.written, result.unrecorded, store)


def _nothing(asked: int, name: str) -> str:
    if not asked:
        return f"Nothing to teach: no question was recorded in {name}."
    questions = "the one question" if asked == 1 else f"the {asked:,} questions"
    return f"Nothing to teach: {questions} recorded in {name} suggest no change."


def _print_left_out(
    title: str, proposal: Proposal, kb: KnowledgeBase, regressions: Regressions
) -> None:
    from faqbot.authoring.insights.trials import proposal_lines

    for line in (title, *proposal_lines(proposal, kb, regressions), ""):
        click.echo(line)


def _print_written(paths: Iterable[Path], unrecorded: Iterable[Proposal], store: str) -> None:
    for path in paths:
        click.echo(f"Wrote {path}.")
    for proposal in unrecorded:
        click.echo(f"This was not remembered in {store}: {proposal.questions[0]}", err=True)


def _review(session: TeachingSession, store: str) -> None:
    """Ask the person about proposals, and write the accepted ones."""
    if not session.proposals:
        click.echo(_nothing(session.asked, store))
        return
    if session.kb.tests:
        click.echo("Trying the proposals on the tests; this may take a moment.\n")
    else:
        click.echo(_NO_TESTS)
    review = _ProposalReview(session.kb, session.regressions())
    if not review.ask_about(session.proposals):
        click.echo("Nothing was written, and nothing is remembered.")
        return
    _print_written((), session.remember(review.rejected, "rejected"), store)
    if not review.accepted:
        click.echo("Nothing was accepted, so there is nothing to write.")
        return
    session.accept(review.accepted)
    print_diff(session.diff())
    _print_effect(session, review.accepted)
    if click.confirm("\nWrite this?", default=False):
        written = session.write()
        _print_written(written, session.remember(review.accepted, "approved"), store)
    else:
        click.echo("Nothing was written. What you accepted will be proposed again.")


class _ProposalReview:
    """Questions to a person about one proposal after another, with the decisions so far."""

    def __init__(self, kb: KnowledgeBase, regressions: Regressions) -> None:
        self._kb = kb
        self._regressions = regressions
        self.accepted: list[Proposal] = []
        self.rejected: list[Proposal] = []

    def ask_about(self, proposals: Sequence[Proposal]) -> bool:
        """Ask about *proposals* in turn; return False if the person quits."""
        for number, proposal in enumerate(proposals, start=1):
            click.echo(f"Proposal {number} of {len(proposals)}\n")
            key = self._decide(proposal)
            if key in {"s", "q"}:
                return key == "s"
        return True

    def _decide(self, proposal: Proposal) -> str:
        """Ask until *proposal* is accepted, rejected or skipped, or the person quits.

        Return the key.
        """
        from faqbot.authoring.insights.proposals import ProposalKind, as_new_entry

        offered = proposal
        self._show(offered)
        while True:
            is_new = offered.kind is ProposalKind.ENTRY
            prompt = _PROMPT if is_new else _PROMPT_OF_ALTERNATES
            key = click.prompt(prompt, prompt_suffix=" ", default="?", show_default=False)
            key = key.strip().lower()[:1]
            if key == "e":
                offered = _edit(offered)
                self._show(offered)
            elif key == "w" and not is_new:
                offered = as_new_entry(offered, self._kb)
                self._show(offered)
            elif key == "y":
                self.accepted.append(offered)
                self._reject_left_out(proposal, offered)
            elif key == "n":
                self.rejected.append(proposal)
            if key in {"y", "n", "s", "q"}:
                click.echo()
                return str(key)
            if key not in {"e", "w"} or (key == "w" and is_new):
                click.echo(_HELP_OF_ENTRY if is_new else _HELP)

    def _show(self, proposal: Proposal) -> None:
        from faqbot.authoring.insights.trials import proposal_lines

        for line in proposal_lines(proposal, self._kb, self._regressions):
            click.echo(line)
        click.echo()

    def _reject_left_out(self, proposal: Proposal, accepted: Proposal) -> None:
        """Reject the phrasings that the person edited away, so that they are not proposed again."""
        left = tuple(text for text in proposal.questions if text not in accepted.questions)
        if left:
            self.rejected.append(replace(proposal, questions=left))


def _edit(proposal: Proposal) -> Proposal:
    """Return *proposal* as edited in the person's editor, unchanged if that fails."""
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


def _print_effect(session: TeachingSession, accepted: Sequence[Proposal]) -> None:
    """Print how all *accepted* proposals together change the tests."""
    from faqbot.authoring.evaluation.baseline import ChangeKind
    from faqbot.authoring.insights.trials import worse_lines

    if not session.kb.tests:
        return
    changes = session.changes(accepted)
    worse = [change for change in changes if change.kind is ChangeKind.WORSE]
    better = sum(change.kind is ChangeKind.BETTER for change in changes)
    click.echo()
    for line in worse_lines(worse, "with all this"):
        click.echo(line)
    if not worse:
        click.echo(f"No test does worse with this, and {better or 'none'} better.")
