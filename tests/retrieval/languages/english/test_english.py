"""The words of English."""

from __future__ import annotations

from importlib.resources import files

from faqbot.retrieval.languages import ENGLISH, content_words, is_content, is_key_term, tokenize


def test_content_words_leave_out_how_a_question_is_put() -> None:
    """What is asked about stays, once each and in order."""
    words = tokenize("what is the treaty and who can sign the treaty")

    assert content_words(words) == ("treaty", "sign")


def test_a_question_of_function_words_is_about_them() -> None:
    """Else it would be about nothing; only no words have none."""
    assert content_words(["who", "are", "you", "who"]) == ("who", "are", "you")
    assert content_words([]) == ()


def test_telling_words_are_not_those_of_asking() -> None:
    """A word such as "explain" is content, but tells no more than "what is"; "the" is not even content."""
    assert is_key_term("treaty")
    assert is_content("explain")
    assert not is_key_term("explain")
    assert not is_content("the")
    assert not is_key_term("the")
    assert ENGLISH.count_key_terms(["explain", "the", "treaty", "the", "treaty"]) == 2


def test_lists_keep_their_order() -> None:
    """Numbers are counted by it."""
    words = ("two", "twelve", "first", "tenth")

    assert [ENGLISH.number_words[word] for word in words] == ["2", "12", "1.", "10."]


def test_english_words_are_plain() -> None:
    """Thousands, each as the splitter would give it, and three letters long or more."""
    words = ENGLISH.words

    assert len(words) > 40_000
    assert {"diplomacy", "hello", "the", "thursday", "username"} <= words.keys()
    assert all(len(word) >= 3 and word.isascii() and word.islower() for word in words)


def test_common_words_come_first() -> None:
    """Each word has a tier from 0, the commonest, to 2."""
    words = ENGLISH.words

    assert (words["clock"], words["cook"], words["beagle"]) == (0, 1, 2)
    assert (words["the"], words["friday"]) == (0, 0)
    assert set(words.values()) == {0, 1, 2}


def test_names_are_no_words() -> None:
    """People, places and abbreviations stand apart, and are plain as well."""
    names = ENGLISH.names

    assert {"beatles", "paris", "fred", "asap", "pdf"} <= names
    assert not names & ENGLISH.words.keys()
    assert all(len(name) >= 3 and name.isascii() and name.islower() for name in names)


def test_doubtful_words_are_neither() -> None:
    """They are short, and few: what anyone might mean is known."""
    doubtful = ENGLISH.doubtful_words

    assert {"wot", "pleas", "thar", "nam"} <= doubtful
    assert not doubtful & {*ENGLISH.words, *ENGLISH.names}
    assert all(3 <= len(word) <= 5 for word in doubtful)
    assert len(doubtful) < 400


def test_their_notice_is_at_hand() -> None:
    """The list may be passed on with the copyright notices of its makers."""
    notice = (
        files("faqbot.retrieval.languages.english")
        .joinpath("english.LICENSE")
        .read_text(encoding="ascii")
    )

    assert all(maker in notice for maker in ("Kevin Atkinson", "Princeton", "Geoff Kuenning"))
