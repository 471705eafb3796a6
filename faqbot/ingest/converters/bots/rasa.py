"""Converter of YAML: Rasa's intents and responses, or a list of questions; and of Rasa 1's Markdown.

A rule, or its name, connects a response to its intent. Rasa keeps both in several files: `read_project`
joins them. A single file may hold all, as `cat nlu.yml domain.yml` makes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from faqbot.errors import UnreadableDocument, UnsupportedDocument
from faqbot.ingest.blocks import Block, BlockLocation, Kind
from faqbot.ingest.converters.bots.rasa_project import RasaProject, RasaResponse
from faqbot.ingest.converters.plain_data import yaml_blocks
from faqbot.ingest.documents import decode
from faqbot.ingest.unread import unread_lines
from faqbot.kb import FaultList, Node, TooManyFaults, YamlList, YamlMapping, stream_nodes

_PARTS = re.compile(r"^(?:---.*|(?=version[ \t]*:))", re.MULTILINE)
_OURS = re.compile(r"^entries[ \t]*:", re.MULTILINE)
_RASA = re.compile(r"^(?:nlu|responses|templates|rules|stories|intents)[ \t]*:", re.MULTILINE)
_STREAMED = ("nlu", "rules", "stories")
# Parts of a line without text: keys, block marks, and names of responses.
_MARKS = re.compile(
    r"^\s*+(?:-\s++)?[\w-]++\s*+:|\[(?=[^\[\]]*\])|\]\([^()]*\)|\]\{[^{}]*\}|\butter_|/(?=\w)|^##\s*+\w+\s*+:|^intents:.*|^\*\s++\S++$"
)

# Markdown of Rasa 1.
_INTENT = re.compile(r"^##[ \t]*intent[ \t]*:[ \t]*(\S+)[ \t]*$", re.MULTILINE)
_HEADING = re.compile(r"#{1,6}[ \t]*(.*)")
_ASKED = re.compile(r"\*[ \t]+(\S[^{\n]*)(?:\{[^\n]*)?")
_BELOW = re.compile(r"[ \t]+-[ \t]+(\S.*)|-[ \t]+(utter_\S+)[ \t]*")
_ITEM = re.compile(r"[-*+][ \t]+(.*)")
# A retrieval intent over its response, or another intent over an action.
_STORY = re.compile(
    r"^\*[ \t]+(?:\w+/\w+[^\n]*\n[ \t]*-[ \t]+\S|\w+(?:\{[^\n]*\})?[ \t]*\n[ \t]*-[ \t]+utter_)",
    re.MULTILINE,
)


def is_part(data: bytes, name: str) -> bool:
    """Return True if *data* of the file *name* can be a file of a Rasa project."""
    suffix = Path(name).suffix.lower()
    text = data.decode("utf-8", "replace").replace("\r\n", "\n")
    if suffix in {".yml", ".yaml"}:
        return bool(_RASA.search(text)) and not _OURS.search(text)
    return suffix in {".md", ".markdown"} and _is_markdown(text)


def read(data: bytes, name: str) -> Iterator[Block]:
    """Yield a pair for each intent with a text response.

    See `Reader`.
    """
    text = decode(data, name)
    if _OURS.search(text):
        raise UnreadableDocument(f"{name} is a knowledge base already: there is nothing to import")
    if not _RASA.search(text) and not _is_markdown(text):
        blocks = yaml_blocks(text)
        if not blocks:
            raise UnsupportedDocument(
                f"{name} has neither `nlu:` nor `responses:`, so it holds no questions and answers of Rasa, "
                "and no list of objects with a question and an answer"
            )
        yield from blocks
        return
    yield from _project([("", text)], name)


def read_project(files: Sequence[tuple[str, bytes]], name: str) -> Iterator[Block]:
    """Yield the pairs of a project's *files*, each with its name.

    Messages call the project *name*. Raises `UnreadableDocument` for broken YAML.
    """
    yield from _project([(file, decode(data, file)) for file, data in files], name)


def _project(files: Sequence[tuple[str, str]], name: str) -> Iterator[Block]:
    project = RasaProject()
    for file, text in files:
        if _is_markdown(text) and not _RASA.search(text):
            _read_markdown(text, file, project)
        else:
            _read_yaml(text, file, file or name, project)
    if not project.examples and not project.responses:
        raise UnreadableDocument(
            f"{name} has neither `nlu:` nor `responses:`, so it holds no questions and answers of Rasa"
        )
    blocks = list(project.blocks())
    yield from blocks
    for file, text in files:
        for record in list(unread_lines(text.split("\n"), blocks, _MARKS))[len(blocks) :]:
            unit = f"{file}, line" if file else "line"
            yield Block(
                Kind.LEFT_OUT,
                record.text,
                place=BlockLocation(record.place.number, unit),
                reason=record.reason,
            )


def _read_yaml(text: str, file: str, name: str, project: RasaProject) -> None:
    before = 0
    for part in _PARTS.split(text):
        if part.strip():
            _read_part(part, before, project, file, name)
        before += part.count("\n")


def _read_part(part: str, before: int, project: RasaProject, file: str, name: str) -> None:
    faults = FaultList(Path(name))
    try:
        for piece in stream_nodes(part.encode("utf-8", "replace"), faults, _STREAMED):
            if piece.key == "nlu":
                _read_examples(piece.node, (file, piece.line + before), project)
            elif piece.key in {"responses", "templates"} and isinstance(piece.node, YamlMapping):
                _read_responses(piece.node, project)
            elif piece.key in {"rules", "stories"}:
                _read_rule(piece.node, project)
    except TooManyFaults as error:
        raise UnreadableDocument(f"{name} is not valid YAML for Rasa") from error
    if faults.unread:
        line, message = next((fault.line, fault.message) for _, fault in reversed(faults.found))
        raise UnreadableDocument(f"{name}, line {line + before}: {message}")


def _read_examples(node: Node, place: tuple[str, int], project: RasaProject) -> None:
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
    project.add_examples(intent, iter(texts), place)


def _read_responses(node: YamlMapping, project: RasaProject) -> None:
    for key, variants in node.values.items():
        listed = variants.values if isinstance(variants, YamlList) else []
        project.responses.setdefault(key, []).extend(map(_response, listed))


def _response(node: Node) -> RasaResponse:
    """Return a response variant: an object, or text in Rasa 1."""
    if isinstance(node, str):
        return RasaResponse(node.strip())
    buttons = node.values.get("buttons") if isinstance(node, YamlMapping) else None
    listed = buttons.values if isinstance(buttons, YamlList) else []
    payloads = tuple(_text(each, "payload") for each in listed)
    return RasaResponse(_text(node, "text"), _text(node, "image"), payloads)


def _read_rule(node: Node, project: RasaProject) -> None:
    """Store the response of a rule or story to an intent.

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


