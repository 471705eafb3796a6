"""`faqbot teach`: what it asks, shows and writes, with a terminal and without."""

from __future__ import annotations

import io
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from faqbot import cli
from faqbot.bot import Bot
from faqbot.dialogue.conversation import Conversation
from faqbot.kb import load_knowledge_base
from faqbot.models import Answer, Outcome, Question
from faqbot.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable

_ROOT = Path(__file__).parents[2]
_BASE = """\
version: 1
# The second floor runs the network.
entries:
  - id: wifi
    question: What is the Wi-Fi password?
    alternates:
      - password of the network   # as it says on the wall
    answer: It is on the wall.

  - id: print
    question: How do I print?
    alternates: [use the printer]
    answer: Pick a printer.

  - id: e3
    question: How do I ask for vacation?
    answer: Write to your manager.

# Never matched against.
tests:
  - {ask: which password does the network have, expect: wifi}
  - {ask: how do I take a vacation, expect: e3}
"""
_HOLIDAY = "      - my holiday request\n"
_HARMFUL = "how do I take a vacation from the printer please"


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """Return a knowledge base, with a store beside it in which people asked and suggested."""
    path = tmp_path / "office.yaml"
    path.write_text(_BASE, encoding="utf-8")
    bot = Bot.from_file(path, "none", cache=False)
    with open_store(str(tmp_path / "store.db")) as store:
        for text, picked in (("my holiday request", "e3"), (_HARMFUL, "print")):
            asked = Question(text)
            picked_one = bot.answer_with(picked)
            pick = Answer(asked, Outcome.ANSWERED, 1.0, "", picked_one.matches, picked_for=asked)
            store.record(pick, adapter="test")
        store.suggest("Who waters the plants?", "Everyone:\n\n- on Fridays", person="eve")
    return path


def _run(base: Path, *options: str) -> int:
    store = str(base.with_name("store.db"))
    return cli.main(["teach", "--kb", str(base), "--encoder", "none", "--store", store, *options])


# Without a terminal


