"""Records of several tenants in one database, apart from each other."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from faqbot import AnswerRecord, Store, TenantError, check_tenant, open_store
from faqbot.models import Outcome, Question

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import Clock, MakeAnswer, OpenStore

_DAY = 24 * 60 * 60


@pytest.fixture(params=["sqlite", "postgresql"])
def anyone(request: pytest.FixtureRequest, path: Path) -> Iterator[Store]:
    """Return the store of the records without a tenant, on each database."""
    where = str(path) if request.param == "sqlite" else request.getfixturevalue("postgresql")
    with open_store(where) as store:
        yield store


def _texts(store: Store) -> list[str]:
    return [asked.text for asked in store.questions()]


def test_a_tenant_reads_its_own_records_only(anyone: Store, answer: MakeAnswer) -> None:
    """Questions, courtesies, suggestions and exports of a tenant show no record of another."""
    stores = [anyone, anyone.for_tenant("acme"), anyone.for_tenant("Acme")]
    for number, store in enumerate(stores):
        assert store.record(answer(f"why {number}?", "a"), adapter="web", person="U1")
        store.record(answer(f"hello {number}", "hi", manners=True), adapter="web")
        assert store.suggest(f"how {number}?", person="U1")

    for number, store in enumerate(stores):
        assert _texts(store) == [f"why {number}?"]
        assert [asked.text for asked in store.courtesies()] == [f"hello {number}"]
        assert [suggested.question for suggested in store.suggestions()] == [f"how {number}?"]
        assert len([*store.export()]) == 3
    assert len({next(store.questions()).person for store in stores}) == 3


def test_a_foreign_record_is_unknown(anyone: Store, answer: MakeAnswer) -> None:
    """Another tenant cannot read, judge, decide or change a record by its id."""
    acme, globex = anyone.for_tenant("acme"), anyone.for_tenant("globex")
    record = acme.record(answer("why?", "a"), adapter="web", person="U1")
    suggestion = acme.suggest("how?")
    assert record
    assert suggestion
    for other in (globex, anyone):
        assert other.question(record) is None
        assert other.suggestion(suggestion) is None
        assert not other.record_feedback(record, person="U1", helpful=False, reason="bad")
        assert not other.decide(suggestion, "rejected")
        pick = answer("why?", "b", picked_for=Question("why?"))
        assert other.record(pick, adapter="web", person="U1", record=record) is None
        assert other.is_in_order

    kept = acme.question(record)
    assert kept is not None
    assert (kept.picked, kept.unhelpful) == ("", 0)
    assert [each.status for each in acme.suggestions()] == ["open"]


def test_a_pick_changes_the_question_of_its_tenant(anyone: Store, answer: MakeAnswer) -> None:
    """The same person asked the same question at two tenants, and picked at one."""
    acme, globex = anyone.for_tenant("acme"), anyone.for_tenant("globex")
    for store in (acme, globex):
        store.record(answer("why?", "a", outcome=Outcome.AMBIGUOUS), adapter="web", person="U1")
    acme.record(answer("a?", "a", picked_for=Question("why?")), adapter="web", person="U1")

    assert [asked.picked for asked in acme.questions()] == ["a"]
    assert [asked.picked for asked in globex.questions()] == [""]


def test_a_person_is_forgotten_at_one_tenant(anyone: Store, answer: MakeAnswer) -> None:
    """Questions, verdicts and suggestions of the person at other tenants stay."""
    acme, globex = anyone.for_tenant("acme"), anyone.for_tenant("globex")
    for store in (acme, globex):
        record = store.record(answer("why?", "a"), adapter="web", person="U2")
        assert record
        assert store.record_feedback(record, person="U1", helpful=False)
        assert store.record(answer("how?", "a"), adapter="web", person="U1")
        assert store.suggest("when?", person="U1")

    assert acme.forget("U1") == 3
    assert _texts(acme) == ["why?"]
    assert [asked.unhelpful for asked in acme.questions()] == [0]
    assert _texts(globex) == ["why?", "how?"]
    assert [asked.unhelpful for asked in globex.questions()] == [1, 0]
    assert len([*globex.suggestions()]) == 1


def test_a_key_is_taken_for_one_tenant(anyone: Store) -> None:
    """Two tenants may take keys of the same name, each once."""
    acme, globex = anyone.for_tenant("acme"), anyone.for_tenant("globex")

    assert [store.claim("k", seconds=60) for store in (anyone, acme, globex)] == [True] * 3
    assert [store.claim("k", seconds=60) for store in (anyone, acme, globex)] == [False] * 3


def test_numbers_of_tenants_are_apart(anyone: Store) -> None:
    """A name has one number at each tenant, also a very long name."""
    acme, long = anyone.for_tenant("a" * 64), "n" * 255
    first = anyone.numbers(["oil", long])
    other = acme.numbers(["oil", long])

    assert len({*first.values(), *other.values()}) == 4
    assert acme.numbers(["oil"])["oil"] == other["oil"]
    assert anyone.numbers(["oil"]) == {"oil": 1}


def test_records_of_several_tenants_are_written_at_once(anyone: Store, answer: MakeAnswer) -> None:
    """A record goes to the tenant that it names, else to that of the store."""
    acme = anyone.for_tenant("acme")
    made = [
        AnswerRecord(answer(f"{tenant or 'own'}?"), "web", "U1", tenant=tenant)
        for tenant in ("", "globex", "acme", "")
    ]
    assert acme.record_all(made)

    assert _texts(acme) == ["own?", "acme?", "own?"]
    assert _texts(anyone.for_tenant("globex")) == ["globex?"]
    assert _texts(anyone) == []


def test_old_records_of_all_tenants_are_deleted(
    open_again: OpenStore, clock: Clock, answer: MakeAnswer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One removal a day serves all tenants, whichever writes."""
    store = open_again(days_kept=1)
    acme, globex = store.for_tenant("acme"), store.for_tenant("globex")
    acme.record(answer("why?"), adapter="web")
    monkeypatch.setattr("faqbot.store.retention.timedelta", lambda days: timedelta(days=-days))
    clock.now += _DAY
    globex.record(answer("how?"), adapter="web")

    assert _texts(acme) == []
    assert _texts(globex) == []
    acme.record(answer("when?"), adapter="web")  # the next removal is a day later
    assert _texts(acme) == ["when?"]


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80))
def test_a_tenant_s_id_is_validated(open_again: OpenStore, tenant: str) -> None:
    """Letters, digits, "-" and "_" are accepted, up to 64; all else is refused in one sentence."""
    is_valid = len(tenant) <= 64 and all(
        each.isascii() and (each.isalnum() or each in "-_") for each in tenant
    )
    if is_valid:
        assert check_tenant(tenant) == tenant
        assert open_again().for_tenant(tenant).tenant == tenant
        return
    with pytest.raises(TenantError, match=r"is not the id of a tenant: use up to 64 letters"):
        check_tenant(tenant)
    with pytest.raises(TenantError):
        open_again().for_tenant(tenant)


@pytest.mark.parametrize("tenant", ["a b", "../acme", "ä", "a" * 65, "acme\n"])
def test_a_store_of_a_malformed_id_is_refused(tenant: str) -> None:
    """Nothing is opened for it."""
    with pytest.raises(TenantError, match="is not the id of a tenant"):
        open_store("sqlite://", tenant)
