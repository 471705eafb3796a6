"""From what a person typed to the words that are matched."""

from __future__ import annotations

import re
import unicodedata
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.retrieval.languages import ENGLISH, tokenize
from faqbot.retrieval.text import (
    MAX_CHARS,
    Synonyms,
    exact_keys,
    fold_case,
    loose_key,
    normalize,
)

_ANY_TEXT = st.text(st.characters(exclude_categories=()))
_CASES = (str.upper, str.lower, str.title, str.swapcase, str.capitalize, str.casefold)
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}


@pytest.mark.parametrize(
    ("typed", "tidied"),
    [
        ("  what\t is\n\u00a0it\u3000", "what is it"),
        ("a\x00b\x07c", "a b c"),
        ("a\ud800b\udfff", "a b"),
        ("a\ue000b\U000e0001", "a b"),
        ("diplo\u00admacy \u202ayes\u202c\ufeff", "diplomacy yes"),
        ("what\u200bis", "what is"),
        ("\uff37\uff28\uff39\uff1f", "WHY?"),
        ("\ufb01ve \u2460", "five 1"),
        ("e\u0301t\u00e9", "\u00e9t\u00e9"),
        ("don\u2019t don`t don\u00b4t don\u02bct don\uff07t", "don't don't don't don't don't"),
        ("the U.S. and the U.S.S.R.", "the US and the USSR"),
        ("v1.2. e.g", "v1.2. e.g"),
    ],
)
def test_tidy(typed: str, tidied: str) -> None:
    """What cannot be seen goes, blanks are single, and one form stands for each character."""
    assert normalize(typed) == tidied


def test_tidy_cuts_what_is_long_but_not_for_blanks() -> None:
    """The limit counts what is left of a text, so that a question after a screenful of blanks is read."""
    assert normalize("a" * 40_000) == "a" * MAX_CHARS
    assert normalize("a" * (MAX_CHARS - 1) + " b") == "a" * (MAX_CHARS - 1)
    assert normalize(" \n" * 20_000 + "what is it") == "what is it"
    assert len(normalize("\ufdfa" * 40_000)) <= MAX_CHARS


@given(_ANY_TEXT)
def test_tidy_gives_clean_text(typed: str) -> None:
    """Whatever was typed, the result is short, can be encoded, and has single blanks only inside."""
    tidied = normalize(typed)

    assert len(tidied.encode()) <= 4 * MAX_CHARS
    assert tidied.split(" ") == (tidied.split() or [""])


@given(st.text(st.sampled_from("aZ 9'`.?!_-\t\n"), max_size=20))
def test_plain_text_is_read_as_all_text_is(typed: str) -> None:
    """What is all in ASCII takes a shorter way, and comes to the same."""
    beside = f"{typed} \u00fc"

    assert normalize(typed) == normalize(beside)[:-1].rstrip()
    assert tokenize(normalize(typed)) == tokenize(normalize(beside))[:-1]
    assert exact_keys(typed)[-1].isalnum() is any(map(str.isalnum, typed))
    if any(map(str.isalnum, typed)):
        assert loose_key(typed) + "u" == loose_key(beside)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("\u00c9COLE na\u00efve", "ecole naive"),
        ("Stra\u00dfe", "strasse"),
        ("\u0130\u0131", "ii"),
        ("\u03a3\u03c2\u03c3", "\u03c3\u03c3\u03c3"),
        ("\uff8a\uff9e", "\u30d0"),
        ("\uac00", "\uac00"),
    ],
)
def test_fold(typed: str, folded: str) -> None:
    """Case and accents go; marks that make another letter stay."""
    assert fold_case(normalize(typed)) == folded


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("What's up, Doc?", "what is up doc"),
        ("whats up", "what is up"),
        ("It isn't; they don't, WONT or can't", "it is not they do not will not or can not"),
        ("cannot I'm im", "can not i am i am"),
        ("they're we've you'll he'd", "they are we have you will he would"),
        ("the ambassador's o'clock rock'n'roll", "the ambassador oclock rocknroll"),
        ("snake_case well-known a/b", "snake case well known a b"),
        ("C++ 3.5%", "c++ 3 5"),
        ("c#, F# or .NET? A+B, 1+1", "c# f# or .net a b 1 1"),
        ("Disney+? 18+ and #5", "disney+ 18 and 5"),
        ("asp.net, a .pdf and node.js", "asp net a pdf and node js"),
        ("\u2116 5, Acme\u2122", "5 acme"),
        ("tyre colours at the centre's edge", "tire colors at the center edge"),
        ("\u5916\u4ea4\u662f what", "\u5916 \u4ea4 \u662f what"),
        ("' '' !? \U0001f600", ""),
    ],
)
def test_split_words(typed: str, words: str) -> None:
    """Words are folded, contractions written out, and characters of unspaced scripts stand alone."""
    assert tokenize(normalize(typed)) == words.split()


