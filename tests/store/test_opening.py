"""Where the store is, and how long it keeps what it holds."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from faqbot.errors import StoreError
from faqbot.store import open_store


def test_the_platform_s_folder_is_the_default(tmp_path: Path) -> None:
    """Without a setting the store is among the person's data, and made when it is first used."""
    with open_store() as store:
        assert Path(store.name).is_relative_to(tmp_path)
        assert not Path(store.name).exists()
        assert store.prepare()
        assert Path(store.name).is_file()


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has these modes")
def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    """The file and the folder that is made for it are the person's own."""
    path = tmp_path / "folder" / "store.db"
    with open_store(str(path)) as store:
        store.prepare()
        modes = {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}

    assert modes == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_environment_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """FAQBOT_STORE is used where no argument is given, as a path or as a URL."""
    for where in (f"{tmp_path}/a.db", f"sqlite:///{tmp_path}/a.db"):
        monkeypatch.setenv("FAQBOT_STORE", where)
        with open_store() as store, open_store(f"{tmp_path}/b.db") as other:
            assert store.name == f"{tmp_path}/a.db"
            assert other.name == f"{tmp_path}/b.db"


@pytest.mark.parametrize(
    ("days", "kept"), [("", 365), ("30", 30), (" 7 ", 7), ("0", 0), ("00", 0), ("99999", 99999)]
)
def test_retention_is_a_setting(days: str, kept: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """FAQBOT_RETENTION is in days; 365 unless set."""
    monkeypatch.setenv("FAQBOT_RETENTION", days)

    assert open_store()._days_kept == kept


@pytest.mark.parametrize(
    "days", ["a year", "-1", "1.5", "²", "4000000", "99999999999", "nan", "9" * 5000]
)
def test_wrong_retention_is_said(days: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is guessed about how long to keep what people asked."""
    monkeypatch.setenv("FAQBOT_RETENTION", days)

    with pytest.raises(StoreError, match="whole number of days"):
        open_store()


@pytest.mark.parametrize("library", ["sqlalchemy", "phonenumbers", "stdnum"])
def test_the_extra_is_named(library: str) -> None:
    """Without a library the names are there, and opening a store says what to install."""
    code = f"""
import sys
sys.modules["{library}"] = None
from faqbot import MissingDependency, Store, open_store
try:
    open_store()
except MissingDependency as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[2],
        encoding="utf-8",
    )

    assert "pip install 'faqbot[store]'" in done.stdout


def test_longest_retention_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The longest time to keep records is one that a date can go back by."""
    monkeypatch.setenv("FAQBOT_RETENTION", "99999")
    with open_store(str(tmp_path / "a.db")) as store:
        store.prepare()
        assert store.suggest("How do I\x0bpay\x85now?\x07") is not None
        assert [each.question for each in store.suggestions()] == ["How do I pay now? "]


@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_store_that_is_no_file_is_said(tmp_path: Path, kind: str) -> None:
    """A pipe or a device as a store is a sentence, and nothing waits for it."""
    path = tmp_path / "store.db"
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")
    with open_store(str(path)) as store, pytest.raises(StoreError, match="not a regular file"):
        list(store.questions())
