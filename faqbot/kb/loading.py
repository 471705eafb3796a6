"""A knowledge base from disk: one file, or a folder of files that make one library."""

from __future__ import annotations

import gc
from contextlib import contextmanager, suppress
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from faqbot.kb.faults import FaultList, TooManyFaults, quoted
from faqbot.kb.files import read_bytes, yaml_files
from faqbot.kb.schema import Content, read_file
from faqbot.kb.validators import nearest
from faqbot.models import Entry, KnowledgeBase

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["bundled_path", "load_knowledge_base", "schema_path", "shipped_manners"]


def load_knowledge_base(path: str | Path) -> KnowledgeBase:
    """Read the file *path*, or every YAML file below the folder *path*, as one knowledge base.

    Files are read in the order of their names. Ids are unique across them, each header field comes
    from the first file that sets it, and synonyms and tests add up. Raises KnowledgeBaseNotFound if
    a file cannot be read, else InvalidYaml if one is not YAML, else InvalidEntry; each lists every
    fault that was found, whatever its kind and its file.
    """
    faults = FaultList(Path(path))
    content = Content()
    with _paused_collector(), suppress(TooManyFaults):
        files = yaml_files(path, faults)
        digests = [_read(file, content, faults) for file in files]
        faults.path = Path(path)
        _check_whole(content, faults)
    faults.raise_any()
    return KnowledgeBase(
        entries=tuple(content.entries.values()),
        synonyms=tuple(content.synonyms),
        tests=tuple(content.tests),
        paths=tuple(files),
        digest=_join(digests),
        **content.header,
    )


def bundled_path() -> Path:
    """Return the path of the knowledge base that comes with faqbot.

    A checkout's own goes before the one of a wheel, of which an editable install has a stale copy.
    """
    return _bundled(Path(__file__).parents[1], "diplomacy.yaml")


@lru_cache(maxsize=1)
def shipped_manners() -> KnowledgeBase:
    """Load what every bot says besides its answers; it comes with faqbot."""
    return load_knowledge_base(_bundled(Path(__file__).parents[1], "manners.yaml"))


def schema_path() -> Path:
    """Return the path of the JSON Schema, which the first line of a knowledge base may name."""
    return Path(__file__).with_name("kb.schema.json")


def _bundled(package: Path, name: str) -> Path:
    in_checkout = package.parent / "knowledge" / name
    return in_checkout if in_checkout.is_file() else package / "knowledge" / name


def _read(file: Path, content: Content, faults: FaultList) -> str:
    """Add what *file* holds to *content*; return the SHA-256 of its bytes, "" after a fault."""
    faults.path = file
    data = read_bytes(file, faults)
    if data is None:
        return ""
    read_file(data, content, faults)
    return sha256(data).hexdigest()


def _join(digests: Sequence[str]) -> str:
    return digests[0] if len(digests) == 1 else sha256("".join(digests).encode()).hexdigest()


def _check_whole(content: Content, faults: FaultList) -> None:
    """Report what only shows once every file is read."""
    if faults.unread:
        return
    if not content.entries and not faults.found:
        faults.add(0, "there are no entries: add one below a line  entries:")
    for path, line, name, wanted in content.references:
        if wanted in content.entries:
            continue
        near = nearest(wanted, content.entries)
        hint = f"did you mean `{near}`?" if near else "add that entry, or delete the id"
        faults.path = path
        faults.add(line, f"`{name}` names {quoted(wanted)}, which is no entry: {hint}")
    for manner in content.header.get("manners") or ():
        _check_manner(manner, faults)


def _check_manner(manner: Entry, faults: FaultList) -> None:
    """Report one that neither changes what is shipped nor stands on its own."""
    known = shipped_manners().by_id
    if manner.id in known or (manner.question and manner.answer):
        return
    near = nearest(manner.id, known)
    meant = f"did you mean `{near}`? " if near else ""
    message = f"{meant}one of your own needs `question` and `answer`"
    faults.path = manner.path or faults.path
    faults.add(manner.line, f"{quoted(manner.id)} is not among the shipped manners: {message}")


@contextmanager
def _paused_collector() -> Iterator[None]:
    """Keep the garbage collector from walking a growing heap; reading makes no cycles."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
