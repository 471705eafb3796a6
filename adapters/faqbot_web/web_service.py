"""Service: questions, picks, verdicts and entries, as every interface uses them."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from faqbot import AnswerRecord, Outcome, Question, SharedConversations
from faqbot_web.conversations import Session, Sessions, id_of_name
from faqbot_web.problems import Problem
from faqbot_web.records import Recorder, VerdictResult, VerdictTask

if TYPE_CHECKING:
    from faqbot import Answer, Bot, Entry, FairThreads, Store
    from faqbot_web.access import Caller
    from faqbot_web.conversations import Binding
    from faqbot_web.metrics import Metrics

_Result = TypeVar("_Result")

# Longest answer, in characters, that is rendered in the event loop. Others wait meanwhile: measured, 4,000
# characters of plain paragraphs take 8 to 30 ms, and 200,000 of opening brackets 4 s.
MAX_INLINE_CHARS = 4_000
# Seconds for which a repeated request gets the same answer. Chosen by hand: clients try again for less.
REPEAT_SECONDS = 600.0
# Requests whose answers are kept for repetitions. Chosen by hand: ten minutes at 16 a second.
MAX_REPEATED = 10_000
# Seconds that a verdict waits for the store. Chosen by hand.
VERDICT_SECONDS = 3.0
# Entry of a pick that declines all choices.
NO_CHOICE = "none"


@dataclass(frozen=True, slots=True)
class Reply:
    """An *answer* with the ids of its *conversation* and of its *record*, "" without one."""

    answer: Answer
    conversation: str
    record: str


class RepeatedRequests:
    """Replies by the id that a client made for its request.

    Not thread-safe: the event loop is its only user.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Start empty; *clock* returns seconds."""
        self._clock = clock
        self._kept: OrderedDict[tuple[Caller, str], tuple[float, object, asyncio.Future[Reply]]] = (
            OrderedDict()
        )

    async def once(
        self, key: tuple[Caller, str], content: object, make: Callable[[], Awaitable[Reply]]
    ) -> Reply:
        """Return the reply of the request *key*, made once by *make*.

        Raises Problem (409) if the request had another *content* before. A failure is not kept. The
        key has the whole caller: people of one page share its key, and may make equal ids.
        """
        self._drop_old()
        if key in self._kept:
            _, known, found = self._kept[key]
            if known != content:
                raise Problem(
                    409,
                    "This request id was used with other content: make a new id for a new request.",
                    field="request",
                )
            return await asyncio.shield(found)
        task = asyncio.ensure_future(make())
        self._kept[key] = (self._clock(), content, task)
        try:
            return await asyncio.shield(task)
        except BaseException:
            if task.done():
                self._kept.pop(key, None)
            raise

    def _drop_old(self) -> None:
        while self._kept:
            at, _, _ = next(iter(self._kept.values()))
            if len(self._kept) <= MAX_REPEATED and self._clock() - at <= REPEAT_SECONDS:
                return
            self._kept.popitem(last=False)

    def __len__(self) -> int:
        """Return the number of replies in memory."""
        return len(self._kept)

    def drop_oldest(self, count: int) -> None:
        """Forget *count* replies, or all."""
        for _ in range(min(count, len(self._kept))):
            self._kept.popitem(last=False)


class Memory(Protocol):
    """Things that a service remembers of its callers, the ones used longest ago first."""

    def __len__(self) -> int:
        """Return the number of things."""

    def drop_oldest(self, count: int) -> None:
        """Forget *count* things, or all."""


_Memory = TypeVar("_Memory", bound=Memory)


class ServiceMemory:
    """All that a service remembers of its callers, apart from the store: one for each tenant."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self.sessions = Sessions()
        self.repeated = RepeatedRequests()
        self.numbers: dict[str, int] = {}  # of entries, as the store keeps them
        self.report_lock = asyncio.Lock()  # one report at a time: it asks every question again
        self._others: dict[type[Memory], Memory] = {}
        self._shared: tuple[Store, SharedConversations] | None = None

    def shared_in(self, store: Store, tenant: str) -> SharedConversations:
        """Return the conversations of *tenant* that replicas share in *store*, always the same."""
        if self._shared is None or self._shared[0] is not store:
            own = store.for_tenant(tenant) if tenant else store
            self._shared = store, SharedConversations(own)
        return self._shared[1]

    def of(self, kind: type[_Memory]) -> _Memory:
        """Return the memory of *kind* that an interface keeps, made when it is first asked for."""
        if kind not in self._others:
            self._others[kind] = kind()
        return cast("_Memory", self._others[kind])

    def __len__(self) -> int:
        """Return the number of things remembered."""
        return sum(map(len, self._all()))

    def drop_oldest(self, count: int) -> None:
        """Forget *count* things of the largest part."""
        max(self._all(), key=len).drop_oldest(count)

    def _all(self) -> list[Memory]:
        return [self.sessions, self.repeated, *self._others.values()]


