"""`faqbot import`: documents in, a knowledge base out."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from faqbot import cli, load_knowledge_base

_FAQ = "# Shop FAQ\n\n## Why?\n\nSo it is.\n\n## Where?\n\nHere.\n"


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("faq.md").write_text(_FAQ, encoding="utf-8")


def test_a_knowledge_base_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    """The entries load, say where they come from, and the summary says what was found."""
    assert cli.main(["import", "faq.md", "-o", "kb.yaml"]) == 0
    assert [(each.id, each.source) for each in load_knowledge_base("kb.yaml").entries] == [
        ("why", "faq.md"),
        ("where", "faq.md"),
    ]
    assert capsys.readouterr().err.startswith(
        "faq.md (Markdown): 2 entries\n  found by heading-question 2\n"
    )


def test_without_a_file_it_is_printed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Standard input goes to standard output, as YAML."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(_FAQ.encode())))

    assert cli.main(["import", "-"]) == 0
    assert "question: Why?" in capsys.readouterr().out


def test_an_update_is_shown_first(capsys: pytest.CaptureFixture[str]) -> None:
    """A knowledge base that is there is not overwritten: the diff is shown, and --update makes it so."""
    cli.main(["import", "faq.md", "-o", "kb.yaml"])
    Path("faq.md").write_text(_FAQ.replace("Here.", "There."), encoding="utf-8")
    before = Path("kb.yaml").read_bytes()

    assert cli.main(["import", "faq.md", "-o", "kb.yaml"]) == 2
    shown = capsys.readouterr()
    assert "+    answer: There." in shown.out
    assert "give --update" in shown.err
    assert Path("kb.yaml").read_bytes() == before
    assert cli.main(["import", "faq.md", "-o", "kb.yaml", "--update"]) == 0
    assert load_knowledge_base("kb.yaml").by_id["where"].answer == "There."


def test_nothing_found_says_what_was_looked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """A document without questions is a sentence, and no file."""
    Path("note.txt").write_text("Nothing here.\n", encoding="utf-8")

    assert cli.main(["import", "note.txt", "-o", "kb.yaml"]) == 2
    assert "faqbot looked for headings that ask something" in capsys.readouterr().err
    assert not Path("kb.yaml").exists()


def test_some_documents_fail(capsys: pytest.CaptureFixture[str]) -> None:
    """A document that fails is said, and shows in the exit code."""
    assert cli.main(["import", "faq.md", "missing.md", "-o", "kb.yaml"]) == 3
    assert (
        "not imported: missing.md cannot be read: there is no such file" in capsys.readouterr().err
    )


def test_json_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    """`--json` prints entries, what was left out, and what failed."""
    assert cli.main(["import", "faq.md", "-o", "kb.yaml", "--json", "--suggest-alternates"]) == 0
    printed = json.loads(capsys.readouterr().out)

    assert [each["id"] for each in printed["documents"][0]["entries"]] == ["why", "where"]
    assert printed["failures"] == []


def test_likeness_to_another_knowledge_base(capsys: pytest.CaptureFixture[str]) -> None:
    """`--against` names the questions that another knowledge base answers."""
    cli.main(["import", "faq.md", "-o", "other.yaml"])
    assert cli.main(["import", "faq.md", "-o", "kb.yaml", "--against", "other.yaml"]) == 0
    assert "is answered by `why` already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--update"], "needs -o"),
        (["--update", "-o", "none.yaml"], "not there yet"),
        (["--json"], "needs -o"),
    ],
)
def test_options_that_make_no_sense(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Options that contradict each other are refused in a sentence."""
    assert cli.main(["import", "faq.md", *arguments]) == 2
    assert words in capsys.readouterr().err


def test_first_import_that_was_killed_is_made_good(monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed before its manifest is complete, a later import takes no entry for an author's edit."""
    replace = Path.replace

    def replace_or_end(self: Path, target: Path) -> Path:
        if target.name == "kb.import.json" and Path("kb.yaml").exists():
            raise KeyboardInterrupt
        return replace(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", replace_or_end)
        assert cli.main(["import", "faq.md", "-o", "kb.yaml"]) == 130
    Path("faq.md").write_text(_FAQ.replace("Here.", "There."), encoding="utf-8")

    assert cli.main(["import", "faq.md", "-o", "kb.yaml", "--update"]) == 0
    assert load_knowledge_base("kb.yaml").by_id["where"].answer == "There."


def test_output_may_be_a_pipe(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A device or pipe gets the knowledge base; no manifest is kept beside it."""
    (tmp_path / "null").symlink_to("/dev/null")

    assert cli.main(["import", "faq.md", "-o", "null"]) == 0
    assert "2 entries" in capsys.readouterr().err
    assert not (tmp_path / "null.import.json").exists()


def test_many_questions_that_are_alike_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """Some are shown, and the number of the others."""
    names = ["bread", "milk", "cheese", "butter", "salt", "sugar", "flour", "rice", "tea", "soap"]
    names += ["ink", "paper", "string", "candles", "nails", "paint", "rope", "seeds", "wool", "wax"]
    questions = "\n\n".join(f"## Do you sell {name}?\n\nYes." for name in names)
    Path("faq.md").write_text(f"# Shop\n\n{questions}\n", encoding="utf-8")
    cli.main(["import", "faq.md", "-o", "other.yaml"])
    capsys.readouterr()
    cli.main(["import", "faq.md", "-o", "kb.yaml", "--against", "other.yaml"])
    shown = capsys.readouterr().err

    listed = shown.count("alike: “")
    assert 0 < listed < len(names)
    assert f"alike: {len(names) - listed} more" in shown
