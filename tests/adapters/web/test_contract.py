"""The OpenAPI document: schemathesis finds no answer that it does not announce."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable

from faqbot import Bot, open_store
from faqbot_web import create_app
from faqbot_web.settings import WebSettings
from tests.adapters.web.conftest import KB

schemathesis = pytest.importorskip("schemathesis", reason="a tool of the extra `dev`")

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.testclient import TestClient


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Any:  # noqa: ANN401  a schema of the tool
    """Return the schema of an app of its own."""
    path: Path = tmp_path_factory.mktemp("contract") / "store.db"
    bot = Bot.from_knowledge_base(KB, "none", cache=False)
    app = create_app(bot, WebSettings(), store=open_store(str(path)))
    return schemathesis.openapi.from_asgi("/openapi.json", app, headers={"Host": "localhost"})


_OPERATIONS = (
    *("POST /v1/ask", "POST /v1/pick", "POST /v1/feedback", "GET /v1/suggest", "GET /v1/entries"),
    *("GET /v1/entries/{id}", "GET /healthz", "GET /readyz", "GET /metrics", "GET /report"),
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

    @settings(max_examples=30, suppress_health_check=list(HealthCheck))
    @given(cases)
    def check(case: schemathesis.Case) -> None:
        case.call_and_validate(headers={"Host": "localhost"})

    try:
        check()
    except Unsatisfiable:
        assert kind == "negative"  # nothing of this operation can be wrong


def test_the_operations_are_complete(schema: Any) -> None:  # noqa: ANN401  as above
    """A new operation of version 1 is checked too."""
    own = {f"{method.upper()} {path}" for path, item in schema.raw_schema["paths"].items()
           for method in item}  # fmt: skip

    assert {name for name in own if name.split("/")[1] in {"v1", "healthz", "readyz"}} <= {
        *_OPERATIONS,
        *(name for name in own if name.endswith(("/models", "/completions"))),
    }


def test_the_document_is_openapi_3_1(client: TestClient) -> None:
    """Every operation of the API has its problems, and names the headers of access."""
    document = client.get("/openapi.json").json()

    assert document["openapi"].startswith("3.1")
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert "422" in operation["responses"]
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
