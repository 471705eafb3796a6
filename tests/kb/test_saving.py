"""Writing a file whole, or leaving it as it was."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from faqbot.errors import FaqbotError
from faqbot.kb.saving import save_text


def test_file_is_replaced(tmp_path: Path) -> None:
    """The former content is replaced, folders are made, and no other file is left."""
    path = tmp_path / "reports" / "run.json"
    save_text(path, "first, and longer")
    save_text(path, "é\n")

    assert path.read_bytes() == "é\n".encode()
    assert list(path.parent.iterdir()) == [path]


def test_link_stays_a_link(tmp_path: Path) -> None:
    """A symbolic link's file is written, not the link replaced."""
    path, link = tmp_path / "real", tmp_path / "link"
    path.write_text("old")
    link.symlink_to(path)
    save_text(link, "new")

    assert link.is_symlink()
    assert path.read_text() == "new"


def test_device_is_written_to() -> None:
    """A device, such as /dev/stdout, is written to and not replaced."""
    save_text(Path(os.devnull), "text")

    assert not Path(os.devnull).is_file()


def test_failure_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is told, and the old file is as it was."""

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "run.json"
    path.write_text("old")
    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(FaqbotError, match=r"run\.json cannot be written: No space left on device"):
        save_text(path, "new")

    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_folder_that_cannot_be(tmp_path: Path) -> None:
    """A path below a file is told."""
    (tmp_path / "file").write_text("")
    with pytest.raises(FaqbotError, match="cannot be written"):
        save_text(tmp_path / "file" / "run.json", "new")


def test_full_disk_keeps_the_old_file(small_disk: Path) -> None:
    """A text that does not fit leaves the old one, and nothing beside it."""
    path = small_disk / "page.html"
    path.write_text("old")
    with pytest.raises(
        FaqbotError, match=r"page\.html cannot be written: No space left on device$"
    ):
        save_text(path, "new" * 200_000)

    assert path.read_text() == "old"
    assert list(small_disk.iterdir()) == [path]


def test_permissions_stay(tmp_path: Path) -> None:
    """A file that only its owner reads stays so."""
    path = tmp_path / "private"
    path.write_text("old")
    path.chmod(0o600)
    save_text(path, "new")

    assert path.stat().st_mode & 0o777 == 0o600
