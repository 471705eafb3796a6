"""Metrics of the service in the format of Prometheus."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

if TYPE_CHECKING:
    from starlette.types import Scope

    from faqbot import Answer

# Upper bounds of the buckets of durations, in seconds: a question takes a few milliseconds.
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)


class Metrics:
    """Counters of one app, in a registry of their own."""

    def __init__(self) -> None:
        """Start every counter at zero."""
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "faqbot_requests",
            "Requests by route and status.",
            ("route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "faqbot_request_seconds",
            "Seconds from the head of a request to the end of its response.",
            ("route",),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._answers = Counter(
            "faqbot_answers",
            "Answers by interface and outcome; small talk counts as manners.",
            ("interface", "outcome"),
            registry=self.registry,
        )
        self._busy = Gauge(
            "faqbot_requests_in_progress", "Requests in progress.", registry=self.registry
        )

    def watch(self, name: str, text: str, read: Callable[[], float]) -> None:
        """Add the gauge *name*, described by *text*, whose value *read* returns."""
        Gauge(name, text, registry=self.registry).set_function(read)

    def count_answer(self, interface: str, answer: Answer) -> None:
        """Count *answer*, given through *interface*."""
        outcome = "manners" if answer.manners else answer.outcome.value
        self._answers.labels(interface, outcome).inc()

    @contextmanager
    def request(self, scope: Scope) -> Iterator[Callable[[int], None]]:
        """Count the request of *scope*; yield a function that takes the status of the response."""
        begun, found = time.perf_counter(), [0]
        self._busy.inc()
        try:
            yield lambda status: found.__setitem__(0, status)
        finally:
            self._busy.dec()
            path = getattr(scope.get("route"), "path", "other")
            self._requests.labels(path, str(found[0])).inc()
            self._seconds.labels(path).observe(time.perf_counter() - begun)

    def render(self) -> bytes:
        """Return all metrics as text."""
        return generate_latest(self.registry)
