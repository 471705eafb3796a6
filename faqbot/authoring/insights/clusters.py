"""Clusters: what many people asked in their own words, and got no helpful answer to.

Grouping: which of many things belong together, by how alike they are to each other.

Groups are joined while their members are alike on average (average linkage, found by nearest-neighbour
chains). Then each thing moves to the group that it is most like, which mends what was joined too
early.

How alike texts are to each other: the retrieval kernel between questions that people asked.

A question is compared by its words, those it is about counting twice, and with an encoder by its
meaning. What all questions have in common is taken away, so that 0 is what two unrelated questions reach, and 1 two equal ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from faqbot.bot import Bot
from faqbot.models import REDACTION_MARK, AskedQuestion, Entry, Match, Outcome, Question
from faqbot.retrieval import (
    ENGLISH,
    DenseScorer,
    Encoder,
    Query,
    Synonyms,
    build_index,
    content_words,
    default_weights,
    exact_keys,
    normalize,
    tokenize,
)

__all__ = [
    "Cluster",
    "Floats",
    "NearestEntry",
    "find_clusters",
    "group",
    "is_miss",
    "key_of",
    "text_similarity",
    "wording",
]

_ROUNDS = 3
_LEAST = 2
_GONE = np.float32(-9)

Floats = NDArray[np.float32]
_ENOUGH = 1_000
"""So many texts tell by themselves which words are rare, and what is common to all."""

_BATCH = 1_024
_LEAST_SPREAD = 1e-6
_MOST = 10_000
"""So many distinct questions are compared, those asked most; more would take gigabytes of memory."""

_ALIKE_BY_WORDS, _ALIKE_BY_MEANING = 0.22, 0.33
"""So alike the questions of a cluster are on average, without an encoder and with one.

Both were chosen by the measurement in `benchmarks/clusters.py`.
"""

_OFFERED = 3
_NEAREST = 3


def group(alike: Floats, bound: float) -> list[NDArray[np.intp]]:
    """Return groups of two or more things, the largest first, each with its most central member first.

    *alike* float32 (things, things) is symmetric. Two groups are joined when the mean likeness between
    their members is at least *bound*; a thing belongs to the group that it is most like on average, if
    that is at least *bound*, too.
    """
    groups = _join(alike, bound)
    for _ in range(_ROUNDS):
        groups = _gather(alike, groups, bound)
    ordered = [
        members[np.argsort(-_centrality(alike, members), kind="stable")] for members in groups
    ]
    return sorted(ordered, key=lambda members: (-len(members), int(members[0])))


def _centrality(alike: Floats, members: NDArray[np.intp]) -> Floats:
    sums: Floats = alike[np.ix_(members, members)].sum(axis=1)
    return sums


def _join(alike: Floats, bound: float) -> list[NDArray[np.intp]]:
    """Join by average linkage: of two groups that are nearest to each other, the one takes the other in."""
    near = alike.copy()
    np.fill_diagonal(near, _GONE)
    members = {thing: [thing] for thing in range(len(alike))}
    waiting, chain = list(members), list[int]()
    while chain or waiting:
        if not chain:
            chain = [waiting.pop()]
        nearest = _grouping_nearest(near[chain[-1]], chain[-2] if len(chain) > 1 else None)
        if near[chain[-1], nearest] < bound:
            chain.pop()  # nothing that is joined later can be nearer: a mean is not above its parts
        elif len(chain) > 1 and nearest == chain[-2]:
            taken, kept = chain.pop(), chain.pop()
            _merge(near, kept, taken, members)
            waiting.append(kept)
        else:
            chain.append(nearest)
    return [np.array(sorted(found)) for found in members.values() if len(found) >= _LEAST]


def _grouping_nearest(row: Floats, before: int | None) -> int:
    """Return the place of the largest of *row*; of equal ones, *before*, so that chains come to an end."""
    nearest = int(row.argmax())
    return before if before is not None and row[before] >= row[nearest] else nearest


def _merge(near: Floats, kept: int, taken: int, members: dict[int, list[int]]) -> None:
    """Let the group *kept* take *taken* in; its likeness to any other becomes the mean of the members'."""
    sizes = len(members[kept]), len(members[taken])
    mean = (sizes[0] * near[kept] + sizes[1] * near[taken]) / sum(sizes)
    mean[[kept, taken]] = _GONE
    members[kept] += members.pop(taken)
    others = np.fromiter(members, np.intp, len(members))
    near[kept], near[taken] = mean, _GONE
    near[others, kept] = mean[others]
    near[others, taken] = _GONE


