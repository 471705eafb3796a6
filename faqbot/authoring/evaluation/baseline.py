"""Baselines: runs of the tests kept in JSON files, and the comparison of two runs.

A file has one line for each question, in alphabetical order, so that version control shows changes
well. It leaves out times, confidences and line numbers, which vary from run to run.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from operator import itemgetter
from pathlib import Path
from typing import Any

from faqbot.authoring.evaluation.runner import EvaluationRun, Trial, Verdict
from faqbot.errors import FaqbotError
from faqbot.files import read_regular
from faqbot.kb.saving import save_text

# Rank of each verdict, by its use to the person who asked. Choices without an expected entry are as
# useful as no answer.
_RANK = {
    Verdict.RIGHT: 3,
    Verdict.OFFERED: 2,
    Verdict.MISSED: 1,
    Verdict.DECLINED: 1,
    Verdict.WRONG: 0,
}

_Key = tuple[str, str, int]
# Version of the file format.
_VERSION = 1
# Bytes; a trial has about 150, so this is a million of them.
_MAX_BYTES = 150_000_000
_DAMAGED = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


class ChangeKind(StrEnum):
    """Direction of a change: worse, better, other, new or gone."""

    WORSE = "worse"
    BETTER = "better"
    OTHER = "other"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Change:
    """A question whose answer or verdict changed.

    *trial* is the present result, or the last one of a question that is gone. *before* is the earlier
    result, None for a new question.
    """

    kind: ChangeKind
    trial: Trial
    before: Trial | None = None


def compare(before: EvaluationRun, after: EvaluationRun) -> tuple[Change, ...]:
    """Return the changes from *before* to *after*, in the order of *after*, gone questions last.

    Questions are identified by their text, so the order of the tests does not matter. A reworded
    question is new, and its old text gone. A misspelling is compared if both runs asked it; it is never
    new or gone.
    """
    then, now = _keyed(before.trials), _keyed(after.trials)
    found = [_change(then.get(key), trial) for key, trial in now.items()]
    gone = [
        Change(ChangeKind.GONE, trial, trial)
        for key, trial in then.items()
        if key not in now and not trial.variant
    ]
    return (*(change for change in found if change is not None), *gone)


def _keyed(trials: Iterable[Trial]) -> Mapping[_Key, Trial]:
    """Return *trials* in order, by their text.

    Equal texts are numbered in the order of *expect*.
    """
    keyed = []
    seen: Counter[tuple[str, str]] = Counter()
    for place, trial in sorted(enumerate(trials), key=lambda pair: pair[1].expect):
        asked = (trial.original, trial.ask)
        keyed.append((place, (*asked, seen[asked]), trial))
        seen[asked] += 1
    return {key: trial for _, key, trial in sorted(keyed, key=itemgetter(0))}


def _change(before: Trial | None, after: Trial) -> Change | None:
    if before is None:
        return None if after.variant else Change(ChangeKind.NEW, after)
    if (before.entries, before.outcome, before.verdict) == (
        after.entries,
        after.outcome,
        after.verdict,
    ):
        return None
    rise = _RANK[after.verdict] - _RANK[before.verdict]
    kind = ChangeKind.OTHER if not rise else ChangeKind.BETTER if rise > 0 else ChangeKind.WORSE
    return Change(kind, after, before)


class _NewerVersion(Exception):
    """A file of a later format version."""


def save_baseline(path: Path, run: EvaluationRun) -> None:
    """Write *run* to *path* as JSON.

    Raises FaqbotError if it cannot be written.
    """
    header = {
        "baseline": _VERSION,
        "faqbot": run.faqbot,
        "encoder": run.encoder,
        "variants": run.variants,
    }
    trials = sorted(run.trials, key=lambda t: (t.original or t.ask, t.variant, t.ask, t.expect))
    lines = ",\n".join(f"  {_json(_fields(trial))}" for trial in trials)
    items = "".join(f"{_json(name)}: {_json(value)},\n" for name, value in header.items())
    save_text(path, f'{{\n{items}"trials": [\n{lines}\n]\n}}\n')


def load_baseline(path: Path) -> EvaluationRun:
    """Read the run at *path*.

    Its trials have no time, confidence or line. Raises FaqbotError if there is no file, or if it
    cannot be read.
    """
    remedy = f"write it again with  faqbot test --save {path}"
    try:
        return _run(json.loads(read_regular(path, _MAX_BYTES)))
    except FileNotFoundError:
        message = f"there is no baseline at {path}: write one with  faqbot test --save {path}"
    except OSError as error:
        message = f"the baseline {path} cannot be read: {error.strerror or type(error).__name__}"
    except _NewerVersion:
        message = f"the baseline {path} was written by a newer faqbot: update faqbot, or {remedy}"
    except _DAMAGED:
        message = f"{path} is not a baseline of `faqbot test`, or is damaged: {remedy}"
    raise FaqbotError(message)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _fields(trial: Trial) -> dict[str, object]:
    """Return the question, and the fields that are not empty."""
    fields = {
        "original": trial.original,
        "variant": trial.variant,
        "expect": trial.expect,
        "verdict": trial.verdict,
        "entries": trial.entries,
        "choices": trial.choices,
    }
    return {"ask": trial.ask, **{name: value for name, value in fields.items() if value}}


def _run(data: Any) -> EvaluationRun:  # noqa: ANN401 - whatever the file holds
    version = data["baseline"]
    if isinstance(version, int) and version > _VERSION:
        raise _NewerVersion
    if version != _VERSION:
        raise ValueError(version)
    trials = tuple(_trial(fields) for fields in data["trials"])
    return EvaluationRun(
        trials, _text(data["encoder"]), _number(data["variants"]), _text(data["faqbot"])
    )


def _trial(fields: Mapping[str, Any]) -> Trial:
    return Trial(
        ask=_text(fields["ask"]),
        expect=_texts(fields.get("expect", [])),
        verdict=Verdict(fields["verdict"]),
        entries=_texts(fields.get("entries", [])),
        choices=_texts(fields.get("choices", [])),
        original=_text(fields.get("original", "")),
        variant=_number(fields.get("variant", 0)),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(value)
    return tuple(map(_text, value))


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(value)
    return value
