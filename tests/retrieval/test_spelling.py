"""Repairing slips of the finger."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.models import Entry
from faqbot.retrieval import spelling
from faqbot.retrieval.index.bigrams import BOUNDARY, BigramModel
from faqbot.retrieval.index.index import build_index
from faqbot.retrieval.languages import ENGLISH, Language
from faqbot.retrieval.spelling import SpellingCorrector
from faqbot.retrieval.text import Synonyms

_RARITY = {
    "treaty": 2.0,
    "treats": 1.0,
    "embassy": 1.5,
    "ambassador": 1.5,
    "visa": 1.0,
}


class Unlisted(Language):
    """Language of no words, so that only a knowledge base's are known."""

    words = {}  # type: ignore[assignment]  # noqa: RUF012 - replaces a property
    names = frozenset()  # type: ignore[assignment]
    doubtful_words = frozenset()  # type: ignore[assignment]


_UNLISTED = Unlisted(
    *("xx", "", ENGLISH.contractions, ENGLISH.inflections, (), (), ENGLISH.sound_spellings)
)


@pytest.fixture(scope="module")
def small() -> SpellingCorrector:
    """Return a speller that knows five words."""
    return SpellingCorrector(_UNLISTED, _RARITY)


@pytest.fixture(scope="module")
def english() -> SpellingCorrector:
    """Return a speller that knows five words and common English."""
    return SpellingCorrector(ENGLISH, _RARITY)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("trety", "treaty"),
        ("treatyy", "treaty"),
        ("traety", "treaty"),
        ("tready", "treaty"),
        ("rteaty", "treaty"),
        ("breaty", "treaty"),
        ("mebassy", "embassy"),
        ("imbasy", "embassy"),
        ("ambasador", "ambassador"),
        ("ambassdro", "ambassador"),
        ("ambasadur", "ambassador"),
        ("vias", "visa"),
        ("viza", "visa"),
    ],
)
def test_a_slip_is_repaired(small: SpellingCorrector, typed: str, read: str) -> None:
    """One edit in any word, a swap counting as one, and two that leave its sound."""
    assert small.correct(typed) == read


@pytest.mark.parametrize(
    "typed",
    [
        "tr",
        "trombone",
        "xmbessadir",
        "tratie",
        "ambasdr",
        "embezzles",
        "is",
        "",
        "treat1",
        "tr\u00e9aty",
        "\u6761\u7ea6\u6761\u7ea6",
    ],
)
def test_what_is_no_slip_is_left_alone(small: SpellingCorrector, typed: str) -> None:
    """Too many edits, fewer than three letters, or not plain letters."""
    assert small.correct(typed) == typed


def test_a_short_word_may_lack_a_letter() -> None:
    """Of three letters, one may be left out; none is wrong, too many or swapped, for many are names."""
    speller = SpellingCorrector(
        ENGLISH, {"tell": 1.0, "kill": 2.0, "have": 1.0, "card": 1.0, "app": 3.0, "apple": 1.0}
    )

    assert [speller.correct(word) for word in ("tel", "kil", "hav", "crd")] == [
        "tell",
        "kill",
        "have",
        "card",
    ]
    assert [
        SpellingCorrector(ENGLISH, {"apple": 1.0, "use": 1.0}).correct(word)
        for word in ("app", "usx", "ues")
    ] == [
        "app",
        "usx",
        "ues",
    ]


@given(st.sampled_from(sorted(_RARITY)))
def test_known_words_are_never_changed(word: str) -> None:
    """A word of the knowledge base stays, however like another it is."""
    assert SpellingCorrector(_UNLISTED, _RARITY).correct(word) == word


def test_english_words_are_never_changed(english: SpellingCorrector) -> None:
    """A common word stays, even an edit away from one of the knowledge base."""
    sample = sorted(ENGLISH.words)[::97]

    assert "treat" in ENGLISH.words
    assert english.correct("treat") == "treat"
    assert [word for word in sample if english.correct(word) != word] == []


