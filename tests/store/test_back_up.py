"""Copies of a store, made while it is written, that serve in its place."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import URL, make_url

from faqbot import StoreError
from faqbot.store import Store, read_schema
from faqbot.store.database import Database
from faqbot.store.dialects import find_backend

if TYPE_CHECKING:
    from conftest import MakeAnswer

_PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "back-up.md"
# Records of a test's store: enough to need several pages of a file.
_RECORDS = 60


def _fill(store: Store, answer: MakeAnswer) -> None:
    """Record questions of two people, and a verdict."""
    for number in range(_RECORDS):
        record = store.record(answer(f"why {number}?", "a"), adapter="web", person=f"U{number % 2}")
        assert record
    assert store.record_feedback(record, person="U1", helpful=True)


def _check(restored: Store) -> None:
    """Check that the copy has the records and the verdict, and finds a person by the plain id."""
    asked = [*restored.questions()]
    assert len(asked) == _RECORDS
    assert [each.helpful for each in asked if each.helpful] == [1]
    assert restored.forget("U0") == _RECORDS // 2
    assert len([*restored.questions()]) == _RECORDS // 2


def test_a_file_is_copied_while_it_is_written(
    store: Store, path: Path, tmp_path: Path, answer: MakeAnswer
) -> None:
    """SQLite's own backup holds a moment; what is written later is not in it."""
    _fill(store, answer)
    copy = tmp_path / "copy.db"
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        assert store.record(answer("later?"), adapter="web")

    with Store(Database(find_backend(str(copy)))) as restored:
        _check(restored)


def _command(program: str) -> str:
    """Return the command of the page that begins with *program*."""
    (found,) = re.findall(rf"^{program} .+$", _PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    if shutil.which(program) is None:
        pytest.skip(f"the program {program} is not installed")
    return str(found)


def _run(command: str, folder: Path, **urls: URL) -> None:
    """Run *command* as a person's shell does; *urls* are those of its variables."""
    plain = {
        name: url.set(drivername="postgresql").render_as_string(hide_password=False)
        for name, url in urls.items()
    }
    done = subprocess.run(
        ["sh", "-c", command],  # noqa: S607  the shell of the page
        cwd=folder,
        env={**os.environ, **plain},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr.decode()) == (0, "")


def test_a_server_is_dumped_and_restored(
    postgresql: str, empty_database: URL, tmp_path: Path, answer: MakeAnswer
) -> None:
    """The commands of the page move a store to another database, while replicas write."""
    dump, restore = _command("pg_dump"), _command("pg_restore")
    source = make_url(postgresql)
    with Store(Database(find_backend(postgresql))) as served:
        _fill(served, answer)
        _run(dump, tmp_path, SOURCE=source)
        assert served.record(answer("later?"), adapter="web")
    _run(restore, tmp_path, TARGET=empty_database)

    url = empty_database.update_query_dict(source.query).render_as_string(hide_password=False)
    assert read_schema(url).missing == ()
    with Store(Database(find_backend(url))) as restored:
        _check(restored)


def test_a_broken_dump_restores_nothing(
    postgresql: str, empty_database: URL, tmp_path: Path, answer: MakeAnswer
) -> None:
    """The database stays empty, and a store on it begins empty instead of serving a half."""
    dump, restore = _command("pg_dump"), _command("pg_restore")
    with Store(Database(find_backend(postgresql))) as served:
        _fill(served, answer)
    _run(dump, tmp_path, SOURCE=make_url(postgresql))
    file = tmp_path / "faqbot.dump"
    file.write_bytes(file.read_bytes()[:-500])
    with pytest.raises(AssertionError):
        _run(restore, tmp_path, TARGET=empty_database)

    url = empty_database.render_as_string(hide_password=False)
    assert read_schema(url).version == 0


def test_a_copy_of_another_program_is_refused(tmp_path: Path) -> None:
    """A file put in the store's place by mistake is left as it is."""
    path = tmp_path / "copy.db"
    path.write_bytes(b"PGDMP" + bytes(2000))
    with (
        Store(Database(find_backend(str(path)))) as store,
        pytest.raises(StoreError, match="damaged"),
    ):
        [*store.questions()]
    assert path.read_bytes() == b"PGDMP" + bytes(2000)
