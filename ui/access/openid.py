"""Signing in with an OpenID Connect provider: the code flow with PKCE, by Authlib.

State, nonce, code verifier and the page to go on to lie in a signed cookie that lives for ten minutes and is sent to
these routes only.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from authlib.integrations.starlette_client import OAuth
from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from assistant.settings import Settings
from ui.access.access import Access
from ui.access.form_page import form_page
from ui.access.groups import audience_of, listed, role_of
from ui.access.sign_in import begin_session, safe_path
from ui.person import Person
from ui.records.audit import Action
from ui.records.people import Provider

PATH = "/sign-in/openid"
FLOW_SECONDS = 600
"""How long a person may take at the provider."""
LEEWAY_SECONDS = 60
"""How far the clocks of the two servers may differ."""
TIMEOUT_SECONDS = 10
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures that only the provider can make; never none, and never one whose key we hold too."""

ONWARD = "onward"
"""Where the cookie of the flow keeps the page that a person signs in for."""

_log = logging.getLogger("ihub.access")


class _Refused(Exception):
    """The provider's answer is not to be trusted; the reason is for the log only."""


def openid_router(access: Access) -> APIRouter:
    """Return the routes that lead to the provider and back."""
    router = APIRouter()
    settings = access.settings
    client = _client(settings)

    @router.get(PATH)
    async def leave(request: Request, next: str = "/") -> Response:
        request.session[ONWARD] = safe_path(next)
        try:
            answer: Response = await client.authorize_redirect(request, settings.public_address + PATH + "/return")
        except Exception as error:  # whatever went wrong there, nobody has signed in
            return _failed(access, f"the provider cannot be reached ({type(error).__name__})", status=502)
        return answer

    @router.get(PATH + "/return")
    async def come_back(request: Request) -> Response:
        try:
            claims = await _claims(client, request, settings)
        except Exception as error:  # one more kind of wrong answer must not become a way in
            reason = {"reason": type(error).__name__}
            await run_in_threadpool(lambda: access.audit.record(Action.SIGN_IN_REFUSED, details=reason))
            return _failed(access, f"{type(error).__name__}: {error}", status=401)
        person = await run_in_threadpool(_arrived, access, claims)
        if person is None:
            reason = {"reason": "disabled"}
            await run_in_threadpool(lambda: access.audit.record(Action.SIGN_IN_REFUSED, details=reason))
            return _failed(access, "the person is disabled", status=403)
        onward = safe_path(str(request.session.pop(ONWARD, "/")))
        return await run_in_threadpool(begin_session, access, request, person, onward)

    return router


def _client(settings: Settings) -> Any:
    issuer = settings.openid_issuer.rstrip("/")
    return OAuth().register(
        "provider",
        server_metadata_url=f"{issuer}/.well-known/openid-configuration",
        client_id=settings.openid_client,
        client_secret=settings.openid_secret.get_secret_value() or None,
        client_kwargs={
            "scope": settings.openid_scopes,
            "code_challenge_method": "S256",
            "timeout": TIMEOUT_SECONDS,
            **({} if settings.openid_secret.get_secret_value() else {"token_endpoint_auth_method": "none"}),
        },
    )


async def _claims(client: Any, request: Request, settings: Settings) -> Mapping[str, object]:
    """Return the claims of the person who comes back, after every check.

    Raises:
        _Refused, or an error of Authlib or joserfc: a check failed.
    """
    if not any(f"_state_provider_{request.query_params.get('state')}" == key for key in request.session):
        raise _Refused("unknown state")
    metadata = await client.load_server_metadata()
    if str(metadata.get("issuer", "")).rstrip("/") != settings.openid_issuer.rstrip("/"):
        raise _Refused("the provider calls itself by another name")
    offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
    metadata["id_token_signing_alg_values_supported"] = [name for name in offered if name in ALGORITHMS]
    expected = {
        "iss": {"essential": True, "value": metadata["issuer"]},
        "aud": {"essential": True, "value": settings.openid_client},
        "sub": {"essential": True},
        "exp": {"essential": True},
        "nonce": {"essential": True},
    }
    token = await client.authorize_access_token(request, claims_options=expected, leeway=LEEWAY_SECONDS)
    claims = token.get("userinfo")
    if not claims or not isinstance(claims.get("sub"), str) or not claims["sub"]:
        raise _Refused("no token about a person")
    return dict(claims)


def _arrived(access: Access, claims: Mapping[str, object]) -> Person | None:
    groups = listed(claims, access.settings.groups_claim)
    name = next((str(claims[key]) for key in ("name", "preferred_username", "email") if claims.get(key)), "")
    audience, role = audience_of(groups, access.settings), role_of(groups, access.settings)
    return access.people.arrive(Provider.OPENID, str(claims["sub"]), name, audience, role)


def _failed(access: Access, reason: str, status: int) -> Response:
    _log.warning("sign-in refused: %s", reason)
    body = (
        "<h1>You are not signed in</h1><p>Signing in did not work. You can "
        f'<a href="{PATH}">try again</a> or <a href="/">ask without signing in</a>.</p>'
    )
    return form_page("Not signed in", body, access.settings.title, status=status)
