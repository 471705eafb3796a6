"""Queries that write and delete records in the caller's transaction.

Every text is redacted here, and nowhere else. A query concerns the records of one tenant.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from faqbot.models import Answer, AnswerRecord, Outcome
from faqbot.store.hashing import digest, hash_person, read_salt, salted, wait_for_turn
from faqbot.store.redaction import redact, storable
from faqbot.store.stored_records import PAGE_SIZE, own
from faqbot.store.tables import (
    claims,
    conversations,
    numbers,
    questions,
    requests,
    suggestions,
    verdicts,
)

# Ids of the best matches kept with a question, chosen by hand: a report shows at most these.
_KEPT_MATCHES = 5
# Age of a question that a pick from its choices still changes, chosen by hand.
_PICKED_WITHIN = timedelta(days=1)
# Characters of an adapter's name or an entry's id: the width of their columns.
_LONGEST_NAME = 255
# Random bytes of an id: 144 bits, which nobody guesses.
_RANDOM_BYTES = 9


def record(connection: Connection, one: AnswerRecord) -> str | None:
    """Record each question in the answer of *one*; return the last id.

    Its *record* is that id, "" for a new one: a pick changes the record of that id. A question that has
    it already is not recorded again. A courtesy is recorded too, but gives no id, as nobody judges it.
    Returns None without a question.
    """
    who = hash_person(connection, one.tenant, one.person)
    if one.answer.manners:
        _add_question(connection, one, one.answer, who)
    parts = [*_questions_in(one.answer)]
    known = one.record in _known(connection, [one])
    if known and not any(part.picked_for for part in parts):
        return one.record
    last = None
    for part in parts:
        last = _record_part(connection, one, part, who, is_known=known)
    return last


def _record_part(
    connection: Connection, one: AnswerRecord, part: Answer, who: str, *, is_known: bool
) -> str:
    """Record *part* of *one*, or as a pick in its record if that *is_known*; return the id."""
    if part.picked_for and is_known:
        found: str | None = one.record
    else:
        found = _find_picked_for(connection, one, part, who)
    if found is None:
        return _add_question(connection, one, part, who)
    connection.execute(update(questions).where(questions.c.id == found).values(_pick(part)))
    return found


def record_all(connection: Connection, records: Sequence[AnswerRecord]) -> None:
    """Record each of *records*, in order; equal to `record` for each, in fewer statements."""
    salt = read_salt(connection) if any(each.person for each in records) else b""
    known = _known(connection, records)
    rows: list[dict[str, object]] = []
    for each in records:
        answers = [*_questions_in(each.answer)]
        picks = any(part.picked_for for part in answers)
        if each.record and each.record in known and not picks:
            continue
        if picks:
            _insert(connection, rows)  # the pick may be for one of them
            record(connection, each)
        else:
            rows += _new_rows(each, answers, salted(each.tenant, each.person, salt))
        known.add(each.record)
    _insert(connection, rows)


def _known(connection: Connection, records: Sequence[AnswerRecord]) -> set[str]:
    """Return the ids of *records* that are stored; ValueError for one of another tenant."""
    given = {each.record: each.tenant for each in records if each.record}
    stored = select(questions.c.id, questions.c.tenant).where(questions.c.id.in_(given))
    found = {row.id: row.tenant for row in connection.execute(stored)} if given else {}
    if any(given[record] != tenant for record, tenant in found.items()):
        raise ValueError("this id is that of a record of another tenant")
    return set(found)


def _new_rows(
    one: AnswerRecord, answers: Sequence[Answer], who: str
) -> Iterator[dict[str, object]]:
    """Yield the rows of a record without picks, from *answers*."""
    if one.answer.manners:
        yield _row(one, one.answer, who)
    for answer in answers:
        yield _row(one, answer, who)


def _insert(connection: Connection, rows: list[dict[str, object]]) -> None:
    """Insert *rows*, and empty the list."""
    if rows:
        connection.execute(insert(questions), rows)
        rows.clear()


def _questions_in(answer: Answer) -> Iterator[Answer]:
    """Yield the answers in *answer*, without those to courtesies."""
    if answer.parts:
        for part in answer.parts:
            yield from _questions_in(part)
    elif not answer.manners:
        yield answer


def _find_picked_for(
    connection: Connection, one: AnswerRecord, answer: Answer, who: str
) -> str | None:
    """Return the id of the question that *answer*, a part of *one*, picks for."""
    if answer.picked_for is None:
        return None
    text = redact(answer.picked_for.text)
    latest = (
        select(questions.c.id)
        .where(
            questions.c.person == who,
            questions.c.id >= _id_at(datetime.now(UTC) - _PICKED_WITHIN),
            questions.c.adapter == _name(one.adapter),
            questions.c.tenant == one.tenant,
            or_(questions.c.text == text, questions.c.read_as == text),
        )
        .order_by(questions.c.id.desc())
        .limit(1)
    )
    return connection.scalar(latest)


def _pick(answer: Answer) -> dict[str, str]:
    """Return the columns that a pick changes.

    Declined choices make the question unanswered.
    """
    if answer.entry is not None:
        return {"picked": _name(answer.entry.id)}
    if answer.outcome is Outcome.UNANSWERED:
        return {"outcome": Outcome.UNANSWERED.value}
    return {"outcome": Outcome.AMBIGUOUS.value}  # others were offered


def _add_question(connection: Connection, one: AnswerRecord, answer: Answer, who: str) -> str:
    row = _row(one, answer, who)
    _insert(connection, [row])
    return str(row["id"])


def _row(one: AnswerRecord, answer: Answer, who: str) -> dict[str, object]:
    """Return the columns of *answer*, a part of *one*: the last question gets its id."""
    now = datetime.now(UTC)
    last = [*_questions_in(one.answer)][-1:]
    row: dict[str, object] = {
        "id": (one.record if answer in last else "") or new_id(now),
        "text": redact(answer.question.text),
        "outcome": answer.outcome.value,
        "entry": _name(answer.entry.id) if answer.entry else "",
        "confidence": float(answer.confidence),
        "adapter": _name(one.adapter),
        "at": now,
        "person": who,
        "nearest": [match.entry.id for match in answer.matches[:_KEPT_MATCHES]],
        "picked": "",
        "read_as": redact(answer.read_as) or None,
        "manners": answer.manners,
        "tenant": one.tenant,
    }
    if answer.picked_for is not None:
        row |= {"text": redact(answer.picked_for.text), "entry": "", "read_as": None}
        row |= {"outcome": Outcome.AMBIGUOUS.value, **_pick(answer)}
    return row


def record_feedback(
    connection: Connection, tenant: str, question: str, person: str, reason: str, *, helpful: bool
) -> bool:
    """Set a verdict; return False for an unknown question, or one of another tenant."""
    if not _exists(connection, own(questions, tenant, question)):
        return False
    who = hash_person(connection, tenant, person)
    said = {"helpful": helpful, "reason": redact(reason), "at": datetime.now(UTC)}
    theirs = (verdicts.c.question == question) & (verdicts.c.person == who)
    if not connection.execute(update(verdicts).where(theirs).values(said)).rowcount:
        made = insert(verdicts).values(question=question, person=who, tenant=tenant, **said)
        connection.execute(made)
    return True


def _exists(connection: Connection, condition: ColumnElement[bool]) -> bool:
    return connection.execute(select(condition).where(condition).limit(1)).first() is not None


def suggest(
    connection: Connection, tenant: str, question: str, answer: str, entry: str, person: str
) -> str:
    """Add a suggestion, unless an equal one is open; return its id."""
    wait_for_turn(connection)  # of two equal ones at the same moment, the second finds the first
    said = {
        "question": redact(question),
        "answer": redact(answer),
        "entry": _name(entry),
        "person": hash_person(connection, tenant, person),
        "status": "open",
        "tenant": tenant,
    }
    same = [suggestions.c[name] == value for name, value in said.items()]
    known = connection.scalar(select(suggestions.c.id).where(*same).limit(1))
    if known is not None:
        return str(known)
    now = datetime.now(UTC)
    made = new_id(now)
    connection.execute(insert(suggestions).values(id=made, at=now, **said))
    return made


def decide(connection: Connection, tenant: str, suggestion: str, status: str) -> bool:
    """Set the status of a suggestion; False if unknown."""
    chosen = update(suggestions).where(own(suggestions, tenant, suggestion))
    return bool(connection.execute(chosen.values(status=status)).rowcount)


def claim(connection: Connection, name: str, seconds: float, holder: str | None = None) -> bool:
    """Take the digest *name* of a key for *seconds*; False if it is taken, except by *holder*."""
    now = time.time()
    connection.execute(delete(claims).where(claims.c.until <= now))
    taken = connection.execute(select(claims.c.holder).where(claims.c.key == name)).first()
    if taken is not None:
        return holder is not None and taken.holder == holder
    connection.execute(insert(claims).values(key=name, until=now + seconds, holder=holder))
    return True


def number_names(connection: Connection, tenant: str, names: Iterable[str]) -> dict[str, int]:
    """Return the number of each of *names* of *tenant*, from 1; new names get the next ones."""
    kept = {name: _numbered_name(tenant, name) for name in names}
    numbered = _number_kept(connection, kept.values())
    return {name: numbered[stored] for name, stored in kept.items()}


def _numbered_name(tenant: str, name: str) -> str:
    """Return *name* as it is kept: of a tenant as a digest, as both together may be too long."""
    return f"{tenant}:{digest(tenant, name)}" if tenant else name


def _number_kept(connection: Connection, names: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    wanted = [*dict.fromkeys(names)]
    for first in range(0, len(wanted), PAGE_SIZE):
        page = numbers.c.name.in_(wanted[first : first + PAGE_SIZE])
        found |= {row.name: row.number for row in connection.execute(select(numbers).where(page))}
    if new := [name for name in wanted if name not in found]:
        last = connection.scalar(select(func.max(numbers.c.number))) or 0
        made = {name: last + place for place, name in enumerate(new, 1)}
        rows = [{"name": name, "number": number} for name, number in made.items()]
        connection.execute(insert(numbers), rows)
        found |= made
    return found


def forget(connection: Connection, tenant: str, person: str) -> int:
    """Delete all records of a person at *tenant*; return their number.

    Verdicts of others on these questions, and conversations, are deleted too, and not counted.
    """
    who = hash_person(connection, tenant, person)
    if not who:
        return 0

    def theirs(table: Table) -> ColumnElement[bool]:
        return and_(table.c.person == who, table.c.tenant == tenant)

    asked = select(questions.c.id).where(theirs(questions))
    removed = _delete(connection, verdicts, theirs(verdicts))
    _delete(connection, verdicts, verdicts.c.question.in_(asked))
    removed += _delete(connection, questions, theirs(questions))
    removed += _delete(connection, requests, theirs(requests))
    _delete(connection, conversations, theirs(conversations))
    return removed + _delete(connection, suggestions, theirs(suggestions))


def remove_before(connection: Connection, moment: datetime, limit: int) -> int:
    """Delete records older than *moment*; return their number.

    Deletes at most *limit* questions and *limit* suggestions.
    """
    removed = 0
    for table in (questions, suggestions):
        old = list(connection.scalars(select(table.c.id).where(table.c.at < moment).limit(limit)))
        if old:
            _delete(connection, verdicts, verdicts.c.question.in_(old))
            removed += _delete(connection, table, table.c.id.in_(old))
    return removed


def _delete(connection: Connection, table: Table, condition: ColumnElement[bool]) -> int:
    return connection.execute(delete(table).where(condition)).rowcount


def _name(text: str) -> str:
    """Return an adapter's name or entry's id, made storable."""
    return storable(text)[:_LONGEST_NAME]


def new_id(now: datetime) -> str:
    """Return an id that is secret and sorts by time."""
    return _id_at(now) + secrets.token_hex(_RANDOM_BYTES)


def _id_at(moment: datetime) -> str:
    """Return the prefix of ids made at *moment*.

    It is the time in microseconds, as 14 hexadecimal digits.
    """
    return f"{round(moment.timestamp() * 1_000_000):014x}"
