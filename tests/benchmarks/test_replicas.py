"""A small trial of replicas; `python -m benchmarks.replicas` runs the large one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("aiohttp", reason="Slack needs faqbot[slack]")
pytest.importorskip("slack_bolt", reason="Slack needs faqbot[slack]")

from benchmarks.replicas import trial
from tests.adapters.slack.fake.replica_trial import Schedule

if TYPE_CHECKING:
    from pathlib import Path

# The same bot with shorter times, so that the test need not wait for a lease.
_FAST = """\
import sys
from faqbot.store import request_queue
from faqbot_slack import service
from faqbot.cli import main

request_queue.LEASE_SECONDS = 6.0
service.TAKE_OVER_SECONDS = 0.5
service.STOP_SECONDS = 2.0
sys.exit(main())
"""


def test_each_question_has_one_reply_whatever_ends(tmp_path: Path, postgresql: str) -> None:
    """Replicas end, connections are cut, and versions are published, at places of a seed."""
    schedule = Schedule(events=60, ends=2, cuts=2, publishes=1.0, at_once=10, seed=1)
    found = asyncio.run(trial(postgresql, tmp_path, schedule, 2, ("-c", _FAST)))

    assert found.is_right, found
    assert found.kills + found.terms == 2
    assert found.cuts == 2
    assert found.published > 1
    assert found.unacknowledged == 0
