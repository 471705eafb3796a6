"""How well clusters of missed questions bring back topics that a knowledge base lacks.

Run from the repository, with faqbot installed:
    python -m benchmarks.clusters FOLDER ... [--base kb_official_k5] [--encoder none] [--draws 10]

Each draw hides 10 entries of a question set (a folder with a `kb` file and `queries.jsonl`). All its
test queries are asked; a person picks the right one where it is among the choices. What the bot
missed, of hidden and other entries and of no entry at all, is clustered as `faqbot report` does it.
A hidden entry is back when a cluster of five distinct questions or more is for 80 % or more its own;
it is back as a whole when that cluster is also the one that holds most of its questions.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.data import Query, read_base, read_queries
from faqbot import Bot, KnowledgeBase
from faqbot.authoring.insights.clusters import Cluster, find_clusters, is_miss
from faqbot.models import AskedQuestion

HIDDEN = 10
LEAST_QUESTIONS = 5
LEAST_PURITY = 0.8
_AT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Found:
    """What one draw came to.

    *missed* questions went without an answer, *hidden* of them belong to hidden entries. *clusters*
    have five distinct questions or more, and are to the share *purity* of one entry on average. Of the
    hidden entries *back* came back, *whole* as a whole, with the share *held* of their missed questions
    in their largest such cluster. *seconds* is how long clustering took.
    """

    missed: int
    hidden: int
    clusters: int
    purity: float
    back: int
    whole: int
    held: float
    seconds: float = 0.0


def run(base: KnowledgeBase, queries: Sequence[Query], encoder: str, draw: int) -> Found:
    """Hide the entries of the *draw*, ask all *queries*, and cluster what was missed."""
    ids = sorted(entry.id for entry in base.entries)
    hidden = frozenset(random.Random(draw).sample(ids, HIDDEN))
    kept = tuple(entry for entry in base.entries if entry.id not in hidden)
    bot = Bot.from_knowledge_base(replace(base, entries=kept), encoder, cache=False)
    asked = [ask_query(bot, query) for query in queries]
    owners = {on_one_line(query.text): min(query.gold, default="") for query in queries}
    started = time.perf_counter()
    clusters = find_clusters(asked, bot)
    seconds = time.perf_counter() - started
    texts = {on_one_line(one.text) for one in asked if is_miss(one)}
    missed = Counter(owners[text] for text in texts)
    return replace(recovered(clusters, owners, hidden, missed), seconds=seconds)


def ask_query(bot: Bot, query: Query) -> AskedQuestion:
    """Return the record of *query*; the person picks the right entry where it is among the choices."""
    answer = bot.ask(query.text)
    right = [choice.id for choice in answer.choices if choice.id in query.gold]
    return AskedQuestion(
        id="",
        text=query.text,
        outcome=answer.outcome,
        entry="" if answer.entry is None else answer.entry.id,
        confidence=answer.confidence,
        adapter="benchmark",
        at=_AT,
        nearest=tuple(match.entry.id for match in answer.matches),
        picked=right[0] if right else "",
    )


def on_one_line(text: str) -> str:
    """Return *text* as clusters have it."""
    return " ".join(text.split())


def recovered(
    clusters: Iterable[Cluster],
    owners: Mapping[str, str],
    hidden: frozenset[str],
    missed: Mapping[str, int],
) -> Found:
    """Judge *clusters*: *owners* are the entries that questions belong to, *missed* counts these by entry."""
    counted = [
        Counter(owners[question] for question in cluster.questions)
        for cluster in clusters
        if len(cluster.questions) >= LEAST_QUESTIONS
    ]
    best = {
        entry: max((_held(one, entry) for one in counted), default=(0, 0.0)) for entry in hidden
    }
    pure = {
        entry: max(
            (one[entry] for one in counted if _held(one, entry)[1] >= LEAST_PURITY), default=0
        )
        for entry in hidden
    }
    shares = [max((one[e] for e in one if e), default=0) / one.total() for one in counted]
    return Found(
        missed=sum(missed.values()),
        hidden=sum(missed.get(entry, 0) for entry in hidden),
        clusters=len(counted),
        purity=sum(shares) / max(len(shares), 1),
        back=sum(count > 0 for count in pure.values()),
        whole=sum(purity >= LEAST_PURITY for _, purity in best.values()),
        held=sum(pure[entry] / max(missed.get(entry, 0), 1) for entry in hidden) / len(hidden),
    )


def _held(cluster: Counter[str], entry: str) -> tuple[int, float]:
    """Return how many questions of *entry* are in *cluster*, and which share of it they are."""
    return cluster[entry], cluster[entry] / cluster.total()


def main() -> None:
    """Measure every folder with every encoder asked for, and print a table."""
    options = _options()
    print(
        "| set | encoder | draw | missed | of hidden | clusters | purity | back | whole | held | s |"
    )
    print("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
    for folder in options.folders:
        base = read_base(folder / f"{options.base}.jsonl")
        queries = read_queries(folder / "queries.jsonl", "test")
        for encoder in options.encoder:
            all_found = []
            for draw in range(options.first, options.first + options.draws):
                found = run(base, queries, encoder, draw)
                all_found.append(found)
                print(_row(folder.name, encoder, str(draw), found), flush=True)
            backs = sorted(found.back for found in all_found)
            floor = sum(back >= 8 for back in backs)
            mean = sum(backs) / len(backs)
            print(
                f"| {folder.name} | {encoder} | all | | | | | **{mean:.1f}**, 8 or more in {floor} of {len(backs)} | | | |"
            )


def _row(name: str, encoder: str, draw: str, found: Found) -> str:
    return (
        f"| {name} | {encoder} | {draw} | {found.missed} | {found.hidden} | {found.clusters} "
        f"| {found.purity:.2f} | {found.back} | {found.whole} | {found.held:.2f} | {found.seconds:.1f} |"
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Measure how well clusters bring back hidden topics."
    )
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--base", default="kb_official_k5")
    parser.add_argument("--encoder", nargs="+", default=["none", "wordllama"])
    parser.add_argument("--draws", type=int, default=10)
    parser.add_argument(
        "--first", type=int, default=0, help="the first draw; 100 to 104 were tuned on"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
