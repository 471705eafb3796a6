"""Bots of many tenants: opened once, closed by bytes, and apart from each other."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from faqbot import TenantError
from faqbot.errors import Fault, InvalidYaml, KnowledgeBaseError
from faqbot.tenancy import Tenants
from faqbot.tenancy.tenants import CHECK_SECONDS, FIRST_QUESTIONS, RETRY_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Clock, StoredBases

# Bytes of a budget that every test's bots fit in.
_PLENTY = 100_000_000
_INVALID = InvalidYaml([Fault(Path("base.yaml"), 3, "not YAML")])


@pytest.fixture
def tenants(bases: StoredBases, clock: Clock) -> Iterator[Tenants]:
    """Return the tenants of the test's source."""
    with Tenants(bases, "none", max_bytes=_PLENTY, clock=clock) as opened:
        yield opened


def _answer(tenants: Tenants, tenant: str) -> str:
    return tenants.open(tenant).ask("How do I pay?").text


def _size_of_one(bases: StoredBases) -> int:
    with Tenants(bases, "none", max_bytes=_PLENTY) as tenants:
        tenants.open("acme")
        return tenants.used_bytes


def test_a_tenant_is_answered_from_its_own_base(tenants: Tenants, bases: StoredBases) -> None:
    """Each is opened at its first question only."""
    assert tenants.get("acme") is None
    for _ in range(2):
        for name in ("acme", "globex"):
            assert _answer(tenants, name) == f"Pay at {name}."

    assert bases.opened == {"acme": 1, "globex": 1}
    assert tenants.get("acme") is tenants.open("acme")
    assert tenants.open_count == 2


@pytest.mark.parametrize("name", ["nobody", "a b", "../acme", "", "a" * 65, "acme\0"])
def test_an_unknown_tenant_is_said(name: str, tenants: Tenants, bases: StoredBases) -> None:
    """Nothing is opened or kept for an id that is unknown or malformed."""
    with pytest.raises(TenantError):
        tenants.open(name)

    assert bases.opened == {}
    assert tenants._slots == {}


def test_first_questions_at_once_open_once(tenants: Tenants, bases: StoredBases) -> None:
    """Twenty threads wait for one opening, and get the same bot."""
    bases.may_open.clear()
    with ThreadPoolExecutor(20) as pool:
        jobs = [pool.submit(tenants.open, "acme") for _ in range(20)]
        wait(jobs, timeout=0)
        bases.may_open.set()
        found = {id(job.result()) for job in jobs}

    assert len(found) == 1
    assert bases.opened == {"acme": 1}


def test_an_opening_does_not_hold_up_other_tenants(tenants: Tenants, bases: StoredBases) -> None:
    """A tenant that is open answers while another one is being opened."""
    tenants.open("acme")
    bases.may_open.clear()
    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(tenants.open, "globex")
        assert _answer(tenants, "acme") == "Pay at acme."
        assert not job.done()
        bases.may_open.set()
        job.result()


def test_the_bots_used_longest_ago_are_closed(bases: StoredBases, clock: Clock) -> None:
    """Two of three fit: the third closes the one that was not used since."""
    budget = int(2.5 * _size_of_one(bases))
    bases.opened.clear()
    with Tenants(bases, "none", max_bytes=budget, clock=clock) as tenants:
        for name in ("acme", "globex", "acme", "hooli"):
            _answer(tenants, name)

        assert [name for name in bases.answers if tenants.get(name)] == ["acme", "hooli"]
        assert tenants.used_bytes <= budget
        assert _answer(tenants, "globex") == "Pay at globex."
        assert bases.opened == {"acme": 1, "globex": 2, "hooli": 1}


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["acme", "globex", "hooli"]), max_size=12), st.integers(2, 4))
def test_the_budget_holds(bases: StoredBases, asked: list[str], count: int) -> None:
    """Whatever is asked in any order, the open bots fit in the budget and the answers are right."""
    budget = int((count + 0.5) * _size_of_one(bases))
    with Tenants(bases, "none", max_bytes=budget) as tenants:
        for name in asked:
            assert _answer(tenants, name) == f"Pay at {name}."
            assert tenants.used_bytes <= budget
            assert tenants.open_count <= count


def test_a_bot_that_grows_is_measured_again(bases: StoredBases, clock: Clock) -> None:
    """Its caches count in the budget, and may close another bot."""
    with Tenants(bases, "none", max_bytes=_PLENTY, clock=clock) as tenants:
        before = tenants.open("acme") and tenants.used_bytes
        bot = tenants.open("acme")
        for number in range(50):
            bot.ask(f"how may I pey with thing{number}?")
        for _ in range(FIRST_QUESTIONS):
            tenants.get("acme")
        tenants._pool.shutdown(wait=True)

        assert tenants.used_bytes > before


