"""Prompt of the chat with prompt_toolkit: history, completion and key bindings."""

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

# Questions in the completion menu, chosen by hand: a person types on rather than reads more.
_MOST_COMPLETIONS = 50
# Lines below the prompt that are kept free for the menu, chosen by hand.
_MENU_LINES = 6


def prompt_reader(
    questions: Iterable[str],
    history: History,
    *,
    given: Input | None = None,
    output: Output | None = None,
) -> Callable[[], str]:
    """Return a function that prompts for a line.

    Tab completes *questions*, and Up recalls *history*.

    On an empty line it raises EOFError for Ctrl-D, and KeyboardInterrupt for Ctrl-C. *given* and
    *output* replace the terminal in tests.
    """
    session: PromptSession[str] = PromptSession(
        "> ",
        history=history,
        completer=ChatCompleter(questions),
        complete_while_typing=Condition(lambda: get_app().current_buffer.text.startswith("/")),
        reserve_space_for_menu=_MENU_LINES,
        key_bindings=_keys(),
        input=given,
        output=output,
    )
    return session.prompt


def open_history(path: Path | None) -> tuple[History, str]:
    """Return the history in *path*, and a sentence on failure."""
    if path is None:
        return InMemoryHistory(), "Questions will not be remembered: there is no home folder."
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600))
    except OSError as error:
        return InMemoryHistory(), f"Questions will not be remembered: {error.strerror}: {path}."
    return _ForgivingHistory(str(path)), ""


class ChatCompleter(Completer):
    """Completer of slash commands, and of questions by their words."""

    def __init__(self, questions: Iterable[str]) -> None:
        """Offer *questions* in their order."""
        self._questions = [one_line(question) for question in questions]

    def get_completions(self, document: Document, _event: CompleteEvent) -> Iterator[Completion]:
        """Yield completions of the text before the cursor."""
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
    """History file whose faults never end the chat."""

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
