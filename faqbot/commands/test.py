"""`faqbot test`: run the tests of a knowledge base, and fail if answers get worse.

As a call: `faqbot.run_tests`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from faqbot.serving import (
    FAILED_TESTS,
    KnowledgeBaseType,
    PathType,
    chosen_base,
    encoder_option,
    kb_option,
    make_bot,
    print_json,
)

if TYPE_CHECKING:
    from faqbot.authoring.evaluation.baseline import Change
    from faqbot.authoring.evaluation.gate import GateResult
    from faqbot.authoring.evaluation.runner import EvaluationRun
    from faqbot.publishing.address import KnowledgeBasePlace

_Command = TypeVar("_Command", bound=Callable[..., Any])


def _parse_share(_: click.Context, __: click.Parameter, text: str | None) -> float | None:
    if text is None:
        return None
    from fractions import Fraction

    number = text.strip()
    percent = number.endswith("%")
    try:
        share = Fraction(number.removesuffix("%")) / (100 if percent else 1)
    except (ValueError, ZeroDivisionError):
        share = Fraction(-1)
    if not 0 <= share <= 1:
        raise click.BadParameter(
            f"{text!r} is not a share of the tests: give a number such as 0.9 or 90%."
        )
    return float(share)


def _share_option(name: str, text: str) -> Callable[[_Command], _Command]:
    return click.option(name, metavar="SHARE", callback=_parse_share, help=text)


def _file_option(name: str, text: str) -> Callable[[_Command], _Command]:
    path = PathType(dir_okay=False)
    return click.option(name, metavar="FILE", type=path, help=text)


@click.command(short_help="Ask a knowledge base's tests; fail where answers get worse.")
@click.argument("path", required=False, type=KnowledgeBaseType())
@kb_option
@encoder_option
@click.option(
    "--variants",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    metavar="N",
    help="Ask each test also with N misspellings, always the same ones.",
)
@click.option("--no-misspelled", is_flag=True, help="Ask no misspellings: --variants 0.")
@_share_option("--min-right", "Fail when a smaller share of the tests is right.")
@_share_option(
    "--max-wrong", "Fail when a larger share is wrong.  [default: 0; no limit with --baseline]"
)
@_file_option("--baseline", "Compare with the run saved there, and show what changed.")
@_share_option(
    "--max-worse", "Fail when a larger share does worse than in the baseline.  [default: 0]"
)
@_file_option("--save", "Save this run there as a baseline, passed or not.")
@_file_option("--junit", "Write JUnit XML there, which CI servers show test by test.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--slowest",
    type=click.IntRange(min=0),
    default=3,
    show_default=True,
    metavar="N",
    help="List the N slowest questions.",
)
def test(  # noqa: PLR0913 - the options of the command
    path: KnowledgeBasePlace | None,
    kb: KnowledgeBasePlace | None,
    encoder: str,
    *,
    variants: int,
    no_misspelled: bool,
    min_right: float | None,
    max_wrong: float | None,
    baseline: Path | None,
    max_worse: float | None,
    save: Path | None,
    junit: Path | None,
    as_json: bool,
    slowest: int,
) -> int:
    """Ask the `tests` of a knowledge base: PATH, or else that of --kb.

    A test is right when it is answered with an entry it expects, or, expecting none, is not answered;
    wrong when it is answered with any other. Besides, an expected entry may be offered among choices;
    choices without one are missed; and a test that expects an entry may be declined.

    \b
    The exit code is 0 when the tests passed, and 5 when
    - a larger share than --max-wrong is wrong: without --baseline, any;
    - a smaller share than --min-right is right;
    - a larger share than --max-worse does worse than in the --baseline (right,
      offered, missed or declined, wrong), or a new test is wrong.
    It is 2 for a wrong option or knowledge base, and for one without tests.

    SHARE is such as 0.9 or 90%, of the tests as written; for --max-worse of all questions, misspelled
    ones too. To accept the changes, save a new baseline: --baseline and --save may name the same file.
    """  # noqa: D301 - the mark by which click keeps lines as they are
    from faqbot.authoring.evaluation.baseline import compare, load_baseline, save_baseline
    from faqbot.authoring.evaluation.formats import save_junit
    from faqbot.authoring.evaluation.gate import Gate, apply_gate
    from faqbot.authoring.evaluation.runner import run_tests

    if max_worse is not None and baseline is None:
        raise click.UsageError("--max-worse needs a --baseline to compare with.")
    before = None if baseline is None else load_baseline(baseline)
    bot = make_bot(chosen_base(path, kb), encoder)
    run = run_tests(bot, variants=0 if no_misspelled else variants)
    changes = None if before is None else compare(before, run)
    gate = Gate(
        min_right, 0.0 if max_wrong is None and before is None else max_wrong, max_worse or 0.0
    )
    gate_result = apply_gate(run, gate, changes or ())
    if save is not None:
        save_baseline(save, run)
    if junit is not None:
        save_junit(junit, run, gate_result)
    if as_json:
        _print_json(run, gate_result, changes)
    else:
        _print_lines(run, gate_result, before, changes, slowest)
    return 0 if gate_result.passed else FAILED_TESTS


def _print_json(
    run: EvaluationRun, gate_result: GateResult, changes: Sequence[Change] | None
) -> None:
    from faqbot.authoring.evaluation.formats import describe_run

    print_json(describe_run(run, gate_result, changes))


def _print_lines(
    run: EvaluationRun,
    gate_result: GateResult,
    before: EvaluationRun | None,
    changes: Sequence[Change] | None,
    slowest: int,
) -> None:
    from faqbot.authoring.evaluation.formats import change_lines, gate_lines, run_lines

    for line in run_lines(run, slowest):
        click.echo(line)
    if before is not None:
        for line in (*_other_makings(before, run), *change_lines(changes or ())):
            click.echo(line)
    for line in gate_lines(gate_result, run):
        click.echo(line)


def _other_makings(before: EvaluationRun, run: EvaluationRun) -> Iterator[str]:
    """Yield a sentence for each difference from the baseline's encoder and version."""
    if before.encoder != run.encoder:
        yield f"\nThe baseline was made with the encoder {before.encoder}, this run with {run.encoder}."
    if before.faqbot != run.faqbot:
        yield f"\nThe baseline was made with faqbot {before.faqbot}, this run with {run.faqbot}."
