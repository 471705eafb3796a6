"""Reader of the Markdown of Rasa 1: ``nlu.md``, ``responses.md`` and ``stories.md``."""

from __future__ import annotations

import re

from faqbot.ingest.converters.bots.rasa_project import RasaProject, RasaResponse

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


def is_rasa_markdown(text: str) -> bool:
    """Return True if *text* is Markdown of Rasa 1."""
    return bool(_INTENT.search(text) or _STORY.search(text))


def read_markdown(text: str, file: str, project: RasaProject) -> None:
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
    """Add a response to an *intent*: its text, or the name of an action."""
    if said.startswith("utter_"):
        project.rules.setdefault(intent, said)
    elif not said.startswith(("action_", "slot{", "form{", "respond_")) and " " in said + " ":
        project.responses.setdefault(f"utter_{intent}", []).append(
            RasaResponse(said.replace("\\n", "\n"))
        )


def _continue(project: RasaProject, intent: str, line: str) -> None:
    """Add a further *line* to the last response of an *intent*."""
    responses = project.responses.get(f"utter_{intent}", [])
    if responses:
        responses[-1] = RasaResponse(f"{responses[-1].text}\n{line}")
