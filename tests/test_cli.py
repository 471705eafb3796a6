"""The command line: what it prints, where, and with which exit code."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar
from unicodedata import category

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import faqbot
from faqbot import cli
from faqbot.bot import Bot
from faqbot.models import Answer, Entry, KnowledgeBase, Match, Outcome, Question

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import RunFaqbot

_ROOT = Path(__file__).parents[1]
_ENTRIES = tuple(Entry(f"entry-{n}", f"Question {n}?", f"Answer {n}.") for n in range(8))
_MATCHES = tuple(Match(entry, 50.123456, 0.98765432, "Phrasing?") for entry in _ENTRIES)
_KB = KnowledgeBase(_ENTRIES, title="Made up", paths=(Path("made-up.yaml"),))
_GOOD_KB = """\
version: 1
title: Flags
entries:
  - id: colours
    question: Which colours are used most?
    alternates: [What colours are common?]
    answer: Red, white and blue.
  - id: shape
    question: Which flag is not a rectangle?
    alternates: [What flag has an odd outline?]
    answer: That of Nepal.
tests:
  - ask: popular colours
    expect: colours
"""
_BAD_KB = """\
version: 1
entries:
  - id: colours
    question: Which colours are used most?
  - id: shape
    question: Which flag is not a rectangle?
    answer: That of Nepal.
    colour: crimson
"""


@dataclass
class FakeBot:
    """Answers yes, offers choices for maybe, and declines everything else."""

    kb: KnowledgeBase = _KB
    encoder_name: str = "none"
    encoder_note: str = "nothing better is installed"
    phrasing_count: int = 8
    cache_state: str = "off"
    cache_path: None = None
    outcomes: ClassVar = {"yes": Outcome.ANSWERED, "maybe": Outcome.AMBIGUOUS}

    def warm_up(self) -> None:
        """Load nothing."""

    def ask(self, text: str) -> Answer:
        """Answer by the outcome that *text* names."""
        outcome = self.outcomes.get(text, Outcome.UNANSWERED)
        said = f"**{outcome.value}**: é"
        follow_ups = _ENTRIES[6:] if text == "yes" else ()
        return Answer(Question(text), outcome, 0.98765432, said, _MATCHES[:5], (), follow_ups)

    def retrieve(self, text: Question, limit: int) -> list[Match]:
        """Return the first *limit* of eight matches."""
        assert isinstance(text, Question)
        return list(_MATCHES[:limit])


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command line load a fake bot, whatever the knowledge base."""
    monkeypatch.setattr(Bot, "from_file", lambda *_, **__: FakeBot())