def _gather(alike: Floats, groups: list[NDArray[np.intp]], bound: float) -> list[NDArray[np.intp]]:
    """Put each thing into the group whose other members it is most like; nowhere, if that is below *bound*."""
    if not groups:
        return []
    mean = np.stack([_mean_likeness(alike, members) for members in groups])
    best = mean.argmax(axis=0)
    best[mean[best, np.arange(len(alike))] < bound] = -1
    found = (np.flatnonzero(best == number) for number in range(len(groups)))
    return [members for members in found if len(members) >= _LEAST]


def _mean_likeness(alike: Floats, members: NDArray[np.intp]) -> Floats:
    """Return how alike each thing is to *members* on average, itself left out: float32 (things,)."""
    sums = alike[members].sum(axis=0)
    counts = np.full(len(alike), len(members), np.float32)
    sums[members] -= alike.diagonal()[members]
    counts[members] -= 1
    means: Floats = sums / np.maximum(counts, 1)
    return means


def text_similarity(
    texts: Sequence[str],
    synonym_groups: Sequence[Sequence[str]] = (),
    encoder: Encoder | None = None,
    background: Sequence[str] = (),
) -> NDArray[np.float32]:
    """Return how alike *texts* are to each other, float32 (len(texts), len(texts)), symmetric.

    It is 1 for equal texts, about 0 for unrelated ones, and less than that for those further apart.
    *background* are texts of the same kind, such as a knowledge base's phrasings: few texts are
    compared before it, and before questions about everything else, which tell what is common to all.
    Time and memory grow with the square of the number of texts.
    """
    synonyms = Synonyms(synonym_groups)
    more = max(0, _ENOUGH - len(texts))
    known = [*texts, *[*background, *ENGLISH.out_of_scope_questions][:more]]
    read = [synonyms.rewrite(normalize(text))[0] for text in known]
    alike = _by_words(read)
    if encoder is not None:
        _mix_in(alike, _vectors(read, encoder), default_weights(encoder).meaning)
    _centre(alike)
    return alike[: len(texts), : len(texts)]


def _words(text: str) -> tuple[str, ...]:
    """Return the words of *text*, and once more those that it is about."""
    words = tokenize(text)
    return (*words, *content_words(words))


def _by_words(texts: Sequence[str]) -> NDArray[np.float32]:
    """Return how alike *texts* are by their words, and those that look like them."""
    words = [_words(text) for text in texts]
    index = build_index(
        [Entry(str(number), " ".join(row), "") for number, row in enumerate(words)],
        Synonyms(()),
        None,
    )
    alike = np.empty((len(words), len(words)), np.float32)
    for number, row in enumerate(words):
        alike[number] = DenseScorer(index, Query(row, row)).similarity()
    for start in range(0, len(words), _BATCH):  # by parts, for a copy of it all may be too large
        part = slice(start, start + _BATCH)
        mean = (alike[part, start:] + alike[start:, part].T) / 2
        alike[part, start:], alike[start:, part] = mean, mean.T
    return alike


def _vectors(texts: Sequence[str], encoder: Encoder) -> NDArray[np.float32]:
    parts = [
        np.asarray(encoder.encode(texts[start : start + _BATCH]), np.float32)
        for start in range(0, len(texts), _BATCH)
    ]
    return np.concatenate(parts) if parts else np.zeros((0, 0), np.float32)


def _mix_in(alike: NDArray[np.float32], vectors: NDArray[np.float32], share: float) -> None:
    """Let the cosine of *vectors* count for *share* of how *alike* their texts are."""
    alike *= 1 - share
    for start in range(0, len(vectors), _BATCH):
        part = slice(start, start + _BATCH)
        alike[part] += share * (vectors[part] @ vectors.T)


def _centre(alike: NDArray[np.float32]) -> None:
    """Measure *alike* from the mean text: what is left when what all have in common is taken away."""
    means = alike.mean(axis=0)
    alike -= means[:, None]
    alike -= means - means.mean()
    spread = np.sqrt(np.maximum(alike.diagonal(), _LEAST_SPREAD))
    alike /= spread[:, None]
    alike /= spread


@dataclass(frozen=True, slots=True)
class NearestEntry:
    """An entry that a cluster may mean: its *entry* id, and the mean *confidence*, 0 to 1, of its questions."""

    entry: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Cluster:
    """Questions that ask for much the same, and got no helpful answer.

    *questions* are distinct, the most central first. *count* is how often they were asked, and
    *unhelpful* how many of these got an answer that did not help. *nearest* are the entries they may
    mean, best first; an entry that did not help, or was offered and not picked, is none of them.
    """

    questions: tuple[str, ...]
    count: int
    unhelpful: int = 0
    nearest: tuple[NearestEntry, ...] = ()

    @property
    def label(self) -> str:
        """The question that says best what the others are about."""
        return self.questions[0]


