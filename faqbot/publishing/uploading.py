"""Publishing: checks, tests and index of a knowledge base, and its upload."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from faqbot.adapters import user_name
from faqbot.bot import Bot
from faqbot.errors import FailedTests, PublishError
from faqbot.kb import load_knowledge_base
from faqbot.plurals import counted
from faqbot.publishing.address import PublishedAddress
from faqbot.publishing.content import ContentDigest, name_fault, read_parts, size_fault
from faqbot.publishing.version_models import FILES, StoredFile, Upload
from faqbot.publishing.versions import PublishedBases

if TYPE_CHECKING:
    from faqbot.publishing.version_models import Publication, PublishedVersion

# Longest note, in characters. Chosen by hand: some sentences.
MAX_NOTE = 1_000
# Characters of the name of a publisher, as the table has them.
_MAX_PUBLISHER = 255
# Name of the only file of a knowledge base whose own name a folder would hide.
_OTHER_NAME = "knowledge-base.yaml"
_EDITED = "the knowledge base was edited while it was checked: publish it again"


def publish_knowledge_base(
    path: str | Path,
    to: str,
    tenant: str = "",
    *,
    note: str = "",
    encoders: Sequence[str] = ("auto",),
) -> Publication:
    """Publish the knowledge base at *path*, a file or folder, to the database at the URL *to*.

    It is checked, its tests are run with each of *encoders*, and an index is built for each. Then files
    and indexes are written as a version of *tenant*, in one transaction, and the version is served from
    then on. A failure changes nothing. The same content as that of the current version is no new version.

    Raises KnowledgeBaseError and PublishError if the knowledge base has errors, FailedTests if a test is
    answered wrong, StoreError for a fault of the database, TenantError for a malformed tenant,
    EncoderError for an unknown encoder, and MissingDependency for a library that is not installed.
    """
    address = PublishedAddress.parse(to, tenant)
    note = " ".join(note.split())
    if len(note) > MAX_NOTE or not note.isprintable():
        raise PublishError(
            f"this note cannot be kept: write at most {MAX_NOTE:,} characters of text"
        )
    with PublishedBases(address.url, migrates=True) as bases:
        files = _files(path)
        digest = _digest(files)  # before all checks, so that a later edit shows
        _check(path)
        indexes = {found.stem: found for found in (_tested_index(path, name) for name in encoders)}
        upload = _upload(files, indexes, digest, note)
        return bases.publish(address.tenant, upload)


def list_versions(at: str, tenant: str = "") -> list[PublishedVersion]:
    """Return the versions of *tenant* in the database at the URL *at*, oldest first.

    Raises TenantError if there is none, PublishError if the database has no published knowledge bases,
    and StoreError for a fault of the database.
    """
    address = PublishedAddress.parse(at, tenant)
    with PublishedBases(address.url) as bases:
        return bases.listed(address.tenant)


def roll_back(version: int, at: str, tenant: str = "") -> Publication:
    """Let *tenant* serve an earlier or later *version* of the database at the URL *at*.

    Raises PublishError if there is no such version, and the errors of `list_versions`.
    """
    address = PublishedAddress.parse(at, tenant)
    with PublishedBases(address.url) as bases:
        return bases.roll_back(address.tenant, version)


def _files(path: str | Path) -> Mapping[StoredFile, Path]:
    """Return the files of the knowledge base at *path*, by their names and sizes as published."""
    root, files = Path(path), {}
    for file in load_knowledge_base(path).paths:
        is_alone = root == file
        name = file.name if is_alone else file.relative_to(root).as_posix()
        if is_alone and name_fault(name):
            name = _OTHER_NAME
        if fault := name_fault(name):
            raise PublishError(f"{file} cannot be published, as {fault}: rename it")
        files[StoredFile(name, file.stat().st_size)] = file
    if fault := size_fault(tuple(files)):
        raise PublishError(f"{path} is too large to be published: {fault}")
    return files


def _digest(files: Mapping[StoredFile, Path]) -> str:
    digest = ContentDigest()
    for data in _content(files, digest):
        del data  # only the digest is wanted
    return digest.hex()


def _content(files: Mapping[StoredFile, Path], digest: ContentDigest) -> Iterator[bytes]:
    """Yield the bytes of *files*, added to *digest*; raise PublishError if one cannot be read."""
    for file, path in files.items():
        digest.begin(file)
        size = 0
        for data in _parts_of(path):
            digest.add(data)
            size += len(data)
            yield data
        if size != file.size:
            raise PublishError(_EDITED)


def _check(path: str | Path) -> None:
    """Raise PublishError if the checks find an error.

    Warnings are not looked for: most need the matcher, which takes minutes for a large knowledge base.
    """
    from faqbot.authoring.checks import check_knowledge_base
    from faqbot.authoring.checks.findings import RULES, Severity

    codes = [code for code, rule in RULES.items() if rule.severity is Severity.ERROR]
    found = check_knowledge_base(path, select=codes).findings
    if found:
        told = "\n".join(
            f"{each.where}: {each.code} {each.message} {each.remedy}" for each in found
        )
        raise PublishError(
            f"the knowledge base was not published, as it has {counted(len(found), 'error')}:\n{told}"
        )


def _tested_index(path: str | Path, encoder: str) -> Path:
    """Return the index file for *encoder*; raises FailedTests for wrong answers."""
    bot = Bot.from_file(path, encoder)
    if bot.kb.tests:
        _test(bot)
    if bot.cache_path is None or not bot.cache_path.is_file():
        raise PublishError(
            f"the index cannot be kept on disk, as publishing needs it ({bot.cache_state}): set "
            "FAQBOT_CACHE to a folder of yours"
        )
    return bot.cache_path


def _test(bot: Bot) -> None:
    from faqbot.authoring.evaluation.gate import Gate, apply_gate
    from faqbot.authoring.evaluation.runner import answered, expected, location, run_tests

    result = apply_gate(run_tests(bot), Gate(max_wrong=0.0))
    if result.passed:
        return
    lines = [
        f"{location(trial)}: {trial.ask}: {answered(trial)}, {expected(trial)}"
        for trial in result.at_fault
    ]
    told = "\n".join(lines)
    raise FailedTests(
        f"the knowledge base was not published, as {'; '.join(result.reasons)}:\n{told}"
    )


def _upload(
    files: Mapping[StoredFile, Path], indexes: Mapping[str, Path], digest: str, note: str
) -> Upload:
    stored = tuple(_stored_index(name, path) for name, path in indexes.items())
    if fault := size_fault((), stored):
        raise PublishError(f"the knowledge base is too large to be published: {fault}")

    def parts(name: str) -> Iterator[bytes]:
        return _checked_content(files, digest) if name == FILES else _parts_of(indexes[name])

    return Upload(digest, tuple(files), stored, parts, note, user_name()[:_MAX_PUBLISHER])


def _stored_index(name: str, path: Path) -> StoredFile:
    hashed = sha256()
    for data in _parts_of(path):
        hashed.update(data)
    return StoredFile(name, path.stat().st_size, hashed.hexdigest())


def _parts_of(path: Path) -> Iterator[bytes]:
    """Yield the file *path* in parts; raises PublishError if unreadable."""
    try:
        with path.open("rb") as opened:
            yield from read_parts(opened)
    except OSError as error:
        raise PublishError(f"{path} cannot be read: {error.strerror or error}") from error


def _checked_content(files: Mapping[StoredFile, Path], wanted: str) -> Iterator[bytes]:
    """Yield the bytes of *files*; raise PublishError at the end unless their digest is *wanted*."""
    digest = ContentDigest()
    yield from _content(files, digest)
    if digest.hex() != wanted:
        raise PublishError(_EDITED)