def test_names_are_never_changed() -> None:
    """People, places and brands stay, even an edit away from a word of the knowledge base."""
    speller = SpellingCorrector(ENGLISH, {"beagles": 1.0, "mail": 1.0, "red": 1.0, "card": 1.0})

    assert [speller.correct(word) for word in ("beatles", "mali", "fred", "carl")] == [
        "beatles",
        "mali",
        "fred",
        "carl",
    ]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("kard", "card"),
        ("fone", "phone"),
        ("whatt", "what"),
        ("wat", "what"),
        ("clok", "clock"),
        ("thier", "their"),
        ("taht", "that"),
        ("adress", "address"),
        ("casses", "cases"),
        ("onformation", "information"),
        ("recieve", "receive"),
        ("embasy", "embassy"),
        ("neccesary", "necessary"),
        ("thrusday", "thursday"),
    ],
)
def test_common_slips_are_repaired(typed: str, read: str) -> None:
    """Spelling by ear, swapped, doubled and left-out letters, beside words that are as near."""
    words = "card cord phone want what clock cloak this that there their cases causes embassy"
    assert SpellingCorrector(ENGLISH, dict.fromkeys(words.split(), 3.0)).correct(typed) == read


def in_company(*phrasings: str) -> SpellingCorrector:
    """Return a speller that knows *phrasings* and English."""
    index = build_index([Entry("a", phrasings[0], "", phrasings[1:])], Synonyms([]), None)
    vocabulary = index.vocabulary
    known = dict(zip(vocabulary.words, map(float, vocabulary.idf), strict=True))
    return SpellingCorrector(ENGLISH, known, BigramModel(vocabulary, index.bigrams))


@pytest.mark.parametrize(
    ("before", "typed", "after", "read"),
    [
        (BOUNDARY, "wer", "can", "where"),
        ("they", "wer", "late", "were"),
        ("how", "mony", "are", "many"),
        ("my", "mony", BOUNDARY, "money"),
        ("sing", "wer", "sing", "were"),
    ],
)
def test_neighbours_decide_between_words(before: str, typed: str, after: str, read: str) -> None:
    """Of what a slip may stand for, that is read which a phrasing has beside one of its neighbours."""
    speller = in_company("where can I get my money?", "they were late", "how many are there")

    assert speller.correct(typed, before, after) == read


def test_neighbours_make_nothing_a_slip() -> None:
    """However well a word would fit, a known one stays, and one that is too far from it."""
    speller = in_company("where can I pay my bill?", "where can I send it?")

    assert speller.correct("there", BOUNDARY, "can") == "there"
    assert speller.correct("zzyre", BOUNDARY, "can") == "zzyre"


@pytest.mark.parametrize(
    ("before", "typed", "after", "read"),
    [
        (BOUNDARY, "wot", "is", "what"),
        ("time", "pleas", BOUNDARY, "please"),
        ("for", "wot", "you", "wot"),
        ("guilty", "pleas", "in", "pleas"),
    ],
)
def test_a_doubtful_word_is_read_only_where_it_fits(
    before: str, typed: str, after: str, read: str
) -> None:
    """What hardly anyone writes is a slip where a phrasing has a word for it, and stays elsewhere."""
    assert typed in ENGLISH.doubtful_words
    assert in_company("what is the time please?").correct(typed, before, after) == read


def test_a_doubtful_word_that_the_base_has_is_known() -> None:
    """Nor is one read as another where nothing is known of what stands beside it."""
    speller = in_company("is mange curable?", "may I manage my account?")

    assert speller.correct("mange", "I", "my") == "mange"
    assert SpellingCorrector(ENGLISH, {"please": 1.0}).correct("pleas") == "pleas"


def test_names_are_read_for_their_slips() -> None:
    """As are words that the knowledge base lacks; a name must be nearer than they."""
    speller = SpellingCorrector(ENGLISH, {"treaty": 1.0})

    assert [speller.correct(word) for word in ("facebok", "amercia")] == [
        "facebook",
        "america",
    ]


def test_letters_in_another_order_are_a_slip() -> None:
    """However it sounds; and a word of three letters may sound like a longer one."""
    speller = SpellingCorrector(ENGLISH, dict.fromkeys(("think", "does", "what"), 1.0))

    assert [speller.correct(word) for word in ("tihkn", "dus", "wat")] == ["think", "does", "what"]


