"""Finding the YAML files of a knowledge base, and reading their bytes, whatever stands at a path."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from faqbot.errors import InvalidYaml, KnowledgeBaseNotFound
from faqbot.files import NotRegularFile, TooLargeFile, read_regular

if TYPE_CHECKING:
    from collections.abc import Iterator

    from faqbot.kb.faults import FaultList

__all__ = ["MAX_BYTES", "read_bytes", "yaml_files"]

# Enough for 150,000 entries of usual length (790 bytes).
MAX_BYTES = 128_000_000
_SUFFIXES = (".yaml", ".yml")


def yaml_files(root: str | Path, faults: FaultList) -> list[Path]:
    """Return *root*, or the files below it if it is a folder, those of a folder before its folders.

    Names are in their order, and hidden ones are passed over. A folder that cannot be listed, or
    that has no YAML file, is a fault.
    """
    if not os.fspath(root):
        faults.stop(0, "the path is empty: name a file or a folder", KnowledgeBaseNotFound)
        return []
    if _is_whole_disk(root):
        faults.stop(
            0, "this is the whole disk: name the folder of a knowledge base", KnowledgeBaseNotFound
        )
        return []
    if not os.path.isdir(root):  # noqa: PTH112 - Path.is_dir raises where a parent is closed
        return [Path(root)]
    found = list(_walk(root, faults))
    if not found and not faults.found:
        faults.stop(0, "this folder has no .yaml or .yml file", KnowledgeBaseNotFound)
    return found


def _is_whole_disk(root: str | Path) -> bool:
    try:
        path = Path(root).resolve()
    except (OSError, RuntimeError, ValueError):
        return False
    return path == path.parent


def _walk(root: str | Path, faults: FaultList) -> Iterator[Path]:
    def note(error: OSError) -> None:
        faults.path = Path(error.filename)
        faults.stop(0, f"this folder cannot be listed: {error.strerror}", KnowledgeBaseNotFound)

    for parent, folders, names in os.walk(root, onerror=note):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.lower().endswith(_SUFFIXES) and not name.startswith("."):
                yield Path(parent, name)


def read_bytes(path: Path, faults: FaultList) -> bytes | None:
    """Return the content of the file *path*; None after a fault, such as a file over `MAX_BYTES`."""
    try:
        return read_regular(path, MAX_BYTES)
    except TooLargeFile:
        most = f"{MAX_BYTES // 1_000_000} MB"
        faults.stop(0, f"the file is over {most}: split it, and name the folder", InvalidYaml)
    except NotRegularFile:
        faults.stop(0, "this is not a regular file: name a YAML file", KnowledgeBaseNotFound)
    except (OSError, ValueError) as error:
        faults.stop(0, _reason(path, error), KnowledgeBaseNotFound)
    return None


def _reason(path: Path, error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError) and os.path.islink(path):  # noqa: PTH114 - never raises
        return f"this link leads nowhere: it points to {path.readlink()}"
    if isinstance(error, FileNotFoundError):
        return "there is no such file or folder: check the path"
    reason = error.strerror if isinstance(error, OSError) else "it is no path"
    return f"this cannot be read: {reason}"
