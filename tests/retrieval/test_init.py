"""Opening a retriever: built, or from the cache."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from faqbot.errors import EncoderError, MissingDependency
from faqbot.models import Entry, Question
from faqbot.retrieval import Retriever, encoders, open_retriever
from faqbot.retrieval import cache as cache_module
from faqbot.retrieval.encoders import multilingual

if TYPE_CHECKING:
    from conftest import Letters, WordLetters

    from faqbot.retrieval.encoders import Encoder

_ENTRIES = tuple(
    Entry(f"{thing}-{act}", f"How do I {act} a {thing}?", f"Go and {act}.", (f"{act}ing {thing}s",))
    for thing in ("treaty", "visa", "flag")
    for act in ("open", "lose", "sign")
)
_SYNONYMS = (("visa", "entry permit"), ("ET", "embassy treaty"))
_QUESTIONS = ("signing an entry permit", "how do I opn a flag", "banana", "losing visas", "")


def opened(encoder: str | Encoder = "none", *, cache: bool = True) -> Retriever:
    """Open a retriever on nine entries, too few for a rehearsal."""
    return open_retriever(_ENTRIES, _SYNONYMS, encoder, cache=cache)


def answers(found: Retriever) -> list[object]:
    """Return all that the retriever says to a few questions."""
    return [found.retrieve(Question(text), 9) for text in _QUESTIONS]


def cached(found: Retriever) -> Path:
    """Return the path of the cache, which must be known."""
    assert found.cache_path is not None
    return found.cache_path


def test_only_answers_make_a_page_of_single_phrasings() -> None:
    """Such a page is trusted more than examples of intents are, and than questions put in two ways."""

    def confidence(answer: str, *alternates: str) -> float:
        entries = [
            Entry(f"e{n}", f"how do I get {thing}", answer, alternates, section="Travel")
            for n, thing in enumerate(("visas", "flags", "maps", "stamps"))
        ]
        found = open_retriever(entries, (), "none", cache=False)
        return found.retrieve(Question("get hold of maps"), 1).matches[0].confidence

    assert confidence("Ask.") > confidence("")
    assert confidence("Ask.", "zebra") < confidence("Ask.")


def test_the_second_start_reads_what_the_first_wrote(word_letters: WordLetters) -> None:
    """The answers are the very same, with an encoder and without, as without a cache."""
    for encoder in ("none", word_letters):
        first, second, without = opened(encoder), opened(encoder), opened(encoder, cache=False)

        assert [first.cache_state, second.cache_state, without.cache_state] == [
            *("written", "read", "off"),
        ]
        assert cached(first) == cached(second)
        assert cached(first).is_file()
        assert without.cache_path is None
        assert answers(first) == answers(second) == answers(without)


def test_a_cache_that_is_off_writes_nothing() -> None:
    """No file is made."""
    opened(cache=False)

    assert not cache_module.cache_folder().exists()


def test_the_second_start_encodes_no_phrasing(letters: Letters) -> None:
    """What was encoded is read; only questions are encoded then."""
    opened(letters)
    letters.batches.clear()

    answers(opened(letters))

    assert set(letters.batches) == {1}


def test_other_contents_have_other_files(letters: Letters, word_letters: WordLetters) -> None:
    """An index is never used with another encoder, or with other entries or synonyms."""
    found = [
        opened(),
        opened(letters),
        opened(word_letters),
        open_retriever(_ENTRIES[1:], _SYNONYMS, "none"),
        open_retriever(_ENTRIES, (), "none"),
    ]

    assert [one.cache_state for one in found] == ["written"] * 5
    assert len({one.cache_path for one in found}) == 5


def test_an_index_in_the_place_of_another_is_not_used(letters: Letters) -> None:
    """A file that was renamed is foreign, and built anew."""
    plain, encoded = opened(), opened(letters)
    cached(plain).replace(cached(encoded))

    again = opened(letters)

    assert again.cache_state == "written"
    assert answers(again) == answers(encoded)


@pytest.mark.parametrize("data", [b"", b"# notes\n", b"PK\x03\x04 and no more", None])
def test_a_damaged_cache_is_built_anew(data: bytes | None) -> None:
    """Empty, foreign or cut short: the answers are the same, and the next start reads again."""
    first = opened()
    whole = cached(first).read_bytes()
    cached(first).write_bytes(whole[: len(whole) // 2] if data is None else data)

    second = opened()

    assert second.cache_state == "written"
    assert answers(second) == answers(first)
    assert opened().cache_state == "read"


def test_a_folder_in_its_place_costs_time_only() -> None:
    """What cannot be replaced is told, and the answers are the same."""
    first = opened()
    cached(first).unlink()
    cached(first).mkdir()

    second = opened()

    assert second.cache_state.startswith("unavailable: ")
    assert answers(second) == answers(first)
    assert [path.name for path in cached(first).parent.iterdir()] == [cached(first).name]


def test_a_file_in_the_folders_place_costs_time_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that cannot be made is told, and the answers are the same."""
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    monkeypatch.setenv("FAQBOT_CACHE", str(tmp_path / "file" / "below"))

    found = opened()

    assert found.cache_state == "unavailable: Not a directory"
    assert answers(found) == answers(opened(cache=False))
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        PermissionError(errno.EACCES, "Permission denied"),
    ],
)
def test_a_full_or_locked_folder_costs_time_only(
    error: OSError, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason is told in the system's words."""

    def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(cache_module, "write_arrays", refuse)
    found = opened()

    assert found.cache_state == f"unavailable: {error.strerror}"
    assert answers(found) == answers(opened(cache=False))


def test_no_home_folder_costs_time_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing says where caches are kept, there is none, and the remedy is told."""

    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    for name in ("FAQBOT_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    found = opened()

    assert found.cache_path is None
    assert found.cache_state.startswith("unavailable: there is no home folder")
    assert "FAQBOT_CACHE" in found.cache_state
    assert answers(found) == answers(opened(cache=False))


def test_what_was_opened_tells_its_encoder(
    letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its name, and a note when "auto" chose."""
    monkeypatch.setattr(encoders, "find_spec", lambda _: None)
    monkeypatch.setattr(encoders, "_in_use", {})  # bots of other tests have encoders
    monkeypatch.setattr(multilingual, "find_spec", lambda _: None)
    auto, named, own = opened("auto"), opened("none"), opened(letters)

    assert (auto.encoder_name, named.encoder_name, own.encoder_name) == ("none", "none", "letters")
    assert auto.encoder_note.startswith("auto took none")
    assert (named.encoder_note, own.encoder_note) == ("", "")


def test_an_encoder_that_cannot_be_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown name, and one whose library is missing, raise before anything is built."""
    monkeypatch.setattr(encoders, "find_spec", lambda _: None)
    monkeypatch.setattr(encoders, "_in_use", {})  # bots of other tests have encoders
    monkeypatch.setattr(multilingual, "find_spec", lambda _: None)

    with pytest.raises(EncoderError):
        opened("word2vec")
    with pytest.raises(MissingDependency):
        opened("wordllama")


def test_answers_make_one_phrasing_an_entry_surer() -> None:
    """Questions of one phrasing are trusted more with answers than without: no rehearsal tells."""

    def confidence(answer: str) -> float:
        made = [Entry(name, f"how do i get a {name}", answer) for name in ("visa", "refund")]
        opened = open_retriever(made, (), "none", cache=False)
        found = opened.retrieve(Question("visa please"), 1)
        return found.matches[0].confidence

    assert confidence("Ask.") > confidence("")
