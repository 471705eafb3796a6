"""How well the shipped bot answers messages, minimal pairs and questions in other languages.

Run from the repository:

    python -m benchmarks.messages [--data DIR] [--encoder E]... [--split dev] [--limit N] [--out FILE]

DIR/messages holds three files. `frames.jsonl` wraps greetings, stories, log output, quotes and signatures
round a query: each query of a set gets one frame by its number, and is asked with and without it.
`minimal_pairs.jsonl` holds two sides that differ in one word: with one side stored, the other must not be
answered; with both stored, each must be answered by its own. `cross_language.jsonl` asks an English base
in other languages. Every question goes through `Bot.ask` with all else at its defaults.
"""

from __future__ import annotations

import argparse
import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
os.environ.update(dict.fromkeys(_THREADS, "1"))  # before numpy: one process is one thread

from benchmarks.data import Query, find_sets, hide_ids, read_base, read_queries  # noqa: E402
from benchmarks.surroundings import surroundings  # noqa: E402
from benchmarks.verdicts import Verdict, shares, verdict  # noqa: E402
from faqbot import Bot, Entry, KnowledgeBase, bundled_path, load_knowledge_base  # noqa: E402

_DATA = Path(__file__).parents[2] / "shared" / "eval"
# Sets whose queries are wrapped: two of intents, one of pages with answers.
_SETS = ("clinc150 official_k10", "banking77 official_k10", "stackfaq")
# Questions about other subjects beside each minimal pair, so that a base has more than two entries.
_FILLERS = (
    ("opening", "What are your opening hours?"),
    ("parking", "Where can visitors park?"),
    ("lunch", "What is for lunch today?"),
    ("invoice", "Where do I find my invoice?"),
    ("office", "Who keeps the keys of the office?"),
    ("printer", "Why does the printer blink?"),
)


def main() -> None:
    """Run the three parts and print their tables."""
    options = _options()
    text = "\n".join([f"{surroundings()}; {options.split} split\n", *_lines(options)])
    print(text)
    if options.out:
        options.out.write_text(text + "\n", encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--data", type=Path, default=_DATA, help="the folder with question sets")
    parser.add_argument("--encoder", action="append", help="none, wordllama, ...")
    parser.add_argument("--split", choices=["test", "dev"], default="test")
    parser.add_argument("--limit", type=int, help="a fixed sample of so many queries a set")
    parser.add_argument("--out", type=Path, help="save the tables as Markdown")
    return parser.parse_args()


def _lines(options: argparse.Namespace) -> Iterator[str]:
    for encoder in options.encoder or ["none", "wordllama"]:
        yield f"## {encoder}\n"
        yield from _framed(options, encoder)
        yield from _pairs(options.data / "messages" / "minimal_pairs.jsonl", encoder)
        yield from _cross_language(options.data, encoder)


def _framed(options: argparse.Namespace, encoder: str) -> Iterator[str]:
    frames = [line["template"] for line in _read(options.data / "messages" / "frames.jsonl")]
    yield "| set | asked as | right | wrong | offered, right | out: answered |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for found in find_sets(options.data):
        if found.name not in _SETS:
            continue
        queries: Sequence[Query] = read_queries(found.queries, options.split, options.limit)
        kb, queries = hide_ids(read_base(found.base), queries)
        bot = Bot.from_knowledge_base(kb, encoder)
        plain = (verdict(bot.ask(query.text), query.gold) for query in queries)
        yield _row(found.name, "plain question", plain)
        asked = [(_wrapped(frames[n % len(frames)], q.text), q) for n, q in enumerate(queries)]
        yield _row("", "message", (verdict(bot.ask(text), q.gold) for text, q in asked))
    yield ""


def _wrapped(frame: str, query: str) -> str:
    question = query[:1].upper() + query[1:]
    question = question if question.endswith(("?", ".", "!")) else question + "?"
    return frame.replace("{q}", query).replace("{Q}", question)


def _row(name: str, asked: str, verdicts: Iterable[Verdict]) -> str:
    found = shares(verdicts)
    shown = (Verdict.RIGHT, Verdict.WRONG, Verdict.OFFERED_RIGHT, Verdict.STRAY_ANSWERED)
    return f"| {name} | {asked} | {' | '.join(f'{found[one]:.3f}' for one in shown)} |"


def _pairs(path: Path, encoder: str) -> Iterator[str]:
    """Yield a table: wrong sides answered with one side stored, own sides answered with both."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for pair in _read(path):
        told = counts[pair["lang"]]
        told["pairs"] += 1
        both = _bot({"a": pair["side_a"], "b": pair["side_b"]}, pair["lang"], encoder)
        for stored, other in (("a", "b"), ("b", "a")):
            one = _bot({stored: pair[f"side_{stored}"]}, pair["lang"], encoder)
            told["kept"] += _answers(one, pair[f"ask_{stored}"], stored)
            told["wrong side"] += _answers(one, pair[f"ask_{other}"], stored)
            told["own"] += _answers(both, pair[f"ask_{stored}"], stored)
            told["crossed"] += _answers(both, pair[f"ask_{other}"], stored)
    yield "| language | pairs | right side kept | wrong side answered | both stored: own | crossed |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for language, told in counts.items():
        cells = [
            f"{told[key]} of {2 * told['pairs']}"
            for key in ("kept", "wrong side", "own", "crossed")
        ]
        yield f"| {language} | {told['pairs']} | {' | '.join(cells)} |"
    yield ""


def _bot(sides: Mapping[str, Sequence[str]], language: str, encoder: str) -> Bot:
    entries = [
        Entry(name, texts[0], "An answer.", alternates=tuple(texts[1:]))
        for name, texts in (*sides.items(), *((n, [text]) for n, text in _FILLERS))
    ]
    kb = KnowledgeBase(tuple(entries), language=language)
    return Bot.from_knowledge_base(kb, encoder, cache=False)


def _answers(bot: Bot, question: str, entry: str) -> bool:
    answer = bot.ask(question)
    return answer.entry is not None and answer.entry.id == entry


def _cross_language(data: Path, encoder: str) -> Iterator[str]:
    bases = {found.name: found.base for found in find_sets(data)}
    bots: dict[str, Bot] = {}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for line in _read(data / "messages" / "cross_language.jsonl"):
        name = line["base"]
        if name not in bots:
            kb = (
                load_knowledge_base(bundled_path())
                if name == "diplomacy"
                else read_base(bases.get(f"{name} official_k10", bases.get(name)))
            )
            bots[name] = Bot.from_knowledge_base(kb, encoder)
        answer = bots[name].ask(line["query"])
        first = answer.matches[0].entry.id if answer.matches else ""
        told = counts[name]
        told["in scope" if line["gold"] else "out of scope"] += 1
        told["first"] += first in line["gold"]
        if answer.entry is not None:
            told[
                "right"
                if answer.entry.id in line["gold"]
                else "wrong"
                if line["gold"]
                else "out answered"
            ] += 1
    yield "| base | in scope | first | answered right | answered wrong | out of scope | answered |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for name, told in counts.items():
        keys = ("in scope", "first", "right", "wrong", "out of scope", "out answered")
        yield f"| {name} | {' | '.join(str(told[key]) for key in keys)} |"
    yield ""


def _read(path: Path) -> Iterator[Mapping[str, str]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


if __name__ == "__main__":
    main()
