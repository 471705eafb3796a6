"""Repairing slips of the finger."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from faqbot.models import Entry
from faqbot.retrieval import spelling
from faqbot.retrieval.index.bigram_model import BOUNDARY, BigramModel
from faqbot.retrieval.index.index import build_index
from faqbot.retrieval.languages.english import english_doubtful, english_words
from faqbot.retrieval.spelling import LookAlike, Speller, Vocabulary, consonants
from faqbot.retrieval.text import Synonyms

_WORDS = st.text("abcehkorst", min_size=2, max_size=10)
_RARITY = {
    "treaty": 2.0,
    "treats": 1.0,
    "embassy": 1.5,
    "ambassador": 1.5,
    "visa": 1.0,
}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("fone", "phone"),
        ("kard", "card"),
        ("rite", "write"),
        ("nife", "knife"),
        ("wat", "what"),
        ("sity", "city"),
        ("nite", "night"),
        ("quik", "quick"),
        ("adress", "address"),
        ("skool", "school"),
        ("enformasion", "information"),
        ("eksit", "exit"),
        ("medicacion", "medication"),
    ],
)
def test_spellings_of_one_sound_are_one(typed: str, meant: str) -> None:
    """Whoever writes as they speak writes the same consonants."""
    assert consonants([typed]) == consonants([meant])


def test_other_sounds_differ() -> None:
    """What is heard is told apart; so is a vowel in front from none, and y from it."""
    heard = consonants(["tank", "thank", "shank", "chunk", "bank", "anchor", "yank", "yes", "gas"])

    assert len(set(heard)) == len(heard)


@given(st.lists(st.text("aceghnorstwxy", min_size=1), min_size=1))
def test_words_do_not_mix(words: list[str]) -> None:
    """Each sounds as it does alone."""
    assert consonants(words) == [consonants([word])[0] for word in words]


def found(word: str, *known: str) -> list[str]:
    """Return which of the *known* words resemble *word*."""
    return [alike.word for alike in Vocabulary(dict.fromkeys(known, 1.0)).like(word)]


def test_a_look_alike_says_how_it_differs() -> None:
    """It comes with its price, the letters that are wrong, and the consonants."""
    known = Vocabulary({"card": 2.0, "clod": 3.0, "treaty": 1.0})

    assert sorted(known.like("kard"), key=lambda alike: alike.word) == [
        LookAlike("card", 2.0, edits=1, sounds=0),
    ]
    assert list(known.like("traety")) == [LookAlike("treaty", 1.0, edits=1, sounds=0)]


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("wupport", "support"),
        ("upport", "support"),
        ("uspport", "support"),
        ("fone", "phone"),
        ("taht", "that"),
        ("sekurity", "security"),
        ("trasnger", "transfer"),
        ("enything", "anything"),
        ("tihkn", "think"),
        ("whia", "what"),
    ],
)
def test_near_words_are_found(typed: str, known: str) -> None:
    """One letter wrong anywhere, or two in a word that begins alike and sounds like it."""
    assert found(typed, known, "zebra") == [known]


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("bonk", "phone"),
        ("seyurimi", "security"),
        ("gane", "gifts"),
        ("crm", "credits"),
        ("a", "abcd"),
    ],
)
def test_far_words_are_not(typed: str, known: str) -> None:
    """Two letters that change the sound of a short word, or three of any, are no slip."""
    assert found(typed, known) == []


@given(st.lists(_WORDS, unique=True), _WORDS)
def test_every_word_an_edit_away_is_found(known: list[str], typed: str) -> None:
    """The shortcuts miss none, and what is told of it is right."""
    vocabulary = Vocabulary(dict.fromkeys(known, 0.0))
    alike = {near.word: near.edits for near in vocabulary.like(typed)}

    assert {word for word in known if OSA.distance(word, typed) == 1} <= alike.keys()
    assert all(OSA.distance(word, typed) == edits for word, edits in alike.items())


def test_no_words_resemble_none() -> None:
    """An empty vocabulary, or a word longer than all, finds nothing."""
    assert found("treaty") == []
    assert found("treatytreaty", "treaty") == []


@pytest.fixture(scope="module")
def small() -> Speller:
    """Return a speller that knows five words."""
    return Speller(_RARITY, english=False)


@pytest.fixture(scope="module")
def english() -> Speller:
    """Return a speller that knows five words and common English."""
    return Speller(_RARITY)


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
def test_a_slip_is_repaired(small: Speller, typed: str, read: str) -> None:
    """One edit in any word, a swap counting as one, and two that leave its sound."""
    assert small.repair(typed) == read


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
def test_what_is_no_slip_is_left_alone(small: Speller, typed: str) -> None:
    """Too many edits, fewer than three letters, or not plain letters."""
    assert small.repair(typed) == typed


def test_a_short_word_may_lack_a_letter() -> None:
    """Of three letters, one may be left out; none is wrong, too many or swapped, for many are names."""
    speller = Speller(
        {"tell": 1.0, "kill": 2.0, "have": 1.0, "card": 1.0, "app": 3.0, "apple": 1.0}
    )

    assert [speller.repair(word) for word in ("tel", "kil", "hav", "crd")] == [
        "tell",
        "kill",
        "have",
        "card",
    ]
    assert [Speller({"apple": 1.0, "use": 1.0}).repair(word) for word in ("app", "usx", "ues")] == [
        "app",
        "usx",
        "ues",
    ]


@given(st.sampled_from(sorted(_RARITY)))
def test_known_words_are_never_changed(word: str) -> None:
    """A word of the knowledge base stays, however like another it is."""
    assert Speller(_RARITY, english=False).repair(word) == word


def test_english_words_are_never_changed(english: Speller) -> None:
    """A common word stays, even an edit away from one of the knowledge base."""
    sample = sorted(english_words())[::97]

    assert "treat" in english_words()
    assert english.repair("treat") == "treat"
    assert [word for word in sample if english.repair(word) != word] == []


def test_names_are_never_changed() -> None:
    """People, places and brands stay, even an edit away from a word of the knowledge base."""
    speller = Speller({"beagles": 1.0, "mail": 1.0, "red": 1.0, "card": 1.0})

    assert [speller.repair(word) for word in ("beatles", "mali", "fred", "carl")] == [
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
    assert Speller(dict.fromkeys(words.split(), 3.0)).repair(typed) == read


def in_company(*phrasings: str) -> Speller:
    """Return a speller that knows *phrasings* and English."""
    index = build_index([Entry("a", phrasings[0], "", phrasings[1:])], Synonyms([]), None)
    vocabulary = index.vocabulary
    known = dict(zip(vocabulary.words, map(float, vocabulary.idf), strict=True))
    return Speller(known, BigramModel(vocabulary, index.bigrams))


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

    assert speller.repair(typed, before, after) == read


def test_neighbours_make_nothing_a_slip() -> None:
    """However well a word would fit, a known one stays, and one that is too far from it."""
    speller = in_company("where can I pay my bill?", "where can I send it?")

    assert speller.repair("there", BOUNDARY, "can") == "there"
    assert speller.repair("zzyre", BOUNDARY, "can") == "zzyre"


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
    assert typed in english_doubtful()
    assert in_company("what is the time please?").repair(typed, before, after) == read


def test_a_doubtful_word_that_the_base_has_is_known() -> None:
    """Nor is one read as another where nothing is known of what stands beside it."""
    speller = in_company("is mange curable?", "may I manage my account?")

    assert speller.repair("mange", "I", "my") == "mange"
    assert Speller({"please": 1.0}).repair("pleas") == "pleas"


def test_names_are_read_for_their_slips() -> None:
    """As are words that the knowledge base lacks; a name must be nearer than they."""
    speller = Speller({"treaty": 1.0})

    assert [speller.repair(word) for word in ("facebok", "amercia")] == [
        "facebook",
        "america",
    ]


def test_letters_in_another_order_are_a_slip() -> None:
    """However it sounds; and a word of three letters may sound like a longer one."""
    speller = Speller(dict.fromkeys(("think", "does", "what"), 1.0))

    assert [speller.repair(word) for word in ("tihkn", "dus", "wat")] == ["think", "does", "what"]


def test_sound_goes_before_other_letters() -> None:
    """A wrong vowel is likelier than a wrong consonant; so is a swap, or a letter doubled."""
    words = {"test": 1.0, "text": 1.0, "toast": 1.0}

    assert Speller(words, english=False).repair("tist") == "test"
    assert Speller({"from": 1.0, "form": 1.0, "foam": 1.0}, english=False).repair("fomr") == "form"
    assert Speller({"losing": 1.0, "dosing": 1.0}, english=False).repair("lossing") == "losing"


def test_the_base_goes_before_english_and_the_common_before_the_rare(small: Speller) -> None:
    """Of equally near words; but a far word of the base does not win over a near English one."""
    assert Speller({"lawn": 1.0}).repair("lawm") == "lawn"
    assert Speller({"laws": 3.0, "lawn": 1.0, "lawk": 2.0}, english=False).repair("lawm") == "lawn"
    assert small.repair("treatz") == "treats"
    assert Speller({"cook": 6.0}).repair("clok") == "clock"
    assert Speller({"visa": 1.0}).repair("raft") == "raft"
    assert Speller({"visa": 1.0}).repair("becuase") == "because"


def test_what_is_rare_must_be_nearer(english: Speller) -> None:
    """A word that might be anybody's name is not read as an English word that few people use."""
    assert english.repair("zxqvwkjh") == "zxqvwkjh"
    assert english.repair("krzyzewski") == "krzyzewski"
    assert english.repair("spago") == "spago"
    assert english.repair("unpaused") == "unpaused"
    assert english.repair("osce") == "osce"


