"""Made-up entries and questions for measuring speed: any number, always the same ones, no two equal.

An entry is about doing something with a thing of a product ("renew the annual licence of Belora").
Products are coined names, drawn so that few are common and many rare, as words are (Zipf's law), and
there are more of them the more entries there are (Heaps' law: ten times the text, about three times the
words). Its phrasings are ten ways of asking that, and the questions are phrasings after what people do
to them: a word left out, two swapped, one misspelt, one put before, or another one in its place.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import accumulate

from faqbot import Entry


def _words(text: str) -> list[str]:
    return text.split()


_FRAMES = (
    "how do i {verb} the {kind} {thing} of {name}",
    "{verb} {name} {kind} {thing}",
    "can you tell me where to {verb} a {kind} {thing} for {name}",
    "what do i need before i {verb} my {kind} {thing} with {name}",
    "i want to {verb} the {kind} {thing} that {name} gave me",
    "{name} will not let me {verb} its {kind} {thing}",
    "is there a way to {verb} {kind} {thing} settings in {name}",
    "who may {verb} the {kind} {thing} on a {name} account",
    "steps to {verb} {kind} {thing} {name}",
    "why should anyone {verb} the {kind} {thing} when using {name}",
)
PER_ENTRY = len(_FRAMES)
_VERBS = _words(
    "open close change renew cancel find print share move return replace activate block check "
    "confirm copy delete download edit export extend install join leave lock merge order pause "
    "pay protect read rename report request reset restore send sign sort start stop store track "
    "transfer translate unlock update upload verify view"
)
_KINDS = _words(
    "annual basic blank blue broken cheap common daily deep digital direct double early empty exact "
    "extra family fast final first foreign formal free full general global green heavy hidden "
    "internal joint large late legal light local lost main manual monthly national new old open "
    "partial personal plain primary private public quick rare recent regular second secure short "
    "simple single small special spare temporary weekly"
)
_THINGS = _words(
    "account address agreement alarm album appointment archive badge balance bill booking budget "
    "calendar card certificate channel charge code comment contract coupon course database deposit "
    "device discount document draft email engine event exam fee file filter folder form gift grade "
    "group guide image index insurance invoice key label language lease lesson licence limit link "
    "list loan location map meeting membership menu message meter mirror model notice number offer "
    "package page panel parcel password payment permit phone photo picture plan player policy port "
    "prescription price printer profile project queue receipt recipe record refund reminder rental "
    "report reservation room route salary sample schedule screen seat server service shelf signal "
    "signature socket statement subscription survey switch table tariff task template ticket timer "
    "token tool trial upgrade vehicle visa voucher wallet warranty window"
)
_SYLLABLES = _words(
    "ba be bo bra ca cla co cre da del do dra el fa fen fi flo ga gra ha hel jo ka kor la len li lo "
    "lu ma mel mi mo na nel no or pa per pi pla ra ren ri ro sa sel so sta ta tel ti tra tu va vel "
    "vi vo wen za zel zo"
)
_EXTRA = ("please", "hi", "hello", "so", "ok", "well", "urgent", "question")
_OTHER = ("something", "one", "this", "anything", "today", "again")


def made_entries(phrasings: int) -> Iterator[Entry]:
    """Yield entries of ten phrasings each that have *phrasings* between them."""
    names = _names(phrasings)
    draw = random.Random(1)
    weights = list(accumulate(1 / (rank + 2.7) for rank in range(len(names))))
    seen: set[tuple[str, str, str, str]] = set()
    for number in range(phrasings // PER_ENTRY):
        topic = _topic(draw, names, weights)
        while topic in seen:
            topic = _topic(draw, names, weights)
        seen.add(topic)
        question, *alternates = _phrasings(*topic)
        answer = "To {} it, see the {} {} page of {}.".format(*topic)
        yield Entry(f"made-{number}", question, answer, alternates=tuple(alternates))


def _names(phrasings: int) -> list[str]:
    """Return coined names, some 40 times the square root of *phrasings* of them."""
    draw = random.Random(2)
    names: dict[str, None] = {}
    while len(names) < 40 * phrasings**0.5:
        names["".join(draw.choices(_SYLLABLES, k=draw.choice((2, 3, 3, 4))))] = None
    return list(names)


def _topic(
    draw: random.Random, names: Sequence[str], weights: Sequence[float]
) -> tuple[str, str, str, str]:
    (name,) = draw.choices(names, cum_weights=weights)
    return draw.choice(_VERBS), draw.choice(_KINDS), draw.choice(_THINGS), name


def _phrasings(verb: str, kind: str, thing: str, name: str) -> list[str]:
    return [frame.format(verb=verb, kind=kind, thing=thing, name=name) for frame in _FRAMES]


def made_questions(entries: Sequence[Entry], count: int) -> list[tuple[str, str]]:
    """Return *count* questions, each a changed phrasing of one of *entries*, with that entry's id."""
    draw = random.Random(3)
    questions: dict[str, str] = {}
    while len(questions) < count:
        entry = draw.choice(entries)
        words = draw.choice(entry.phrasings).split()
        for _ in range(draw.choice((1, 2))):
            words = draw.choice(_CHANGES)(words, draw)
        questions.setdefault(" ".join(words), entry.id)
    return list(questions.items())


def _leave_out(words: Sequence[str], draw: random.Random) -> list[str]:
    gone = draw.randrange(len(words))
    return [*words[:gone], *words[gone + 1 :]]


def _swap(words: Sequence[str], draw: random.Random) -> list[str]:
    place = draw.randrange(len(words) - 1)
    return [*words[:place], words[place + 1], words[place], *words[place + 2 :]]


def _misspell(words: Sequence[str], draw: random.Random) -> list[str]:
    """Swap two letters inside a word of four letters or more."""
    places = [place for place, word in enumerate(words) if len(word) > 3]
    place = draw.choice(places or [0])
    word = words[place]
    cut = draw.randrange(1, max(len(word) - 1, 2))
    slip = word[:cut] + word[cut + 1 : cut + 2] + word[cut : cut + 1] + word[cut + 2 :]
    return [*words[:place], slip, *words[place + 1 :]]


def _put_before(words: Sequence[str], draw: random.Random) -> list[str]:
    return [draw.choice(_EXTRA), *words]


def _put_in_place(words: Sequence[str], draw: random.Random) -> list[str]:
    place = draw.randrange(len(words))
    return [*words[:place], draw.choice(_OTHER), *words[place + 1 :]]


_CHANGES = (_leave_out, _swap, _misspell, _put_before, _put_in_place)