class WebService:
    """Answers of one bot to many callers, with their conversations and records.

    *tenant* is the one whose bot it is, "" in a service without tenants.
    """

    def __init__(
        self,
        bot: Bot,
        recorder: Recorder,
        metrics: Metrics,
        pool: FairThreads,
        memory: ServiceMemory,
        tenant: str = "",
    ) -> None:
        """Answer with *bot* in *pool*, record with *recorder* and count with *metrics*.

        *memory* is that of the callers, which outlives the service.
        """
        self.bot = bot
        self.recorder = recorder
        self.metrics = metrics
        self.tenant = tenant
        self.memory = memory
        self._pool = pool
        self._shared = memory.shared_in(recorder.store, tenant)

    @property
    def sessions(self) -> Sessions:
        """Conversations of the callers."""
        return self.memory.sessions

    @property
    def store(self) -> Store:
        """Store of the records of the tenant."""
        store = self.recorder.store
        return store.for_tenant(self.tenant) if self.tenant else store

    async def run(self, work: Callable[[], _Result]) -> _Result:
        """Return the result of *work* in a thread of the pool."""
        return await self._pool.run(work, self.tenant)

    async def render(self, answer: Answer, work: Callable[[], _Result]) -> _Result:
        """Return the result of *work*, which renders *answer*; a long one in a thread of the pool."""
        return await self.run(work) if len(answer.text) > MAX_INLINE_CHARS else work()

    def close(self) -> None:
        """Write the records that wait, and end the threads; a question starts them again."""
        self._pool.close()
        self.recorder.close()
        self._shared = self.memory.shared_in(self.recorder.store, self.tenant)

    async def find_session(self, name: str, binding: Binding) -> Session | None:
        """Return the session *name* of *binding*; None if unknown, expired or foreign.

        Where replicas share the store, it may be one that another process began.
        """
        found = self.sessions.find(name, binding)
        if found is not None or not name or not self._shared.is_active:
            return found
        session = Session(name, binding)
        extra = await self.run(lambda: self._refresh(session))
        return None if extra is None else self.sessions.put(session)

    async def named_session(self, name: str, binding: Binding, interface: str) -> Session:
        """Return the session of a client's own *name*; a new one if it is unknown or expired.

        The name counts only together with *binding* and *interface*.
        """
        own = id_of_name(name, binding, interface)
        return await self.find_session(own, binding) or self.sessions.put(Session(own, binding))

    def _refresh(self, session: Session) -> dict[str, object] | None:
        """Bring *session* to the newest turn; return its extra if another process took that."""
        extra = self._shared.refresh(session.key, session.conversation, self.bot.kb)
        _restore(session, extra)
        return extra

    async def once(
        self,
        caller: Caller,
        request: str | None,
        content: object,
        make: Callable[[], Awaitable[Reply]],
    ) -> Reply:
        """Return the reply that *make* makes, once for each *request* id of *caller*.

        Raises Problem (409) if the id had another *content* before.
        """
        if not request:
            return await make()
        return await self.memory.repeated.once((caller, request), content, make)

    async def ask(
        self,
        caller: Caller,
        text: str,
        session: Session | None = None,
        *,
        person: str = "",
        limit: int = 5,
        interface: str = "web",
    ) -> Reply:
        """Answer *text* of *caller*, as a turn of *session*, by default a new one.

        *person* is the id of the person at the caller, and *limit* the most matches. The question is
        recorded under the name *interface*.
        """
        session = session or self.sessions.begin(caller.binding)
        question = Question(text, user=caller.person or person, audience=caller.audience)

        def turn() -> Answer:
            return self.bot.ask(question, session.conversation, limit=limit)

        async with session.lock:
            taken = await self.run(lambda: self._take_turn(session, turn, question.user))
        return self._reply(session, *taken, interface)

    async def pick(
        self,
        caller: Caller,
        session: Session,
        entry: str,
        *,
        person: str = "",
        interface: str = "web",
    ) -> Reply:
        """Answer with *entry*, which the last answer of *session* offered, or decline all choices.

        Raises Problem (409) for an entry that was not offered, or that is gone.
        """
        who = caller.person or person

        def turn() -> Answer:
            return self._pick(caller, session, entry, who)

        async with session.lock:
            taken = await self.run(lambda: self._take_turn(session, turn, who))
        return self._reply(session, *taken, interface)

    def _pick(self, caller: Caller, session: Session, entry: str, person: str) -> Answer:
        conversation = session.conversation
        with conversation:
            offered, choices = conversation.offered, conversation.choices
            asked = Question("", user=person, audience=caller.audience)
            if entry == NO_CHOICE and choices:
                return self.bot.ask(replace(asked, text=str(len(choices) + 1)), conversation)
            found = next((each for each in offered if each.id == entry), None)
            if found is None:
                raise _not_offered(entry)
            current = self.visible(caller, entry)
            if current is None:
                raise _not_offered(entry)
            pending = conversation.pending if conversation.offers_choice(found) else None
            question = replace(asked, text=current.question)
            answer = self.bot.answer_with(current, conversation, question=question)
            return replace(answer, picked_for=pending)

    def _take_turn(
        self, session: Session, turn: Callable[[], Answer], person: str
    ) -> tuple[Answer, str, str]:
        """Return the answer of *turn*, the id of its record, and who asked; keep the conversation.

        A conversation counts as a person where the caller names none.
        """
        who = person or f"conversation:{session.id}"

        def recorded(
            found: dict[str, object] | None,
        ) -> tuple[tuple[Answer, str, str], dict[str, object]]:
            _restore(session, found)
            answer = turn()
            record = self._record_id(session, answer)
            return (answer, record, who), {"open_record": session.open_record}

        if not session.is_kept:
            return recorded(None)[0]
        if session.conversation.last is not None:  # a new one is not in the store
            self._refresh(session)
        return self._shared.take_turn(
            session.key, session.conversation, self.bot.kb, recorded, person=who
        )

    def _reply(
        self, session: Session, answer: Answer, record: str, person: str, interface: str
    ) -> Reply:
        """Queue the record of *answer*, and return the reply with its id."""
        self.metrics.count_answer(interface, answer, self.tenant)
        self.recorder.put(AnswerRecord(answer, interface, person, record, self.tenant))
        return Reply(answer, session.id, record)

    def _record_id(self, session: Session, answer: Answer) -> str:
        if answer.manners and not answer.parts:
            return ""
        picks = answer.picked_for is not None and bool(session.open_record)
        record = session.open_record if picks else self.recorder.make_id(session.binding)
        session.open_record = record if answer.outcome is Outcome.AMBIGUOUS else ""
        return record

    async def judge(self, caller: Caller, record: str, reason: str, *, helpful: bool) -> None:
        """Keep a verdict of *caller* on *record*.

        Raises Problem: 404 for an unknown or foreign record, 503 if the store is out of order.
        """
        unknown = Problem(404, "There is no such record: send one of your answers.", field="record")
        if not self.recorder.owns(record, caller.binding):
            raise unknown
        task = VerdictTask(record, helpful, reason, self.tenant)
        self.recorder.put(task)
        try:
            result = await asyncio.wait_for(asyncio.wrap_future(task.done), VERDICT_SECONDS)
        except TimeoutError:
            result = VerdictResult.NOT_KEPT
        if result is VerdictResult.UNKNOWN:
            raise unknown
        if result is VerdictResult.NOT_KEPT:
            raise Problem(
                503,
                "The verdict could not be kept, as the store is out of order. Try again in a minute.",
                headers={"Retry-After": "60"},
            )

    def visible(self, caller: Caller, entry: str) -> Entry | None:
        """Return the served entry of the id *entry* that *caller* may see; None without one."""
        found = self.bot.kb.by_id.get(entry)
        if found is None or found.draft or not found.is_for(caller.audience):
            return None
        return found

    def entries(self, caller: Caller) -> list[Entry]:
        """Return the served entries that *caller* may see, in their order."""
        return [entry for entry in self.bot.kb.served if entry.is_for(caller.audience)]


def _restore(session: Session, extra: dict[str, object] | None) -> None:
    """Set the record whose choices are open, as another process left it; None leaves it."""
    if extra is not None:
        session.open_record = str(extra.get("open_record", ""))


def _not_offered(entry: str) -> Problem:
    return Problem(
        409,
        f"The entry {entry[:100]!r} is not offered in this conversation now: pick a choice or follow-up "
        "of the last answer.",
        field="entry",
    )
