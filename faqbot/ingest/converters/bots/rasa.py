"""Converter of YAML: Rasa's intents and responses, or a list of questions.

A rule, or its name, connects a response to its intent. Rasa keeps both in several files. Here they are
parts of one file, as `cat nlu.yml domain.yml` makes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from faqbot.errors import UnreadableDocument
from faqbot.ingest.blocks import Block, BlockLocation, Kind, Pair
from faqbot.ingest.columns import slug_of
from faqbot.ingest.converters.html import answer_of
from faqbot.ingest.converters.plain_data import yaml_blocks
from faqbot.ingest.documents import decode
from faqbot.ingest.markdown_text import one_line
from faqbot.ingest.unread import unread_lines
from faqbot.kb import FaultList, Node, TooManyFaults, YamlList, YamlMapping, stream_nodes

_PARTS = re.compile(r"^(?:---.*|(?=version[ \t]*:))", re.MULTILINE)
_OURS = re.compile(r"^entries[ \t]*:", re.MULTILINE)
_RASA = re.compile(r"^(?:nlu|responses|rules|stories|intents)[ \t]*:", re.MULTILINE)
_STREAMED = ("nlu", "rules", "stories")
_ENTITY = re.compile(r"\[([^\[\]]*)\](?:\([^()]*\)|\{[^{}]*\})")
_SLOT = re.compile(r"\{[A-Za-z_]\w*\}")
# Parts of a line without text: keys, block marks, and names of responses.
_MARKS = re.compile(
    r"^\s*+(?:-\s++)?[\w-]++\s*+:|\[(?=[^\[\]]*\])|\]\([^()]*\)|\]\{[^{}]*\}|\butter_|/(?=\w)"
)
# Intents that a note names; chosen by hand.
_SHOWN = 3


@dataclass(slots=True)
class _Project:
    """Rasa project read so far: examples, responses, and rules by intent."""

    examples: dict[str, list[str]] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    responses: dict[str, list[YamlMapping]] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)


def read(data: bytes, name: str) -> Iterator[Block]:
    """Yield a pair for each intent that has a response of text; see `Reader`."""
    text = decode(data, name)
    if _OURS.search(text):
        raise UnreadableDocument(f"{name} is a knowledge base already: there is nothing to import")
    if not _RASA.search(text) and (blocks := yaml_blocks(text)):
        yield from blocks
        return
    project, before = _Project(), 0
    for part in _PARTS.split(text):
        if part.strip():
            _read_part(part, before, project, name)
        before += part.count("\n")
    if not project.examples and not project.responses:
        raise UnreadableDocument(
            f"{name} has neither `nlu:` nor `responses:`, so it holds no questions and answers of Rasa"
        )
    yield from unread_lines(text.split("\n"), _blocks(project), _MARKS)


def _read_part(part: str, before: int, project: _Project, name: str) -> None:
    faults = FaultList(Path(name))
    try:
        for piece in stream_nodes(part.encode("utf-8", "replace"), faults, _STREAMED):
            if piece.key == "nlu":
                _read_examples(piece.node, piece.line + before, project)
            elif piece.key == "responses" and isinstance(piece.node, YamlMapping):
                _read_responses(piece.node, project)
            elif piece.key in {"rules", "stories"}:
                _read_rule(piece.node, project)
    except TooManyFaults as error:
        raise UnreadableDocument(f"{name} is not valid YAML for Rasa") from error
    if faults.unread:
        line, message = next((fault.line, fault.message) for _, fault in reversed(faults.found))
        raise UnreadableDocument(f"{name}, line {line + before}: {message}")


def _read_examples(node: Node, line: int, project: _Project) -> None:
    intent = _text(node, "intent")
    given = node.values.get("examples") if isinstance(node, YamlMapping) else None
    if not intent or given is None:
        return
    if isinstance(given, YamlList):
        texts = [
            _text(each, "text") or (each if isinstance(each, str) else "") for each in given.values
        ]
    else:
        texts = given.split("\n") if isinstance(given, str) else []
    found = (one_line(_ENTITY.sub(r"\1", re.sub(r"^\s*-\s+", "", text))) for text in texts)
    project.examples.setdefault(intent, []).extend(filter(None, found))
    project.lines.setdefault(intent, line)


def _read_responses(node: YamlMapping, project: _Project) -> None:
    for key, variants in node.values.items():
        listed = variants.values if isinstance(variants, YamlList) else []
        project.responses.setdefault(key, []).extend(
            each for each in listed if isinstance(each, YamlMapping)
        )


def _read_rule(node: Node, project: _Project) -> None:
    """Store the response that a rule or story gives to an intent.

    It is the action directly after the intent.
    """
    steps = node.values.get("steps") if isinstance(node, YamlMapping) else None
    intent = ""
    for step in steps.values if isinstance(steps, YamlList) else []:
        action = _text(step, "action")
        if intent and action.startswith("utter_"):
            project.rules.setdefault(intent, action)
        intent = _text(step, "intent")


def _text(node: Node, name: str) -> str:
    value = node.values.get(name) if isinstance(node, YamlMapping) else None
    return value.strip() if isinstance(value, str) else ""


def _blocks(project: _Project) -> Iterator[Block]:
    unanswered, varied = [], 0
    for intent, examples in project.examples.items():
        variants = [each for each in _variants(intent, project) if _text(each, "text")]
        if not variants or not examples:
            unanswered.append(intent)
            continue
        varied += len(variants) > 1
        yield Block(
            Kind.PAIR,
            examples[0],
            place=BlockLocation(project.lines[intent]),
            pair=_pair(intent, examples, variants[0]),
        )
    if varied:
        yield Block(
            Kind.NOTE, f"only the first of several responses to an intent was kept: {varied}"
        )
    if unanswered:
        yield Block(Kind.NOTE, _without_response(unanswered, project))


def _without_response(intents: list[str], project: _Project) -> str:
    shown = ", ".join(intents[:_SHOWN]) + (", ..." if intents[_SHOWN:] else "")
    count = "1 intent has" if len(intents) == 1 else f"{len(intents)} intents have"
    remedy = (
        ""
        if project.responses
        else (
            "; the responses are in another file: join the files, as with `cat nlu.yml domain.yml`"
        )
    )
    return f"{count} no response of text ({shown}){remedy}"


def _variants(intent: str, project: _Project) -> list[YamlMapping]:
    names = (
        f"utter_{intent}",
        project.rules.get(intent, ""),
        f"utter_{intent.removeprefix('ask_')}",
    )
    return next((project.responses[name] for name in names if name in project.responses), [])


def _pair(intent: str, examples: list[str], response: YamlMapping) -> Pair:
    group, _, own = intent.rpartition("/")
    answer = answer_of(_text(response, "text"))
    image = _text(response, "image")
    return Pair(
        questions=tuple(dict.fromkeys(examples)),
        answer=f"{answer}\n\n[Image]({image})"
        if image.startswith(("http://", "https://"))
        else answer,
        id=slug_of(own),
        tags=(group,) if group else (),
        follow_ups=tuple(_follow_ups(response)),
        reason="Rasa filled in a part of the answer ({...})" if _SLOT.search(answer) else "",
    )


def _follow_ups(response: YamlMapping) -> Iterator[str]:
    """Yield the ids of the intents behind the buttons of a response."""
    buttons = response.values.get("buttons")
    for button in buttons.values if isinstance(buttons, YamlList) else []:
        payload = _text(button, "payload")
        if payload.startswith("/"):
            yield slug_of(payload[1:].partition("{")[0].rpartition("/")[2])
