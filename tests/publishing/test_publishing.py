"""Publishing, listing and rolling back versions, on SQLite and PostgreSQL."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, inspect, make_url

from faqbot import (
    FailedTests,
    InvalidEntry,
    PublishError,
    StoreError,
    TenantError,
    list_versions,
    open_published,
    publish_knowledge_base,
    roll_back,
)
from faqbot.publishing import uploading, version_queries
from tests.publishing.conftest import SMALL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_NONE = ("none",)


def _edit(base: Path, old: str, new: str) -> None:
    file = base / "office.yaml"
    file.write_text(file.read_text("utf-8").replace(old, new), encoding="utf-8")


def _answer(database: str, tenant: str = "") -> str:
    return open_published(database, tenant, "none").ask("how do I print?").text


def test_a_published_base_answers(base: Path, database: str) -> None:
    """With the index that was published, under the version's number."""
    published = publish_knowledge_base(base, database, note="first", encoders=_NONE)
    bot = open_published(database, encoder="none")

    assert (published.is_new, published.added_indexes) == (True, 1)
    assert (published.version.version, published.version.note) == (1, "first")
    assert published.version.files == ("office.yaml",)
    assert bot.ask("how do I print?").text == "Pick **Floor 1**."
    assert (bot.cache_state, bot.kb.published_version) == ("read", 1)


def test_an_edit_is_a_new_version_and_the_old_one_stays(base: Path, database: str) -> None:
    """It can be served again, and so can the newer one after it."""
    publish_knowledge_base(base, database, encoders=_NONE)
    _edit(base, "Floor 1", "Floor 2")
    publish_knowledge_base(base, database, encoders=_NONE)
    assert _answer(database) == "Pick **Floor 2**."

    assert roll_back(1, database).is_new
    assert _answer(database) == "Pick **Floor 1**."
    assert not roll_back(1, database).is_new
    assert [each.is_current for each in list_versions(database)] == [True, False]
    assert roll_back(2, database).version.is_current
    assert _answer(database) == "Pick **Floor 2**."


def test_the_same_content_is_no_new_version(base: Path, database: str) -> None:
    """It only gets an index that it lacks, such as that of another encoder."""
    publish_knowledge_base(base, database, encoders=_NONE)
    again = publish_knowledge_base(base, database, encoders=_NONE)
    other = publish_knowledge_base(base, database, encoders=("none", "wordllama"))

    assert (again.is_new, again.added_indexes) == (False, 0)
    assert (other.is_new, other.added_indexes) == (False, 1)
    (version,) = list_versions(database)
    assert version.indexes == 2


def test_tenants_are_apart(base: Path, database: str) -> None:
    """Each has its own numbers and content, and sees nothing of another."""
    publish_knowledge_base(base, database, "one", encoders=_NONE)
    _edit(base, "Floor 1", "Floor 2")
    publish_knowledge_base(
        base, f"{database}{'&' if '?' in database else '?'}tenant=other", encoders=_NONE
    )

    assert (_answer(database, "one"), _answer(database, "other")) == (
        "Pick **Floor 1**.",
        "Pick **Floor 2**.",
    )
    assert [each.version for each in list_versions(database, "other")] == [1]
    with pytest.raises(TenantError, match=r"^no knowledge base without a tenant is published in"):
        list_versions(database)
    with pytest.raises(TenantError, match="of the tenant 'One'"):
        open_published(database, "One", "none")


def test_a_base_with_faults_is_not_published(base: Path, sqlite: str) -> None:
    """The error names file and line; nothing is written, not even a table."""
    _edit(base, "question:", "qestion:")
    with pytest.raises(InvalidEntry, match=r"office\.yaml:4"):
        publish_knowledge_base(base, sqlite)

    with pytest.raises(StoreError, match="no such file"):
        list_versions(sqlite)


def test_a_base_whose_tests_fail_is_not_published(base: Path, database: str) -> None:
    """The error names the test; the version before stays."""
    publish_knowledge_base(base, database, encoders=_NONE)
    _edit(base, "expect: printer", "expect: none")
    with pytest.raises(FailedTests, match=r"office\.yaml:8: where can I print: answered printer"):
        publish_knowledge_base(base, database, encoders=_NONE)

    assert len(list_versions(database)) == 1


def test_an_error_of_the_checks_is_not_published(base: Path, sqlite: str) -> None:
    """Though the base can be loaded: two entries with one question."""
    _edit(
        base, "tests:", "  - {id: print, question: How do I print?, answer: Press print.}\ntests:"
    )
    with pytest.raises(PublishError, match=r"office\.yaml:\d+: M10\d"):
        publish_knowledge_base(base, sqlite, encoders=_NONE)


