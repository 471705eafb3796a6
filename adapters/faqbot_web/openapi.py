"""OpenAPI document of the app, with problems and access per operation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from fastapi.openapi.utils import get_openapi

from faqbot_web.schemas import ProblemDocument, problem_docs

if TYPE_CHECKING:
    from fastapi import FastAPI

    from faqbot_web.settings import WebSettings

# Addresses of the API, which need access.
API_PREFIX = "/v1/"
# Statuses of problems that every operation may answer with: those of the guard, and of validation.
COMMON_PROBLEMS = (400, 401, 403, 405, 408, 413, 415, 421, 422, 429, 431, 500, 503)
_SECURITY_SCHEMES = {
    "Key": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key of `faqbot serve key add`.",
    },
    "Token": {
        "type": "apiKey",
        "in": "header",
        "name": "Faqbot-Token",
        "description": "A signed token (JWT, HS256) that names a person and labels.",
    },
}


def describe_api(app: FastAPI, settings: WebSettings) -> dict[str, Any]:
    """Return the OpenAPI document, made once."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
        )
        _add_problems(document)
        _add_access(document, is_open=settings.is_open)
        app.openapi_schema = document
    return app.openapi_schema


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each operation with its path."""
    for path, found in document["paths"].items():
        for operation in found.values():
            yield path, operation


def _add_problems(document: dict[str, Any]) -> None:
    """Say that every operation may answer with problems, in place of the errors of FastAPI."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas["ProblemDocument"] = ProblemDocument.model_json_schema(
        ref_template="#/components/schemas/{model}"
    )
    schemas |= schemas["ProblemDocument"].pop("$defs", {})
    for _, operation in _operations(document):
        responses = operation["responses"]
        if "HTTPValidationError" in str(responses.get("422")):
            del responses["422"]
        for status, described in problem_docs(*COMMON_PROBLEMS).items():
            responses.setdefault(str(status), described)
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)


def _add_access(document: dict[str, Any], *, is_open: bool) -> None:
    """Add the headers that give access to the operations of the API.

    They are optional if *is_open*.
    """
    document["components"]["securitySchemes"] = _SECURITY_SCHEMES
    needed: list[dict[str, list[str]]] = [{"Key": []}, {"Key": [], "Token": []}]
    for path, operation in _operations(document):
        if path.startswith(API_PREFIX):
            operation["security"] = [{}, {"Token": []}, *needed] if is_open else needed