def test_the_words_of_a_text_are_its_readers_own() -> None:
    """What is done to the words of a text does not change what the next one to split it gets."""
    tokenize("what is a treaty").clear()

    assert tokenize("what is a treaty") == ["what", "is", "a", "treaty"]


@given(_ANY_TEXT | _ANY_TEXT.map(lambda text: text * 500) | st.just("don't " * 300))
def test_split_words_are_words_and_few(typed: str) -> None:
    """No word is empty or has a blank in it, and there are 120 at most, contractions included."""
    words = tokenize(normalize(typed))

    assert len(words) <= 120
    assert all(word and not re.search(r"[\s\n]", word) for word in words)


@given(
    st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])),
    st.sampled_from(_CASES),
    st.text("\t\n \u00a0\u2009.,;:!?\u2026-\u2013*_()[]\"'\u00bf", max_size=3),
)
def test_the_last_key_knows_a_phrasing_again(text: str, case: object, gap: str) -> None:
    """Case, blanks, punctuation between words and full width change nothing in it."""
    assert callable(case)
    typed = gap + case(text).replace(" ", f" {gap}").translate(_WIDE) + gap
    key = exact_keys(text)[-1]

    assert exact_keys(case(text))[-1] == key
    if any(char.isalnum() for char in fold_case(normalize(text))):
        assert exact_keys(typed)[-1] == key


def test_the_last_key_knows_every_letter_in_every_case() -> None:
    """No letter of Unicode has a capital, a title or a small form with another key."""
    letters = [chr(code) for code in range(0x30000) if chr(code).isalpha()]
    cased = [char for char in letters if any(case(char) != char for case in _CASES)]

    assert len(cased) > 2000
    wrong = [
        char
        for char in cased
        if len({exact_keys(case(f"a{char}b"))[-1] for case in _CASES}) > 1
        or len({exact_keys(case(char))[-1] for case in _CASES}) > 1
    ]
    assert wrong == []


def test_the_last_key_has_no_accents_and_no_form() -> None:
    """Composed, decomposed and bare letters are the same, Korean syllables in parts included."""
    assert exact_keys("\u00e9t\u00e9")[-1] == exact_keys("ete")[-1]
    parts = " ".join(unicodedata.normalize("NFD", "\ud55c\uad6d"))
    assert exact_keys(parts)[-1] == exact_keys("\ud55c\uad6d")[-1]


@pytest.mark.parametrize(
    ("one", "other", "same_from"),
    [
        ("What is IT?", " What  is IT? ", 0),
        ("What is IT?", "what is it?", 1),
        ("What is C++?", "what is c++", 2),
        ("What is C++?", "What is C + + ?", 2),
        ("\u00bfWhat is C#?", "what is c#", 2),
        ("What is C?", "What is C++?", 4),
        ("What is ticket #5?", "What is ticket 5?", 3),
        ("r\u00e9sum\u00e9", "resume", 3),
        ("What is C?", "What is D?", 4),
        ("???", "!!!", 4),
        ("\U0001f600", "\U0001f600!", 2),
        ("\U0001f600", "\U0001f601", 4),
    ],
)
def test_keys_go_from_strict_to_loose(one: str, other: str, same_from: int) -> None:
    """Once two texts share a key, they share every looser one."""
    same = [ours == theirs for ours, theirs in zip(exact_keys(one), exact_keys(other), strict=True)]

    assert same == [number >= same_from for number in range(4)]


@given(st.lists(_ANY_TEXT, min_size=2, max_size=4))
def test_equal_strict_keys_mean_equal_loose_keys(texts: list[str]) -> None:
    """A key never tells apart what a stricter one takes for the same."""
    for one, other in combinations([*texts, texts[0].upper(), f" {texts[0]}?"], 2):
        same = [
            ours == theirs for ours, theirs in zip(exact_keys(one), exact_keys(other), strict=True)
        ]
        assert same == sorted(same)


def test_only_nothing_has_no_key() -> None:
    """Blank texts have empty keys; punctuation and emoji have one."""
    assert exact_keys(" \t\u200b\x00") == ("", "", "", "")
    assert exact_keys("?!")[-1] == "?!"


def rewrite(text: str, *groups: list[str]) -> str:
    """Return *text* with the synonyms of *groups* written in full."""
    return Synonyms(groups).rewrite(normalize(text))[0]