def test_sound_goes_before_other_letters() -> None:
    """A wrong vowel is likelier than a wrong consonant; so is a swap, or a letter doubled."""
    words = {"test": 1.0, "text": 1.0, "toast": 1.0}

    assert SpellingCorrector(_UNLISTED, words).correct("tist") == "test"
    assert (
        SpellingCorrector(_UNLISTED, {"from": 1.0, "form": 1.0, "foam": 1.0}).correct("fomr")
        == "form"
    )
    assert (
        SpellingCorrector(_UNLISTED, {"losing": 1.0, "dosing": 1.0}).correct("lossing") == "losing"
    )


def test_the_base_goes_before_english_and_the_common_before_the_rare(
    small: SpellingCorrector,
) -> None:
    """Of equally near words; but a far word of the base does not win over a near English one."""
    assert SpellingCorrector(ENGLISH, {"lawn": 1.0}).correct("lawm") == "lawn"
    assert (
        SpellingCorrector(_UNLISTED, {"laws": 3.0, "lawn": 1.0, "lawk": 2.0}).correct("lawm")
        == "lawn"
    )
    assert small.correct("treatz") == "treats"
    assert SpellingCorrector(ENGLISH, {"cook": 6.0}).correct("clok") == "clock"
    assert SpellingCorrector(ENGLISH, {"visa": 1.0}).correct("raft") == "raft"
    assert SpellingCorrector(ENGLISH, {"visa": 1.0}).correct("becuase") == "because"


def test_what_is_rare_must_be_nearer(english: SpellingCorrector) -> None:
    """A word that might be anybody's name is not read as an English word that few people use."""
    assert english.correct("zxqvwkjh") == "zxqvwkjh"
    assert english.correct("krzyzewski") == "krzyzewski"
    assert english.correct("spago") == "spago"
    assert english.correct("unpaused") == "unpaused"
    assert english.correct("osce") == "osce"


def test_a_base_in_another_language_is_not_read_as_english() -> None:
    """Its own words are repaired; an unknown one stays as it is."""
    french = "comment obtenir passeport ambassade combien coute etranger demander delai bureaux"
    speller = SpellingCorrector(ENGLISH, dict.fromkeys(french.split(), 2.0))

    assert speller.correct("passport") == "passport"
    assert speller.correct("paseport") == "passeport"
    assert speller.correct("societe") == "societe"
    assert SpellingCorrector(ENGLISH, {"embassy": 1.0}).correct("societe") == "society"


def test_word_list_is_not_read_before_it_is_needed() -> None:
    """Opening a knowledge base, and asking it in its own words, does not wait for the list."""
    unread = replace(ENGLISH, package="no.such.package")

    assert SpellingCorrector(unread, _RARITY).correct("treaty") == "treaty"


@given(st.text(st.characters(exclude_categories=()), max_size=30) | st.text("aetrsy", max_size=30))
def test_any_word_has_a_reading(word: str) -> None:
    """What comes out is known, or what went in, and reading it again changes nothing."""
    speller = SpellingCorrector(_UNLISTED, _RARITY)
    read = speller.correct(word)

    assert read == word or read in _RARITY
    assert speller.correct(read) == read


def test_a_speller_without_words_repairs_nothing() -> None:
    """An empty knowledge base leaves every word as it is."""
    assert SpellingCorrector(_UNLISTED, {}).correct("treaty") == "treaty"


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Strange words without end do not fill the memory, and are read the same after forgetting."""
    monkeypatch.setattr(spelling, "MAX_CACHED", 5)
    speller = SpellingCorrector(_UNLISTED, _RARITY)

    assert [speller.correct("trety") for n in range(30) if speller.correct("x" * (n + 4))] == [
        "treaty"
    ] * 30
    assert len(speller._cached) <= 5


def test_threads_share_a_speller(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight at once, forgetting all the time, read what one reads."""
    monkeypatch.setattr(spelling, "MAX_CACHED", 3)
    words = ["trety", "embasy", "vias", "nothing", "ambasador", "treatz", "xxxx"] * 40
    alone = [SpellingCorrector(_UNLISTED, _RARITY).correct(word) for word in words]
    shared = SpellingCorrector(_UNLISTED, _RARITY)

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: [shared.correct(word) for word in words], range(8)))

    assert results == [alone] * 8
