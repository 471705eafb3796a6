"""`faqbot migrate`: the sentences, the exit codes and JSON."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from faqbot import open_store
from faqbot.store.migrations import MIGRATIONS, OLDEST_READER

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import RunFaqbot

_NEWEST = len(MIGRATIONS)


def _state(path: Path, **settings: int) -> None:
    """Let the store at *path* say of itself what *settings* give."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for name, value in settings.items():
            connection.execute(
                "UPDATE faqbot_settings SET value = ? WHERE name = ?", (str(value), name)
            )


def test_check_says_what_is_missing(run_faqbot: RunFaqbot, tmp_path: Path) -> None:
    """The exit code is that of a result to look at, and no file is made."""
    path = tmp_path / "store.db"
    done = run_faqbot("migrate", "--check", "--store", path)

    lines = done.stdout.decode().splitlines()
    assert lines[0] == f"{path}: an empty store. faqbot migrate adds:"
    assert lines[1].startswith("  Version 1: questions, verdicts")
    assert lines[-1] == "Replicas of older faqbots can serve meanwhile."
    assert (done.returncode, len(lines), path.exists()) == (3, _NEWEST + 2, False)


def test_a_store_is_upgraded_once(run_faqbot: RunFaqbot, tmp_path: Path) -> None:
    """The second time says that there is nothing to do, and --check agrees."""
    path = tmp_path / "store.db"
    said = [
        run_faqbot("migrate", *more, FAQBOT_STORE=str(path)).stdout.decode().strip()
        for more in ((), (), ("--check",))
    ]

    assert said[0] == f"{path}: upgraded from version 0 to {_NEWEST}."
    assert said[1] == said[2] == f"{path}: version {_NEWEST}. There is nothing to do."


def test_json_has_the_facts(run_faqbot: RunFaqbot, tmp_path: Path) -> None:
    """For scripts, with the exit code of --check."""
    path = tmp_path / "store.db"
    with open_store(str(path)) as store:
        store.prepare()
    _state(path, version=_NEWEST - 1)
    done = run_faqbot("migrate", "--check", "--json", "--store", path)

    found = json.loads(done.stdout)
    assert (found["version"], found["newest"], len(found["missing"])) == (_NEWEST - 1, _NEWEST, 1)
    assert found["ends_older_code"] is (_NEWEST - 1 < OLDEST_READER)
    assert (found["store"], done.returncode) == (str(path), 3)


def test_a_newer_schema_is_left(run_faqbot: RunFaqbot, tmp_path: Path) -> None:
    """It is fine where this faqbot can use it, and refused in a sentence where it cannot."""
    path = tmp_path / "store.db"
    with open_store(str(path)) as store:
        store.prepare()
    _state(path, version=_NEWEST + 1)
    done = run_faqbot("migrate", "--store", path)
    assert done.stdout.decode().strip() == (
        f"{path}: version {_NEWEST + 1} of a newer faqbot, which this one can use. "
        "There is nothing to do."
    )

    _state(path, oldest_reader=_NEWEST + 1)
    done = run_faqbot("migrate", "--store", path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert "upgrade faqbot, or name another store" in done.stderr.decode()


def test_another_database_is_told_in_a_sentence(run_faqbot: RunFaqbot, tmp_path: Path) -> None:
    """A file that is no database is left as it is."""
    path = tmp_path / "notes.txt"
    path.write_text("Remember the milk. " * 100)
    done = run_faqbot("migrate", "--store", path)

    assert (done.returncode, done.stdout) == (2, b"")
    assert "the file is damaged; it was left as it is" in done.stderr.decode()