def _is_markdown(text: str) -> bool:
    """Return True if *text* is Markdown of Rasa 1."""
    return bool(_INTENT.search(text) or _STORY.search(text))


def _read_markdown(text: str, file: str, project: RasaProject) -> None:
    """Add the intents, responses and stories of one *file* to *project*."""
    intent = asked = ""
    for number, line in enumerate(text.split("\n"), start=1):
        heading = _HEADING.fullmatch(line.strip())
        if heading:
            found = _INTENT.fullmatch(line.rstrip())
            intent, asked = found[1] if found else "", ""
        elif intent and (item := _ITEM.fullmatch(line.strip())):
            project.add_examples(intent, iter([item[1]]), (file, number))
        elif not intent and (question := _ASKED.fullmatch(line.rstrip())):
            asked = question[1].partition(" OR ")[0].strip()
        elif asked and (below := _BELOW.fullmatch(line)):
            _add(project, asked, (below[1] or below[2]).strip())
        elif asked and line.startswith("  ") and line.strip():
            _continue(project, asked, line.strip())


def _add(project: RasaProject, intent: str, said: str) -> None:
    """Add a response to *intent*: its text, or an action's name."""
    if said.startswith("utter_"):
        project.rules.setdefault(intent, said)
    elif not said.startswith(("action_", "slot{", "form{", "respond_")) and " " in said + " ":
        project.responses.setdefault(f"utter_{intent}", []).append(
            RasaResponse(said.replace("\\n", "\n"))
        )


def _continue(project: RasaProject, intent: str, line: str) -> None:
    """Add a *line* to the last response of *intent*."""
    responses = project.responses.get(f"utter_{intent}", [])
    if responses:
        responses[-1] = RasaResponse(f"{responses[-1].text}\n{line}")
