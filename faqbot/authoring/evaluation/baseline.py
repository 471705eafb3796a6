"""A run kept in a file, to compare later ones with: JSON that a version control shows changes of.

One line a question, in alphabetical order, without what varies from run to run: times, confidences,
and where in the knowledge base a test stands.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from faqbot.authoring.evaluation.runner import Run, Trial, Verdict
from faqbot.errors import FaqbotError
from faqbot.files import read_regular
from faqbot.kb.saving import save_text

__all__ = ["load_baseline", "save_baseline"]

_VERSION = 1
# Bytes; a trial has about 150, so this is a million of them.
_MAX_BYTES = 150_000_000
_DAMAGED = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


class _Newer(Exception):
    """The file is of a version that this faqbot does not know."""


def save_baseline(path: Path, run: Run) -> None:
    """Keep *run* at *path*. Raises FaqbotError when that cannot be written."""
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


def load_baseline(path: Path) -> Run:
    """Return the run kept at *path*, its trials without time, confidence and place.

    Raises FaqbotError, in a sentence that says what to do, when there is none, or none that this
    version reads.
    """
    remedy = f"write it anew with  faqbot test --save {path}"
    try:
        return _run(json.loads(read_regular(path, _MAX_BYTES)))
    except FileNotFoundError:
        message = f"there is no baseline at {path}: write one with  faqbot test --save {path}"
    except OSError as error:
        message = f"the baseline {path} cannot be read: {error.strerror or type(error).__name__}"
    except _Newer:
        message = f"the baseline {path} was written by a newer faqbot: update faqbot, or {remedy}"
    except _DAMAGED:
        message = f"{path} is no baseline of `faqbot test`, or is damaged: {remedy}"
    raise FaqbotError(message)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _fields(trial: Trial) -> dict[str, object]:
    """Return the question, and the fields that have something to say."""
    fields = {
        "original": trial.original,
        "variant": trial.variant,
        "expect": trial.expect,
        "verdict": trial.verdict,
        "entries": trial.entries,
        "choices": trial.choices,
    }
    return {"ask": trial.ask, **{name: value for name, value in fields.items() if value}}


def _run(data: Any) -> Run:  # noqa: ANN401 - whatever the file holds
    version = data["baseline"]
    if isinstance(version, int) and version > _VERSION:
        raise _Newer
    if version != _VERSION:
        raise ValueError(version)
    trials = tuple(_trial(fields) for fields in data["trials"])
    return Run(trials, _text(data["encoder"]), _number(data["variants"]), _text(data["faqbot"]))


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
