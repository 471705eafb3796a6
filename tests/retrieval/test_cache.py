"""The built index on disk."""

from __future__ import annotations

import errno
import json
import os
import pickle
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, fields, is_dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.bot import Bot
from faqbot.kb.writer import to_yaml
from faqbot.models import Entry, KnowledgeBase
from faqbot.retrieval import cache
from faqbot.retrieval.cache import cache_folder, cache_key, load_index, save_index
from faqbot.retrieval.calibration import prior_calibration
from faqbot.retrieval.index.index import Index, build_index
from faqbot.retrieval.index.weights import EncoderKind
from faqbot.retrieval.languages import ENGLISH
from faqbot.retrieval.mapped_arrays import map_arrays, save_arrays
from faqbot.retrieval.text import Synonyms

if TYPE_CHECKING:
    from conftest import WordLetters

_ENTRIES = (
    Entry("a", "What is a treaty?", "A contract.", ("treaty meaning",), not_for=("retreat",)),
    Entry("b", "\u4ec0\u4e48\u662f\u5916\u4ea4", "Diplomacy.", keywords=("caf\u00e9",)),
    Entry("c", "???", ""),
)
_INDEX = build_index(_ENTRIES, Synonyms([]), None)
_CALIBRATION = prior_calibration(EncoderKind.ABSENT, np.zeros(0))
_KEY = "0123456789abcdef" * 4


def content(thing: Any) -> Any:  # noqa: ANN401 - an index holds values of many kinds
    """Return all that *thing* holds, as values that can be compared."""
    match thing:
        case np.ndarray():
            return thing.dtype.str, thing.shape, thing.tobytes()
        case Index():
            return [content(getattr(thing, field.name)) for field in fields(thing)]
        case _ if is_dataclass(thing) and not isinstance(thing, type):
            return [content(value) for value in astuple(thing)]
        case int() | float() | str() | tuple():
            return thing
        case _:
            names = ("words", "idf", "hashes", "rows", "keys")
            return [content(getattr(thing, name)) for name in names if hasattr(thing, name)]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the path of a saved index, which tests may damage and put back."""
    path = tmp_path_factory.mktemp("saved") / "made.index"
    save_index(_INDEX, _CALIBRATION, path, _KEY)
    return path


@pytest.fixture(scope="module")
def whole(saved: Path) -> bytes:
    """Return what was saved there."""
    return saved.read_bytes()


def save(path: Path) -> None:
    """Save the index at *path*."""
    save_index(_INDEX, _CALIBRATION, path, _KEY)


@pytest.mark.parametrize("entries", [_ENTRIES, _ENTRIES[2:], ()])
def test_what_is_saved_comes_back(
    tmp_path: Path, entries: tuple[Entry, ...], word_letters: WordLetters
) -> None:
    """Every array and word, bit for bit, with the calibration; a folder is made for it."""
    for encoder in (None, word_letters):
        index = build_index(entries, Synonyms([]), encoder)
        save_index(index, _CALIBRATION, tmp_path / "deep" / "made.index", _KEY)
        loaded = load_index(tmp_path / "deep" / "made.index", _KEY, ENGLISH)

        assert loaded is not None
        assert content(loaded[0]) == content(index)
        assert loaded[1] == _CALIBRATION


def test_an_index_is_read_under_its_own_key_only(tmp_path: Path) -> None:
    """Under another key, or where nothing is, there is none."""
    save(tmp_path / "made.index")

    assert load_index(tmp_path / "made.index", _KEY[::-1], ENGLISH) is None
    assert load_index(tmp_path / "other.index", _KEY, ENGLISH) is None
    assert load_index(tmp_path, _KEY, ENGLISH) is None
    assert load_index(tmp_path / "made.index" / "below", _KEY, ENGLISH) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"What is this?\n" * 100,
        b"PK\x03\x04" + bytes(100),
        pickle.dumps({"key": _KEY}),
    ],
    ids=["empty", "text", "zip", "pickle"],
)
def test_a_foreign_file_is_no_index(tmp_path: Path, data: bytes) -> None:
    """Whatever lies there is passed over without an error or a warning."""
    (tmp_path / "made.index").write_bytes(data)

    assert load_index(tmp_path / "made.index", _KEY, ENGLISH) is None


def loads_whole_or_not_at_all(path: Path) -> bool:
    """Say whether what is read from *path* is nothing, or the index."""
    loaded = load_index(path, _KEY, ENGLISH)
    return loaded is None or (content(loaded[0]) == content(_INDEX) and loaded[1] == _CALIBRATION)


@given(st.floats(0, 1, exclude_max=True))
def test_a_cut_file_is_no_index(saved: Path, whole: bytes, share: float) -> None:
    """Cut anywhere, it is passed over."""
    saved.write_bytes(whole[: int(share * len(whole))])

    assert load_index(saved, _KEY, ENGLISH) is None


@given(
    st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), min_size=1, max_size=4
    )
)
def test_a_damaged_file_is_no_other_index(
    saved: Path, whole: bytes, flips: list[tuple[float, int]]
) -> None:
    """Bits that flip anywhere change nothing that is read, or nothing is read."""
    data = bytearray(whole)
    for share, bits in flips:
        data[int(share * len(data))] ^= bits
    saved.write_bytes(data)

    assert loads_whole_or_not_at_all(saved)


def test_a_failure_leaves_no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full, the error is told, the old file is whole, and nothing else is left."""
    save(tmp_path / "made.index")

    def fill(file: Any, *_: object) -> None:  # noqa: ANN401 - stands for the writer of arrays
        file.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(cache, "write_arrays", fill)
    with pytest.raises(OSError, match="No space left"):
        save(tmp_path / "made.index")

    assert [path.name for path in tmp_path.iterdir()] == ["made.index"]
    assert load_index(tmp_path / "made.index", _KEY, ENGLISH) is not None


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    """Below a file there is no folder; in a folder's place there is no file."""
    (tmp_path / "file").touch()
    (tmp_path / "folder.index").mkdir()

    for path in (tmp_path / "file" / "made.index", tmp_path / "folder.index"):
        with pytest.raises(OSError, match=r"."):
            save(path)
    assert {path.name for path in tmp_path.iterdir()} == {"file", "folder.index"}


