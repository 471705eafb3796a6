"""Chat with a bot in a terminal or a pipe."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from faqbot import Capabilities, Conversation, MissingDependency, open_store, user_name
from faqbot_terminal.chat import Chat, converse, greeting
from faqbot_terminal.console import (
    Settings,
    accept_any_text,
    has_libraries,
    is_capable,
    leave_pipe,
    line_reader,
    plain_reader,
    width_of,
)
from faqbot_terminal.plain import PipeScreen, PlainScreen
from faqbot_terminal.recording import ChatRecorder, waiting_notices
from faqbot_terminal.reply import Note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from faqbot import Bot
    from faqbot_terminal.reply import Parts

__all__ = ["TerminalAdapter"]

_KEYS = "Tab completes a question, Up recalls one, Ctrl-C clears the line, Ctrl-D leaves."
_PLAIN_KEYS = "Ctrl-C clears the line, Ctrl-D leaves."


class TerminalAdapter:
    """Adapter of a terminal or pipe: standard input and output.

    Settings, all optional: ``history``, the file of the questions typed (by default in the state
    folder of the platform); ``plain``, "1" for no styles, history or completion; ``record``, "1" to
    record the questions in the store. Input from a pipe or file gives plain text, a block per answer.
    """

    capabilities = Capabilities()

    def __init__(self, settings: Mapping[str, str]) -> None:
        """Read *settings*.

        Raises AdapterSettingsError for an unknown setting or a wrong value.
        """
        self._settings = Settings.read(settings)

    def run(self, bot: Bot) -> None:
        """Answer with *bot* until the input ends or a line leaves."""
        if sys.stdin is None or sys.stdout is None:  # closed: no questions, or no place for answers
            return
        accept_any_text(sys.stdin, sys.stdout)
        with self._open_recorder() as recorder:
            chat = Chat(bot, Conversation(), recorder=recorder)
            try:
                self._serve(chat)
            except BrokenPipeError:
                leave_pipe(sys.stdout)

    def _serve(self, chat: Chat) -> None:
        if not sys.stdin.isatty():
            _serve_pipe(chat)
        elif self._settings.plain or not is_capable(sys.stdout) or not has_libraries():
            _serve_plain(chat, advise=not self._settings.plain and is_capable(sys.stdout))
        else:
            self._serve_person(chat)

    @contextmanager
    def _open_recorder(self) -> Iterator[ChatRecorder | None]:
        if not self._settings.record:
            yield None
            return
        with open_store() as store:
            yield ChatRecorder(store, user_name())

    def _serve_person(self, chat: Chat) -> None:
        from faqbot_terminal.prompt import open_history, prompt_reader
        from faqbot_terminal.render import RichScreen

        chat.keys = _KEYS
        history, lost = open_history(self._settings.history)
        read = prompt_reader((entry.question for entry in chat.entries()), history)
        screen = RichScreen(sys.stdout, width_of(sys.stdout))
        screen.show((*greeting(chat.bot), *((Note(lost),) if lost else ())))
        _talk(chat, read, screen.show)


def _serve_plain(chat: Chat, *, advise: bool) -> None:
    # Where the answers go to a file or a pipe, the prompt is still for the person who types.
    shown = sys.stdout.isatty()
    screen = PlainScreen(sys.stdout, width_of(sys.stdout)) if shown else PipeScreen(sys.stdout)
    advice = MissingDependency("A chat with history, completion and styled answers", "terminal")
    screen.show((*greeting(chat.bot), *((Note(str(advice)),) if advise else ())))
    read = plain_reader(sys.stdin, sys.stdout if shown else sys.stderr)
    chat.keys = _PLAIN_KEYS
    _talk(chat, read, screen.show)


def _talk(chat: Chat, read: Callable[[], str], show: Callable[[Parts], None]) -> None:
    """Converse with a person, with log messages before answers."""
    with waiting_notices() as notices:
        converse(chat, read, lambda reply: show((*notices.take(), *reply)), interactive=True)
        if left := notices.take():
            show(left)


def _serve_pipe(chat: Chat) -> None:
    screen = PipeScreen(sys.stdout)
    converse(chat, line_reader(sys.stdin), screen.show, interactive=False)
