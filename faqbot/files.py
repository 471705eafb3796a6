"""File access: reads of regular files only, and atomic writes.

Every path that a user names is read with `open_regular` or `read_regular`, and written with
`write_atomic` or `write_together`.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeAlias, cast

# Bytes of a file, or a function that writes them to an open binary file.
Content: TypeAlias = bytes | Callable[[BinaryIO], object]

# Flags that some systems lack. O_NONBLOCK opens a pipe that nobody writes to without waiting.
_READ = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
)
_NO_FOLLOW: int = getattr(os, "O_NOFOLLOW", 0)
_WRITE = os.O_WRONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_TEMPORARY = re.compile(r"\.faqbot-[0-9a-f]{32}\.tmp")
# Seconds after which a temporary file was left by a process that was killed: an hour, chosen by
# hand, as no write takes as long.
_LEFT_OVER_AFTER = 3600
# Links that lead to links; the limit of Linux.
_MOST_LINKS = 40
# Bytes in a megabyte, for messages.
_MEGABYTE = 1_000_000
# Permissions of a new file before the umask: the usual ones, read and write for everybody.
_NEW = 0o666


class NotRegularFile(OSError):
    """A pipe, device, socket or folder where a file is expected."""


class TooLargeFile(OSError):
    """A file that is larger than its reader accepts."""


def open_regular(path: str | os.PathLike[str], *, follow: bool = True) -> BinaryIO:
    """Open the regular file *path* for binary reading, without ever waiting for it.

    Unless *follow*, a symbolic link at *path* is refused too. Raises NotRegularFile, or another
    OSError with the reason; ValueError for a path with a null byte.
    """
    # Checked before opening, as opening a device can have an effect.
    _check_regular(Path(path).stat(follow_symlinks=follow), path)
    descriptor = os.open(path, _READ | (0 if follow else _NO_FOLLOW))
    try:
        _check_regular(os.fstat(descriptor), path)
        return cast("BinaryIO", os.fdopen(descriptor, "rb"))
    except BaseException:
        os.close(descriptor)
        raise


def read_regular(path: str | os.PathLike[str], most: int, *, follow: bool = True) -> bytes:
    """Return the content of the regular file *path*, of at most *most* bytes.

    Raises TooLargeFile for a larger one, and what `open_regular` does.
    """
    with open_regular(path, follow=follow) as file:
        if os.fstat(file.fileno()).st_size <= most:
            data = file.read(most + 1)
            if len(data) <= most:
                return data
    limit = f"{most // _MEGABYTE} MB" if most >= _MEGABYTE else f"{most // 1000} kB"
    raise TooLargeFile(errno.EFBIG, f"it is larger than {limit}", os.fspath(path))


def _check_regular(status: os.stat_result, path: str | os.PathLike[str]) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise NotRegularFile(errno.EISDIR, "it is a folder", os.fspath(path))
    if not stat.S_ISREG(status.st_mode):
        raise NotRegularFile(errno.EINVAL, "it is not a regular file", os.fspath(path))


def check_own_folder(folder: Path) -> None:
    """Raise PermissionError for a folder into which others may put files of theirs."""
    status = folder.stat()
    if not is_own(status):
        raise PermissionError(errno.EACCES, "the folder belongs to another user", str(folder))
    if os.name == "posix" and status.st_mode & stat.S_IWOTH:
        raise PermissionError(errno.EACCES, "everybody may write to the folder", str(folder))


def is_own(status: os.stat_result) -> bool:
    """Return True for a file of this user, or of root, who may change any file anyway."""
    return not hasattr(os, "geteuid") or status.st_uid in {0, os.geteuid()}


def write_atomic(path: Path, content: Content, *, mode: int = _NEW) -> None:
    """Replace the content of *path* by *content*, as a whole or not at all.

    A reader finds the whole former content or the whole new content, also after a failure. A symbolic
    link stays a link, and its target is written. A file keeps its permissions, and its owner where
    that is allowed. A new file gets *mode* without the umask. A pipe or a device is written directly.
    Raises OSError, and *path* is then as it was.
    """
    write_together([(path, content)], mode=mode)


def write_private(path: Path, content: Content) -> None:
    """Write *content* as by `write_atomic` to a file that only this user reads, in a folder that may be new.

    Raise OSError if the file cannot be written, or if others may write to its folder.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    check_own_folder(path.parent)
    write_atomic(path, content, mode=0o600)


