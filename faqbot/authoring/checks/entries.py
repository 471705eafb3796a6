"""Checks of entries and the language: phrasings, follow-ups, tests, dates, synonyms and keywords."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import chain

from faqbot.authoring.checks.findings import Finding
from faqbot.authoring.checks.source_map import SourceMap, SourceText, quote
from faqbot.kb import shipped_manners
from faqbot.kb.merged_manners import COURTESIES
from faqbot.models import Entry, KnowledgeBase, KnowledgeBaseTest
from faqbot.retrieval import Language, exact_keys, language_of, normalize

# Longest phrasing, in words and characters; chosen by hand, documented as P202.
_MOST_WORDS = 30
_MOST_CHARS = 200
# Letters of the shortest phrasing that can be matched; chosen by hand.
_LEAST_LETTERS = 3

# Entries that ask with a word, above which it is common in this knowledge base; chosen by hand.
_COMMON_IN_KB = 3
# Age of a review that is overdue, and time before an expiry that is near; documented as D603, D602.
_YEAR = timedelta(days=366)
_SOON = timedelta(days=30)
# Frequency tier of the commonest words of a language with a list of its words.
_COMMONEST = 0

_LISTS = ("alternates", "not_for", "keywords", "tags", "follow_ups", "audience")


def check_phrasings(source_map: SourceMap) -> Iterator[Finding]:
    """Yield findings on single phrasings."""
    uses = count_uses(source_map.kb)
    for entry in source_map.kb.entries:
        yield from check_repetition(source_map, entry)
        for text in source_map.phrasings(entry):
            yield from check_length(text)
            yield from check_one_word(text, entry, uses, source_map.language)


def count_uses(kb: KnowledgeBase) -> Mapping[str, int]:
    """Return the number of entries that ask with each word."""
    tokenize = language_of(kb.language).tokenize
    return Counter(
        word
        for entry in kb.served
        for word in {word for text in entry.phrasings for word in tokenize(normalize(text))}
    )


def check_repetition(source_map: SourceMap, entry: Entry) -> Iterator[Finding]:
    """Yield findings on phrasings that *entry* repeats or refuses."""
    refused = {exact_keys(text)[-1] for text in entry.not_for}
    seen: dict[str, SourceText] = {}
    for text in source_map.phrasings(entry):
        key = exact_keys(text.text)[-1]
        if key in refused:
            message = f"{quote(text.text)} is a phrasing of `{entry.id}` and in its `not_for`."
            yield text.finding("P205", message)
        if key in seen and not _tells_apart(seen[key].text, text.text):
            where = f"is on line {seen[key].place.line} already"
            yield text.finding("P201", f"{quote(text.text)} {where}.")
        seen.setdefault(key, text)


def _tells_apart(one: str, other: str) -> bool:
    """Return True if two phrasings differ in symbols that the matcher keeps, such as C and C++."""
    return exact_keys(one)[2] != exact_keys(other)[2] and _marks(one) != _marks(other)


def _marks(text: str) -> Counter[str]:
    return Counter(mark for mark in text if mark in "+#&@/*=<>%$\u20ac\u00a3")


def check_length(text: SourceText) -> Iterator[Finding]:
    """Yield a finding on a phrasing too long or short."""
    words = len(text.text.split())
    letters = [letter for letter in text.text if letter.isalnum()]
    if words > _MOST_WORDS or len(text.text) > _MOST_CHARS:
        message = f"this phrasing has {words} words and {len(text.text)} characters."
        yield text.finding("P202", message)
    elif len(letters) < _LEAST_LETTERS and text.text.isascii() and not _is_acronym(text.text):
        yield text.finding(
            "P203", f"the phrasing {quote(text.text)} says too little to be matched."
        )


def _is_acronym(text: str) -> bool:
    return len(text) > 1 and text.isalpha() and text.isupper()


def check_one_word(
    text: SourceText, entry: Entry, uses: Mapping[str, int], language: Language
) -> Iterator[Finding]:
    """Yield a finding on an alternate that is a single common word of *language*."""
    words = language.tokenize(normalize(text.text))
    if text.field != "alternates" or len(words) != 1 or len(words[0]) < _LEAST_LETTERS:
        return
    (word,) = words
    if not language.is_key_term(word) or language.words.get(word) == _COMMONEST:
        yield text.finding("P204", f"the alternate {quote(text.text)} is a single common word.")
    elif uses[word] > _COMMON_IN_KB and not entry.draft:
        message = f"{uses[word] - 1} other entries ask with the word {quote(text.text)} as well."
        yield text.finding("P204", message)


def check_links(source_map: SourceMap) -> Iterator[Finding]:
    """Yield findings on the follow-ups of served entries."""
    for entry in source_map.kb.served:
        yield from check_follow_ups(source_map, entry)
    yield from check_rings(source_map)


def check_follow_ups(source_map: SourceMap, entry: Entry) -> Iterator[Finding]:
    """Yield findings on the follow-ups of *entry*."""
    seen = set[str]()
    for link in source_map.items(entry, "follow_ups"):
        target = source_map.kb.by_id[link.text]
        if target is entry:
            yield link.finding("L401", f"`{entry.id}` offers itself as a follow-up.")
        elif link.text in seen:
            yield link.finding("L404", f"the follow-up `{link.text}` is there twice.")
        elif target.draft:
            yield link.finding(
                "L402", f"the follow-up `{link.text}` is a draft, and never offered."
            )
        elif target.audience and not entry.audience:
            labels = ", ".join(sorted(target.audience))
            yield link.finding("L406", f"the follow-up `{link.text}` is offered to {labels} only.")
        elif target.audience and not target.audience & entry.audience:
            message = f"nobody who sees `{entry.id}` may see the follow-up `{link.text}`."
            yield link.finding("L403", message)
        seen.add(link.text)


def check_rings(source_map: SourceMap) -> Iterator[Finding]:
    """Yield a finding for each cycle of entries with single follow-ups."""
    only = {entry.id: _only_follow_up(source_map, entry) for entry in source_map.kb.served}
    done = set[str]()
    for start in only:
        walked = list[str]()
        here = start
        while here and here not in done:
            done.add(here)
            walked.append(here)
            here = only.get(here, "")
        if here in walked and len(walked) - walked.index(here) > 1:
            yield ring_finding(source_map, walked[walked.index(here) :])


def _only_follow_up(source_map: SourceMap, entry: Entry) -> str:
    """Return the only other entry that *entry* leads to, empty if there is not exactly one."""
    found = {
        follow_up
        for follow_up in entry.follow_ups
        if follow_up != entry.id and not source_map.kb.by_id[follow_up].draft
    }
    return found.pop() if len(found) == 1 else ""


def ring_finding(source_map: SourceMap, ids: list[str]) -> Finding:
    """Return a finding on the cycle of the entries *ids*."""
    numbers = {entry.id: number for number, entry in enumerate(source_map.kb.entries)}
    first = min(range(len(ids)), key=lambda place: numbers[ids[place]])
    ring = [*ids[first:], *ids[:first]]
    entry = source_map.kb.by_id[ring[0]]
    link = next(item for item in source_map.items(entry, "follow_ups") if item.text == ring[1])
    path = " \u2192 ".join([*ring, ring[0]])
    return link.finding("L405", f"these follow-ups lead in a circle: {path}.")


def check_tests(source_map: SourceMap) -> Iterator[Finding]:
    """Yield findings on the tests."""
    kb = source_map.kb
    phrasings = {exact_keys(text)[-1]: entry for entry in kb.served for text in entry.phrasings}
    not_for = {exact_keys(text)[-1]: entry for entry in kb.served for text in entry.not_for}
    seen: dict[str, KnowledgeBaseTest] = {}
    for test, ask in zip(kb.tests, source_map.asks(), strict=True):
        key = exact_keys(test.ask)[-1]
        if key in phrasings:
            message = f"this test is also a phrasing of `{phrasings[key].id}`."
            yield ask.finding("T501", message)
        elif key in not_for:
            yield ask.finding("T502", f"this test is also in `not_for` of `{not_for[key].id}`.")
        yield from (
            ask.finding("T503", f"this test expects `{id_}`, which is a draft.")
            for id_ in expected_drafts(kb, test)
        )
        if key in seen:
            same = set(seen[key].expect) == set(test.expect)
            where = f"this test is on line {seen[key].line} as well"
            message = f"{where}." if same else f"{where}, and expects something else there."
            yield ask.finding("T504" if same else "T505", message)
        seen.setdefault(key, test)


def expected_drafts(kb: KnowledgeBase, test: KnowledgeBaseTest) -> list[str]:
    """Return the first entry that *test* expects, if all of them are drafts."""
    drafts = [id_ for id_ in test.expect if kb.by_id[id_].draft]
    return drafts[:1] if len(drafts) == len(test.expect) else []


def check_dates(source_map: SourceMap) -> Iterator[Finding]:
    """Yield findings on expiry and review dates, and on drafts."""
    for entry in source_map.kb.entries:
        if entry.draft:
            message = f"`{entry.id}` is a draft, and is never served."
            yield source_map.at(entry, "draft").finding("D605", message)
        else:
            yield from check_expiry(source_map, entry)
            yield from check_review(source_map, entry)


def check_expiry(source_map: SourceMap, entry: Entry) -> Iterator[Finding]:
    """Yield a finding on a past or near day of expiry."""
    day, today = entry.expires, source_map.today
    if day is None:
        return
    field = source_map.at(entry, "expires")
    if entry.reviewed and day <= entry.reviewed <= today:
        message = f"the answer was reviewed on {entry.reviewed}, after it expired on {day}."
        yield field.finding("D606", message)
    elif day <= today:
        yield field.finding("D601", f"the answer expired on {day}, and is still given.")
    elif day <= today + _SOON:
        yield field.finding("D602", f"the answer expires on {day}.")


def check_review(source_map: SourceMap, entry: Entry) -> Iterator[Finding]:
    """Yield a finding on a review in the future or over a year ago."""
    day, today = entry.reviewed, source_map.today
    if day is None:
        return
    field = source_map.at(entry, "reviewed")
    if day > today:
        yield field.finding("D604", f"the day of review, {day}, is in the future.")
    elif day < today - _YEAR:
        yield field.finding("D603", f"the answer was last reviewed on {day}, over a year ago.")


def check_synonyms(source_map: SourceMap) -> Iterator[Finding]:
    """Yield findings on synonyms, keywords and empty lists."""
    words = all_words(source_map.kb)
    language = source_map.language
    asked = count_uses(source_map.kb)
    seen: dict[str, SourceText] = {}
    for group in source_map.synonyms():
        yield from check_terms(group, seen)
        yield from check_common(group, asked, language)
        if not any(set(language.tokenize(normalize(term.text))) <= words for term in group):
            message = f"nothing in the knowledge base says {quote(group[0].text)} or its synonyms."
            yield group[0].finding("S804", message)
    for entry in source_map.kb.entries:
        yield from check_keywords(source_map, entry)
        yield from check_empty(source_map, entry)


def all_words(kb: KnowledgeBase) -> set[str]:
    """Return all words of the entries."""
    texts = chain.from_iterable(
        (*entry.phrasings, *entry.not_for, entry.answer, *entry.keywords) for entry in kb.entries
    )
    tokenize = language_of(kb.language).tokenize
    return {word for text in texts for word in tokenize(normalize(text))}


def _key(term: str) -> str:
    """Return a key that is equal for terms that the matcher does not distinguish."""
    tidied = normalize(term)
    return tidied if tidied.isupper() else tidied.casefold()


def check_terms(group: Sequence[SourceText], seen: dict[str, SourceText]) -> Iterator[Finding]:
    """Yield findings on terms that the synonyms repeat."""
    own = set[str]()
    for term in group:
        key = _key(term.text)
        if term.text.casefold() in own:
            yield term.finding("S803", f"{quote(term.text)} is twice in this group.")
        elif key in seen:
            where = f"is in the group on line {seen[key].place.line} already"
            yield term.finding("S802", f"{quote(term.text)} {where}.")
        own.add(term.text.casefold())
    for term in group:
        seen.setdefault(_key(term.text), term)


def check_common(
    group: Sequence[SourceText], asked: Mapping[str, int], language: Language
) -> Iterator[Finding]:
    """Yield findings on common words of *language* that are replaced by a longer term."""
    longest = max((normalize(term.text) for term in group), key=lambda term: (len(term), term))
    for term in group:
        words = language.tokenize(normalize(term.text))
        if len(words) != 1 or normalize(term.text).isupper() or normalize(term.text) == longest:
            continue
        full = language.tokenize(longest)
        is_name = term.text[:1].isupper() and language.is_content(words[0])
        if not is_name and is_common(words[0], full, asked, language):
            message = f"every {quote(term.text)} in a question is read as {quote(longest)}."
            yield term.finding("S801", message, remedy=_remedy(words[0], full))


def is_common(word: str, full: Sequence[str], asked: Mapping[str, int], language: Language) -> bool:
    """Return True if people use *word* of *language* without meaning *full*."""
    if not language.is_content(word):
        return True
    if len(full) == 1 or word in full:
        return False
    tier = language.words.get(word)
    return tier == _COMMONEST or (tier is not None and asked.get(word, 0) >= _COMMON_IN_KB)


def _remedy(word: str, full: Sequence[str]) -> str:
    initials = "".join(part[0] for part in full)
    if initials.startswith(word[:2]):
        return f"Write it as {word.upper()}, which matches only in capitals, or delete it."
    return "Delete it: `alternates` can say it in a whole phrasing."


def check_keywords(source_map: SourceMap, entry: Entry) -> Iterator[Finding]:
    """Yield findings on keywords that *entry* repeats."""
    own = set[str]()
    for keyword in source_map.items(entry, "keywords"):
        key = " ".join(source_map.language.tokenize(normalize(keyword.text)))
        if key in own:
            yield keyword.finding("S805", f"the keyword {quote(keyword.text)} is there twice.")
        own.add(key)


def check_empty(source_map: SourceMap, entry: Entry) -> Iterator[Finding]:
    """Yield a finding on each empty list of *entry*."""
    for name in _LISTS:
        if not getattr(entry, name) and source_map.place_of(entry, name):
            yield source_map.at(entry, name).finding("S806", f"`{name}` is empty.")


def check_language(source_map: SourceMap) -> Iterator[Finding]:
    """Yield a finding if the bot says sentences of its own in English, not in the base's language."""
    kb = source_map.kb
    shipped = shipped_manners(kb.language)
    if language_of(kb.language).code == shipped.language:
        return
    own = {entry.id for entry in kb.manners or () if entry.answer or entry.draft}
    said = [
        entry.id
        for entry in shipped.entries
        if entry.id not in own and not (kb.manners == () and entry.section == COURTESIES)
    ]
    place = source_map.header("language")
    if said and place is not None:
        message = f"{len(said)} sentences of the bot are said in English, not in `{kb.language}`."
        yield place.finding("H101", message)
