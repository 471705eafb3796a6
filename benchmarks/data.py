"""Question sets: folders of `kb*.jsonl` and `queries*.jsonl` files, found rather than listed.

A line of a `kb` file is `{"id", "question", "variants", "answer", "section"}`, a line of a `queries`
file `{"query", "gold", "split"}` and, where words were misspelt on purpose, `"clean"`: the query as it
was. An empty `gold` means that no entry answers the query; with several any one is right.

The part of a file's name after `kb` or `queries` says what it is: `kb_holdout_k5` belongs with
`queries_holdout`, `kb_official_k10` with plain `queries`, and each with the same queries misspelt,
where there are such (`queries_typo`).
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from faqbot import Entry, KnowledgeBase

_MISSPELT = "typo"


@dataclass(frozen=True, slots=True)
class Query:
    """A question with the ids of which any is right, and what it was before it was misspelt, if it was."""

    text: str
    gold: frozenset[str]
    clean: str = ""


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A knowledge base and its queries. *name* is unique under the folder that was searched."""

    name: str
    base: Path
    queries: Path

    @property
    def misspelt(self) -> bool:
        """Whether the queries were misspelt on purpose."""
        return _MISSPELT in _kind(self.queries, "queries")

    @property
    def held_out(self) -> bool:
        """Whether entries were removed, so that their queries have no answer."""
        return "holdout" in _kind(self.base, "kb")


def find_sets(folder: Path) -> list[QuestionSet]:
    """Return every set in *folder* and the folders below it, in the order of their names."""
    return sorted(_sets(folder), key=lambda found: found.name)


def _sets(folder: Path) -> Iterator[QuestionSet]:
    for base in folder.rglob("kb*.jsonl"):
        place = base.parent.relative_to(folder).as_posix()
        parts = [place if place != "." else folder.resolve().name, base.stem[2:].strip("_")]
        for queries in _queries_of(base):
            misspelt = "misspelt" if _MISSPELT in _kind(queries, "queries") else ""
            yield QuestionSet(" ".join(filter(None, [*parts, misspelt])), base, queries)


def _queries_of(base: Path) -> list[Path]:
    """Return the queries that name the most of what *base* is, and the misspelt ones that name as much."""
    kind = _kind(base, "kb")
    fits = {
        path: _kind(path, "queries") - {_MISSPELT}
        for path in sorted(base.parent.glob("queries*.jsonl"))
        if _kind(path, "queries") - {_MISSPELT} <= kind
    }
    most = max((len(parts) for parts in fits.values()), default=0)
    return [path for path, parts in fits.items() if len(parts) == most]


def _kind(path: Path, prefix: str) -> frozenset[str]:
    return frozenset(path.stem.removeprefix(prefix).split("_")) - {""}


def read_base(path: Path) -> KnowledgeBase:
    """Read a `kb` file as a knowledge base with shipped defaults.

    The end of its folder's name, two letters, is its language, as in "chitchat_de"; English without it.
    """
    language = path.parent.name.rpartition("_")[2]
    return KnowledgeBase(
        language=language if len(language) == len("en") else "en",
        entries=tuple(
            Entry(
                id=line["id"],
                question=line["question"],
                answer=line.get("answer") or "",
                alternates=tuple(line.get("variants") or ()),
                section=line.get("section") or "",
            )
            for line in _lines(path)
        ),
    )


def hide_ids(kb: KnowledgeBase, queries: Sequence[Query]) -> tuple[KnowledgeBase, Sequence[Query]]:
    """Return *kb* and *queries* with numbers for ids, for the bot reads in an id what its author says."""
    number = {entry.id: str(place) for place, entry in enumerate(kb.entries)}
    entries = tuple(replace(entry, id=number[entry.id]) for entry in kb.entries)
    hidden = [
        replace(query, gold=frozenset(number.get(name, name) for name in query.gold))
        for query in queries
    ]
    return replace(kb, entries=entries), hidden


def read_queries(path: Path, split: str, limit: int | None = None) -> list[Query]:
    """Read the queries of *split* ("test" where a line names none), or a fixed sample of *limit* of them."""
    queries = [
        Query(line["query"], frozenset(line["gold"]), line.get("clean", ""))
        for line in _lines(path)
        if line.get("split", "test") == split
    ]
    if limit is not None and limit < len(queries):
        return random.Random(0).sample(queries, limit)
    return queries


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)
