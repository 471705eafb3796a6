"""Reading a published version: the cache, and databases that hold something else."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, make_url, text

from faqbot import PublishError, StoreError, open_published, publish_knowledge_base
from faqbot.publishing.address import PublishedAddress
from faqbot.publishing.content import PartReader, name_fault
from faqbot.publishing.downloading import published_folder
from faqbot.retrieval import cache_folder

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def published(base: Path, sqlite: str) -> str:
    """Return the address of a database with one version; the cache is empty."""
    publish_knowledge_base(base, sqlite, encoders=("none",))
    _empty(cache_folder())
    return sqlite


def _empty(folder: Path) -> None:
    for path in folder.glob("*.index"):
        path.unlink()


def _change(database: str, statement: str, **values: Any) -> None:  # noqa: ANN401  any value of a column
    engine = create_engine(make_url(database))
    with engine.begin() as connection:
        connection.execute(text(statement), values)
    engine.dispose()


def _ask(database: str) -> str:
    return open_published(database, encoder="none").ask("how do I print?").text


def test_the_published_index_is_opened(published: str) -> None:
    """It is not built again."""
    assert open_published(published, encoder="none").cache_state == "read"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE faqbot_kb_parts SET data = x'00' WHERE name <> 'files'",
        "DELETE FROM faqbot_kb_parts WHERE name <> 'files'",
        "DELETE FROM faqbot_kb_indexes",
        "UPDATE faqbot_kb_indexes SET size = -1",
        "UPDATE faqbot_kb_indexes SET size = 9000000000000",
        "UPDATE faqbot_kb_indexes SET sha256 = 'x'",
    ],
)
def test_a_bad_index_is_built_again(published: str, statement: str) -> None:
    """Whatever stands in its place."""
    _change(published, statement)
    bot = open_published(published, encoder="none")

    assert bot.cache_state == "written"
    assert bot.ask("how do I print?").text == "Pick **Floor 1**."


def test_an_index_that_is_no_index_is_built_again(published: str) -> None:
    """Though its digest agrees: it is checked as every file of the cache."""
    from hashlib import sha256

    data = b"PK\x05\x06" + b"\0" * 18
    _change(published, "UPDATE faqbot_kb_parts SET data = :data WHERE name <> 'files'", data=data)
    digest = sha256(data).hexdigest()
    _change(published, "UPDATE faqbot_kb_indexes SET size = 22, sha256 = :digest", digest=digest)

    assert open_published(published, encoder="none").cache_state == "written"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE faqbot_kb_parts SET data = x'00' WHERE name = 'files'",
        "DELETE FROM faqbot_kb_parts WHERE name = 'files'",
        "UPDATE faqbot_kb_versions SET sha256 = 'x'",
        "UPDATE faqbot_kb_versions SET files = '[]'",
        "UPDATE faqbot_kb_versions SET files = '3'",
        "UPDATE faqbot_kb_versions SET files = '[[\"office.yaml\", 1]]'",
        "UPDATE faqbot_kb_versions SET files = '[[\"office.yaml\", 9000000000000]]'",
        "UPDATE faqbot_kb_versions SET files = '[[\"office.yaml\", null]]'",
    ],
)
def test_a_damaged_version_is_told(published: str, statement: str) -> None:
    """In one sentence, and the cache keeps nothing of it."""
    _change(published, statement)
    with pytest.raises(PublishError, match=r"version 1 in .* is damaged: publish") as caught:
        open_published(published, encoder="none")

    assert "\n" not in str(caught.value)
    assert list((cache_folder() / "published").glob("*")) == []


@pytest.mark.parametrize(
    "name", ["../../evil.yaml", "/etc/evil.yaml", "a/../../b.yaml", "C:/x.yaml"]
)
def test_no_file_is_written_outside_the_cache(published: str, name: str, tmp_path: Path) -> None:
    """A foreign database cannot name one."""
    before = sorted(tmp_path.rglob("*.yaml"))
    files = json.dumps([[name, 200]])
    _change(published, "UPDATE faqbot_kb_versions SET files = :files", files=files)
    with pytest.raises(PublishError, match="damaged"):
        open_published(published, encoder="none")

    assert sorted(tmp_path.rglob("*.yaml")) == before


def test_a_newer_form_is_refused(published: str) -> None:
    """With the advice to update."""
    _change(published, "UPDATE faqbot_kb_versions SET format = 2")
    with pytest.raises(PublishError, match="by a newer faqbot: update faqbot"):
        open_published(published)


def test_a_newer_schema_is_refused(published: str) -> None:
    """As the store refuses it."""
    _change(
        published,
        "UPDATE faqbot_settings SET value = '999' WHERE name IN ('version', 'oldest_reader')",
    )
    with pytest.raises(StoreError, match="newer faqbot"):
        open_published(published)


def test_a_missing_version_is_told(published: str) -> None:
    """The pointer leads nowhere."""
    _change(published, "DELETE FROM faqbot_kb_versions")
    with pytest.raises(PublishError, match="version 1 is not in"):
        open_published(published)


def test_changed_files_of_the_cache_are_laid_out_again(published: str) -> None:
    """Nobody's edit of the cache is served as the published version."""
    folder = published_folder(PublishedAddress(published))
    (folder / "office.yaml").write_text("version: 1\n", "utf-8")
    assert _ask(published) == "Pick **Floor 1**."

    (folder / "more.yaml").write_text("version: 1\n", "utf-8")
    assert _ask(published) == "Pick **Floor 1**."
    assert [path.name for path in folder.iterdir()] == ["office.yaml"]


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_the_files_are_private(published: str) -> None:
    """Others cannot read them, and a folder of everybody is not used."""
    folder = published_folder(PublishedAddress(published))
    assert folder.stat().st_mode & 0o077 == 0

    folder.parent.chmod(0o777)
    with pytest.raises(PublishError, match=r"cannot be written to the cache: .*FAQBOT_CACHE"):
        _ask(published)