def test_a_tenant_takes_half_of_the_memory_at_most(
    bases: StoredBases, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """A larger one is refused with its size, and the others stay open."""
    budget = int(2.5 * _size_of_one(bases))
    bases.answers["acme"] = "Pay. " * budget
    with Tenants(bases, "none", max_bytes=budget, clock=clock) as tenants:
        tenants.open("globex")
        for _ in range(2):
            with pytest.raises(KnowledgeBaseError, match=r"takes [\d,]+ bytes in memory, and a"):
                tenants.open("acme")
            clock.now += RETRY_SECONDS

        assert bases.opened["acme"] == 2  # once to learn the size of a small one
        assert tenants.is_open("globex")
    assert "allow more memory" in caplog.text


def test_a_broken_base_is_one_tenant_s_fault(
    tenants: Tenants, bases: StoredBases, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged once, read again only when it was edited, and touches nobody else."""
    bases.faults["acme"] = _INVALID
    for _ in range(3):
        with pytest.raises(InvalidYaml, match="not YAML"):
            tenants.open("acme")
        clock.now += RETRY_SECONDS
    assert _answer(tenants, "globex") == "Pay at globex."
    assert bases.opened["acme"] == 1
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert tenants.faults == {"acme": "base.yaml:3: not YAML"}

    del bases.faults["acme"]
    bases.answers["acme"] = "Pay now."
    assert _answer(tenants, "acme") == "Pay now."
    assert tenants.faults == {}


def test_a_passing_fault_is_tried_again(tenants: Tenants, bases: StoredBases, clock: Clock) -> None:
    """A full disk, for instance: after some seconds, and not with each question."""
    bases.faults["acme"] = OSError("no room")
    for _ in range(3):
        with pytest.raises(OSError, match="no room"):
            tenants.open("acme")
    assert bases.opened["acme"] == 1

    del bases.faults["acme"]
    clock.now += RETRY_SECONDS
    assert _answer(tenants, "acme") == "Pay at acme."


def test_an_edit_is_picked_up(tenants: Tenants, bases: StoredBases, clock: Clock) -> None:
    """The stamp is looked at once a second; the conversation goes on with a new bot."""
    _answer(tenants, "acme")
    bases.answers["acme"] = "Pay by card."
    assert _answer(tenants, "acme") == "Pay at acme."
    clock.now += CHECK_SECONDS

    assert _answer(tenants, "acme") == "Pay by card."
    assert bases.opened["acme"] == 2


def test_a_broken_edit_leaves_the_old_base(
    tenants: Tenants, bases: StoredBases, clock: Clock
) -> None:
    """The tenant is answered as before, and its fault is told."""
    _answer(tenants, "acme")
    bases.answers["acme"] = "Pay by card."
    bases.faults["acme"] = _INVALID
    clock.now += CHECK_SECONDS

    assert _answer(tenants, "acme") == "Pay at acme."
    assert "acme" in tenants.faults


def test_a_slow_edit_holds_up_nobody(
    tenants: Tenants, bases: StoredBases, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old base answers until the new one is open."""
    monkeypatch.setattr("faqbot.tenancy.tenants.EDIT_SECONDS", 0.0)
    _answer(tenants, "acme")
    bases.answers["acme"] = "Pay by card."
    bases.may_open.clear()
    clock.now += CHECK_SECONDS
    assert _answer(tenants, "acme") == "Pay at acme."

    bases.may_open.set()
    tenants._slots["acme"].attempt.done.result(30)  # type: ignore[union-attr]
    assert _answer(tenants, "acme") == "Pay by card."


def test_a_tenant_that_is_removed_is_gone(
    tenants: Tenants, bases: StoredBases, clock: Clock
) -> None:
    """Within a second it is unknown, as if it had never been there."""
    _answer(tenants, "acme")
    del bases.answers["acme"]
    clock.now += CHECK_SECONDS

    with pytest.raises(TenantError, match="there is no tenant 'acme'"):
        tenants.open("acme")
    assert tenants.open_count == 0


def test_a_warm_up_opens_one_tenant(tenants: Tenants, bases: StoredBases) -> None:
    """It passes over a broken one, and counts as no use."""
    bases.faults["acme"] = _INVALID
    tenants.warm_up()

    assert [name for name in bases.answers if tenants.is_open(name)] == ["globex"]


def test_the_end_closes_the_source(bases: StoredBases) -> None:
    """Nothing stays open."""
    with Tenants(bases, "none") as tenants:
        tenants.open("acme")

    assert bases.was_closed
    assert tenants.open_count == 0
