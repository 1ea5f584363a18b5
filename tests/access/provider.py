"""An OpenID Connect provider of our own, on a real port, that can be told to lie."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "ihub", "client secret"

Claims = dict[str, Any]


@dataclass
class Provider:
    """Signs in whoever comes as `person`; `lie` changes what the token says, `sign` how it is signed."""

    issuer: str = ""
    person: Claims = field(default_factory=lambda: {"sub": "p1", "name": "Pat", "groups": ["partners"]})
    lie: Callable[[Claims], Claims] = lambda claims: claims
    sign: str = "RS256"
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}))
    other_key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    verified: list[bool] = field(default_factory=list)

    def app(self) -> FastAPI:
        """Return the provider as an application."""
        app = FastAPI()
        app.get("/.well-known/openid-configuration")(self.discovery)
        app.get("/jwks")(lambda: {"keys": [self.key.as_dict(private=False)]})
        app.add_api_route("/authorize", self.authorize, methods=["GET"], response_model=None)
        app.add_api_route("/token", self.token, methods=["POST"], response_model=None)
        return app

    def discovery(self) -> Claims:
        """Say where everything is."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            "response_types_supported": ["code"],
        }

    def authorize(self, request: Request) -> RedirectResponse:
        """Send the person back with a code."""
        asked = dict(request.query_params)
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe()
        self.codes[code] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}", 302)

    async def token(self, request: Request) -> JSONResponse:
        """Give a token for a code, to the client that proves that it began the flow."""
        form = await request.form()
        asked = self.codes.pop(str(form["code"]), None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        challenge = hashlib.sha256(str(form.get("code_verifier", "")).encode()).digest()
        proved = base64.urlsafe_b64encode(challenge).decode().rstrip("=") == (asked or {}).get("code_challenge")
        self.verified.append(proved)
        if asked is None or not proved or request.headers.get("authorization") != f"Basic {basic}":
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        token = self.signed(self.lie({**claims, **self.person}))
        return JSONResponse({"access_token": "at", "token_type": "Bearer", **({"id_token": token} if token else {})})

    def signed(self, claims: Claims) -> str:
        """Return the token, signed as told."""
        if self.sign == "missing":
            return ""
        if self.sign == "none":
            return _unsigned(claims)
        if self.sign == "HS256":
            public = OctKey.import_key(self.key.as_pem(private=False))
            return jwt.encode({"alg": "HS256", "kid": "one"}, claims, public, algorithms=["HS256"])
        token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)
        if self.sign == "other key":
            token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.other_key)
        if self.sign == "cut":
            token = token.rpartition(".")[0] + "."
        return token


def _unsigned(claims: Claims) -> str:
    import json

    parts = ({"alg": "none"}, claims)
    return ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts) + "."