def test_yes_writes_what_does_no_harm(base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--yes` shows and writes all but what makes tests worse, which it names with the tests."""
    assert _run(base, "--yes") == 0
    printed, kb = capsys.readouterr().out, load_knowledge_base(base)

    assert kb.by_id["e3"].alternates == ("my holiday request",)
    assert kb.by_id["print"].alternates == ("use the printer",)
    assert [entry.question for entry in kb.entries if entry.draft] == ["Who waters the plants?"]
    assert f"  ! {_HARMFUL}\n" in printed
    assert '"how do I take a vacation": offered e3' in printed
    assert "+      - my holiday request\n" in printed
    assert printed.endswith(f"\nWrote {base}.\n")
    assert max(map(len, printed.splitlines()[:-1])) <= 100


def test_comments_and_layout_stay(base: Path) -> None:
    """What is written is the old text with lines added."""
    _run(base, "--yes")
    alternates = f"    alternates:\n{_HOLIDAY}"
    entry = """
  - id: waters-plants
    question: Who waters the plants?
    answer: |-
      Everyone:

      - on Fridays
    draft: true  # Suggested once with an answer.
"""
    before, vacation, after = _BASE.partition("    question: How do I ask for vacation?\n")
    answer, gap, tests = after.partition("\n# Never")

    assert base.read_text(encoding="utf-8") == (
        before + vacation + alternates + answer + entry + gap + tests
    )


def test_what_was_taught_is_not_proposed_again(
    base: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """After what does no harm was written, it is not there any more."""
    _run(base, "--yes")
    capsys.readouterr()

    assert _run(base, "--yes") == 0
    assert "nothing is to be written" in capsys.readouterr().out


def test_dry_run_writes_nothing(base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--dry-run` shows the same diff; the file and the suggestions are as they were."""
    base.chmod(0o444)
    assert _run(base, "--dry-run") == 0
    printed = capsys.readouterr().out

    assert f"+{_HOLIDAY}" in printed
    assert printed.endswith("\nNothing was written, because of --dry-run.\n")
    assert base.read_text(encoding="utf-8") == _BASE
    with open_store(str(base.with_name("store.db"))) as store:
        assert [said.status for said in store.suggestions()] == ["open"]


def test_without_a_terminal_an_option_is_needed(
    base: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where nobody can be asked, it is bad usage, and the message says which options help."""
    assert _run(base) == 2
    assert "give --yes or --dry-run" in capsys.readouterr().err


def test_nothing_to_teach_is_said(base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without proposals it says why there are none."""
    base.with_name("store.db").unlink()
    assert _run(base, "--yes") == 0
    assert capsys.readouterr().out.startswith("Nothing to teach: no question was recorded in ")

    with open_store(str(base.with_name("store.db"))) as store:
        answer = Bot.from_file(base, "none", cache=False).ask("How do I print?", Conversation())
        store.record(answer, adapter="test")
    assert _run(base, "--yes") == 0
    assert "the one question recorded in" in capsys.readouterr().out


def test_base_without_tests_is_said(base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without tests, nothing is left out, and the author is told that nothing was tried."""
    base.write_text(_BASE.partition("# Never")[0], encoding="utf-8")

    assert _run(base, "--yes") == 0
    assert "has no tests" in capsys.readouterr().out
    assert _HARMFUL in load_knowledge_base(base).by_id["print"].alternates


def test_read_only_base_is_said_at_once(base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A base that cannot be written is a sentence, before anything is asked."""
    base.chmod(0o444)

    assert _run(base, "--yes") == 2
    assert "is read-only" in capsys.readouterr().err


def test_installed_base_is_to_be_copied(
    base: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The base that came with an installed faqbot is left alone, and the message says what to do."""
    monkeypatch.setattr("faqbot.kb.saving._PACKAGE", base.parent.resolve())

    assert _run(base, "--yes") == 2
    assert "copy it, and name the copy with --kb" in capsys.readouterr().err


# With a terminal


@pytest.fixture
def walk(
    base: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """Return what types answers at the prompts, as in a terminal, and gives what was printed."""
    monkeypatch.setattr("faqbot.commands.teach._is_terminal", lambda: True)

    def type_answers(*answers: str) -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{text}\n" for text in answers)))
        _run(base)
        return capsys.readouterr().out

    return type_answers


def test_terminal_shows_the_diff_before_it_writes(base: Path) -> None:
    """In a terminal, what was accepted is shown as a diff, and written after a last yes."""
    pty, termios = (
        pytest.importorskip(name, reason="there are no pseudo-terminals here")
        for name in ("pty", "termios")
    )
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    arguments = ["--kb", base, "--encoder=none", "--store", base.with_name("store.db")]
    with subprocess.Popen(
        [sys.executable, "-m", "faqbot", "teach", *arguments],
        env={**os.environ, "TERM": "dumb", "NO_COLOR": "1"},
        **dict.fromkeys(("stdin", "stdout", "stderr"), theirs),
        cwd=_ROOT,
    ):
        os.close(theirs)
        screen = _answer(ours, ["y", "n", "?", "y", "y"]).replace("\r", "")
    os.close(ours)

    assert screen.index("Proposal 3 of 3") < screen.index("+++ ") < screen.index("Write this?")
    assert "Accept? [y,n,e,s,q,?] ?\ny  accept it\n" in screen
    assert max(map(len, screen.partition("--- ")[0].splitlines())) <= 80
    assert "waters-plants" in load_knowledge_base(base).by_id


def _answer(terminal: int, waiting: list[str]) -> str:
    screen, seen = b"", 0
    while data := _read(terminal):
        screen += data
        if screen[seen:].endswith((b"?] ", b"[y/N]: ")):
            seen = len(screen)
            os.write(terminal, f"{waiting.pop(0)}\n".encode() if waiting else b"\x04")
    return screen.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says so when the other end is closed
        return b""


def test_accepted_is_written(base: Path, walk: Callable[..., str]) -> None:
    """Of what is gone through, only the accepted is written, though it makes tests worse."""
    screen = walk("n", "y", "n", "y")
    kb = load_knowledge_base(base)

    assert "A test does worse with this:" in screen
    assert "A test does worse with all this:" in screen
    assert [entry.alternates for entry in kb.entries[1:]] == [("use the printer", _HARMFUL), ()]
    assert screen.endswith(f"Wrote {base}.\n")


def test_alternates_can_become_a_new_entry(base: Path, walk: Callable[..., str]) -> None:
    """With w, phrasings proposed for an entry are written as a draft, and not proposed again."""
    before = load_knowledge_base(base)
    screen = walk("w", "y", "s", "y")
    after = load_knowledge_base(base)
    (made,) = (entry for entry in after.entries if entry.id not in before.by_id)

    assert "Accept? [y,n,w,e,s,q,?] A new entry, as a draft: " in screen
    assert made.draft
    assert [after.by_id[entry.id].alternates for entry in before.entries] == [
        entry.alternates for entry in before.entries
    ]
    assert made.question not in walk("q").partition("Proposal 2")[0]


def test_a_new_entry_has_no_key_w(walk: Callable[..., str]) -> None:
    """The last proposal is one already: w shows the keys, and w is not among them."""
    screen = walk("n", "n", "w", "q")

    assert "e  edit the phrasings" in screen
    assert "w  make it a new entry" not in screen


def test_effect_of_all_is_said(walk: Callable[..., str]) -> None:
    """Before the last question it is said what the accepted does to the tests together."""
    assert "No test does worse with this, and 1 better." in walk("y", "n", "y", "n")


def test_rejected_does_not_come_back(base: Path, walk: Callable[..., str]) -> None:
    """What was rejected is not proposed again, what was skipped is."""
    first = walk("n", "s")
    second = walk("q")

    assert "Proposal 1 of 3" in first
    assert "Nothing was accepted" in first
    assert "Proposal 1 of 2" in second
    assert base.read_text(encoding="utf-8") == _BASE


@pytest.mark.parametrize("answers", [("n", "y", "q"), ("n", "y"), ("y", "s", "n")])
def test_nothing_is_written_without_a_last_yes(
    answers: tuple[str, ...], base: Path, walk: Callable[..., str]
) -> None:
    """To quit, to end the input, and to say no to the diff all leave the file as it was."""
    walk(*answers)

    assert base.read_text(encoding="utf-8") == _BASE


def test_quitting_remembers_nothing(walk: Callable[..., str]) -> None:
    """What was rejected before quitting is proposed again."""
    walk("n", "n", "q")

    assert "Proposal 1 of 3" in walk("q")


def _editor(folder: Path, text: str) -> str:
    """Return a command that edits a file by writing *text* over it."""
    script = folder / "editor.py"
    script.write_text(
        f"import sys, pathlib\npathlib.Path(sys.argv[1]).write_text({text!r})\n", encoding="utf-8"
    )
    return shlex.join([sys.executable, str(script)])


def test_proposal_can_be_edited(
    base: Path, walk: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is edited is what is written, and what was edited away is not proposed again."""
    monkeypatch.setenv("VISUAL", _editor(tmp_path, "asking for a holiday\n"))
    screen = walk("e", "y", "s", "y")

    assert "  + asking for a holiday\n" in screen
    assert load_knowledge_base(base).by_id["e3"].alternates == ("asking for a holiday",)
    assert "my holiday request" not in walk("q")


@pytest.mark.parametrize(
    ("left", "said"), [(None, "Name an editor in the variable EDITOR."), ("\n", "No phrasing")]
)
def test_editing_that_fails_changes_nothing(
    left: str | None,
    said: str,
    walk: Callable[..., str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without a working editor, or with no phrasing left, the walk goes on and says what to do."""
    monkeypatch.setenv("VISUAL", "false" if left is None else _editor(tmp_path, left))
    screen = walk("e", "q")

    assert said in screen
    assert screen.count("  + my holiday request\n") == 2
