"""`faqbot ask`: the questions that it reads."""

from __future__ import annotations

import json
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from faqbot.serving import accept_any_input
from tests.conftest import RunFaqbot

_KB = """\
version: 1
entries:
  - id: cafe
    question: Where is the café über dem Fluß?
    answer: On the bridge.
"""


@pytest.mark.parametrize("variables", [{"PYTHONUTF8": "0"}, {"PYTHONUTF8": "1"}])
def test_a_locale_without_letters_reads_utf_8(
    variables: dict[str, str], tmp_path: Path, run_faqbot: RunFaqbot
) -> None:
    """LC_ALL=C changes no letter of a question, typed as an argument or read from a pipe."""
    path = tmp_path / "kb.yaml"
    path.write_text(_KB, encoding="utf-8")
    question = "where is the café über dem Fluß"
    arguments = ("ask", "--json", "--encoder", "none", "--kb", path)

    typed = run_faqbot(*arguments, question.encode(), LC_ALL="C", **variables)
    piped = run_faqbot(*arguments, stdin=f"{question}\n".encode(), LC_ALL="C", **variables)

    for done in (typed, piped):
        answer = json.loads(done.stdout)
        assert (answer["question"], answer["entry"]) == (question, "cafe")


@pytest.mark.parametrize(
    ("encoding", "data", "text"),
    [
        ("ascii", "naïve\n".encode(), "naïve\n"),
        ("ANSI_X3.4-1968", b"na\xefve\n", "na\ufffdve\n"),
        ("latin-1", b"na\xefve\n", "naïve\n"),
        ("utf-8", b"na\xefve\n", "na\ufffdve\n"),
    ],
)
def test_input_is_read_in_its_encoding(encoding: str, data: bytes, text: str) -> None:
    """Only ASCII, which a locale without a name stands for, is replaced by UTF-8."""
    stream = TextIOWrapper(BytesIO(data), encoding=encoding)
    accept_any_input(stream)

    assert stream.read() == text


def test_empty_input_is_refused(tmp_path: Path, run_faqbot: RunFaqbot) -> None:
    """Nothing was asked, so that the exit code is neither that of an answer nor of a miss."""
    path = tmp_path / "kb.yaml"
    path.write_text(_KB, encoding="utf-8")
    done = run_faqbot("ask", "--encoder", "none", "--kb", path, stdin=b"\n  \n")

    assert (done.returncode, done.stdout) == (2, b"")
    assert b"standard input holds no question" in done.stderr
