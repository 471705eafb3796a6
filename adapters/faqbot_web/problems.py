"""Problem details of errors (RFC 9457): status, title, and remedy."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request

MEDIA_TYPE = "application/problem+json"
# Longest name of a field that an answer repeats, in characters. Chosen by hand.
MAX_SHOWN_CHARS = 100
# Faults of one request that an answer lists. Chosen by hand.
MAX_SHOWN_FAULTS = 20
# Sentence for each status of the framework.
_SENTENCES = {
    400: "This request cannot be read: send JSON in UTF-8.",
    404: "There is nothing at this address: the reference at /docs lists all addresses.",
    405: "This address does not take this method: see the header Allow.",
}
# Sentence for each type of a fault, with the field and the bounds of pydantic.
_FAULTS = {
    "no_body": "Send a JSON object as the body.",
    "missing": "Send the field {field}.",
    "extra_forbidden": "There is no field {field}: leave it out.",
    "json_invalid": "The body is not JSON (character {place}): send a JSON object in UTF-8.",
    "too_long": "{field} is too long: send at most {max_length}.",
    "too_short": "{field} is too short: send at least {min_length}.",
    "string_too_long": "{field} is too long: send at most {max_length} characters.",
    "string_too_short": "{field} is too short: send at least {min_length} characters.",
    "string_unicode": "{field} has a lone surrogate: send Unicode text.",
    "value_error": "{field}: {error}.",
}


class Problem(HTTPException):
    """Refusal of a request, with the *status*, a *detail* for the sender, and headers.

    *field* is the field at fault of a 422, or of a 404 that a field caused.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        field: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Keep the parts of the response."""
        super().__init__(status, detail, headers)
        self.field = field


def problem_response(
    status: int,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    faults: Sequence[tuple[str, str]] = (),
) -> Response:
    """Return a response with a problem document.

    *faults* are pairs of a field and a sentence; the first one is the document's own field.
    """
    title = HTTPStatus(status).phrase
    document: dict[str, Any] = {"type": "about:blank", "title": title, "status": status}
    document["detail"] = detail
    if faults:
        document["field"] = faults[0][0]
        document["errors"] = [{"field": field, "detail": text} for field, text in faults]
    # ASCII, as a field may have a lone surrogate in its name.
    return Response(json.dumps(document), status, headers, MEDIA_TYPE)


def install_handlers(app: FastAPI) -> None:
    """Give every error of *app* a problem document."""
    app.add_exception_handler(HTTPException, _handle_http)
    app.add_exception_handler(RequestValidationError, _handle_validation)


def _handle_http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class
    if isinstance(error, Problem):
        faults = [(error.field, str(error.detail))] if error.field else []
        headers = error.headers
        return problem_response(
            error.status_code, str(error.detail), headers=headers, faults=faults
        )
    detail = _SENTENCES.get(error.status_code, str(error.detail))
    return problem_response(error.status_code, detail, headers=error.headers)


def _handle_validation(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class
    faults = []
    for fault in error.errors()[:MAX_SHOWN_FAULTS]:
        field = _field(fault["loc"])
        shown = "body" if fault["type"] == "json_invalid" else field
        faults.append((shown, _sentence(field, fault)))
    return problem_response(422, faults[0][1], faults=faults)


def _field(loc: Sequence[int | str]) -> str:
    """Return the dotted name of a field, without the name of its part of the request."""
    parts = loc[1:] if len(loc) > 1 else loc
    return ".".join(map(str, parts))[:MAX_SHOWN_CHARS]


def _sentence(field: str, fault: Mapping[str, Any]) -> str:
    """Return a sentence about *field*, with the remedy."""
    kind = "no_body" if fault["loc"] == ("body",) else fault["type"]
    template = _FAULTS.get(kind)
    if template is None:
        message = str(fault["msg"]).replace("Input should be", "send")
        return f"{field!r} cannot be used: {message}."
    return template.format(field=repr(field), place=field, **(fault.get("ctx") or {}))
