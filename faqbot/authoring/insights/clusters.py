"""Clusters of recorded questions that got no helpful answer.

Texts are compared by the retriever's lexical similarity, content words counted twice, and by an
encoder if there is one. The matrix is centred, so that unrelated texts have a similarity of about 0.
Clusters come from average-linkage clustering by nearest-neighbour chains (Murtagh, 1983). Afterwards
each text moves to its most similar cluster, which corrects early merges.
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

# Rounds of moving texts to their most similar cluster; chosen by hand.
_ROUNDS = 3
# Members of the smallest cluster.
_LEAST = 2
# Similarity of a merged row to every other, below any real one.
_GONE = np.float32(-9)

Floats = NDArray[np.float32]
# Texts that are enough for idf and centring; with fewer, background texts are added. Chosen by hand.
_ENOUGH = 1_000
# Rows of a matrix that are computed at once, to bound memory.
_BATCH = 1_024
# Least variance of a text, so that no division is by zero.
_LEAST_SPREAD = 1e-6
# Distinct questions that are compared, most asked first. 10,000 take 400 MB of float32.
_MOST = 10_000
# Least mean similarity of a cluster, without an encoder and with one; measured by
# benchmarks/clusters.py.
_BOUND_BY_WORDS, _BOUND_BY_MEANING = 0.22, 0.33
# Entries that a declined choice had offered, and nearest entries of a cluster; chosen by hand.
_OFFERED = 3
_NEAREST = 3
# Mean confidence of a nearest entry, 0 to 1, that is worth a look: it is shown as a whole per cent.
MIN_NEAREST_CONFIDENCE = 0.01


def group(similarity: Floats, bound: float) -> list[NDArray[np.intp]]:
    """Return clusters of two or more rows, the largest first, each with its most central row first.

    *similarity* is float32 (rows, rows), symmetric. Two clusters are merged if the mean similarity of
    their rows is at least *bound*. A row stays in a cluster only with this mean similarity to it.
    """
    groups = join_rows(similarity, bound)
    for _ in range(_ROUNDS):
        groups = reassign_rows(similarity, groups, bound)
    ordered = [
        members[np.argsort(-centrality(similarity, members), kind="stable")] for members in groups
    ]
    return sorted(ordered, key=lambda members: (-len(members), int(members[0])))


def centrality(similarity: Floats, members: NDArray[np.intp]) -> Floats:
    """Return the sum of each member's similarity to all *members*: float32."""
    sums: Floats = similarity[np.ix_(members, members)].sum(axis=1)
    return sums


def join_rows(similarity: Floats, bound: float) -> list[NDArray[np.intp]]:
    """Merge rows by average linkage while the mean similarity reaches *bound*."""
    near = similarity.copy()
    np.fill_diagonal(near, _GONE)
    members = {row: [row] for row in range(len(similarity))}
    waiting, chain = list(members), list[int]()
    while chain or waiting:
        if not chain:
            chain = [waiting.pop()]
        nearest = nearest_cluster(near[chain[-1]], chain[-2] if len(chain) > 1 else None)
        if near[chain[-1], nearest] < bound:
            chain.pop()  # later merges cannot be more similar: a mean is not above its parts
        elif len(chain) > 1 and nearest == chain[-2]:
            taken, kept = chain.pop(), chain.pop()
            merge_clusters(near, kept, taken, members)
            waiting.append(kept)
        else:
            chain.append(nearest)
    return [np.array(sorted(found)) for found in members.values() if len(found) >= _LEAST]


def nearest_cluster(row: Floats, before: int | None) -> int:
    """Return the index of the largest value of *row*.

    *before* wins a tie, so that chains end.
    """
    nearest = int(row.argmax())
    return before if before is not None and row[before] >= row[nearest] else nearest


def merge_clusters(near: Floats, kept: int, taken: int, members: dict[int, list[int]]) -> None:
    """Merge the cluster *taken* into *kept*, and update the mean similarities *near* in place."""
    sizes = len(members[kept]), len(members[taken])
    mean = (sizes[0] * near[kept] + sizes[1] * near[taken]) / sum(sizes)
    mean[[kept, taken]] = _GONE
    members[kept] += members.pop(taken)
    others = np.fromiter(members, np.intp, len(members))
    near[kept], near[taken] = mean, _GONE
    near[others, kept] = mean[others]
    near[others, taken] = _GONE


