"""Import of documents into a knowledge base: the call behind `faqbot import`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from faqbot.errors import IngestError
from faqbot.ingest.drafts import Draft, Drafts, drafts_of, yaml_of
from faqbot.ingest.importing import Import
from faqbot.ingest.importing import import_documents as read_documents
from faqbot.ingest.markdown_text import with_base
from faqbot.ingest.suggesting import Near, near_duplicates, with_suggestions
from faqbot.ingest.updating import ImportManifest, Update, plan_update, record_of
from faqbot.kb import load_knowledge_base
from faqbot.kb.saving import save_text, save_together


@dataclass(frozen=True, slots=True)
class ImportResult:
    """Result of `import_documents`.

    *read* holds each document with its questions, and the documents that failed. *drafts* are the
    entries to write, and *text* the new knowledge base as YAML. *near* are questions that the output or
    another knowledge base answers already. *update* is the plan for an existing output, None for a new
    one, and *diff* its unified diff. *written* is True if the output was written.
    """

    read: Import
    drafts: Drafts
    text: str
    near: tuple[Near, ...] = ()
    update: Update | None = None
    diff: str = ""
    written: bool = False


def import_documents(  # noqa: PLR0913 - the options of the command
    documents: Sequence[str | Path],
    output: str | Path | None = None,
    *,
    format: str = "",  # noqa: A002 - the option's name
    update: bool = False,
    against: str | Path | None = None,
    suggest_alternates: bool = False,
    base_url: str = "",
    progress: Callable[[str], None] = lambda _: None,
) -> ImportResult:
    """Import *documents* as a knowledge base, and write it to *output*.

    A document is a file, a folder of files, or "-" for standard input. *format* names the format if
    the content does not show it. An existing *output* is changed only with *update*; texts that its author
    edited stay. Without *output*, nothing is written. *against* is another knowledge base, to find near
    duplicates in. *base_url* is the address of the page from which relative links of the answers start.
    With *suggest_alternates*, each draft gets further phrasings as comments in the YAML.
    *progress* is called with the name of each document or question before work on it. At the end it is
    called with "".

    An unreadable document raises nothing: it is a failure in the result. Raises IngestError if
    *update* is set and there is no output, or if *base_url* is no address of the web. Raises
    KnowledgeBaseError for a knowledge base with faults, and EditError or FaqbotError if *output*
    cannot be written.
    """
    target = None if output is None else Path(output)
    other = None if against is None else Path(against)
    _check(target, base_url, update=update)
    read = read_documents([str(each) for each in documents], format, progress)
    drafts = drafts_of(read.documents)
    if base_url:
        drafts = replace(drafts, drafts=tuple(_based(each, base_url) for each in drafts.drafts))
    if suggest_alternates:
        base = other or (target if target and target.exists() else None)
        drafts = _suggested(drafts, base, progress)
    progress("")
    if target and (target.is_file() or target.is_dir()) and drafts.drafts:
        return _updated(read, drafts, target, other, writes=update)
    if target and drafts.drafts:
        _write(read, drafts, target)
    written = target is not None and bool(drafts.drafts)
    near = tuple(_near(drafts.drafts, other))
    return ImportResult(read, drafts, yaml_of(drafts), near, written=written)


def _check(target: Path | None, base_url: str, *, update: bool) -> None:
    """Raise IngestError if there is nothing to update, or if *base_url* is no address of the web."""
    if update and (target is None or not target.exists()):
        raise IngestError(f"{target or 'the output'} does not exist, so it cannot be updated")
    if base_url and not base_url.startswith(("http://", "https://")):
        raise IngestError(f"{base_url} is no address such as https://example.org/faq: give one")


def _suggested(drafts: Drafts, base: Path | None, progress: Callable[[str], None]) -> Drafts:
    """Return *drafts* with further phrasings, made with the synonyms of the knowledge base at *base*."""
    synonyms = load_knowledge_base(base).synonyms if base else ()
    return replace(drafts, drafts=with_suggestions(drafts.drafts, synonyms, progress))


def _based(draft: Draft, base: str) -> Draft:
    return replace(draft, entry=replace(draft.entry, answer=with_base(draft.entry.answer, base)))


def _write(read: Import, drafts: Drafts, output: Path) -> None:
    if output.exists():  # a pipe or a device cannot be updated by a later import
        save_text(output, yaml_of(drafts))
        return
    manifest = ImportManifest({found.name: {} for found in read.documents})
    for draft in drafts.drafts:
        manifest.documents[draft.name][draft.entry.id] = record_of(draft.entry)
    beside = manifest.beside(output)
    content = yaml_of(drafts).encode(errors="replace")
    save_together([*beside.first, (output, content), *beside.last])


def _updated(
    read: Import, drafts: Drafts, output: Path, against: Path | None, *, writes: bool
) -> ImportResult:
    """Plan the update of *output*, and write it if *writes*."""
    update = plan_update(drafts, [found.name for found in read.documents], output)
    added = [each for each in drafts.drafts if each.entry.id in set(update.added)]
    near = (*_near(added, output), *_near(drafts.drafts, against))
    diff = update.edits.diff()
    if writes:
        update.edits.write(update.manifest.beside(output, update.before))
    return ImportResult(read, drafts, yaml_of(drafts), near, update, diff, writes)


def _near(drafts: Iterable[Draft], kb: Path | None) -> Iterable[Near]:
    waiting = list(drafts)
    return near_duplicates(waiting, load_knowledge_base(kb)) if kb and waiting else ()
