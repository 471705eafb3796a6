"""How well follow-ups are understood: dialogues with the bundled knowledge base, and their last answers.

    python -m benchmarks.dialogues [--encoder E]... [--list]

A dialogue that leans on what came before is right when its last turn is answered with one of the entries
written beside it. One that stands alone is hijacked when its last turn comes out otherwise than if it
had been asked first.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import yaml

from faqbot import Answer, Bot, Conversation, bundled_path

_DIALOGUES = Path(__file__).parents[1] / "tests" / "conversations" / "dialogues.yaml"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of the dialogues: those of each kind, as their turns joined by " / "."""

    right: tuple[str, ...]
    offered: tuple[str, ...]
    wrong: tuple[str, ...]
    declined: tuple[str, ...]
    kept: tuple[str, ...]
    hijacked: tuple[str, ...]


def run_dialogues(bot: Bot, path: Path = _DIALOGUES) -> Result:
    """Hold the dialogues of the file *path* with *bot*, each from its beginning."""
    given = yaml.safe_load(path.read_text(encoding="utf-8"))
    kinds: dict[str, list[str]] = {name: [] for name in Result.__slots__}
    for dialogue in given["follow_ups"]:
        kinds[_verdict(_hold(bot, dialogue["turns"]), dialogue["expect"])].append(_told(dialogue))
    for dialogue in given["stand_alone"]:
        same = _outcome(_hold(bot, dialogue["turns"])) == _outcome(bot.ask(dialogue["turns"][-1]))
        kinds["kept" if same else "hijacked"].append(_told(dialogue))
    return Result(**{name: tuple(told) for name, told in kinds.items()})


def _hold(bot: Bot, turns: list[str]) -> Answer:
    conversation = Conversation()
    return [bot.ask(turn, conversation) for turn in turns][-1]


def _verdict(answer: Answer, expected: list[str]) -> str:
    if answer.entry is not None:
        return "right" if answer.entry.id in expected else "wrong"
    return "offered" if {entry.id for entry in answer.choices} & set(expected) else "declined"


def _outcome(answer: Answer) -> tuple[object, ...]:
    return answer.outcome, answer.entry and answer.entry.id, [entry.id for entry in answer.choices]


def _told(dialogue: dict[str, Any]) -> str:
    return " / ".join(dialogue["turns"])


@click.command()
@click.option("--encoder", "encoders", multiple=True, default=("none", "wordllama"))
@click.option("--list", "lists", is_flag=True, help="List those that are not right.")
def main(encoders: tuple[str, ...], *, lists: bool) -> None:
    """Print what became of the dialogues with each encoder."""
    for encoder in encoders:
        found = run_dialogues(Bot.from_file(bundled_path(), encoder))
        leaning = sum(
            len(getattr(found, kind)) for kind in ("right", "offered", "wrong", "declined")
        )
        print(
            f"{encoder}: of {leaning} follow-ups {len(found.right)} right, {len(found.offered)} offered, "
            f"{len(found.wrong)} wrong, {len(found.declined)} declined; of "
            f"{len(found.kept) + len(found.hijacked)} that stand alone {len(found.hijacked)} hijacked"
        )
        for kind in ("offered", "wrong", "declined", "hijacked") if lists else ():
            for told in getattr(found, kind):
                print(f"  {kind}: {told}")


if __name__ == "__main__":
    main()