def test_synonyms_are_written_in_full() -> None:
    """Each term is read as the longest of its group, in any case, and the pairs are told."""
    synonyms = Synonyms([["un", "United Nations"], ["ngo", "n.g.o.", "charity"]])

    text, used = synonyms.rewrite("Is the UN an NGO, or are united nations?")

    assert text == "Is the United Nations an charity, or are United Nations?"
    assert used == [("UN", "United Nations"), ("NGO", "charity")]


def test_capitals_stand_for_capitals_only() -> None:
    """A term in capitals leaves the same letters in small alone."""
    groups = ["US", "United States"], ["WHO", "World Health Organization"]

    assert rewrite("who told us of the US?", *groups) == "who told us of the United States?"
    assert rewrite("the WHO", *groups) == "the World Health Organization"
    assert rewrite("the united STATES", ["US", "United States"]) == "the United States"


def test_dots_make_no_other_term() -> None:
    """U.S. is US, where it is written and where it is typed."""
    assert rewrite("in the U.S. today", ["U.S.", "America"]) == "in the America today"
    assert rewrite("in the US", ["U.S.", "America"]) == "in the America"


def test_the_longest_term_that_fits_is_taken() -> None:
    """A term inside a longer one does not break it up."""
    groups = ["League of Nations", "LN"], ["nations", "countries"]

    assert rewrite("the League of Nations", *groups) == "the League of Nations"
    assert rewrite("the LN of nations", *groups) == "the League of Nations of countries"


def test_a_term_of_two_groups_belongs_to_the_first() -> None:
    """Order decides between groups that overlap, and what was read is not read again."""
    assert rewrite("pact", ["pact", "treaty"], ["pact", "agreement"]) == "treaty"
    assert rewrite("pact treaty", ["pact", "treaty"], ["treaty", "convention"]) == "treaty treaty"


@pytest.mark.parametrize("term", ["C++", ".NET", "a|b", "(x)", "what?", "[0-9]", r"\d", "a*", "$5"])
def test_terms_are_no_patterns(term: str) -> None:
    """What has a meaning in a regular expression has none in a term."""
    synonyms = Synonyms([[term, "something else entirely"]])

    assert synonyms.rewrite(f"is {term} it")[0] == "is something else entirely it"
    assert synonyms.rewrite("5 ab x 0 d")[0] == "5 ab x 0 d"


def test_terms_are_whole_words() -> None:
    """A term inside a word is not a term."""
    assert rewrite("unhappy sun un", ["un", "United Nations"]) == "unhappy sun United Nations"


def test_terms_are_found_across_blanks() -> None:
    """Two blanks, or a line's end, part the words of a term as one blank does."""
    assert rewrite("the world \n trade", ["wt", "world trade", "trade of the world"]) == (
        "the trade of the world"
    )


def test_no_synonyms_change_nothing() -> None:
    """No groups, groups of nothing and groups of the invisible are as good as none."""
    for groups in ([], [[]], [["", "\u200b"]]):
        assert Synonyms(groups).rewrite("what is it") == ("what is it", [])
    assert rewrite("what is it", ["", "it", "that"]) == "what is that"


@given(_ANY_TEXT, st.lists(st.lists(_ANY_TEXT, max_size=3), max_size=3))
def test_any_synonyms_rewrite_any_text(text: str, groups: list[list[str]]) -> None:
    """Nothing raises, and what is told to be read is found in the text."""
    rewritten, used = Synonyms(groups).rewrite(normalize(text))

    assert all(full in rewritten for _, full in used)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a T-shirt by e-mail", ["a", "tshirt", "by", "email"]),
        ("the form K-7 and vitamin B-12", ["the", "form", "k7", "and", "vitamin", "b12"]),
        ("que fait-elle, a-t-elle", ["que", "fait", "elle", "a", "t", "elle"]),
        ("x-y-zebra and wall-e", ["x", "y", "zebra", "and", "wall", "e"]),
    ],
)
def test_a_letter_and_the_word_after_its_hyphen_are_one_word(text: str, words: list[str]) -> None:
    """Two tokens would make a single letter the rarest word of a question."""
    assert tokenize(text) == words


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("How do I make a will?", "how do i make a wills"),
        ("Is my last will valid?", "is my last wills valid"),
        ("Who will read the wills?", "who will read the wills"),
        ("Can I open the can?", "can i open the cans"),
        ("will it", "will it"),
    ],
)
def test_an_auxiliary_after_a_determiner_is_a_noun(typed: str, words: str) -> None:
    """Its plural stands for it, which is no auxiliary."""
    assert " ".join(ENGLISH.tokenize(typed)) == words
