"""What a question set is run through: the shipped bot with an encoder, or a peer."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from benchmarks.data import Query, QuestionSet, hide_ids, read_base, read_queries
from benchmarks.peers import PEERS, Peer
from benchmarks.verdicts import Verdict, verdict
from faqbot import Bot, KnowledgeBase, Question
from faqbot.retrieval import language_of, open_retriever

_DEPTH = 10

Ranked: TypeAlias = Sequence[tuple[str, float]]
"""Ids, best first, each with its score or confidence."""


@dataclass(frozen=True, slots=True)
class Task:
    """One question set to be run through one system, a peer's name or an encoder's.

    With *hidden*, the entries' ids are numbers.
    """

    questions: QuestionSet
    system: str
    split: str = "test"
    limit: int | None = None
    hidden: bool = False

    @property
    def label(self) -> str:
        """The system's name, of a folder only its last part."""
        kind, _, folder = self.system.partition(":")
        if self.hidden:
            return f"{kind}, ids hidden"
        return f"{kind}:{Path(folder).name}" if folder else kind


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a task; every list has one element a query.

    *ranks* are those of the first right id among ten, 0 when none is; *confidences* are of the top
    match (a peer's are its raw scores); *inside* says which queries have a right id at all. A peer
    decides nothing and has no *verdicts*. *clean_hits* say whether the query as it was before it was
    misspelt ranks a right id first.
    """

    task: Task
    ranks: list[int]
    confidences: list[float]
    inside: list[bool]
    verdicts: list[Verdict]
    clean_hits: list[bool]
    seconds: float


def run(task: Task) -> Result:
    """Run *task*; the same task gives the same result but for its *seconds*."""
    queries: Sequence[Query] = read_queries(task.questions.queries, task.split, task.limit)
    kb: KnowledgeBase = read_base(task.questions.base)
    if task.hidden:
        kb, queries = hide_ids(kb, queries)
    rank, judge = _open(task.system, kb)
    started = time.perf_counter()
    ranked = [rank(query.text) for query in queries]
    return Result(
        task,
        ranks=[_place(found, query) for found, query in zip(ranked, queries, strict=True)],
        confidences=[found[0][1] if found else 0.0 for found in ranked],
        inside=[bool(query.gold) for query in queries],
        verdicts=[judge(query) for query in queries] if judge else [],
        clean_hits=[_place(rank(one.clean), one) == 1 for one in queries if one.clean],
        seconds=time.perf_counter() - started,
    )


def _open(
    system: str, kb: KnowledgeBase
) -> tuple[Callable[[str], Ranked], Callable[[Query], Verdict] | None]:
    """Return what ranks ids for a question, and what judges the decision on a query if one is made."""
    if system in PEERS:
        peer = Peer(system, kb.entries)
        return (lambda text: peer.rank(text, _DEPTH)), None
    opened = open_retriever(kb.served, kb.synonyms, system, language=language_of(kb.language))
    bot = Bot(kb, opened)

    def rank(text: str) -> Ranked:
        """Return ids with calibrated confidences, which a bot lowers where it withholds an answer."""
        found = opened.retrieve(Question(text), _DEPTH).matches
        return [(match.entry.id, match.confidence) for match in found]

    return rank, lambda query: verdict(bot.ask(query.text), query.gold)


def _place(found: Ranked, query: Query) -> int:
    places = (place for place, (name, _) in enumerate(found, 1) if name in query.gold)
    return next(places, 0)
