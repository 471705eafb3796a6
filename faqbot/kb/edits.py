"""Edits of a hand-written knowledge base, with comments and layout kept.

Edits are gathered first. Then the files are changed in memory, a few lines each (see `layout`), and
loaded again. Nothing is written unless that gives exactly the intended knowledge base. So a layout
that is misread can cost an edit, but never a line of the author's text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import unified_diff
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from faqbot.errors import EditError, KnowledgeBaseError
from faqbot.files import read_regular
from faqbot.kb import load_knowledge_base
from faqbot.kb.layout import Layout, Splice, spliced
from faqbot.kb.loading import MAX_BYTES
from faqbot.kb.saving import Beside, check_writable, replace_files
from faqbot.models import Entry, KnowledgeBase

_BOM = b"\xef\xbb\xbf"
_TEXTS = frozenset({"question", "answer", "section", "source", "url"})


@dataclass(frozen=True, slots=True)
class _New:
    """Reason of a new draft, and the entry id before it."""

    reason: str
    after: str


@dataclass(slots=True)
class Edits:
    """Pending edits of the knowledge base *path*, a file or folder.

    *kb* is the knowledge base with all edits. The constructor raises the errors of
    `load_knowledge_base`. Methods that take an id raise KeyError for an unknown id. `diff` and
    `write` raise EditError if the files cannot be edited so.
    """

    path: Path
    kb: KnowledgeBase = field(init=False)
    _old: KnowledgeBase = field(init=False)
    _before: dict[Path, bytes] = field(init=False)
    _new: dict[str, _New] = field(init=False, default_factory=dict)
    _reasons: dict[str, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Load the knowledge base, and read its files' bytes."""
        self.kb = self._old = load_knowledge_base(self.path)
        try:
            self._before = {path: read_regular(path, MAX_BYTES) for path in self.kb.paths}
        except OSError as error:
            raise EditError(f"{error.filename} cannot be read: {error.strerror}") from error

    def add_alternates(self, entry_id: str, phrasings: Iterable[str]) -> tuple[str, ...]:
        """Add *phrasings* to an entry; return the new ones."""
        entry = self.kb.by_id[entry_id]
        lines = dict.fromkeys(" ".join(text.split()) for text in phrasings)
        added = tuple(line for line in lines if line and line not in entry.phrasings)
        self._put(replace(entry, alternates=(*entry.alternates, *added)))
        return added

    def add_entry(self, entry: Entry, reason: str = "", after: str = "") -> None:
        """Add *entry* after the entry *after*, by default at the end.

        *reason* is a sentence on why it is a draft, written as a comment. Raises ValueError for an id
        that is taken, and for a reason without a draft.
        """
        if entry.id in self.kb.by_id or entry.id in self._old.by_id:
            raise ValueError(f"there is an entry {entry.id} already: change it instead")
        if reason and not entry.draft:
            raise ValueError(f"only a draft has a reason, and {entry.id} is not a draft")
        behind = self.kb.by_id[after] if after else self.kb.entries[-1]
        place = self.kb.entries.index(behind) + 1
        made = replace(entry, path=behind.path, line=0, answer=_tidied(entry.answer))
        self._new[entry.id] = _New(" ".join(reason.split()), behind.id)
        self._keep((*self.kb.entries[:place], made, *self.kb.entries[place:]))

    def set_text(self, entry_id: str, name: str, text: str) -> None:
        """Replace a text field of an entry by *text*.

        *name* is question, answer, section, source or url; ValueError for another.
        """
        if name not in _TEXTS:
            raise ValueError(f"{name} cannot be set: use {', '.join(sorted(_TEXTS))}")
        tidied = _tidied(text) if name == "answer" else " ".join(text.split())
        given: dict[str, Any] = {name: tidied}
        self._put(replace(self.kb.by_id[entry_id], **given))

    def set_draft(self, entry_id: str, reason: str) -> None:
        """Mark an entry as a draft, with the sentence *reason* as comment."""
        self._reasons[entry_id] = " ".join(reason.split())
        self._put(replace(self.kb.by_id[entry_id], draft=True))

    def replace_answer(self, entry_id: str, answer: str) -> None:
        """Replace the answer of an entry by *answer*, Markdown."""
        self.set_text(entry_id, "answer", answer)

    def remove_entry(self, entry_id: str) -> None:
        """Remove an entry with the comment directly above it."""
        gone = self.kb.by_id[entry_id]
        taken = self._new.pop(entry_id, None)
        for other, new in self._new.items():
            if taken and new.after == entry_id:
                self._new[other] = replace(new, after=taken.after)
        self._keep(entry for entry in self.kb.entries if entry is not gone)

    def diff(self) -> str:
        """Return the changes of `write` as a unified diff."""
        return "".join(
            line
            for path, data in self._after().items()
            for line in _diff(path, self._before[path], data)
        )

    def check_writable(self) -> None:
        """Raise EditError if a file must not be written."""
        check_writable(self._before)

    def write(self, beside: Beside | None = None) -> tuple[Path, ...]:
        """Write the changed files, each as a whole; return their paths.

        Files *beside* them are written with them. Nothing is written if a file of the knowledge base
        was changed on disk since it was read, or if the disk is too full. Raises EditError.
        """
        after = self._after()
        check_writable(after)
        replace_files(self._before, after, beside)
        return tuple(after)

    def _put(self, changed: Entry) -> None:
        entries = (changed if entry.id == changed.id else entry for entry in self.kb.entries)
        self._keep(entries)

    def _keep(self, entries: Iterable[Entry]) -> None:
        self.kb = replace(self.kb, entries=tuple(entries))

    def _after(self) -> dict[Path, bytes]:
        """Return the new content of changed files, checked against `kb`."""
        found = {path: self._changed(path, data) for path, data in self._before.items()}
        after = {path: data for path, data in found.items() if data != self._before[path]}
        self._check_meaning({**self._before, **after})
        return after

    def _changed(self, path: Path, data: bytes) -> bytes:
        mark, text = (_BOM, data[3:]) if data.startswith(_BOM) else (b"", data)
        layout = Layout(text.decode())
        try:
            return mark + spliced(layout.text, self._splices(layout)).encode()
        except ValueError as error:
            raise EditError(
                f"{path} is laid out in a way that cannot be edited: {error}"
            ) from error

    def _splices(self, layout: Layout) -> Iterator[Splice]:
        for entry_id in layout.ids:
            if entry_id in self.kb.by_id:
                old, new = self._old.by_id[entry_id], self.kb.by_id[entry_id]
                yield from _entry_splices(layout, old, new)
                if new.draft and not old.draft:
                    yield from layout.set_draft(entry_id, self._reasons[entry_id])
        for entry_id, added in self._new.items():
            after = self._anchor(layout, added)
            if after:
                yield from layout.add_entry(self.kb.by_id[entry_id], added.reason, after)
        yield from layout.remove({*layout.ids} - self.kb.by_id.keys())

    def _anchor(self, layout: Layout, new: _New) -> str:
        """Return the entry id before *new*, "" in another file."""
        after = new.after
        while after in self._new:
            after = self._new[after].after
        if after not in layout.ids:
            return ""
        stay = [each for each in layout.ids if each in self.kb.by_id]
        if not stay:
            raise ValueError(
                "a new entry needs an entry beside it, and all entries of this file are removed"
            )
        before = set(layout.ids[: layout.ids.index(after) + 1])
        return next((each for each in reversed(stay) if each in before), stay[0])

    def _check_meaning(self, contents: Mapping[Path, bytes]) -> None:
        """Raise EditError unless *contents* load as the intended knowledge base."""
        with TemporaryDirectory() as folder:
            copies = {path: Path(folder, self._relative(path)) for path in contents}
            for path, copy in copies.items():
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(contents[path])
            root = folder if self.path.is_dir() else next(iter(copies.values()))
            try:
                found = load_knowledge_base(root)
            except KnowledgeBaseError as error:
                raise _unloadable(error, {copy: path for path, copy in copies.items()}) from error
        if _comparable(found) != _comparable(self.kb):
            raise EditError(
                f"{self.path} is laid out in a way that cannot be edited without changing what else it "
                "says: nothing was written"
            )

    def _relative(self, path: Path) -> Path:
        return path.relative_to(self.path) if path != self.path else Path(path.name)