def test_a_base_in_another_language_is_not_read_as_english() -> None:
    """Its own words are repaired; an unknown one stays as it is."""
    french = "comment obtenir passeport ambassade combien coute etranger demander delai bureaux"
    speller = Speller(dict.fromkeys(french.split(), 2.0))

    assert speller.repair("passport") == "passport"
    assert speller.repair("paseport") == "passeport"
    assert speller.repair("societe") == "societe"
    assert Speller({"embassy": 1.0}).repair("societe") == "society"


def test_english_is_not_read_before_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening a knowledge base, and asking it in its own words, does not wait for the list."""
    monkeypatch.setattr(spelling, "english_words", pytest.fail)
    monkeypatch.setattr(spelling, "english_names", pytest.fail)

    assert Speller(_RARITY).repair("treaty") == "treaty"


@given(st.text(st.characters(exclude_categories=()), max_size=30) | st.text("aetrsy", max_size=30))
def test_any_word_has_a_reading(word: str) -> None:
    """What comes out is known, or what went in, and reading it again changes nothing."""
    speller = Speller(_RARITY, english=False)
    read = speller.repair(word)

    assert read == word or read in _RARITY
    assert speller.repair(read) == read


def test_a_speller_without_words_repairs_nothing() -> None:
    """An empty knowledge base leaves every word as it is."""
    assert Speller({}, english=False).repair("treaty") == "treaty"


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Strange words without end do not fill the memory, and are read the same after forgetting."""
    monkeypatch.setattr(spelling, "_MOST_CACHED", 5)
    speller = Speller(_RARITY, english=False)

    assert [speller.repair("trety") for n in range(30) if speller.repair("x" * (n + 4))] == [
        "treaty"
    ] * 30
    assert len(speller._found) <= 5


def test_threads_share_a_speller(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight at once, forgetting all the time, read what one reads."""
    monkeypatch.setattr(spelling, "_MOST_CACHED", 3)
    words = ["trety", "embasy", "vias", "nothing", "ambasador", "treatz", "xxxx"] * 40
    alone = [Speller(_RARITY, english=False).repair(word) for word in words]
    shared = Speller(_RARITY, english=False)

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: [shared.repair(word) for word in words], range(8)))

    assert results == [alone] * 8