def reassign_rows(
    similarity: Floats, groups: list[NDArray[np.intp]], bound: float
) -> list[NDArray[np.intp]]:
    """Move each row to its most similar cluster, or to no cluster below *bound*."""
    if not groups:
        return []
    mean = np.stack([mean_similarity(similarity, members) for members in groups])
    best = mean.argmax(axis=0)
    best[mean[best, np.arange(len(similarity))] < bound] = -1
    found = (np.flatnonzero(best == number) for number in range(len(groups)))
    return [members for members in found if len(members) >= _LEAST]


def mean_similarity(similarity: Floats, members: NDArray[np.intp]) -> Floats:
    """Return the mean similarity of each row to the other *members*, float32 (rows,)."""
    sums = similarity[members].sum(axis=0)
    counts = np.full(len(similarity), len(members), np.float32)
    sums[members] -= similarity.diagonal()[members]
    counts[members] -= 1
    means: Floats = sums / np.maximum(counts, 1)
    return means


def text_similarity(
    texts: Sequence[str],
    synonym_groups: Sequence[Sequence[str]] = (),
    encoder: Encoder | None = None,
    background: Sequence[str] = (),
) -> NDArray[np.float32]:
    """Return the similarity of each pair of *texts*, float32 (texts, texts), symmetric.

    It is 1 for equal texts and about 0 for unrelated ones; it can be negative. *background* are texts
    of the same kind, such as the phrasings of a knowledge base. With fewer than 1,000 texts, they and
    general questions supply the idf and the mean. Time and memory grow with the square of the number
    of texts.
    """
    synonyms = Synonyms(synonym_groups)
    more = max(0, _ENOUGH - len(texts))
    known = [*texts, *[*background, *ENGLISH.out_of_scope_questions][:more]]
    read = [synonyms.rewrite(normalize(text))[0] for text in known]
    similarity = lexical_similarity(read)
    if encoder is not None:
        add_cosine(similarity, encode_texts(read, encoder), default_weights(encoder).meaning)
    centre(similarity)
    return similarity[: len(texts), : len(texts)]


def _words(text: str) -> tuple[str, ...]:
    """Return the words of *text*, its content words twice."""
    words = tokenize(text)
    return (*words, *content_words(words))


def lexical_similarity(texts: Sequence[str]) -> NDArray[np.float32]:
    """Return the lexical similarity of *texts*, float32 (texts, texts), symmetric."""
    words = [_words(text) for text in texts]
    index = build_index(
        [Entry(str(number), " ".join(row), "") for number, row in enumerate(words)],
        Synonyms(()),
        None,
    )
    similarity = np.empty((len(words), len(words)), np.float32)
    for number, row in enumerate(words):
        similarity[number] = DenseScorer(index, Query(row, row)).similarity()
    # In parts, as a copy of the whole matrix may be too large.
    for start in range(0, len(words), _BATCH):
        part = slice(start, start + _BATCH)
        mean = (similarity[part, start:] + similarity[start:, part].T) / 2
        similarity[part, start:], similarity[start:, part] = mean, mean.T
    return similarity


def encode_texts(texts: Sequence[str], encoder: Encoder) -> NDArray[np.float32]:
    """Return the unit vectors of *texts*, encoded in batches."""
    parts = [
        np.asarray(encoder.encode(texts[start : start + _BATCH]), np.float32)
        for start in range(0, len(texts), _BATCH)
    ]
    return np.concatenate(parts) if parts else np.zeros((0, 0), np.float32)


def add_cosine(similarity: NDArray[np.float32], vectors: NDArray[np.float32], share: float) -> None:
    """Add the cosine of *vectors* to *similarity* with the weight *share*, in place."""
    similarity *= 1 - share
    for start in range(0, len(vectors), _BATCH):
        part = slice(start, start + _BATCH)
        similarity[part] += share * (vectors[part] @ vectors.T)


def centre(similarity: NDArray[np.float32]) -> None:
    """Centre *similarity* on the mean text and scale its diagonal to 1, in place."""
    means = similarity.mean(axis=0)
    similarity -= means[:, None]
    similarity -= means - means.mean()
    spread = np.sqrt(np.maximum(similarity.diagonal(), _LEAST_SPREAD))
    similarity /= spread[:, None]
    similarity /= spread