@pytest.mark.parametrize("published_before", [False, True])
def test_an_interrupted_publish_leaves_nothing(
    base: Path, database: str, monkeypatch: pytest.MonkeyPatch, *, published_before: bool
) -> None:
    """Neither a version nor a part, and the version before is served."""
    if published_before:
        publish_knowledge_base(base, database, encoders=_NONE)
        _edit(base, "Floor 1", "Floor 2")
    whole = uploading._parts_of

    def interrupted(path: Path) -> Iterator[bytes]:
        yield from whole(path)
        if path.suffix == ".index" and path in reads:  # while it is written
            raise KeyboardInterrupt
        reads.append(path)

    reads: list[Path] = []
    monkeypatch.setattr(uploading, "_parts_of", interrupted)
    with pytest.raises(KeyboardInterrupt):
        publish_knowledge_base(base, database, encoders=_NONE)
    monkeypatch.undo()

    if published_before:
        assert [each.version for each in list_versions(database)] == [1]
        assert _answer(database) == "Pick **Floor 1**."
    else:
        with pytest.raises(TenantError):
            list_versions(database)
    assert _count_parts(database) == (2 if published_before else 0)


_KILLED = """
import os, signal, sys
from faqbot import publish_knowledge_base
from faqbot.publishing import uploading
whole, seen = uploading._parts_of, []
def parts(path):
    seen.append(path)
    yield from whole(path)
    if path.suffix == ".index" and seen.count(path) > 1:
        os.kill(os.getpid(), signal.SIGKILL)
uploading._parts_of = parts
publish_knowledge_base(sys.argv[1], sys.argv[2], encoders=("none",))
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this platform has no SIGKILL")
def test_a_killed_publisher_leaves_nothing(base: Path, database: str) -> None:
    """Neither a version, nor a lock that the next publisher waits for."""
    publish_knowledge_base(base, database, encoders=_NONE)
    _edit(base, "Floor 1", "Floor 2")
    done = subprocess.run([sys.executable, "-c", _KILLED, base, database], check=False)

    assert done.returncode == -signal.SIGKILL
    assert (len(list_versions(database)), _count_parts(database)) == (1, 2)
    assert _answer(database) == "Pick **Floor 1**."
    assert publish_knowledge_base(base, database, encoders=_NONE).version.version == 2


@settings(max_examples=10)
@given(st.lists(st.tuples(st.sampled_from(["a", "b"]), st.integers(-3, 3)), max_size=8))
def test_any_order_of_versions_is_kept(steps: list[tuple[str, int]]) -> None:
    """Positive steps publish that content, others roll back; a model in Python agrees."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("FAQBOT_CACHE", folder)
        path, database = Path(folder, "kb.yaml"), f"sqlite:///{folder}/published.db"
        published: dict[str, list[int]] = {"a": [], "b": []}
        current: dict[str, int] = {}
        for tenant, step in steps:
            if step > 0:
                path.write_text(SMALL.replace("Floor 1", f"Floor {step}"), encoding="utf-8")
                result = publish_knowledge_base(path, database, tenant, encoders=_NONE)
                known = published[tenant]
                is_new = not known or known[current[tenant] - 1] != step
                if is_new:
                    known.append(step)
                    current[tenant] = len(known)
                assert (result.is_new, result.version.version) == (is_new, current[tenant])
            elif current:
                _try_rollback(database, tenant, -step, published[tenant], current)
        for tenant, number in current.items():
            (served,) = (
                each.version for each in list_versions(database, tenant) if each.is_current
            )
            assert served == number
            assert _answer(database, tenant) == f"Pick **Floor {published[tenant][number - 1]}**."


def _try_rollback(
    database: str, tenant: str, number: int, published: list[int], current: dict[str, int]
) -> None:
    if 0 < number <= len(published):
        assert roll_back(number, database, tenant).is_new == (current[tenant] != number)
        current[tenant] = number
    else:
        with pytest.raises(PublishError if published else TenantError):
            roll_back(number, database, tenant)


def _count_parts(database: str) -> int:
    engine = create_engine(make_url(database))
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT count(*) FROM faqbot_kb_parts").scalar()
    engine.dispose()
    return int(found or 0)


