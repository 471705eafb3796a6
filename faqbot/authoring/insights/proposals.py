"""Proposals of changes from picks, suggestions and clusters of misses."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain, count

from faqbot.authoring.insights.clusters import Cluster, find_clusters, key_of, wording
from faqbot.bot import Bot
from faqbot.models import REDACTION_MARK, AskedQuestion, Entry, KnowledgeBase, Suggestion
from faqbot.retrieval import content_words, normalize, tokenize

# Times that a cluster was asked, below which it is taken for chance; chosen by hand.
_LEAST_ASKED = 3
# Mean confidence, 0 to 1, from which a cluster becomes alternates of its nearest entry. Measured by
# benchmarks/teaching.py: below it, more than one cluster in twenty of topics that the knowledge base
# lacks would become alternates of a wrong entry.
_PLAUSIBLE = 0.6
# Phrasings of a proposal; chosen by hand.
_MOST_QUESTIONS = 5
# Characters of the longest phrasing; chosen by hand, a longer text is not a question.
_LONGEST = 200
# Characters and words of an id; chosen by hand.
_LONGEST_ID, _WORDS_OF_ID = 60, 6
# The id that stands for no entry in `expect`.
_NOT_AN_ID = "none"


class ProposalKind(StrEnum):
    """Kind of a proposal: alternates, or a new entry."""

    ALTERNATE = "alternate"
    ENTRY = "entry"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed change of a knowledge base.

    *entry* is the id of the entry that gets alternates, or the id of a new entry. *questions* are the
    phrasings to add, best first; the first one is the question of a new entry. *answer* is Markdown,
    empty if an author has to write it. *count* is the number of questions that support the proposal,
    and *because* the reason in a sentence.
    """

    kind: ProposalKind
    entry: str
    questions: tuple[str, ...]
    answer: str
    count: int
    because: str


def propose(
    questions: Iterable[AskedQuestion], suggestions: Iterable[Suggestion], bot: Bot
) -> tuple[Proposal, ...]:
    """Return the changes to the knowledge base of *bot* that *questions* and *suggestions* support.

    Proposals from picks and suggestions come first, then those from clusters of misses; each sorted by
    count. Known phrasings and redacted texts are left out.
    """
    asked = list(questions)
    decided = [*propose_from_picks(asked, bot.kb), *propose_from_suggestions(suggestions, bot.kb)]
    guessed = filter(None, propose_for_each(find_clusters(asked, bot), bot.kb))
    return merge_proposals(
        [*sorted(decided, key=_most_asked), *sorted(guessed, key=_most_asked)], bot.kb
    )


def propose_for_each(clusters: Iterable[Cluster], kb: KnowledgeBase) -> list[Proposal | None]:
    """Return a proposal for each of *clusters*, or None.

    It is None for a cluster that was asked fewer than three times, or without a usable phrasing.
    """
    taken = _phrasing_keys(kb)
    return [propose_from_cluster(one, kb, taken) for one in clusters]


def propose_from_cluster(
    cluster: Cluster, kb: KnowledgeBase, taken: frozenset[str]
) -> Proposal | None:
    """Return the change that *cluster* supports, or None."""
    if cluster.count < _LEAST_ASKED:
        return None
    meant = meant_entry(cluster, kb)
    fit = new_phrasings(cluster.questions, taken, meant)
    if meant is None:  # one word, such as "asdf", is not a question to answer
        fit = tuple(text for text in fit if len(tokenize(normalize(text))) > 1)
    if not fit:
        return None
    fit = fit[:_MOST_QUESTIONS]
    missed = f"Asked {cluster.count} times without a helpful answer"
    if meant is None:
        because = f"{missed}, and no entry is likely to be meant."
        return Proposal(ProposalKind.ENTRY, make_id(fit[0]), fit, "", cluster.count, because)
    because = f"{missed}, and this entry is the likeliest to be meant."
    return Proposal(ProposalKind.ALTERNATE, meant.id, fit, "", cluster.count, because)


def as_new_entry(proposal: Proposal, kb: KnowledgeBase) -> Proposal:
    """Return *proposal*, of alternates, as a new entry with these phrasings."""
    wanted = replace(proposal, kind=ProposalKind.ENTRY, entry=make_id(proposal.questions[0]))
    return replace(wanted, entry=free_id(wanted, (), kb))


def _phrasing_keys(kb: KnowledgeBase) -> frozenset[str]:
    return frozenset(key_of(phrasing) for entry in kb.entries for phrasing in entry.phrasings)


def _most_asked(proposal: Proposal) -> int:
    return -proposal.count


def meant_entry(cluster: Cluster, kb: KnowledgeBase) -> Entry | None:
    """Return the entry that *cluster* probably means, or None."""
    if cluster.nearest and cluster.nearest[0].confidence >= _PLAUSIBLE:
        return kb.by_id.get(cluster.nearest[0].entry)
    return None


