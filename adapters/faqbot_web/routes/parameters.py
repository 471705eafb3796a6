"""Parameters and responses that routes share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer
from starlette.responses import Response

from faqbot_web.access import Caller
from faqbot_web.service import WebService

if TYPE_CHECKING:
    from pydantic import BaseModel

# Both only document the headers: the guard has read them before.
_bearer = HTTPBearer(auto_error=False, description="A key of `faqbot serve key add`.")
_token = APIKeyHeader(
    name="Faqbot-Token",
    scheme_name="Token",
    auto_error=False,
    description="A signed token (JWT, HS256) that names a person and labels.",
)


async def find_caller(
    request: Request,
    _key: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
    _person: Annotated[str | None, Security(_token)],
) -> Caller:
    """Return the caller that the guard admitted."""
    return cast("Caller", request.state.caller)


async def find_service(request: Request) -> WebService:
    """Return the service of the app."""
    return cast("WebService", request.app.state.service)


CallerParameter = Annotated[Caller, Depends(find_caller)]
ServiceParameter = Annotated[WebService, Depends(find_service)]


def json_response(model: BaseModel) -> Response:
    """Return *model* as JSON."""
    return Response(model.model_dump_json(), media_type="application/json")