def test_an_edit_during_the_checks_is_noticed(
    base: Path, sqlite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is published is what was checked."""
    monkeypatch.setattr(uploading, "_check", lambda *_: _edit(base, "Floor 1", "Floor 9"))
    with pytest.raises(PublishError, match="edited while it was checked"):
        publish_knowledge_base(base, sqlite, encoders=_NONE)


def test_publishers_at_once_take_turns(base: Path, database: str, tmp_path: Path) -> None:
    """Each gets a number of its own, and the last one is served."""
    bases = []
    for number in range(4):
        folder = tmp_path / f"kb{number}"
        folder.mkdir()
        text = (base / "office.yaml").read_text("utf-8").replace("Floor 1", f"Floor {number}")
        (folder / "office.yaml").write_text(text, encoding="utf-8")
        bases.append(folder)
    with ThreadPoolExecutor(4) as pool:
        made = list(
            pool.map(lambda path: publish_knowledge_base(path, database, encoders=_NONE), bases)
        )

    assert sorted(each.version.version for each in made) == [1, 2, 3, 4]
    versions = list_versions(database)
    assert [each.is_current for each in versions] == [False, False, False, True]
    (last,) = (number for number, each in enumerate(made) if each.version.version == 4)
    assert _answer(database) == f"Pick **Floor {last}**."


def test_a_base_in_one_file_of_any_name_is_published(
    tmp_path: Path, base: Path, sqlite: str
) -> None:
    """Also under a name that a folder would hide."""
    odd = tmp_path / ".hidden.txt"
    odd.write_bytes((base / "office.yaml").read_bytes())

    assert publish_knowledge_base(odd, sqlite, encoders=_NONE).version.files == (
        "knowledge-base.yaml",
    )
    assert _answer(sqlite) == "Pick **Floor 1**."


def test_folders_are_kept(base: Path, sqlite: str) -> None:
    """A file of an inner folder has its path, and the order of the files stays."""
    (base / "inner").mkdir()
    (base / "inner" / "more.yaml").write_text(
        "version: 1\nentries:\n  - {id: fax, question: How do I fax?, answer: Never.}\n", "utf-8"
    )
    published = publish_knowledge_base(base, sqlite, encoders=_NONE)
    kb = open_published(sqlite, encoder="none").kb

    assert published.version.files == ("office.yaml", "inner/more.yaml")
    assert [path.parts[-2:][-1] for path in kb.paths] == ["office.yaml", "more.yaml"]
    assert [entry.id for entry in kb.entries] == ["printer", "fax"]


@pytest.mark.parametrize(
    ("limit", "said"),
    [("MAX_FILES", "over 0 files"), ("MAX_FILES_BYTES", "files are over 0 MB"), ("MAX_INDEX_BYTES", "index is over 0 MB")],
)  # fmt: skip
def test_a_huge_base_is_refused(
    base: Path, sqlite: str, monkeypatch: pytest.MonkeyPatch, limit: str, said: str
) -> None:
    """Before anything is written."""
    monkeypatch.setattr(f"faqbot.publishing.content.{limit}", 0)
    with pytest.raises(PublishError, match=f"too large to be published: .*{said}"):
        publish_knowledge_base(base, sqlite, encoders=_NONE)


@pytest.mark.parametrize("note", ["a" * 1001, "a\0b", "\ud800"])
def test_a_note_that_cannot_be_kept_is_refused(base: Path, sqlite: str, note: str) -> None:
    """Too long, or no text."""
    with pytest.raises(PublishError, match="note"):
        publish_knowledge_base(base, sqlite, note=note)


def test_a_rollback_needs_the_version(base: Path, database: str) -> None:
    """The error says which there are; the pointer stays."""
    publish_knowledge_base(base, database, encoders=_NONE)
    for wrong in (0, 2, -1):
        with pytest.raises(PublishError, match=f"no version {wrong}: .* has version 1 only"):
            roll_back(wrong, database)

    assert _answer(database) == "Pick **Floor 1**."


def test_a_foreign_database_is_left_as_it_is(database: str) -> None:
    """Reading makes no tables in it, and says that nothing is published there."""
    engine = create_engine(make_url(database))
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE other (id INTEGER)")
    for read in (list_versions, open_published, lambda url: roll_back(1, url)):
        with pytest.raises(PublishError, match="has no published knowledge bases"):
            read(database)

    assert inspect(engine).get_table_names() == ["other"]
    engine.dispose()


def test_parts_are_read_in_order(
    base: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file and an index of many parts are whole again."""
    monkeypatch.setattr("faqbot.publishing.content.PART_BYTES", 97)
    publish_knowledge_base(base, database, encoders=_NONE)
    assert _count_parts(database) > 10

    monkeypatch.setenv("FAQBOT_CACHE", str(base.parent / "other-cache"))
    bot = open_published(database, encoder="none")
    assert (bot.cache_state, bot.ask("how do I print?").text) == ("read", "Pick **Floor 1**.")


def test_a_name_must_fit_on_every_system(base: Path, sqlite: str) -> None:
    """A file that another system cannot have is named."""
    (base / "a\\b.yaml").write_text("version: 1\n", "utf-8")
    with pytest.raises(PublishError, match="not every system allows: rename it"):
        publish_knowledge_base(base, sqlite)


def test_a_wrong_server_is_told_without_the_password(base: Path) -> None:
    """One sentence, and no password."""
    url = "postgresql://jo:hunter2@127.0.0.1:1/x"
    for call in (
        lambda: publish_knowledge_base(base, url, encoders=_NONE),
        lambda: list_versions(url),
        lambda: open_published(url),
    ):
        with pytest.raises(StoreError, match=r"the database .* cannot be used") as caught:
            call()
        assert "hunter2" not in str(caught.value)
        assert "\n" not in str(caught.value)


def test_replicas_are_told_when_the_version_is_complete(base: Path, postgresql: str) -> None:
    """PostgreSQL delivers the tenant of the change, after the commit."""
    import psycopg

    from faqbot.store.dialects import find_backend

    url = find_backend(postgresql).url
    arguments: Iterable[object] = url.get_dialect()().create_connect_args(url)
    _, options = arguments
    with psycopg.connect(**options, autocommit=True) as connection:  # type: ignore[arg-type]
        connection.execute(f"LISTEN {version_queries.CHANNEL}")
        publish_knowledge_base(base, postgresql, "acme", encoders=_NONE)
        told = [each.payload for each in connection.notifies(timeout=10, stop_after=1)]

    assert told == ["acme"]
