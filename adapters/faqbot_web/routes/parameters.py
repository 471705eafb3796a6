"""Caller and service of a request, and responses that routes share."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from starlette.responses import Response

if TYPE_CHECKING:
    from fastapi import Request
    from pydantic import BaseModel

    from faqbot_web.access import AccessControl, Caller
    from faqbot_web.tenancy.tenant_services import TenantServices
    from faqbot_web.web_service import WebService


def caller_of(request: Request) -> Caller:
    """Return the caller that the guard admitted."""
    return cast("Caller", request.state.caller)


def service_of(request: Request) -> WebService:
    """Return the service of the tenant that the guard found, or the only one of the app."""
    own = getattr(request.state, "service", None)
    return cast("WebService", request.app.state.service if own is None else own)


def tenants_of(request: Request) -> TenantServices | None:
    """Return the services of tenants; None in an app without tenants."""
    return cast("TenantServices | None", request.app.state.tenants)


def asked_tenant(request: Request) -> str:
    """Return the tenant that the path names, "" without one."""
    return str(getattr(request.state, "tenant", ""))


def access_of(request: Request) -> AccessControl:
    """Return the access control of the app."""
    return cast("AccessControl", request.app.state.access)


def json_response(model: BaseModel) -> Response:
    """Return *model* as JSON."""
    return Response(model.model_dump_json(), media_type="application/json")
