"""How a knowledge base's own `tests` come out with the shipped bot, in scope and out of it.

Run from the repository:  python -m benchmarks.own_tests [--kb PATH] [--encoder E]... [--verbose]

The verdicts are those of `faqbot test`.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Iterator

from faqbot import Bot, bundled_path
from faqbot.authoring.evaluation.formats import run_lines
from faqbot.authoring.evaluation.runner import EvaluationRun, Verdict, count_verdicts, run_tests

_IN_SCOPE = {
    Verdict.RIGHT: "answered right",
    Verdict.WRONG: "answered wrong",
    Verdict.OFFERED: "offered, right one among the choices",
    Verdict.MISSED: "offered without the right one",
    Verdict.DECLINED: "declined",
}
_OUT_OF_SCOPE = {
    Verdict.WRONG: "out of scope: answered",
    Verdict.MISSED: "out of scope: offered",
    Verdict.RIGHT: "out of scope: declined",
}


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
        run = run_tests(bot, bot.kb.tests)
        print(f"encoder {name}: {len(bot.kb.entries)} entries, {bot.phrasing_count} phrasings")
        print(*table(run), *(run_lines(run) if options.verbose else ()), sep="\n")


def table(run: EvaluationRun) -> Iterator[str]:
    """Yield a line for each verdict, with its share of the tests in or out of scope, and the speed."""
    inside = count_verdicts(trial for trial in run.plain if trial.expect)
    outside = count_verdicts(trial for trial in run.plain if not trial.expect)
    for found, labels in ((inside, _IN_SCOPE), (outside, _OUT_OF_SCOPE)):
        for verdict, label in labels.items():
            yield _line(label, found.counts[verdict], found.share(verdict))
    near = (Verdict.RIGHT, Verdict.OFFERED)
    count, share = sum(map(inside.counts.get, near)), sum(map(inside.share, near))
    yield _line("right or among the choices", count, share)
    median = statistics.median(trial.milliseconds for trial in run.plain)
    yield f"  median {median:.2f} ms a question"


def _line(label: str, count: int, share: float) -> str:
    return f"  {label:40}{count:4}  {share:6.1%}"


if __name__ == "__main__":
    main()
