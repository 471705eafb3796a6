"""Teaching as a call: harmless proposals are written, others are returned with their reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from faqbot.authoring.insights.teaching import TeachingSession, teach
from faqbot.bot import Bot
from faqbot.errors import EditError
from faqbot.kb import load_knowledge_base
from faqbot.models import Answer, Outcome, Question
from faqbot.store import Store, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_KB = """\
version: 1
entries:
- {id: wifi, question: What is the Wi-Fi password?, answer: On the wall.}
- {id: print, question: How do I print?, alternates: [use the printer], answer: Press P.}
- {id: leave, question: How do I ask for vacation?, answer: Write to Ann.}
tests:
- {ask: how do I take a vacation, expect: leave}
"""
_HARMFUL = "how do I take a vacation from the printer please"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the file of a knowledge base."""
    file = tmp_path / "kb.yaml"
    file.write_text(_KB, encoding="utf-8")
    return file


@pytest.fixture
def store(tmp_path: Path, path: Path) -> Iterator[Store]:
    """Return a store in which one pick helps and one does harm."""
    bot = Bot.from_file(path, "none", cache=False)
    with open_store(str(tmp_path / "store.db")) as opened:
        for text, picked in (("my holiday request", "leave"), (_HARMFUL, "print")):
            asked = Question(text)
            matches = bot.answer_with(picked).matches
            pick = Answer(asked, Outcome.ANSWERED, 1.0, "", matches, picked_for=asked)
            opened.record(pick, adapter="test")
        yield opened


def test_harmless_proposals_are_written(path: Path, store: Store) -> None:
    """The result says which proposals were accepted, which tests forbid others, and what was written."""
    result = teach(path, store, encoder="none")

    assert [each.questions for each in result.accepted] == [("my holiday request",)]
    assert [each.questions for each in result.regressions] == [(_HARMFUL,)]
    assert result.asked == 2
    assert result.written == (path,)
    assert result.unrecorded == ()
    assert "+" in result.diff
    assert load_knowledge_base(path).by_id["leave"].alternates == ("my holiday request",)
    assert result.kb.by_id["leave"].alternates == ()


def test_dry_run_writes_nothing(path: Path, store: Store) -> None:
    """A dry run returns the same diff, also for a file that cannot be written."""
    path.chmod(0o444)
    result = teach(path, store, encoder="none", dry_run=True)

    assert "my holiday request" in result.diff
    assert result.written == ()
    assert path.read_text(encoding="utf-8") == _KB
    with pytest.raises(EditError, match="read-only"):
        teach(path, store, encoder="none")


def test_nothing_recorded_proposes_nothing(path: Path, tmp_path: Path) -> None:
    """An empty store gives an empty result."""
    with open_store(str(tmp_path / "empty.db")) as empty:
        result = teach(path, empty, encoder="none")

    assert (result.asked, result.proposals, result.diff) == (0, (), "")


def test_rejected_proposal_is_not_proposed_again(path: Path, store: Store) -> None:
    """A session remembers decisions in the store."""
    session = TeachingSession(path, store, encoder="none")
    assert session.remember(session.proposals, "rejected") == ()

    assert TeachingSession(path, store, encoder="none").proposals == ()
