"""What `benchmarks.speed` measures, each in a process of its own that prints one line of JSON.

Run by it:  python -m benchmarks.timing build|open|tiny|serve PHRASINGS ENCODER QUESTIONS SECONDS
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeAlias

from benchmarks.phrasings import PER_ENTRY, made_entries, made_questions
from faqbot import Bot, Entry, KnowledgeBase

_ROUNDS = 20
_LEAST = 20  # questions for a peer however slow it is
_WARM_UP = 20
_TINY = 100

Finder: TypeAlias = Callable[[str], str]
"""From a question to the id of the entry found first, "" when there is none."""


def main() -> None:
    """Measure what the command line says, and print it."""
    mode, phrasings, encoder, questions, seconds = sys.argv[1:]
    kb = KnowledgeBase(tuple(made_entries(int(phrasings))))
    measures: dict[str, Callable[[], dict[str, object]]] = {
        "build": lambda: _build(kb, encoder),
        "open": lambda: _open(kb, encoder),
        "tiny": lambda: _tiny(kb, encoder),
        "serve": lambda: _serve(kb, encoder, int(questions), float(seconds)),
    }
    print(json.dumps(measures[mode]()))


def _build(kb: KnowledgeBase, encoder: str) -> dict[str, object]:
    """Build the index and write it to the cache, and then that of a tiny base, for `_tiny` to read."""
    started = time.perf_counter()
    bot = Bot.from_knowledge_base(kb, encoder)
    seconds = time.perf_counter() - started
    size = bot.cache_path.stat().st_size if bot.cache_path else 0
    _open_tiny(encoder)
    return {"build_s": seconds, "cache_bytes": size, "state": bot.cache_state}


def _open(kb: KnowledgeBase, encoder: str) -> dict[str, object]:
    """Open the bot from the cache and answer questions; the first one loads whatever waits for it."""
    questions = [text for text, _ in made_questions(kb.entries, _WARM_UP)]
    started = time.perf_counter()
    bot = Bot.from_knowledge_base(kb, encoder)
    bot.ask(questions[0])
    seconds = time.perf_counter() - started
    for question in questions:
        bot.ask(question)
    return {"warm_s": seconds, "state": bot.cache_state, "resident": _resident()}


def _tiny(kb: KnowledgeBase, encoder: str) -> dict[str, object]:
    """Do as `_open` does, with the same knowledge base in memory, but with a bot for a tiny one."""
    bot = _open_tiny(encoder)
    for question, _ in made_questions(kb.entries, _WARM_UP):
        bot.ask(question)
    return {"tiny_resident": _resident()}


def _open_tiny(encoder: str) -> Bot:
    return Bot.from_knowledge_base(KnowledgeBase(tuple(made_entries(_TINY))), encoder)


def _resident() -> int:
    """Return the bytes of memory that this process has now."""
    gc.collect()
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def _serve(kb: KnowledgeBase, encoder: str, count: int, seconds: float) -> dict[str, object]:
    """Measure the time of each question, in turns with the peers."""
    bot = Bot.from_knowledge_base(kb, encoder)
    asked = made_questions(kb.entries, count + _WARM_UP)
    warm_up, questions = asked[:_WARM_UP], asked[_WARM_UP:]
    finders = {"faqbot": lambda text: _first(bot, text), **_peers(kb.entries)}
    shares = {name: _share(find, warm_up, count, seconds) for name, find in finders.items()}
    times, right = _in_turns(finders, questions, shares)
    both = [text for text, _ in questions[: shares["faqbot"] * _ROUNDS]]
    return {
        "two_threads_qps": _two_threads(bot, both),
        "systems": {
            name: {"ms": times[name], "right": sum(right[name]) / len(right[name])}
            for name in finders
        },
    }


def _first(bot: Bot, text: str) -> str:
    matches = bot.ask(text).matches
    return matches[0].entry.id if matches else ""


def _peers(entries: Sequence[Entry]) -> dict[str, Finder]:
    phrasings = [text for entry in entries for text in entry.phrasings]

    def named(find: Callable[[str], int]) -> Finder:
        return lambda text: entries[find(text) // PER_ENTRY].id

    return {
        "extractOne WRatio": named(_extract_one("WRatio", phrasings)),
        "extractOne token_sort_ratio": named(_extract_one("token_sort_ratio", phrasings)),
        "bm25s": named(_bm25s(phrasings)),
        "tantivy": named(_tantivy(phrasings)),
    }


def _extract_one(name: str, phrasings: Sequence[str]) -> Callable[[str], int]:
    from rapidfuzz import fuzz, process

    scorer = getattr(fuzz, name)

    def find(text: str) -> int:
        found: int = process.extractOne(text, phrasings, scorer=scorer)[2]
        return found

    return find


def _bm25s(phrasings: Sequence[str]) -> Callable[[str], int]:
    import bm25s  # type: ignore[import-untyped]

    def words(texts: Sequence[str]) -> Any:  # noqa: ANN401 - bm25s ships no types
        return bm25s.tokenize(list(texts), stopwords=None, return_ids=False, show_progress=False)

    index = bm25s.BM25()
    index.index(words(phrasings), show_progress=False)

    def find(text: str) -> int:
        return int(index.retrieve(words([text]), k=1, show_progress=False).documents[0, 0])

    return find


def _tantivy(phrasings: Sequence[str]) -> Callable[[str], int]:
    import tantivy

    schema = tantivy.SchemaBuilder()
    schema.add_text_field("text", stored=False)
    schema.add_unsigned_field("row", stored=True)
    index = tantivy.Index(schema.build())
    writer = index.writer(num_threads=1)
    for row, text in enumerate(phrasings):
        writer.add_document(tantivy.Document(text=text, row=row))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def find(text: str) -> int:
        hits = searcher.search(index.parse_query(text, ["text"]), 1).hits
        return int(searcher.doc(hits[0][1])["row"][0]) if hits else 0

    return find


def _share(find: Finder, warm_up: Sequence[tuple[str, str]], count: int, seconds: float) -> int:
    """Return how many questions a round *find* gets: all, or as many as fit its *seconds*."""
    find(warm_up[0][0])
    started = time.perf_counter()
    for text, _ in warm_up[1:3]:
        find(text)
    one = (time.perf_counter() - started) / 2
    fits = int(seconds / one)
    for text, _ in warm_up[3:] if fits > count else ():
        find(text)
    return max(min(count, fits), _LEAST) // _ROUNDS


def _in_turns(
    finders: Mapping[str, Finder],
    questions: Sequence[tuple[str, str]],
    shares: Mapping[str, int],
) -> tuple[dict[str, list[float]], dict[str, list[bool]]]:
    """Ask *questions* in rounds, each system in turn, so that a slow moment hits all of them.

    Returns each system's milliseconds a question, and whether it found the entry asked about.
    """
    times: dict[str, list[float]] = {name: [] for name in finders}
    right: dict[str, list[bool]] = {name: [] for name in finders}
    step = len(questions) // _ROUNDS
    for start in range(0, step * _ROUNDS, step):
        for name, find in finders.items():
            for text, gold in questions[start : start + shares[name]]:
                started = time.perf_counter()
                found = find(text)
                times[name].append((time.perf_counter() - started) * 1000)
                right[name].append(found == gold)
    return times, right


def _two_threads(bot: Bot, questions: Sequence[str]) -> float:
    """Return how many questions a second two threads answer with one bot."""
    with ThreadPoolExecutor(2) as pool:
        started = time.perf_counter()
        for _ in pool.map(bot.ask, questions):
            pass
        return len(questions) / (time.perf_counter() - started)


if __name__ == "__main__":
    main()