@dataclass(slots=True)
class _MissedQuestion:
    """A question that went without a helpful answer, however often it was asked."""

    text: str
    count: int = 0
    unhelpful: int = 0
    barred: set[str] = field(default_factory=set)
    matches: tuple[Match, ...] = ()


def is_miss(asked: AskedQuestion) -> bool:
    """Tell whether *asked* got no answer, choices of which none was picked, or an answer that did not help."""
    if asked.unhelpful > asked.helpful:
        return True
    unpicked = asked.outcome is Outcome.AMBIGUOUS and not asked.picked
    return (asked.outcome is Outcome.UNANSWERED or unpicked) and not asked.helpful


def wording(asked: AskedQuestion) -> str:
    """Return what *asked* asks on one line, as it is understood without what came before it."""
    return " ".join((asked.read_as or asked.text).split())


def key_of(text: str) -> str:
    """Return what is the same for all ways to type the phrasing *text*."""
    return exact_keys(text)[-1]


def find_clusters(questions: Iterable[AskedQuestion], bot: Bot) -> tuple[Cluster, ...]:
    """Return the clusters of what *questions* missed and *bot* still misses, those asked most first.

    A question that is like no other is a cluster only if it was asked more than once. Of more than
    10,000 distinct questions, those asked most are looked at.
    """
    missed = _missed(questions)
    ordered = sorted(missed, key=lambda one: -one.count)[:_MOST]
    return _clustered([one for one in ordered if _is_open(one, bot)], bot)


def _clustered(missed: Sequence[_MissedQuestion], bot: Bot) -> tuple[Cluster, ...]:
    """Return *missed* in clusters, those asked most first."""
    if not missed:
        return ()
    phrasings = [phrasing for entry in bot.kb.served for phrasing in entry.phrasings]
    texts = [REDACTION_MARK.sub(" ", one.text) for one in missed]
    alike = text_similarity(texts, bot.kb.synonyms, bot.encoder, phrasings)
    groups = group(alike, _ALIKE_BY_WORDS if bot.encoder is None else _ALIKE_BY_MEANING)
    grouped = {int(number) for members in groups for number in members}
    clusters = [_cluster([missed[number] for number in members]) for members in groups]
    clusters += [
        _cluster([one])
        for number, one in enumerate(missed)
        if number not in grouped and one.count > 1
    ]
    return tuple(sorted(clusters, key=lambda cluster: -cluster.count))


def _missed(questions: Iterable[AskedQuestion]) -> list[_MissedQuestion]:
    found: dict[str, _MissedQuestion] = {}
    for asked in questions:
        text = wording(asked)
        if not is_miss(asked) or not tokenize(normalize(REDACTION_MARK.sub(" ", text))):
            continue
        one = found.setdefault(key_of(text), _MissedQuestion(text))
        one.count += 1
        if asked.unhelpful > asked.helpful:
            one.unhelpful += 1
            one.barred.add(asked.picked or asked.entry)
        elif asked.outcome is Outcome.AMBIGUOUS:
            one.barred.update(asked.nearest[:_OFFERED])
    return list(found.values())


def _is_open(one: _MissedQuestion, bot: Bot) -> bool:
    """Tell whether *bot* still misses *one*, and note what it takes it for.

    An author sees every entry, so an audience hides none here.
    """
    everyone = frozenset(label for entry in bot.kb.served for label in entry.audience)
    answer = bot.ask(Question(one.text, audience=everyone))
    one.matches = answer.matches
    if answer.outcome is not Outcome.ANSWERED:
        return True
    return answer.entry is not None and answer.entry.id in one.barred


def _cluster(members: Sequence[_MissedQuestion]) -> Cluster:
    return Cluster(
        questions=tuple(one.text for one in members),
        count=sum(one.count for one in members),
        unhelpful=sum(one.unhelpful for one in members),
        nearest=_nearest(members),
    )


def _nearest(members: Sequence[_MissedQuestion]) -> tuple[NearestEntry, ...]:
    sums: defaultdict[str, float] = defaultdict(float)
    for one in members:
        for match in one.matches:
            if match.entry.id not in one.barred:
                sums[match.entry.id] += match.confidence
    best = nlargest(_NEAREST, sums.items(), key=itemgetter(1))
    return tuple(NearestEntry(entry, total / len(members)) for entry, total in best)
