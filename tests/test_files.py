"""Reading only regular files, and writing all of a file or leaving it as it was."""

from __future__ import annotations

import os
import resource
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pytest

from faqbot.files import (
    NotRegularFile,
    TooLargeFile,
    open_regular,
    read_regular,
    remove_left_over,
    write_atomic,
    write_together,
)

_LARGE = b"new" * 200_000


def _pipe(path: Path) -> Path:
    os.mkfifo(path)
    return path


def _socket(path: Path) -> Path:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))
    return path


def _odd_paths(folder: Path) -> Iterator[Path]:
    link = folder / "link"
    link.symlink_to("/dev/zero")
    yield from (_pipe(folder / "pipe"), _socket(folder / "socket"), folder, link)
    yield from (Path("/dev/zero"), Path("/dev/null"), Path("/dev/tty"))


@contextmanager
def _largest_file(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_regular_file_is_read(tmp_path: Path) -> None:
    """A file of exactly the allowed size is read, also through a link."""
    path, link = tmp_path / "file", tmp_path / "link"
    path.write_bytes(b"12345")
    link.symlink_to(path)

    assert read_regular(path, 5) == read_regular(link, 5) == b"12345"


def test_odd_paths_are_refused_without_waiting(tmp_path: Path) -> None:
    """Pipes, sockets, devices and folders are no files, also behind a link."""
    for path in _odd_paths(tmp_path):
        with pytest.raises(NotRegularFile, match=r"it is (not a regular file|a folder)"):
            read_regular(path, 10)


@pytest.mark.parametrize(("most", "limit"), [(5000, "5 kB"), (3_000_000, "3 MB")])
def test_large_file_is_refused(tmp_path: Path, most: int, limit: str) -> None:
    """One byte too many is refused, and the sentence names the limit."""
    path = tmp_path / "file"
    path.write_bytes(b"x" * (most + 1))
    with pytest.raises(TooLargeFile, match=f"it is larger than {limit}"):
        read_regular(path, most)


def test_file_without_a_true_size_is_bounded() -> None:
    """A file whose size is said to be 0, as in /proc, is read up to the limit only."""
    path = Path("/proc/self/maps")
    if not path.exists():
        pytest.skip("there is no /proc here")
    with pytest.raises(TooLargeFile):
        read_regular(path, 10)


def test_link_is_refused_where_asked(tmp_path: Path) -> None:
    """With *follow* off, even a link to a regular file is refused."""
    (tmp_path / "file").write_bytes(b"text")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    with pytest.raises(OSError, match="not a regular file"):
        open_regular(tmp_path / "link", follow=False)


def test_permissions_stay(tmp_path: Path) -> None:
    """A private file stays private, and a new one follows the umask."""
    private, new = tmp_path / "private", tmp_path / "new"
    private.write_bytes(b"old")
    private.chmod(0o600)
    before = os.umask(0o027)
    try:
        write_together([(private, b"text"), (new, b"text")])
    finally:
        os.umask(before)

    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert stat.S_IMODE(new.stat().st_mode) == 0o640


def test_new_file_can_be_private(tmp_path: Path) -> None:
    """The mode of a new file is the one asked for."""
    write_atomic(tmp_path / "new", b"text", mode=0o600)

    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o600


def test_links_stay_links(tmp_path: Path) -> None:
    """The end of a chain of links is written, also where it does not exist yet."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "one").symlink_to("folder/two")
    (tmp_path / "folder" / "two").symlink_to("../three")
    write_atomic(tmp_path / "one", b"new")

    assert (tmp_path / "one").is_symlink()
    assert (tmp_path / "folder" / "two").is_symlink()
    assert (tmp_path / "three").read_bytes() == b"new"


def test_endless_link_is_an_error(tmp_path: Path) -> None:
    """A link to itself is refused, and stays."""
    link = tmp_path / "link"
    link.symlink_to(link)
    with pytest.raises(OSError, match=r"[Ss]ymbolic links"):
        write_atomic(link, b"new")

    assert link.is_symlink()


def test_link_of_another_user_in_a_shared_folder_is_refused(tmp_path: Path) -> None:
    """In a folder like /tmp, nobody else decides which file is written."""
    if os.geteuid() != 0:
        pytest.skip("only root can give a link away")
    shared, victim = tmp_path / "shared", tmp_path / "victim"
    shared.mkdir()
    shared.chmod(0o1777)
    victim.write_bytes(b"old")
    (shared / "link").symlink_to(victim)
    os.chown(shared / "link", 4242, 4242, follow_symlinks=False)
    with pytest.raises(PermissionError, match="a link of another user"):
        write_atomic(shared / "link", b"new")

    assert victim.read_bytes() == b"old"


def test_planted_names_are_not_followed(tmp_path: Path) -> None:
    """No name beside the file can be foretold, so that no link there is written through."""
    seen: set[str] = set()

    def note(_: BinaryIO) -> None:
        seen.update(each.name for each in tmp_path.iterdir())

    write_atomic(tmp_path / "file", note)
    write_atomic(tmp_path / "file", note)

    assert len(seen - {"file"}) == 2
    assert all(len(name) > 32 for name in seen - {"file"})


def test_pipe_and_device_are_written_to(tmp_path: Path) -> None:
    """A reader of a pipe gets the content; neither a pipe nor a device is replaced."""
    pipe = _pipe(tmp_path / "pipe")
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_together([(pipe, b"text"), (Path(os.devnull), b"text")])

    assert os.read(reader, 10) == b"text"
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)
    os.close(reader)


def test_folder_is_refused(tmp_path: Path) -> None:
    """A folder is not written."""
    with pytest.raises(NotRegularFile, match="it is a folder"):
        write_atomic(tmp_path, b"new")


def test_full_disk_leaves_every_file_as_it_was(small_disk: Path) -> None:
    """A disk that is full keeps the former content, and nothing is left beside it."""
    first, second = small_disk / "first", small_disk / "second"
    first.write_bytes(b"old")
    second.write_bytes(b"old")
    with pytest.raises(OSError, match="No space left") as caught:
        write_together([(first, b"new"), (second, _LARGE)])

    assert caught.value.filename == str(second)
    assert sorted(small_disk.iterdir()) == [first, second]
    assert first.read_bytes() == second.read_bytes() == b"old"


def test_limit_on_size_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    """Where a file may not grow as far, it is as it was; no signal ends the process."""
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with _largest_file(4096), pytest.raises(OSError, match="too large"):
        write_atomic(path, _LARGE)

    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize("name", ["fsync", "fdopen", "replace", "open"])
def test_any_failure_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Whichever step fails, the file is whole, and no other is left beside it."""
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path if name == "replace" else os, name, fail)
    with pytest.raises(OSError, match="Input/output error"):
        write_atomic(path, b"new")
    monkeypatch.undo()

    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_interrupted_content_leaves_nothing(tmp_path: Path) -> None:
    """Ctrl-C while the content is made leaves no file."""

    def interrupt(file: BinaryIO) -> None:
        file.write(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_atomic(tmp_path / "file", interrupt)

    assert list(tmp_path.iterdir()) == []


def test_failed_check_writes_nothing(tmp_path: Path) -> None:
    """What the check raises is passed on, with every file as it was."""

    def check() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        write_together([(tmp_path / "file", b"new")], check)

    assert list(tmp_path.iterdir()) == []


def test_files_take_their_places_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path may come twice: its last content stays, its first was there between."""
    seen: list[bytes] = []
    path, other = tmp_path / "file", tmp_path / "other"
    replace = Path.replace

    def note(self: Path, target: Path) -> Path:
        seen.append(path.read_bytes() if path.exists() else b"")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", note)
    write_together([(path, b"one"), (other, b"text"), (path, b"two")])

    assert seen == [b"", b"one", b"one"]
    assert path.read_bytes() == b"two"


def test_left_over_files_are_removed(tmp_path: Path) -> None:
    """What a killed process left is deleted after an hour; what looks like it but is not, stays."""
    old, new = (tmp_path / f".faqbot-{digit * 32}.tmp" for digit in "ab")
    foreign, link = tmp_path / ".faqbot-notes.tmp", tmp_path / f".faqbot-{'c' * 32}.tmp"
    for path in (old, new, foreign):
        path.write_bytes(b"")
    link.symlink_to(foreign)
    for path in (old, foreign):
        os.utime(path, (1, 1))
    os.utime(link, (1, 1), follow_symlinks=False)
    remove_left_over(tmp_path)

    assert sorted(tmp_path.iterdir()) == sorted([new, foreign, link])


def test_long_name_can_be_written(tmp_path: Path) -> None:
    """A name as long as a file system allows leaves room for the file beside it."""
    path = tmp_path / ("n" * 255)
    write_atomic(path, b"new")

    assert path.read_bytes() == b"new"