@dataclass(frozen=True, slots=True)
class NearestEntry:
    """An entry that a cluster may mean, with the mean *confidence*, 0 to 1, of its questions."""

    entry: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Cluster:
    """Similar questions that got no helpful answer.

    *questions* are distinct, the most central first. *count* is the number of times that they were
    asked; *unhelpful* counts those whose answer did not help. *nearest* are the entries that they may
    mean, best first, without entries that did not help or were offered and not picked.
    """

    questions: tuple[str, ...]
    count: int
    unhelpful: int = 0
    nearest: tuple[NearestEntry, ...] = ()

    @property
    def label(self) -> str:
        """The most central question."""
        return self.questions[0]


@dataclass(slots=True)
class _MissedQuestion:
    """A distinct question without a helpful answer, with its counts."""

    text: str
    count: int = 0
    unhelpful: int = 0
    barred: set[str] = field(default_factory=set)
    matches: tuple[Match, ...] = ()


def is_miss(asked: AskedQuestion) -> bool:
    """Return True if *asked* got no answer, no picked choice, or an unhelpful answer."""
    if asked.unhelpful > asked.helpful:
        return True
    unpicked = asked.outcome is Outcome.AMBIGUOUS and not asked.picked
    return (asked.outcome is Outcome.UNANSWERED or unpicked) and not asked.helpful


def wording(asked: AskedQuestion) -> str:
    """Return the text of *asked* on one line, as it reads outside its conversation."""
    return " ".join((asked.read_as or asked.text).split())


def key_of(text: str) -> str:
    """Return a key of *text* without case, punctuation and spacing."""
    return exact_keys(text)[-1]


def find_clusters(questions: Iterable[AskedQuestion], bot: Bot) -> tuple[Cluster, ...]:
    """Return clusters of missed *questions* that *bot* still misses, most asked first.

    A question without similar ones is a cluster of its own. Of more than 10,000 distinct questions,
    the most asked are used.
    """
    missed = missed_questions(questions)
    ordered = sorted(missed, key=lambda one: -one.count)[:_MOST]
    return cluster_missed([one for one in ordered if is_still_missed(one, bot)], bot)


def cluster_missed(missed: Sequence[_MissedQuestion], bot: Bot) -> tuple[Cluster, ...]:
    """Return the clusters of *missed*, most asked first."""
    if not missed:
        return ()
    phrasings = [phrasing for entry in bot.kb.served for phrasing in entry.phrasings]
    texts = [REDACTION_MARK.sub(" ", one.text) for one in missed]
    similarity = text_similarity(texts, bot.kb.synonyms, bot.encoder, phrasings)
    groups = group(similarity, _BOUND_BY_WORDS if bot.encoder is None else _BOUND_BY_MEANING)
    grouped = {int(number) for members in groups for number in members}
    clusters = [_cluster([missed[number] for number in members]) for members in groups]
    clusters += [_cluster([one]) for number, one in enumerate(missed) if number not in grouped]
    return tuple(sorted(clusters, key=lambda cluster: -cluster.count))


def missed_questions(questions: Iterable[AskedQuestion]) -> list[_MissedQuestion]:
    """Return the distinct questions without a helpful answer, and counts."""
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


def is_still_missed(one: _MissedQuestion, bot: Bot) -> bool:
    """Return True if *bot* still misses *one*, and store its matches in *one*.

    An author sees every entry, so the question is asked for all audiences.
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
        nearest=nearest_entries(members),
    )


def nearest_entries(members: Sequence[_MissedQuestion]) -> tuple[NearestEntry, ...]:
    """Return the entries that *members* match, the most confident first."""
    sums: defaultdict[str, float] = defaultdict(float)
    for one in members:
        for match in one.matches:
            if match.entry.id not in one.barred:
                sums[match.entry.id] += match.confidence
    best = nlargest(_NEAREST, sums.items(), key=itemgetter(1))
    means = (NearestEntry(entry, total / len(members)) for entry, total in best)
    return tuple(near for near in means if near.confidence >= MIN_NEAREST_CONFIDENCE)