def name(number: int) -> str:
    """Return a name that an index may have."""
    return f"{number:032x}.index"


def test_the_oldest_are_forgotten(tmp_path: Path) -> None:
    """Twenty indexes are kept, the newest; each edit of a knowledge base makes one."""
    for number in range(25):
        (tmp_path / name(number)).touch()
        os.utime(tmp_path / name(number), (number, number))

    save(tmp_path / name(99))

    assert {path.name for path in tmp_path.iterdir()} == {name(n) for n in (*range(6, 25), 99)}


def test_nothing_else_in_the_folder_is_touched(tmp_path: Path) -> None:
    """A folder that holds a person's own arrays keeps them, though they are older."""
    mine = [tmp_path / f"measurement-{number}.index" for number in range(30)]
    for path in mine:
        path.touch()
        os.utime(path, (0, 0))

    save(tmp_path / name(0))

    assert all(path.exists() for path in mine)


def test_what_another_process_forgets_is_forgotten(tmp_path: Path) -> None:
    """A file that goes while the folder is looked through is no failure."""
    (tmp_path / name(1)).symlink_to(tmp_path / "gone")

    save(tmp_path / name(0))

    assert load_index(tmp_path / name(0), _KEY, ENGLISH) is not None


def test_many_writers_leave_a_whole_file(tmp_path: Path) -> None:
    """While eight write the same index at once, it is read whole, and nothing else stays."""
    path = tmp_path / name(0)
    save(path)

    with ThreadPoolExecutor(9) as pool:
        writing = [pool.submit(save, path) for _ in range(40)]
        while not all(future.done() for future in writing):
            assert load_index(path, _KEY, ENGLISH) is not None
        assert [future.result() for future in writing] == [None] * 40

    assert [found.name for found in tmp_path.iterdir()] == [path.name]


