"""The OpenAPI document: schemathesis finds no answer that it does not announce."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.adapters.web.served import ServedBot

_KB = """
version: 1
title: Market
contact: Ask at the gate.
entries:
  - id: stall
    question: How do I rent a stall?
    answer: Write to the **office**.
    section: Sellers
    follow_ups: [hours]
  - id: hours
    question: When does the market open?
    answer: At seven.
"""

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.testclient import TestClient


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Return the schema of a server of its own."""
    folder = tmp_path_factory.mktemp("contract")
    kb = folder / "kb.yaml"
    kb.write_text(_KB, encoding="utf-8")
    with ServedBot(folder, "--kb", kb) as served:
        yield schemathesis.openapi.from_url(f"http://127.0.0.1:{served.port}/openapi.json")


_OPERATIONS = (
    *("POST /v1/ask", "POST /v1/pick", "POST /v1/feedback", "GET /v1/suggest", "GET /v1/entries"),
    *("GET /v1/entries/{id}", "GET /healthz", "GET /readyz", "GET /metrics", "GET /report"),
)
_INTERFACES = (
    *("GET /v1/models", "POST /v1/chat/completions", "GET /webhooks/rest/"),
    *("POST /webhooks/rest/webhook", "POST /language/:query-knowledgebases"),
)


@pytest.mark.parametrize("kind", ["positive", "negative"])
@pytest.mark.parametrize("name", _OPERATIONS)
def test_every_response_is_announced(
    schema: Any,  # noqa: ANN401  as above
    name: str,
    kind: str,
) -> None:
    """No 5xx, no status, type or body that the document lacks, and no wrong input accepted."""
    method, path = name.split()
    mode = schemathesis.GenerationMode(kind)
    cases = schema[path][method].as_strategy(generation_mode=mode)

    @settings(max_examples=20, suppress_health_check=list(HealthCheck))
    @given(cases)
    def check(case: schemathesis.Case) -> None:
        case.call_and_validate(timeout=30)

    try:
        check()
    except Unsatisfiable:
        assert kind == "negative"  # nothing of this operation can be wrong


@pytest.mark.parametrize("name", _INTERFACES)
def test_compatible_interfaces_fail_for_no_request(schema: Any, name: str) -> None:  # noqa: ANN401  as above
    """An interface takes requests of its clients: no 5xx, and no response that the document lacks."""
    method, path = name.split()
    checks = [
        *(not_a_server_error, status_code_conformance),
        *(content_type_conformance, response_schema_conformance),
    ]

    @settings(max_examples=20, suppress_health_check=list(HealthCheck))
    @given(schema[path][method].as_strategy())
    def check(case: schemathesis.Case) -> None:
        case.call_and_validate(timeout=30, checks=checks)

    check()


def test_every_operation_is_checked(schema: Any) -> None:  # noqa: ANN401  as above
    """A new operation is added to the lists above."""
    paths = schema.raw_schema["paths"].items()

    assert {f"{method.upper()} {path}" for path, item in paths for method in item} == {
        *_OPERATIONS,
        *_INTERFACES,
    }


def test_the_document_is_openapi_3_1(client: TestClient) -> None:
    """Every operation of the API has its problems, and names the headers of access."""
    document = client.get("/openapi.json").json()

    assert document["openapi"].startswith("3.1")
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert "422" in operation["responses"]
            assert len(operation["summary"].split()) > 2
            assert ("security" in operation) is path.startswith("/v1/")
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_the_reference_loads_nothing_from_elsewhere(client: TestClient) -> None:
    """Its page, script, library and style come from the service."""
    page = client.get("/docs")

    assert "://" not in page.text
    for name in ("reference.js", "library.js", "library.css"):
        assert f"docs/{name}" in page.text
        asset = client.get(f"/docs/{name}")
        assert asset.status_code == 200
        again = client.get(f"/docs/{name}", headers={"If-None-Match": asset.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    assert "script-src 'self'" in page.headers["content-security-policy"]
