"""Finding and reading files, whatever stands at a path."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from faqbot.errors import InvalidYaml, KnowledgeBaseNotFound
from faqbot.kb import loading
from faqbot.kb.faults import FaultList
from faqbot.kb.loading import read_bytes, yaml_files

needs_permissions = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything"
)


def only_fault(path: Path) -> str:
    """Return the one fault of reading *path*, which must not be readable."""
    faults = FaultList(path)
    assert read_bytes(path, faults) is None
    ((kind, fault),) = faults.found
    assert kind is KnowledgeBaseNotFound
    assert faults.unread == {path}
    return fault.message


def test_a_file_is_read_as_it_is(tmp_path: Path) -> None:
    """No byte is changed, so that lines and offsets are right."""
    path = tmp_path / "kb.yaml"
    path.write_bytes(b"a\r\n\xff")

    assert read_bytes(path, FaultList(path)) == b"a\r\n\xff"


def test_a_missing_file(tmp_path: Path) -> None:
    """It is called missing."""
    assert only_fault(tmp_path / "kb.yaml").startswith("there is no such file or folder")


def test_a_link_that_leads_nowhere(tmp_path: Path) -> None:
    """It names what it points to, since the link itself is there."""
    (tmp_path / "kb.yaml").symlink_to("gone.yaml")

    assert only_fault(tmp_path / "kb.yaml") == "this link leads nowhere: it points to gone.yaml"


def test_a_link_to_itself(tmp_path: Path) -> None:
    """It cannot be read, and says so."""
    (tmp_path / "kb.yaml").symlink_to("kb.yaml")

    assert only_fault(tmp_path / "kb.yaml").startswith("this cannot be read: ")


def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    """Opening one would wait until somebody writes."""
    os.mkfifo(tmp_path / "kb.yaml")

    assert only_fault(tmp_path / "kb.yaml").startswith("this is not a regular file")


def test_a_socket_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is a socket read."""
    monkeypatch.chdir(tmp_path)  # a socket's whole path must be short
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind("kb.yaml")

    assert only_fault(tmp_path / "kb.yaml").startswith("this is not a regular file")


def test_a_device_is_not_read() -> None:
    """It may never end."""
    assert only_fault(Path("/dev/zero")).startswith("this is not a regular file")


@pytest.mark.parametrize("path", [Path("a\0b"), Path("a" * 5_000), Path(__file__, "kb.yaml")])
def test_a_path_that_cannot_be(path: Path) -> None:
    """A path that the system refuses is a fault like any other."""
    assert only_fault(path)


@needs_permissions
def test_a_closed_file(tmp_path: Path) -> None:
    """A file without permission says so."""
    (tmp_path / "kb.yaml").touch(mode=0)

    assert only_fault(tmp_path / "kb.yaml") == "this cannot be read: Permission denied"


def test_any_refusal_of_the_system_is_passed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the system says of a file it does not open becomes the fault."""

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "kb.yaml").touch()
    monkeypatch.setattr("faqbot.files.os.open", refuse)

    assert only_fault(tmp_path / "kb.yaml") == "this cannot be read: Permission denied"


def test_a_file_over_the_limit(tmp_path: Path) -> None:
    """It is refused before it is read."""
    path = tmp_path / "kb.yaml"
    with path.open("wb") as file:
        file.truncate(loading.MAX_BYTES + 1)
    faults = FaultList(path)

    assert read_bytes(path, faults) is None
    assert [kind for kind, _ in faults.found] == [InvalidYaml]
    assert "over 128 MB" in faults.found[0][1].message


def test_a_folder_gives_its_files_in_order(tmp_path: Path) -> None:
    """YAML files at every depth, sorted; what is hidden or of another kind is passed over."""
    for name in ["b.yaml", "a.YML", "sub/c.yml", "aa/d.yaml", ".x.yaml", ".git/y.yaml", "z.txt"]:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()

    found = yaml_files(tmp_path, FaultList(tmp_path))

    assert [path.relative_to(tmp_path).as_posix() for path in found] == [
        "a.YML",
        "b.yaml",
        "aa/d.yaml",
        "sub/c.yml",
    ]


def test_relative_paths_stay_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A message names a file as the user would."""
    monkeypatch.chdir(tmp_path)
    Path("kb").mkdir()
    Path("kb/a.yaml").touch()

    assert yaml_files("kb", FaultList(Path("kb"))) == [Path("kb/a.yaml")]


def test_a_folder_that_links_to_itself_ends(tmp_path: Path) -> None:
    """Linked folders are not entered, linked files are read."""
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / ".data").mkdir()
    (tmp_path / ".data" / "kb.yaml").touch()
    (tmp_path / "kb.yaml").symlink_to(".data/kb.yaml")

    assert yaml_files(tmp_path, FaultList(tmp_path)) == [tmp_path / "kb.yaml"]


def test_a_folder_without_yaml(tmp_path: Path) -> None:
    """It is a fault of its own."""
    faults = FaultList(tmp_path)

    assert yaml_files(tmp_path, faults) == []
    assert [fault.message for _, fault in faults.found] == ["this folder has no .yaml or .yml file"]


def test_a_folder_that_cannot_be_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not taken for an empty one."""

    def refuse(path: str) -> object:
        raise PermissionError(13, "Permission denied", os.fspath(path))

    monkeypatch.setattr(os, "scandir", refuse)
    faults = FaultList(tmp_path)

    assert yaml_files(tmp_path, faults) == []
    assert [str(fault) for _, fault in faults.found] == [
        f"{tmp_path}: this folder cannot be listed: Permission denied"
    ]


def test_no_path_is_not_the_current_folder() -> None:
    """An empty setting must not make every YAML file around a knowledge base."""
    faults = FaultList(Path())

    assert yaml_files("", faults) == []
    assert faults.found[0][1].message == "the path is empty: name a file or a folder"