def write_together(
    files: Sequence[tuple[Path, Content]],
    check: Callable[[], object] = lambda: None,
    *,
    mode: int = _NEW,
) -> None:
    """Write several *files* in their order, each as by `write_atomic`.

    A path may come twice. All contents are on the disk under other names before the first file is
    replaced, so that a full disk changes no file. *check* is called just before that; its exception
    leaves every file as it was. Raises OSError; its *filename* is the path that could not be
    written. Those before it in *files* have then their new content.
    """
    with ExitStack() as stack:
        staged = [stack.enter_context(_staged(path, content, mode)) for path, content in files]
        check()
        for each in staged:
            with _naming(each.path):
                each.take_place()


@dataclass(frozen=True, slots=True)
class _Staged:
    """Content in the file *temporary* that will replace *path*.

    None writes to *path* itself.
    """

    path: Path
    target: Path
    temporary: Path | None
    content: Content

    def take_place(self) -> None:
        if self.temporary is None:
            _write_through(self.path, self.content)
            return
        self.temporary.replace(self.target)
        _sync_folder(self.target.parent)


@contextmanager
def _staged(path: Path, content: Content, mode: int) -> Iterator[_Staged]:
    """Write *content* to a temporary file beside the target of *path*, and delete it at the end."""
    with ExitStack() as stack:
        with _naming(path):
            before = _status(path)
            target = _target(path)
            temporary = None
            if target is not None:
                remove_left_over(target.parent)
                temporary = target.with_name(f".faqbot-{secrets.token_hex(16)}.tmp")
                stack.callback(_unlink, temporary)
                _write_new(temporary, content, before, mode)
        yield _Staged(path, target or path, temporary, content)


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _target(path: Path) -> Path | None:
    """Return the target of the links of *path*.

    The result is None for a pipe or device.
    """
    target = path
    for _ in range(_MOST_LINKS):
        if target.parts[:2] == ("/", "proc") or target.parts[:3] == ("/", "dev", "fd"):
            return None  # such as /dev/stdout: a file that the process has open
        if not target.is_symlink():
            return _regular_or_new(target)
        _check_link(target)
        # Folders keep their links: only the last part of the path is followed.
        target = target.parent / target.readlink()
    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), os.fspath(path))


def _regular_or_new(target: Path) -> Path | None:
    status = _status(target)
    if status is None or stat.S_ISREG(status.st_mode):
        return target
    if stat.S_ISDIR(status.st_mode):
        raise NotRegularFile(errno.EISDIR, "it is a folder", os.fspath(target))
    return None


def _check_link(link: Path) -> None:
    """Refuse a link of another user in a folder where everybody may write."""
    if not hasattr(os, "geteuid"):
        return
    folder, owner = link.parent.stat(), link.lstat().st_uid
    if folder.st_mode & 0o002 and owner not in {os.geteuid(), folder.st_uid}:
        raise PermissionError(errno.EACCES, "it is a link of another user", os.fspath(link))


def _write_new(path: Path, content: Content, before: os.stat_result | None, mode: int) -> None:
    """Write *content* to the new file *path*, with the owner and permissions of *before*."""
    flags = _WRITE | os.O_CREAT | os.O_EXCL | _NO_FOLLOW
    descriptor = os.open(path, flags, mode if before is None else 0o600)
    with os.fdopen(descriptor, "wb") as file:
        _write_to(file, content)
        file.flush()
        os.fsync(file.fileno())
    if before is not None:
        _keep_owner(path, before)
        path.chmod(stat.S_IMODE(before.st_mode))


def _write_through(path: Path, content: Content) -> None:
    with os.fdopen(os.open(path, _WRITE | os.O_APPEND), "wb") as file:
        _write_to(file, content)


def _write_to(file: BinaryIO, content: Content) -> None:
    if isinstance(content, bytes):
        file.write(content)
    else:
        content(file)


def _keep_owner(path: Path, before: os.stat_result) -> None:
    if hasattr(os, "chown"):
        with suppress(OSError):  # only root may give a file away
            os.chown(path, before.st_uid, before.st_gid)


def _sync_folder(folder: Path) -> None:
    """Flush *folder*, so that a new name survives a power cut, if folders can be opened."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def remove_left_over(folder: Path) -> None:
    """Delete temporary files in *folder* of this user's killed processes."""
    latest = time.time() - _LEFT_OVER_AFTER
    with suppress(OSError), os.scandir(folder) as found:
        for each in found:
            if _TEMPORARY.fullmatch(each.name) and _is_left_over(each, latest):
                _unlink(Path(each.path))


def _is_left_over(file: os.DirEntry[str], latest: float) -> bool:
    status = file.stat(follow_symlinks=False)
    is_own = not hasattr(os, "geteuid") or status.st_uid == os.geteuid()
    return stat.S_ISREG(status.st_mode) and is_own and status.st_mtime < latest


def _unlink(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Set the file name of an OSError to *path*, instead of a temporary file."""
    try:
        yield
    except OSError as error:
        error.filename = os.fspath(path)
        raise