def test_a_cache_that_is_a_file_is_told(
    published: str, monkeypatch: pytest.MonkeyPatch, base: Path
) -> None:
    """With the remedy."""
    monkeypatch.setenv("FAQBOT_CACHE", str(base / "office.yaml"))
    with pytest.raises(PublishError, match="set FAQBOT_CACHE to a folder of yours"):
        _ask(published)


def test_threads_lay_out_a_version_at_once(published: str) -> None:
    """Each finds all files, whoever was first, also where the folder was changed before."""
    for _ in range(3):
        with ThreadPoolExecutor(8) as pool:
            said = list(pool.map(lambda _: _ask(published), range(16)))
        assert {*said} == {"Pick **Floor 1**."}
        folder = published_folder(PublishedAddress(published))
        (folder / "office.yaml").write_text("changed", "utf-8")
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_what_a_killed_process_left_is_removed(published: str) -> None:
    """After an hour, when a version is laid out."""
    place = cache_folder() / "published"
    left, fresh = place / ".writing-old", place / ".writing-new"
    for folder in (left, fresh):
        folder.mkdir(parents=True)
    place.chmod(0o700)
    os.utime(left, (0, 0))
    _ask(published)

    assert (left.exists(), fresh.exists()) == (False, True)


def test_old_versions_leave_the_cache(
    base: Path, sqlite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those used longest ago, when a new one comes."""
    monkeypatch.setattr("faqbot.publishing.downloading._KEPT_BYTES", 1)
    for number in (1, 2, 3):
        file = base / "office.yaml"
        file.write_text(file.read_text("utf-8") + f"# {number}\n", "utf-8")
        publish_knowledge_base(base, sqlite, encoders=("none",))
        _ask(sqlite)

    assert len(list((cache_folder() / "published").iterdir())) == 1


@given(st.lists(st.binary(max_size=9), max_size=9), st.lists(st.integers(0, 20), max_size=5))
def test_pieces_join_to_the_parts(parts: list[bytes], sizes: list[int]) -> None:
    """Whatever the sizes of both; missing bytes are told."""
    whole, reader, taken = b"".join(parts), PartReader(part for part in parts if part), b""
    if sum(sizes) > len(whole):
        with pytest.raises(PublishError):
            [b"".join(reader.take(size)) for size in sizes]
        return
    taken = b"".join(b"".join(reader.take(size)) for size in sizes)

    assert taken == whole[: sum(sizes)]
    assert reader.is_at_end() == (len(taken) == len(whole))


@given(st.text(st.sampled_from("ab./\\: \0é"), max_size=12))
def test_an_allowed_name_stays_in_its_folder(name: str) -> None:
    """Whatever a database says."""
    from pathlib import Path, PureWindowsPath

    if not name_fault(f"{name}.yaml"):
        for kind in (Path, PureWindowsPath):
            assert ".." not in kind(f"{name}.yaml").parts
            assert not kind(f"{name}.yaml").is_absolute()
