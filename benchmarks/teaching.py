"""Whether `faqbot teach` proposes wrong alternates for questions that no entry answers.

Run from the repository, with faqbot installed:
    python -m benchmarks.teaching FOLDER ... [--encoder none wordllama] [--draws 2] [--limit 1000]

Each draw hides a fifth of the entries of a question set, and feeds its queries to the knowledge base that
is left. The missed questions are clustered, and each cluster asked three times or more gets a proposal. For a
cluster whose questions mostly belong to a hidden entry, or to no entry, only a new entry is right.

Queries are fed in two ways: as recorded, where a person picks the right choice and thereby turns the others
down, and as unanswered, whatever the bot says. The second is harder, as no entry is known to be wrong.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.clusters import ask_query, on_one_line
from benchmarks.data import Query, read_base, read_queries
from faqbot import Bot, KnowledgeBase
from faqbot.authoring.insights.clusters import Cluster, find_clusters
from faqbot.authoring.insights.proposals import Proposal, ProposalKind, propose_for_each
from faqbot.models import AskedQuestion, Outcome

# Share of the entries that a draw hides: one in five.
HIDDEN = 5


@dataclass(frozen=True, slots=True)
class ProposalCounts:
    """Proposals by what is right for their cluster.

    *hidden* clusters belong to no entry that is left, and *wrong* of them were proposed as alternates.
    *known* clusters belong to an entry that is left: *right* of them were proposed as its alternates, and
    *misplaced* as alternates of another entry.
    """

    hidden: int = 0
    wrong: int = 0
    known: int = 0
    right: int = 0
    misplaced: int = 0

    def __add__(self, other: ProposalCounts) -> ProposalCounts:
        """Return the sums of both."""
        return ProposalCounts(
            self.hidden + other.hidden,
            self.wrong + other.wrong,
            self.known + other.known,
            self.right + other.right,
            self.misplaced + other.misplaced,
        )


def run(
    base: KnowledgeBase, queries: Sequence[Query], encoder: str, draw: int, *, recorded: bool
) -> ProposalCounts:
    """Hide the entries of the *draw*, feed all *queries*, and count the proposals."""
    ids = sorted(entry.id for entry in base.entries)
    hidden = frozenset(random.Random(draw).sample(ids, len(ids) // HIDDEN))
    kept = tuple(entry for entry in base.entries if entry.id not in hidden)
    bot = Bot.from_knowledge_base(replace(base, entries=kept), encoder, cache=False)
    asked = [_fed(bot, query, recorded=recorded) for query in queries]
    clusters = find_clusters(asked, bot)
    owners = {on_one_line(query.text): min(query.gold, default="") for query in queries}
    return judged(clusters, propose_for_each(clusters, bot.kb), owners, hidden)


def _fed(bot: Bot, query: Query, *, recorded: bool) -> AskedQuestion:
    asked = ask_query(bot, query)
    if recorded:
        return asked
    return replace(asked, outcome=Outcome.UNANSWERED, entry="", nearest=(), picked="")


def judged(
    clusters: Sequence[Cluster],
    proposals: Sequence[Proposal | None],
    owners: Mapping[str, str],
    hidden: frozenset[str],
) -> ProposalCounts:
    """Count *proposals* for *clusters*; *owners* are the entries that questions belong to, "" for none."""
    counts = ProposalCounts()
    for cluster, proposal in zip(clusters, proposals, strict=True):
        if proposal is None:
            continue
        owner = Counter(owners[text] for text in cluster.questions).most_common(1)[0][0]
        alternates = proposal.kind is ProposalKind.ALTERNATE
        if owner in hidden or not owner:
            counts += ProposalCounts(hidden=1, wrong=int(alternates))
        else:
            right = alternates and proposal.entry == owner
            counts += ProposalCounts(
                known=1, right=int(right), misplaced=int(alternates and not right)
            )
    return counts


def main() -> None:
    """Measure every folder with every encoder asked for, and print a table."""
    options = _options()
    print(
        "| set | encoder | fed | hidden topics | wrong alternates | known topics | right | misplaced |"
    )
    print("|---|---|---|--:|--:|--:|--:|--:|")
    for folder in options.folders:
        base = read_base(_base_of(folder))
        queries = read_queries(folder / "queries.jsonl", options.split, options.limit)
        for encoder in options.encoder:
            for recorded in (True, False):
                counts = ProposalCounts()
                for draw in range(options.draws):
                    counts += run(base, queries, encoder, draw, recorded=recorded)
                print(_row(folder.name, encoder, counts, recorded=recorded), flush=True)


def _base_of(folder: Path) -> Path:
    official = folder / "kb_official_k5.jsonl"
    return official if official.exists() else folder / "kb.jsonl"


def _row(name: str, encoder: str, counts: ProposalCounts, *, recorded: bool) -> str:
    share = counts.wrong / max(counts.hidden, 1)
    return (
        f"| {name} | {encoder} | {'as recorded' if recorded else 'as unanswered'} | {counts.hidden} "
        f"| {counts.wrong} ({share:.1%}) | {counts.known} | {counts.right} | {counts.misplaced} |"
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Measure the alternates that teach proposes wrongly."
    )
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--encoder", nargs="+", default=["none", "wordllama"])
    parser.add_argument("--draws", type=int, default=2)
    parser.add_argument("--split", default="test")
    parser.add_argument("--limit", type=int, default=1_000)
    return parser.parse_args()


if __name__ == "__main__":
    main()