def _entry_splices(layout: Layout, old: Entry, new: Entry) -> Iterator[Splice]:
    added = new.alternates[len(old.alternates) :]
    if added:
        yield from layout.add_alternates(new.id, added)
    for name in sorted(_TEXTS):
        if getattr(old, name) != getattr(new, name):
            yield from layout.set_text(new.id, name, getattr(new, name))


def _unloadable(error: KnowledgeBaseError, names: Mapping[Path, Path]) -> EditError:
    fault = error.faults[0]
    where = names.get(fault.path, fault.path)
    return EditError(
        f"{where} was not changed, because it would no longer load: on line {fault.line}, {fault.message}"
    )


def _comparable(kb: KnowledgeBase) -> KnowledgeBase:
    """Return *kb* without paths, its entries sorted by id."""
    entries = sorted(kb.entries, key=lambda entry: entry.id)
    return replace(kb, entries=tuple(entries), paths=())


def _tidied(markdown: str) -> str:
    return markdown.rstrip().lstrip("\n")


def _diff(path: Path, before: bytes, after: bytes) -> Iterator[str]:
    for line in unified_diff(_lines(before), _lines(after), str(path), str(path)):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(data: bytes) -> list[str]:
    """Return the lines of *data*, split at line feeds only."""
    return [line for line in re.split(r"(?<=\n)", data.decode("utf-8-sig")) if line]
