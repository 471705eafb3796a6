"""The line a person types on, with prompt_toolkit: history, completion, and keys that do no harm."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.filters import Condition
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

from faqbot_terminal.chat import COMMANDS
from faqbot_terminal.reply import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from prompt_toolkit.document import Document
    from prompt_toolkit.input import Input
    from prompt_toolkit.output import Output

__all__ = ["ChatCompleter", "open_history", "prompt_reader"]

_MOST_COMPLETIONS = 50


def prompt_reader(
    questions: Iterable[str],
    history: History,
    *,
    given: Input | None = None,
    output: Output | None = None,
) -> Callable[[], str]:
    """Return a function that asks for a line; Tab completes *questions*, Up recalls *history*.

    It raises EOFError for Ctrl-D and KeyboardInterrupt for Ctrl-C, both only on an empty line.
    *given* and *output* stand in for the terminal.
    """
    session: PromptSession[str] = PromptSession(
        "> ",
        history=history,
        completer=ChatCompleter(questions),
        complete_while_typing=Condition(_is_command),
        reserve_space_for_menu=6,
        key_bindings=_keys(),
        input=given,
        output=output,
    )
    return session.prompt


def open_history(path: Path | None) -> tuple[History, str]:
    """Return the history kept at *path*, and why it is not kept, empty if it is."""
    if path is None:
        return InMemoryHistory(), "Questions will not be remembered: there is no home folder."
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600))
    except OSError as error:
        return InMemoryHistory(), f"Questions will not be remembered: {error.strerror}: {path}."
    return _ForgivingHistory(str(path)), ""


class ChatCompleter(Completer):
    """Completes a slash command by its start, and a question by words it holds."""

    def __init__(self, questions: Iterable[str]) -> None:
        """Complete *questions*, in their order."""
        self._questions = [one_line(question) for question in questions]

    def get_completions(self, document: Document, _event: CompleteEvent) -> Iterator[Completion]:
        """Yield what the text before the cursor may become."""
        typed = document.text_before_cursor.lstrip()
        if typed.startswith("/"):
            return _commands(typed.lower())
        return self._matching(typed)

    def _matching(self, typed: str) -> Iterator[Completion]:
        starts = typed.casefold().split()
        if not starts:
            return
        found = (question for question in self._questions if _holds(question, starts))
        for _, question in zip(range(_MOST_COMPLETIONS), found, strict=False):
            yield Completion(question, start_position=-len(typed))


def _commands(typed: str) -> Iterator[Completion]:
    for command in COMMANDS:
        if command.name.startswith(typed):
            yield Completion(command.name, start_position=-len(typed), display_meta=command.summary)


def _holds(question: str, starts: list[str]) -> bool:
    words = question.casefold().split()
    return all(any(word.startswith(start) for word in words) for start in starts)


def _is_command() -> bool:
    return get_app().current_buffer.text.startswith("/")


def _keys() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("c-c")
    def _clear_line(event: KeyPressEvent) -> None:
        if event.current_buffer.text:
            event.current_buffer.reset()
        else:
            event.app.exit(exception=KeyboardInterrupt(), style="class:aborting")

    return keys


class _ForgivingHistory(FileHistory):
    """A history file whose loss in the middle of a chat costs the history, never the chat."""

    def load_history_strings(self) -> Iterable[str]:
        try:
            return list(super().load_history_strings())
        except OSError:
            return []

    def store_string(self, string: str) -> None:
        try:
            super().store_string(string)
        except OSError:
            return
