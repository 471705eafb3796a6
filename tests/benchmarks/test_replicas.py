"""A small trial of replicas; `python -m benchmarks.replicas` runs the large one."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("aiohttp", reason="Slack needs faqbot[slack]")
pytest.importorskip("slack_bolt", reason="Slack needs faqbot[slack]")

from benchmarks.replicas import trial
from tests.adapters.slack.replicas.schedule import Schedule

if TYPE_CHECKING:
    from pathlib import Path

# The same bot with shorter times, so that the test need not wait for a lease.
_FAST = """\
from faqbot.store import request_queue
from faqbot_slack import service
from faqbot_slack.transport import reply_posts

request_queue.LEASE_SECONDS = 6.0
service.TAKE_OVER_SECONDS = 0.5
reply_posts.LATE_SECONDS = 0.3
service.STOP_SECONDS = 2.0
"""


def test_each_question_has_one_reply_whatever_ends(tmp_path: Path, postgresql: str) -> None:
    """Replicas end, connections are cut, and versions are published, at places of a seed."""
    schedule = Schedule(
        events=60,
        ends=2,
        cuts=2,
        steps=1,
        publishes=1.0,
        at_once=10,
        seed=1,
        replicas=2,
        late_seconds=0.0,
    )
    found = asyncio.run(trial(postgresql, tmp_path, schedule, prelude=_FAST))

    assert found.is_right, found
    assert found.faults == Counter(each.kind for each in schedule.faults())
    assert found.published > 1
    assert found.unacknowledged == 0