def propose_from_picks(questions: Sequence[AskedQuestion], kb: KnowledgeBase) -> Iterator[Proposal]:
    """Yield alternates from questions after which people picked an entry."""
    taken = _phrasing_keys(kb)
    picks: dict[str, Counter[str]] = defaultdict(Counter)
    texts: dict[str, str] = {}
    for asked in questions:
        if asked.picked in kb.by_id and asked.unhelpful <= asked.helpful:
            text = wording(asked)
            picks[key_of(text)][asked.picked] += 1
            texts.setdefault(key_of(text), text)
    of_entry: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for key, picked in picks.items():
        entry, often = picked.most_common(1)[0]
        of_entry[entry].append((often, texts[key]))
    for entry, found in of_entry.items():
        found.sort(key=lambda one: -one[0])
        fit = new_phrasings([text for _, text in found], taken, kb.by_id[entry])
        total = sum(often for often, _ in found)
        because = f"Picked {_times(total)} among the choices after asking so."
        if fit:
            yield Proposal(ProposalKind.ALTERNATE, entry, fit, "", total, because)


def propose_from_suggestions(
    suggestions: Iterable[Suggestion], kb: KnowledgeBase
) -> Iterator[Proposal]:
    """Yield new entries from suggested answers, alternates from suggested phrasings."""
    taken = _phrasing_keys(kb)
    alike: dict[tuple[str, str], list[Suggestion]] = defaultdict(list)
    for one in sorted(suggestions, key=lambda one: one.at):
        known = one.entry if one.entry in kb.by_id else ""
        if one.status != "rejected" and (known or one.answer.strip()):
            alike[known, key_of(one.question)].append(one)
    for (entry, _), found in alike.items():
        latest, often = found[-1], len(found)
        fit = new_phrasings([" ".join(latest.question.split())], taken, kb.by_id.get(entry))
        if fit and entry:
            because = f"Suggested {_times(often)} as words for this entry."
            yield Proposal(ProposalKind.ALTERNATE, entry, fit, "", often, because)
        elif fit:
            because = f"Suggested {_times(often)} with an answer{_to_fill_in(latest.answer)}."
            answer = latest.answer.strip()
            yield Proposal(ProposalKind.ENTRY, make_id(fit[0]), fit, answer, often, because)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _to_fill_in(answer: str) -> str:
    marks = ", ".join(dict.fromkeys(REDACTION_MARK.findall(answer)))
    return f", in which {marks} stands for redacted text" if marks else ""


def new_phrasings(
    texts: Iterable[str], taken: frozenset[str], entry: Entry | None = None
) -> tuple[str, ...]:
    """Return the *texts* that can be new phrasings of *entry*, one of each set of content words.

    *taken* are the keys of known phrasings.
    """
    refused = set() if entry is None else set(map(key_of, entry.not_for))
    found: dict[frozenset[str], str] = {}
    for text in texts:
        words = content_words(tokenize(normalize(text)))
        fit = (
            len(text) <= _LONGEST
            and any(map(str.isalpha, text))
            and not REDACTION_MARK.search(text)
        )
        if words and fit and key_of(text) not in taken and key_of(text) not in refused:
            found.setdefault(frozenset(words), text)
    return tuple(found.values())


def make_id(question: str) -> str:
    """Return an id made of the first content words of *question*: lower-case ASCII and hyphens."""
    words = content_words(tokenize(normalize(question)))[:_WORDS_OF_ID]
    slug = "-".join(re.findall("[a-z0-9]+", " ".join(words)))
    short = slug if len(slug) <= _LONGEST_ID else slug[:_LONGEST_ID].rpartition("-")[0]
    return short if short not in {"", _NOT_AN_ID} else "new-entry"


def merge_proposals(proposals: Iterable[Proposal], kb: KnowledgeBase) -> tuple[Proposal, ...]:
    """Merge proposals for the same entry.

    A question stays with its first proposal.
    """
    merged: list[Proposal] = []
    owners: dict[str, int] = {}
    for one in proposals:
        new = tuple(text for text in one.questions if key_of(text) not in owners)
        place = find_mergeable(one, merged, owners)
        if place is not None:
            merged[place] = _joined(merged[place], replace(one, questions=new))
        elif new:
            place = len(merged)
            merged.append(replace(one, questions=new, entry=free_id(one, merged, kb)))
        owners.update({key_of(text): place for text in new if place is not None})
    return tuple(merged)


def find_mergeable(
    one: Proposal, merged: Sequence[Proposal], owners: Mapping[str, int]
) -> int | None:
    """Return the index of the proposal to merge *one* into, or None."""
    for place, other in enumerate(merged):
        if other.kind is one.kind is ProposalKind.ALTERNATE and other.entry == one.entry:
            return place
    if one.kind is ProposalKind.ENTRY:
        shared = {owners[key] for text in one.questions if (key := key_of(text)) in owners}
        return next((p for p in sorted(shared) if merged[p].kind is ProposalKind.ENTRY), None)
    return None


def _joined(first: Proposal, more: Proposal) -> Proposal:
    return replace(
        first,
        questions=first.questions + more.questions,
        answer=first.answer or more.answer,
        count=first.count + more.count,
        because=f"{first.because} {more.because}",
    )


def free_id(one: Proposal, merged: Sequence[Proposal], kb: KnowledgeBase) -> str:
    """Return the id of *one*, with a number appended if the id of a new entry is taken."""
    if one.kind is ProposalKind.ALTERNATE:
        return one.entry
    taken = {*kb.by_id, *(other.entry for other in merged)}
    numbered = (f"{one.entry}-{number}" for number in count(2))
    return next(found for found in chain([one.entry], numbered) if found not in taken)
