"""Metrics of the service in the format of Prometheus."""

from __future__ import annotations

import time
from collections import Counter as Counting
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from starlette.types import Scope

    from faqbot import Answer

# Tenants that the metrics name, at most. Chosen by hand: each is a series in Prometheus.
MAX_TENANT_LABELS = 100
# Label of all others, which no id of a tenant can have.
OTHER_TENANTS = "(other)"
# Upper bounds of the buckets of durations, in seconds: a question takes a few milliseconds.
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)


class TenantCounter(Collector):
    """Counter by tenant that names the busiest tenants, and counts the others as "other".

    Which tenants are named is decided at each reading. A tenant's counts until then go to its name, or
    to "other" if it has none. So no series ever goes back, and the sum of all is right. Thread-safe.
    """

    def __init__(
        self, name: str, text: str, labels: tuple[str, ...], registry: CollectorRegistry
    ) -> None:
        """Count under *name*, described by *text*, by tenant and by *labels*."""
        self._name, self._text, self._labels = name, text, labels
        self._lock = Lock()
        self._new: Counting[tuple[str, ...]] = Counting()
        self._shown: Counting[tuple[str, ...]] = Counting()
        self._totals: Counting[str] = Counting()
        registry.register(self)

    def count(self, tenant: str, *values: str) -> None:
        """Count once for *tenant*, with *values* of the labels."""
        with self._lock:
            self._new[tenant, *values] += 1
            self._totals[tenant] += 1

    def collect(self) -> Iterator[Metric]:
        """Yield the counter with the values of this reading."""
        with self._lock:
            named = {name for name, _ in self._totals.most_common(MAX_TENANT_LABELS)}
            for (tenant, *values), number in self._new.items():
                self._shown[tenant if tenant in named else OTHER_TENANTS, *values] += number
            self._new.clear()
            shown = {
                key: number
                for key, number in self._shown.items()
                if key[0] in named or key[0] == OTHER_TENANTS
            }
        family = CounterMetricFamily(self._name, self._text, labels=["tenant", *self._labels])
        for key, number in sorted(shown.items()):
            family.add_metric(key, number)
        yield family


class Metrics:
    """Counters of one app, in registries of their own: one has the names of tenants."""

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
        self.tenant_registry = CollectorRegistry()
        self._tenant_requests = TenantCounter(
            "faqbot_tenant_requests", "Admitted requests by tenant.", (), self.tenant_registry
        )
        self._tenant_answers = TenantCounter(
            "faqbot_tenant_answers",
            "Answers by tenant and outcome.",
            ("outcome",),
            self.tenant_registry,
        )
        self._busy = Gauge(
            "faqbot_requests_in_progress", "Requests in progress.", registry=self.registry
        )

    def watch(self, name: str, text: str, read: Callable[[], float]) -> None:
        """Add the gauge *name*, described by *text*, whose value *read* returns."""
        Gauge(name, text, registry=self.registry).set_function(read)

    def count_answer(self, interface: str, answer: Answer, tenant: str = "") -> None:
        """Count *answer* of *tenant*, given through *interface*."""
        outcome = "manners" if answer.manners else answer.outcome.value
        self._answers.labels(interface, outcome).inc()
        if tenant:
            self._tenant_answers.count(tenant, outcome)

    def count_tenant(self, tenant: str) -> None:
        """Count an admitted request to *tenant*, which exists."""
        self._tenant_requests.count(tenant)

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

    def render(self, *, names_tenants: bool = False) -> bytes:
        """Return all metrics as text, and those of each tenant if it *names_tenants*."""
        own = generate_latest(self.registry)
        return own + generate_latest(self.tenant_registry) if names_tenants else own