def key(entry: Entry = _ENTRIES[0], synonyms: Any = ((),), encoder: str = "none") -> str:  # noqa: ANN401 - groups
    """Return the key of a knowledge base of one entry."""
    return cache_key([entry], synonyms, encoder, ENGLISH)


@pytest.mark.parametrize(
    "change",
    [
        {"question": "What is a pact?"},
        {"alternates": ("treaty, meaning",)},
        {"alternates": (), "not_for": ("treaty meaning", "retreat")},
        {"not_for": ()},
        {"keywords": ("law",)},
        {"section": "Law"},
        {"answer": "A contract"},
        {"answer": "A contract.\ud800"},
    ],
    ids=str,
)
def test_the_key_changes_with_what_is_indexed(change: dict[str, Any]) -> None:
    """Another text anywhere, or the same at another place, is another index."""
    assert key(replace(_ENTRIES[0], **change)) != key()


def test_the_key_keeps_to_what_is_indexed() -> None:
    """What an index does not hold does not make a new one."""
    other = replace(_ENTRIES[0], url="u", follow_ups=("b",), line=7, audience=frozenset("x"))

    assert key(other) == key()
    assert key() == key()


def test_the_key_changes_with_everything_else_an_index_is_made_by(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Synonyms, encoder, the number and order of entries, and faqbot's version."""
    keys = {
        key(),
        key(synonyms=(("un", "United Nations"),)),
        key(synonyms=(("un",), ("United Nations",))),
        key(encoder="letters"),
        cache_key(_ENTRIES, ((),), "none", ENGLISH),
        cache_key(_ENTRIES[::-1], ((),), "none", ENGLISH),
    }
    monkeypatch.setattr(cache, "__version__", "0.0.0")
    keys.add(key())

    assert len(keys) == 7


@pytest.mark.parametrize(
    ("platform", "settings", "folder"),
    [
        ("linux", {"FAQBOT_CACHE": "/mine"}, "/mine"),
        ("linux", {"XDG_CACHE_HOME": "/xdg"}, "/xdg/faqbot"),
        ("linux", {}, "/home/me/.cache/faqbot"),
        ("darwin", {}, "/home/me/Library/Caches/faqbot"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/faqbot"),
        ("win32", {}, "/home/me/AppData/Local/faqbot"),
    ],
)
def test_the_folder_is_where_caches_are_kept(
    platform: str, settings: dict[str, str], folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FAQBOT_CACHE goes first; then what each system calls its own."""
    for variable in ("FAQBOT_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in settings.items():
        monkeypatch.setenv(variable, value)
    monkeypatch.setattr(cache.sys, "platform", platform)
    monkeypatch.setattr(Path, "home", lambda: Path("/home/me"))

    assert cache_folder() == Path(folder)


def _arrays(path: Path, index_key: str = _KEY) -> dict[str, Any]:
    arrays = map_arrays(path, index_key)
    assert arrays is not None
    return dict(arrays)


_TAMPERED: dict[str, Any] = {
    "negative": lambda array: array - array.dtype.type(1) - np.abs(array),
    "large": lambda array: (
        np.full_like(array, np.iinfo(np.int32).max)
        if array.dtype.kind in "iu" and array.dtype.itemsize > 1
        else np.full_like(array, 255)
    ),
    "longer": lambda array: np.concatenate([array.reshape(-1), array.reshape(-1)[:1]]),
    "shorter": lambda array: array.reshape(-1)[:-1],
    "empty": lambda array: array.reshape(-1)[:0],
    "one row more": lambda array: np.stack([array, array]),
    "other type": lambda array: array.astype(np.complex128),
    "wide type": lambda array: array.astype(array.dtype.newbyteorder(">")),
    "text": lambda array: array.astype("U8"),
    "not a number": lambda array: np.full(array.shape, np.nan),
    "infinite": lambda array: np.full(array.shape, np.inf, np.float32),
    "reversed": lambda array: array.reshape(-1)[::-1].reshape(array.shape),
}
_QUESTIONS = ("what is a treaty", "treaty meaning", "tretay", "retreat", "???", "cafe", "zzz", "")


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("how", _TAMPERED)
def test_no_tampered_array_makes_a_question_raise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """Whatever an array is turned into, it is no index, or answers all the same."""
    monkeypatch.setenv("FAQBOT_CACHE", str(tmp_path))
    (tmp_path / "kb.yaml").write_text(to_yaml(KnowledgeBase(entries=_ENTRIES[:2])))
    Bot.from_file(tmp_path / "kb.yaml", encoder="none")
    (path,) = tmp_path.glob("*.index")
    index_key = json.loads(path.read_bytes().split(b"\n")[1].split(b"\0")[0][16:])["key"]
    arrays = _arrays(path, index_key)
    refused = 0
    for changed, array in arrays.items():
        save_arrays(path, index_key, {**arrays, changed: _TAMPERED[how](array)})
        if load_index(path, index_key, ENGLISH) is None:
            refused += 1
            continue
        bot = Bot.from_file(tmp_path / "kb.yaml", encoder="none")
        for question in _QUESTIONS:
            bot.ask(question)

    assert refused


def test_unknown_and_missing_members_are_no_index(tmp_path: Path) -> None:
    """An index has exactly the members that were written."""
    path = tmp_path / "made.index"
    save(path)
    arrays = _arrays(path)
    for changed in (
        {**arrays, "further": np.zeros(1)},
        *({n: a for n, a in arrays.items() if n != gone} for gone in arrays),
    ):
        save_arrays(path, _KEY, changed)
        assert load_index(path, _KEY, ENGLISH) is None


@pytest.mark.parametrize("kind", ["pipe", "device", "link", "foreign", "folder of another"])
def test_only_a_regular_file_of_ones_own_is_read(tmp_path: Path, kind: str) -> None:
    """Nothing else is opened, so that nothing can make a start hang; an own index is written over it."""
    path, own = tmp_path / "cache" / "made.index", tmp_path / "own.index"
    save(path)
    match kind:
        case "pipe":
            path.unlink()
            os.mkfifo(path)
        case "device":
            path.unlink()
            path.symlink_to("/dev/zero")
        case "link":
            path.rename(own)
            path.symlink_to(own)
        case _ if os.geteuid() != 0:
            pytest.skip("only root can give a file away")
        case "foreign":
            os.chown(path, 4242, 4242)
        case _:
            os.chown(path.parent, 4242, 4242)

    assert load_index(path, _KEY, ENGLISH) is None


def test_folder_for_everybody_is_not_trusted(tmp_path: Path) -> None:
    """Where everybody writes, an index is neither read nor written, and the reason is told."""
    path = tmp_path / "cache" / "made.index"
    save(path)
    path.parent.chmod(0o777)

    assert load_index(path, _KEY, ENGLISH) is None
    with pytest.raises(PermissionError, match="everybody may write to the folder"):
        save(path)


def test_half_written_files_are_removed(tmp_path: Path) -> None:
    """What a killed process left long ago goes; what another is writing now stays."""
    old, new = tmp_path / ".writing-old", tmp_path / ".writing-new"
    old.touch()
    os.utime(old, (1, 1))
    new.touch()
    save(tmp_path / name(0))

    assert {path.name for path in tmp_path.iterdir()} == {new.name, name(0)}


def test_index_is_private(tmp_path: Path) -> None:
    """Nobody else reads what a knowledge base says out of its index."""
    save(tmp_path / "cache" / "made.index")

    assert (tmp_path / "cache" / "made.index").stat().st_mode & 0o077 == 0
    assert (tmp_path / "cache").stat().st_mode & 0o077 == 0
