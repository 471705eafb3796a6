"""The line that a person types on, driven through prompt_toolkit's own test doubles."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from faqbot_terminal.chat import COMMANDS
from faqbot_terminal.prompt import ChatCompleter, open_history, prompt_reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

QUESTIONS = ("What is an envoy?", "What is diplomatic immunity?", "Who sends an envoy?")
CTRL_C, CTRL_D, UP, ENTER, TAB = "\x03", "\x04", "\x1b[A", "\r", "\t"


@pytest.fixture
def keyboard() -> Iterator[PipeInput]:
    """Return an input that takes keys as text."""
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        yield keys


def _reader(keyboard: PipeInput, history: InMemoryHistory | None = None) -> Callable[[], str]:
    return prompt_reader(
        QUESTIONS, history or InMemoryHistory(), given=keyboard, output=DummyOutput()
    )


def _completions(typed: str) -> list[str]:
    found = ChatCompleter(QUESTIONS).get_completions(Document(typed), CompleteEvent())
    return [completion.text for completion in found]


def test_a_line_is_read(keyboard: PipeInput) -> None:
    """Enter ends the line."""
    keyboard.send_text(f"hello{ENTER}")

    assert _reader(keyboard)() == "hello"


def test_ctrl_c_clears_the_line(keyboard: PipeInput) -> None:
    """Ctrl-C on a line discards its text."""
    keyboard.send_text(f"wrong{CTRL_C}right{ENTER}")

    assert _reader(keyboard)() == "right"


def test_ctrl_c_on_an_empty_line_is_told(keyboard: PipeInput) -> None:
    """Ctrl-C with nothing to clear is an interrupt, for the chat to say how to leave."""
    keyboard.send_text(CTRL_C)

    with pytest.raises(KeyboardInterrupt):
        _reader(keyboard)()


def test_ctrl_d_leaves(keyboard: PipeInput) -> None:
    """Ctrl-D on an empty line ends the input."""
    keyboard.send_text(CTRL_D)

    with pytest.raises(EOFError):
        _reader(keyboard)()


def test_a_paste_of_several_lines_is_one_question(keyboard: PipeInput) -> None:
    """A bracketed paste waits for Enter, line ends and all."""
    keyboard.send_text(f"\x1b[200~what is\nan envoy?\x1b[201~{ENTER}")

    assert _reader(keyboard)() == "what is\nan envoy?"


def test_tab_completes_a_question(keyboard: PipeInput) -> None:
    """The only question that fits is filled in."""
    session = _reader(keyboard).__self__
    session.default_buffer.on_text_changed += lambda buffer: (
        keyboard.send_text(ENTER) if buffer.text == QUESTIONS[1] else None
    )
    keyboard.send_text(f"immun{TAB}")

    assert asyncio.run(asyncio.wait_for(session.prompt_async(), 10)) == QUESTIONS[1]


def test_history_is_kept_across_runs(keyboard: PipeInput, tmp_path: Path) -> None:
    """Lines of a run are recalled in the next run."""
    path = tmp_path / "state" / "history"
    first, _ = open_history(path)
    keyboard.send_text(f"hello{ENTER}")
    _reader(keyboard, first)()
    second, lost = open_history(path)
    keyboard.send_text(f"{UP}{ENTER}")

    assert (_reader(keyboard, second)(), lost) == ("hello", "")


def test_history_is_private(tmp_path: Path) -> None:
    """The history file is readable by its owner only."""
    path = tmp_path / "state" / "history"
    open_history(path)

    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


@pytest.mark.parametrize("blocker", ["folder", "file as folder"])
def test_a_history_that_cannot_be_kept_is_told(tmp_path: Path, blocker: str) -> None:
    """Without its file the history lasts for the run, and a sentence says so."""
    path = tmp_path / "history"
    if blocker == "folder":
        path.mkdir()
    else:
        path.write_text("")
        path = path / "history"
    history, lost = open_history(path)
    history.append_string("hello")

    assert history.get_strings() == ["hello"]
    assert lost.startswith("Questions will not be remembered: ")
    assert str(path) in lost


def test_without_a_place_for_it_the_history_lasts_for_the_run() -> None:
    """Without a home folder a sentence says that nothing is kept."""
    history, lost = open_history(None)
    history.append_string("hello")

    assert (history.get_strings(), lost) == (
        ["hello"],
        "Questions will not be remembered: there is no home folder.",
    )


def test_a_corrupt_history_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    """Bytes that are no history cost nothing but themselves."""
    path = tmp_path / "history"
    path.write_bytes(b"\xff\xfe\x00garbage\n+\xffhello\n\x1b[2J")
    history, _ = open_history(path)

    assert list(history.load_history_strings()) == ["\N{REPLACEMENT CHARACTER}hello"]


def test_a_history_lost_during_the_chat_costs_no_question(
    keyboard: PipeInput, tmp_path: Path
) -> None:
    """A file that becomes a folder behind our back stops neither reading nor typing."""
    path = tmp_path / "history"
    history, _ = open_history(path)
    path.unlink()
    path.mkdir()
    keyboard.send_text(f"hello{ENTER}")

    assert _reader(keyboard, history)() == "hello"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("env", ["What is an envoy?", "Who sends an envoy?"]),
        ("ENV who", ["Who sends an envoy?"]),
        ("xyz", []),
        ("", []),
    ],
)
def test_questions_are_completed_by_their_words(typed: str, found: list[str]) -> None:
    """Words typed in any order and case find the questions that hold words starting so."""
    assert _completions(typed) == found


def test_commands_are_completed_from_their_table() -> None:
    """A slash offers every command, more letters fewer."""
    assert _completions("/") == [command.name for command in COMMANDS]
    assert _completions("/T") == ["/topics"]


def test_a_completion_is_one_harmless_line() -> None:
    """A question with an escape code in it is neutralised before it is offered."""
    found = ChatCompleter(["a\x1b[2J\nb"]).get_completions(Document("a"), CompleteEvent())

    assert [completion.text for completion in found] == ["a\N{REPLACEMENT CHARACTER}[2J b"]
