"""Clusters: what many people asked in their own words, and got no helpful answer to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from operator import itemgetter

from faqbot.authoring.grouping import group
from faqbot.bot import Bot
from faqbot.models import Match, Outcome, Question
from faqbot.records import REDACTION_MARK, AskedQuestion
from faqbot.retrieval.likeness import likeness
from faqbot.retrieval.text import exact_keys, split_words, tidy

__all__ = ["Cluster", "Near", "find_clusters", "is_miss", "key_of", "wording"]

_MOST = 10_000
"""So many distinct questions are compared, those asked most; more would take gigabytes of memory."""

_ALIKE_BY_WORDS, _ALIKE_BY_MEANING = 0.22, 0.33
"""So alike the questions of a cluster are on average, without an encoder and with one.

Both were chosen by the measurement in `benchmarks/clusters.py`.
"""

_OFFERED = 3
_NEAREST = 3


@dataclass(frozen=True, slots=True)
class Near:
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
    nearest: tuple[Near, ...] = ()

    @property
    def label(self) -> str:
        """The question that says best what the others are about."""
        return self.questions[0]


@dataclass(slots=True)
class _Missed:
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


def _clustered(missed: Sequence[_Missed], bot: Bot) -> tuple[Cluster, ...]:
    """Return *missed* in clusters, those asked most first."""
    if not missed:
        return ()
    phrasings = [phrasing for entry in bot.kb.served for phrasing in entry.phrasings]
    texts = [REDACTION_MARK.sub(" ", one.text) for one in missed]
    alike = likeness(texts, bot.kb.synonyms, bot.encoder, phrasings)
    groups = group(alike, _ALIKE_BY_WORDS if bot.encoder is None else _ALIKE_BY_MEANING)
    grouped = {int(number) for members in groups for number in members}
    clusters = [_cluster([missed[number] for number in members]) for members in groups]
    clusters += [
        _cluster([one])
        for number, one in enumerate(missed)
        if number not in grouped and one.count > 1
    ]
    return tuple(sorted(clusters, key=lambda cluster: -cluster.count))


def _missed(questions: Iterable[AskedQuestion]) -> list[_Missed]:
    found: dict[str, _Missed] = {}
    for asked in questions:
        text = wording(asked)
        if not is_miss(asked) or not split_words(tidy(REDACTION_MARK.sub(" ", text))):
            continue
        one = found.setdefault(key_of(text), _Missed(text))
        one.count += 1
        if asked.unhelpful > asked.helpful:
            one.unhelpful += 1
            one.barred.add(asked.picked or asked.entry)
        elif asked.outcome is Outcome.AMBIGUOUS:
            one.barred.update(asked.nearest[:_OFFERED])
    return list(found.values())


def _is_open(one: _Missed, bot: Bot) -> bool:
    """Tell whether *bot* still misses *one*, and note what it takes it for.

    An author sees every entry, so an audience hides none here.
    """
    everyone = frozenset(label for entry in bot.kb.served for label in entry.audience)
    answer = bot.ask(Question(one.text, audience=everyone))
    one.matches = answer.matches
    if answer.outcome is not Outcome.ANSWERED:
        return True
    return answer.entry is not None and answer.entry.id in one.barred


def _cluster(members: Sequence[_Missed]) -> Cluster:
    return Cluster(
        questions=tuple(one.text for one in members),
        count=sum(one.count for one in members),
        unhelpful=sum(one.unhelpful for one in members),
        nearest=_nearest(members),
    )


def _nearest(members: Sequence[_Missed]) -> tuple[Near, ...]:
    sums: defaultdict[str, float] = defaultdict(float)
    for one in members:
        for match in one.matches:
            if match.entry.id not in one.barred:
                sums[match.entry.id] += match.confidence
    best = nlargest(_NEAREST, sums.items(), key=itemgetter(1))
    return tuple(Near(entry, total / len(members)) for entry, total in best)