@pytest.fixture
def type_in(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Return what puts bytes on standard input."""

    def put(data: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))

    return put


@pytest.fixture
def good_kb(tmp_path: Path) -> Path:
    """Return a knowledge base without a fault."""
    path = tmp_path / "good.yaml"
    path.write_text(_GOOD_KB, encoding="utf-8")
    return path


@pytest.fixture
def bad_kb(tmp_path: Path) -> Path:
    """Return a knowledge base with faults in two entries."""
    path = tmp_path / "bad.yaml"
    path.write_text(_BAD_KB, encoding="utf-8")
    return path


# ask


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize(
    ("questions", "code"),
    [
        (["yes"], 0),
        (["maybe"], 3),
        (["no"], 4),
        (["yes", "yes"], 0),
        (["maybe", "yes"], 3),
        (["no", "maybe", "yes"], 4),
    ],
)
def test_ask_exits_by_the_worst_outcome(questions: list[str], code: int) -> None:
    """Exit code 0 is answered, 3 choices, 4 not answered; of several the worst counts."""
    assert cli.main(["ask", *questions]) == code


@pytest.mark.usefixtures("fake")
def test_ask_prints_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    """One question prints the answer's text and nothing else."""
    cli.main(["ask", "yes"])

    assert capsys.readouterr() == ("**answered**: é\n", "")


def test_ask_prints_the_heading_above_the_answer(
    good_kb: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An answer to other words begins with the question of its entry."""
    entry = faqbot.load_knowledge_base(good_kb).entries[0]
    cli.main(["ask", "--kb", str(good_kb), "--encoder", "none", entry.alternates[0]])

    assert capsys.readouterr().out == f"**{entry.question}**\n\n{entry.answer}\n"


@pytest.mark.usefixtures("fake")
def test_ask_separates_answers(capsys: pytest.CaptureFixture[str]) -> None:
    """Several questions print one block each, with an empty line between."""
    cli.main(["ask", "yes", "no"])

    assert capsys.readouterr().out == "**answered**: é\n\n**unanswered**: é\n"


@pytest.mark.usefixtures("fake")
def test_ask_json_prints_a_line_a_question(capsys: pytest.CaptureFixture[str]) -> None:
    """Each object stands on one line of its own, in the order of the questions."""
    cli.main(["ask", "--json", "yes", "two\nlines", "no"])
    lines = capsys.readouterr().out.splitlines()

    assert [json.loads(line)["question"] for line in lines] == ["yes", "two\nlines", "no"]


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize(("limit", "count"), [(1, 1), (5, 5), (7, 7), (100, 8)])
def test_ask_limits_the_matches(limit: int, count: int, capsys: pytest.CaptureFixture[str]) -> None:
    """`--limit` bounds the list of matches, also above what an answer holds."""
    cli.main(["ask", "--json", "--limit", str(limit), "yes"])

    assert len(json.loads(capsys.readouterr().out)["matches"]) == count


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize("limit", ["0", "-1", "many"])
def test_ask_refuses_a_limit_below_one(limit: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A limit that is no positive number is bad usage."""
    assert cli.main(["ask", "yes", "--limit", limit]) == 2
    assert "Invalid value for '--limit'" in capsys.readouterr().err


@pytest.mark.usefixtures("fake")
def test_ask_reads_standard_input(
    type_in: Callable[[bytes], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """Without an argument each line is a question; blank ones are skipped, broken bytes replaced."""
    type_in(b"yes\r\n\n  \nb\xffd\nno end of line")
    code = cli.main(["ask", "--json"])
    lines = capsys.readouterr().out.splitlines()

    assert code == 4
    assert [json.loads(line)["question"] for line in lines] == ["yes", "b\ufffdd", "no end of line"]


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize("data", [b"", b"\n \n"])
def test_ask_needs_a_question(
    data: bytes, type_in: Callable[[bytes], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """Standard input without a question is bad usage, not a success."""
    type_in(data)

    assert cli.main(["ask"]) == 2
    assert capsys.readouterr().err.endswith("Error: standard input holds no question.\n")


def test_ask_does_not_wait_for_a_person(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a question, a terminal is bad usage."""
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", terminal)

    assert cli.main(["ask"]) == 2
    assert "give a question, or write one per line to standard input." in capsys.readouterr().err


def test_a_closed_standard_input_holds_no_question(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is bad usage, as an empty one is."""
    monkeypatch.setattr(sys, "stdin", None)

    assert cli.main(["ask"]) == 2
    sys.stdin.close()  # the null device, which took the place of standard input
    assert capsys.readouterr().err.endswith("Error: standard input holds no question.\n")


def test_ask_answers_each_line_as_it_comes(good_kb: Path) -> None:
    """A line is answered before the next one is written."""
    command = [
        sys.executable,
        "-m",
        "faqbot",
        "ask",
        "--json",
        "--encoder=none",
        "--kb",
        str(good_kb),
    ]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=_ROOT
    ) as process:
        assert process.stdin
        assert process.stdout
        for question in ("Which colours are used most?", "Which flag is not a rectangle?"):
            process.stdin.write(f"{question}\n".encode())
            process.stdin.flush()
            answer = json.loads(process.stdout.readline())
            assert answer["question"] == question
            assert answer["outcome"] == "answered"


@example("\udcff")
@given(st.text(alphabet=st.characters(codec=None), max_size=20))
def test_ask_json_carries_any_text(text: str) -> None:
    """Whatever was asked, lone surrogates included, comes out as one line of ASCII JSON."""
    with pytest.MonkeyPatch.context() as patch:
        out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
        patch.setattr(Bot, "from_file", lambda *_, **__: FakeBot())
        patch.setattr(sys, "stdout", out)
        cli.main(["ask", "--json", "--", text])
        printed = out.buffer.getvalue()

    assert printed.count(b"\n") == 1
    assert json.loads(printed)["question"] == "".join(
        "\ufffd" if category(character) == "Cs" else character for character in text
    )


def test_ask_in_a_narrow_locale(good_kb: Path, run_faqbot: RunFaqbot) -> None:
    """A character that the output cannot hold is replaced, not a failure."""
    good_kb.write_text(_GOOD_KB.replace("Nepal", "Nepal (\u0928\u0947)"), encoding="utf-8")
    question = "Which flag is not a rectangle?"
    done = run_faqbot(
        "ask", question, "--kb", good_kb, "--encoder=none", PYTHONIOENCODING="latin-1"
    )

    assert (done.returncode, done.stdout) == (0, b"That of Nepal (??).\n")


def test_ask_with_unreadable_argument(good_kb: Path, run_faqbot: RunFaqbot) -> None:
    """Bytes that are no text in an argument are replaced, as they are on standard input."""
    done = run_faqbot("ask", "--json", "--encoder=none", "--kb", good_kb, b"b\xffd")

    assert json.loads(done.stdout)["question"] == "b\ufffdd"


# Which knowledge base, which encoder


def test_kb_defaults_to_the_bundled_one(capsys: pytest.CaptureFixture[str]) -> None:
    """Without an option or a variable the bundled knowledge base answers."""
    assert cli.main(["ask", "--encoder", "none", "What is diplomacy?"]) == 0
    assert "diplomacy" in capsys.readouterr().out.lower()


def test_kb_from_the_environment(
    good_kb: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """FAQBOT_KB names the knowledge base."""
    monkeypatch.setenv("FAQBOT_KB", str(good_kb))
    cli.main(["ask", "--encoder", "none", "Which flag is not a rectangle?"])

    assert capsys.readouterr().out == "That of Nepal.\n"


def test_kb_option_wins(
    good_kb: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--kb` goes before FAQBOT_KB."""
    monkeypatch.setenv("FAQBOT_KB", "nowhere.yaml")
    code = cli.main(
        ["ask", "--kb", str(good_kb), "--encoder", "none", "Which flag is not a rectangle?"]
    )

    assert (code, capsys.readouterr().out) == (0, "That of Nepal.\n")


def test_kb_may_be_a_folder(good_kb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder's files are one knowledge base."""
    cli.main(
        [
            *("ask", "--kb", str(good_kb.parent), "--encoder", "none"),
            "Which flag is not a rectangle?",
        ]
    )

    assert capsys.readouterr().out == "That of Nepal.\n"


@pytest.mark.parametrize("command", [["ask", "x"], ["info"], ["chat"]])
def test_missing_kb_is_a_sentence(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A path with nothing to read is exit code 2 and a message with the path, on stderr."""
    missing = tmp_path / "missing.yaml"

    assert cli.main([*command, "--kb", str(missing)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(f"Error: this knowledge base cannot be used:\n{missing}: ")


def test_faulty_kb_names_each_fault(bad_kb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A knowledge base with faults is exit code 2, every fault with its line."""
    assert cli.main(["ask", "x", "--kb", str(bad_kb)]) == 2
    *found, reference = capsys.readouterr().err.splitlines()[1:]
    assert {line.split(": ")[0] for line in found} == {f"{bad_kb}:{line}" for line in (3, 8)}
    assert reference == "docs/reference/yaml.md lists every field."


def test_unknown_encoder_is_a_sentence(good_kb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An encoder that there is not is exit code 2, and the message names those there are."""
    assert cli.main(["ask", "x", "--kb", str(good_kb), "--encoder", "psychic"]) == 2
    message = capsys.readouterr().err
    assert message.startswith("Error: ")
    assert message.count("\n") == 1
    assert all(name in message for name in ("psychic", "none", "wordllama", "auto"))


# check


def test_check_counts_what_is_right(good_kb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A knowledge base with nothing to mend is one line of counts."""
    assert cli.main(["check", str(good_kb)]) == 0
    assert capsys.readouterr() == ("OK: 2 entries, 4 phrasings, 1 test\n", "")


def test_check_reports_every_fault(bad_kb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each fault is a line path:line: error E001 message, and a count closes the list."""
    assert cli.main(["check", str(bad_kb)]) == 2
    *faults, count = capsys.readouterr().out.splitlines()

    assert {fault.split(": ")[0] for fault in faults} == {f"{bad_kb}:{line}" for line in (3, 8)}
    assert all(": error E001 " in fault for fault in faults)
    assert (len(faults), count) == (2, "2 errors. Fix them to run the remaining checks.")


def test_check_counts_one_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One error is not called errors."""
    assert cli.main(["check", str(tmp_path / "missing.yaml")]) == 2
    assert "\n1 error. Fix it to run" in capsys.readouterr().out


def test_check_takes_an_argument_or_the_option(
    good_kb: Path, bad_kb: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PATH goes before --kb, which goes before FAQBOT_KB."""
    monkeypatch.setenv("FAQBOT_KB", str(bad_kb))

    assert cli.main(["check"]) == 2
    assert cli.main(["check", "--kb", str(good_kb)]) == 0
    assert cli.main(["check", str(good_kb)]) == 0


@pytest.mark.parametrize("command", [["check"], ["test"], ["export", "--to", "csv"]])
def test_two_knowledge_bases_are_refused(
    command: list[str],
    good_kb: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither of an argument and --kb is dropped in silence; FAQBOT_KB gives way to an argument."""
    assert cli.main([*command, str(good_kb), "--kb", "other.yaml"]) == 2
    assert f"leave out {good_kb} or --kb other.yaml" in capsys.readouterr().err

    monkeypatch.setenv("FAQBOT_KB", "other.yaml")
    cli.main([*command, str(good_kb)])
    assert "other.yaml" not in capsys.readouterr().err


def test_check_exit_code_is_that_of_the_worst(
    good_kb: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Warnings alone are 3, an error is 2, and what is not looked for is neither."""
    text = good_kb.read_text(encoding="utf-8")
    good_kb.write_text(text.replace("That of Nepal.", "That of Nepal, TODO."), encoding="utf-8")

    assert cli.main(["check", str(good_kb), "--encoder", "none"]) == 3
    assert f"{good_kb}:11: C904 " in capsys.readouterr().out
    assert cli.main(["check", str(good_kb), "--ignore", "C9, P"]) == 0
    assert cli.main(["check", str(good_kb), "--select", "T"]) == 0

    good_kb.write_text(
        text + "  - {ask: WHAT COLOURS are common, expect: shape}\n", encoding="utf-8"
    )
    assert cli.main(["check", str(good_kb), "--select", "T5,C", "--select", "M103"]) == 2
    assert f"{good_kb}:15: error T501 " in capsys.readouterr().out


def test_check_prints_what_programs_read(bad_kb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """JSON is one document, and the other form marks the lines of a change."""
    assert cli.main(["check", str(bad_kb), "--format", "json"]) == 2
    document = json.loads(capsys.readouterr().out)
    assert [finding["line"] for finding in document["findings"]] == [3, 8]

    assert cli.main(["check", str(bad_kb), "--format", "github"]) == 2
    assert capsys.readouterr().out.startswith(f"::error file={bad_kb},line=3,title=E001 ")


def test_check_names_codes_near_an_unknown_one(capsys: pytest.CaptureFixture[str]) -> None:
    """A code that no finding has is bad usage, before anything is checked."""
    assert cli.main(["check", "--select", "M110"]) == 2
    assert "did you mean M101" in capsys.readouterr().err


def test_check_says_what_it_skips(
    good_kb: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the library that reads Markdown, one line names the extra, and the rest is checked."""
    monkeypatch.setitem(sys.modules, "markdown_it", None)

    assert cli.main(["check", str(good_kb), "--encoder", "none"]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("OK: ")
    assert printed.err.count("\n") == 1
    assert "[author]'" in printed.err


def test_bundled_kb_is_right() -> None:
    """In the knowledge base that faqbot ships there is nothing to mend."""
    assert cli.main(["check"]) == 0


# info


@pytest.mark.usefixtures("fake")
def test_info_is_a_line_a_fact(capsys: pytest.CaptureFixture[str]) -> None:
    """`info` prints the same facts for people, and says what is not installed."""
    assert cli.main(["info"]) == 0
    lines = dict(line.split(None, 1) for line in capsys.readouterr().out.splitlines())

    assert lines["entries"] == "8"
    assert lines["adapters"] == "mcp, slack, terminal, web"
    assert f"rapidfuzz {version('rapidfuzz')}" in lines["libraries"]


def test_info_of_the_bundled_kb(capsys: pytest.CaptureFixture[str]) -> None:
    """`info` counts the bundled knowledge base's entries and phrasings, and says where it is."""
    assert cli.main(["info", "--json", "--encoder", "none"]) == 0
    facts = json.loads(capsys.readouterr().out)

    assert facts["title"] == "Diplomacy"
    assert [Path(path).name for path in facts["knowledge_base"]] == ["diplomacy.yaml"]
    assert facts["phrasings"] > facts["entries"] > 0
    assert facts["encoder"] == "none"


# chat and run


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize(
    ("arguments", "name", "settings"),
    [
        (["chat"], "terminal", {}),
        (["chat", "--plain"], "terminal", {"plain": "true"}),
        (["run", "terminal"], "terminal", {}),
        (["run", "hello", "--set", "a=1", "--set", "b=x=y"], "hello", {"a": "1", "b": "x=y"}),
        (["run", "hello", "--set", "a="], "hello", {"a": ""}),
    ],
)
def test_adapter_is_run_with_settings(
    arguments: list[str], name: str, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`chat` is `run terminal`, and `--set` reaches the adapter."""
    ran: list[object] = []

    class Recorder:
        def run(self, bot: FakeBot) -> None:
            ran.append(type(bot))

    def load(*given: object) -> Recorder:
        ran.append(given)
        return Recorder()

    monkeypatch.setattr("faqbot.adapters.load_adapter", load)

    assert cli.main(arguments) == 0
    assert ran == [(name, settings), FakeBot]


@pytest.mark.parametrize("pair", ["name", "=x", ""])
def test_setting_must_be_a_pair(pair: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A setting without its key or equals sign is bad usage."""
    assert cli.main(["run", "terminal", "--set", pair]) == 2
    assert f"{pair!r} is not of the form KEY=VALUE." in capsys.readouterr().err


def test_chat_answers_through_a_pipe(good_kb: Path, run_faqbot: RunFaqbot) -> None:
    """`chat` on a pipe answers and ends with the input."""
    done = run_faqbot(
        *("chat", "--kb", good_kb, "--encoder=none"), stdin=b"Which flag is not a rectangle?\n"
    )

    assert (done.returncode, done.stderr) == (0, b"")
    assert b"That of Nepal." in done.stdout


# Ends that are no answer


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """`--version` prints the name and the version."""
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"faqbot {faqbot.__version__}\n"


def test_help_lists_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    """`--help` lists every command with its sentence."""
    assert cli.main(["--help"]) == 0
    commands = capsys.readouterr().out.split("Commands:\n")[1]
    assert [line.split()[0] for line in commands.splitlines()] == [
        *(
            "ask",
            "chat",
            "check",
            "export",
            "forget",
            "import",
            "info",
            "mcp",
            "migrate",
            "publish",
            "report",
            "rollback",
            "run",
            "serve",
            "slack",
            "teach",
            "test",
            "versions",
        )
    ]


def test_unknown_option_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """A mistyped option is exit code 2, with the nearest one named."""
    assert cli.main(["ask", "--jsn", "x"]) == 2
    assert "--json" in capsys.readouterr().err


def _fail(error: BaseException) -> Callable[..., FakeBot]:
    def bot(*_: object, **__: object) -> FakeBot:
        raise error

    return bot


def test_interrupt(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C is exit code 130 and no traceback."""
    monkeypatch.setattr(Bot, "from_file", _fail(KeyboardInterrupt()))

    assert cli.main(["ask", "x"]) == 130
    assert capsys.readouterr().err.strip() == ""


def test_unexpected_failure_is_two_sentences(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A fault of faqbot's own is exit code 1, says what failed, and how to report it."""
    monkeypatch.setattr(Bot, "from_file", _fail(ZeroDivisionError("by nought")))

    assert cli.main(["ask", "x"]) == 1
    message = capsys.readouterr().err
    assert "ZeroDivisionError: by nought" in message
    assert "FAQBOT_DEBUG=1" in message
    assert "Traceback" not in message


def test_debugging_shows_the_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """With FAQBOT_DEBUG set the exception is let through, for its traceback."""
    monkeypatch.setattr(Bot, "from_file", _fail(ZeroDivisionError()))
    monkeypatch.setenv("FAQBOT_DEBUG", "1")

    with pytest.raises(ZeroDivisionError):
        cli.main(["ask", "x"])


def test_reader_that_leaves_is_no_failure(good_kb: Path) -> None:
    """When the reader of a pipe has gone, nothing is complained about."""
    command = [sys.executable, "-m", "faqbot", "ask", "x", "--encoder=none", "--kb", str(good_kb)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=_ROOT
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        complaint = process.stderr.read()

    assert complaint == b""


# Completion


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script(shell: str, run_faqbot: RunFaqbot) -> None:
    """Each shell of the README gets a script that calls faqbot back."""
    done = run_faqbot(_FAQBOT_COMPLETE=f"{shell}_source")

    assert b"_FAQBOT_COMPLETE" in done.stdout


@pytest.mark.parametrize(
    ("words", "completions"),
    [
        ("faqbot c", ["plain,chat", "plain,check"]),
        ("faqbot run ter", ["plain,terminal"]),
        ("faqbot info --encoder word", ["plain,wordllama", "plain,wordllama+multilingual"]),
        ("faqbot ask --js", ["plain,--json"]),
    ],
)
def test_completion(words: str, completions: list[str], run_faqbot: RunFaqbot) -> None:
    """Commands, options, installed adapters and encoders complete."""
    done = run_faqbot(
        COMP_WORDS=words,
        COMP_CWORD=str(len(words.split()) - 1),
        _FAQBOT_COMPLETE="bash_complete",
    )

    assert done.stdout.decode().split() == completions


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask", "x", "--kb", ""],
        ["check", ""],
        ["export", "", "--to", "md"],
        ["export", "kb.yaml", "--to", "md", "-o", ""],
        ["test", "--save", ""],
        ["import", "faq.md", "-o", ""],
    ],
)
def test_empty_path_is_bad_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """An unset variable of a shell does not stand for the current folder."""
    assert cli.main(arguments) == 2
    assert "the path is empty: name a file" in capsys.readouterr().err


@pytest.mark.parametrize("path", ["/", "//", "/../", "/usr/.."])
def test_whole_disk_is_no_kb(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The root of the disk is refused before it is looked through."""
    assert cli.main(["ask", "x", "--kb", path]) == 2
    assert "this is the whole disk" in capsys.readouterr().err


@pytest.mark.parametrize(("given", "threads"), [({}, "1"), ({"OPENBLAS_NUM_THREADS": "2"}, "2")])
def test_matrix_products_take_one_thread_unless_the_environment_says_otherwise(
    given: dict[str, str], threads: str
) -> None:
    """The exit handler of OpenBLAS may wait for ever for a thread of its pool."""
    program = (
        "import os, sys; from faqbot import cli; cli.main(['--version']);"
        "print(os.environ['OPENBLAS_NUM_THREADS'], 'numpy' in sys.modules)"
    )
    own = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**own, **given},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.splitlines()[-1] == f"{threads} False"
