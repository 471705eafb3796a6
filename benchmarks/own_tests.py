"""How a knowledge base's own `tests` come out with the shipped bot.

Run from the repository:  python -m benchmarks.own_tests [--kb PATH] [--encoder E]... [--verbose]

A test is a question that is no phrasing, with the ids of which any is right, or with none: then the
bot is to say that it does not know.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import Counter
from collections.abc import Sequence

from benchmarks.verdicts import IN_SCOPE, OUT_OF_SCOPE, Verdict, verdict
from faqbot import Answer, Bot, KnowledgeBaseTest, bundled_path

_WELL = {Verdict.RIGHT, Verdict.STRAY_DECLINED}


def main() -> None:
    """Run the tests with every encoder asked for, and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--kb", default=str(bundled_path()), help="a YAML file or a folder of them")
    parser.add_argument("--encoder", action="append", help="may be repeated; none and wordllama")
    parser.add_argument("--verbose", action="store_true", help="show every test that is not right")
    options = parser.parse_args()
    for name in options.encoder or ("none", "wordllama"):
        bot = Bot.from_file(options.kb, name, cache=False)
        results = run(bot, bot.kb.tests)
        print(f"encoder {name}: {len(bot.kb.entries)} entries, {bot.phrasing_count} phrasings")
        print(table([judged for _, judged, _ in results]))
        print(f"  median {statistics.median(ms for _, _, ms in results):.2f} ms a question")
        if options.verbose:
            print(*missed(bot.kb.tests, results), sep="\n")


def run(bot: Bot, tests: Sequence[KnowledgeBaseTest]) -> list[tuple[Answer, Verdict, float]]:
    """Ask every test; return the answer, its verdict and the milliseconds that it took."""
    results = []
    for test in tests:
        started = time.perf_counter()
        answer = bot.ask(test.ask)
        elapsed = (time.perf_counter() - started) * 1000
        results.append((answer, verdict(answer, test.expect), elapsed))
    return results


def table(verdicts: Sequence[Verdict]) -> str:
    """Return the counts as lines of text, each with its share of the tests in or out of scope."""
    counts = Counter(verdicts)
    lines = []
    for scope in (IN_SCOPE, OUT_OF_SCOPE):
        total = sum(counts[one] for one in scope)
        lines += [f"  {one:40}{counts[one]:4}  {counts[one] / (total or 1):6.1%}" for one in scope]
    near = counts[Verdict.RIGHT] + counts[Verdict.OFFERED_RIGHT]
    inside = sum(counts[one] for one in IN_SCOPE)
    return "\n".join(
        [*lines, f"  {'right or among the choices':40}{near:4}  {near / (inside or 1):6.1%}"]
    )


def missed(
    tests: Sequence[KnowledgeBaseTest], results: Sequence[tuple[Answer, Verdict, float]]
) -> list[str]:
    """Return a line for each test that is not right: what was expected, and what was found."""
    lines = []
    for test, (answer, judged, _) in zip(tests, results, strict=True):
        if judged not in _WELL:
            found = ", ".join(f"{m.entry.id} {m.confidence:.2f}" for m in answer.matches[:3])
            expected = " or ".join(test.expect) or "nothing"
            lines.append(f"  {judged}: {test.ask!r}\n    expected {expected}; found {found}")
    return sorted(lines)


if __name__ == "__main__":
    main()
