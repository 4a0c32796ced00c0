"""What does a provider of identity do that signs in whomever the test names? It speaks real HTTP and real RS256."""

from __future__ import annotations

import socket
import threading
import time
from base64 import urlsafe_b64encode
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm
from starlette.applications import Starlette
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request
    from starlette.types import ASGIApp

CLIENT = "triage-console"
AUDIENCE = "api://triage"
HOUR = 3_600


def new_key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65_537, key_size=2_048)


class OidcProvider:
    """A provider with one key, whose next visitor the test chooses."""

    def __init__(self) -> None:
        """Make a key; the address is known once it listens."""
        self.key, self.key_id = new_key(), "first"
        self.issuer = ""
        #: Claims of whoever signs in next.
        self.visitor: dict[str, Any] = {}
        self.now = time.time
        #: When the next visitor proved to be it, which is now where nothing is set; and whether the provider says so.
        self.signed_in_at: float | None = None
        self.tells_auth_time = True
        #: It lets people in whatever age of their sign-in was asked for.
        self.ignores_max_age = False
        self.asked: list[str] = []
        self.is_down = False
        self._codes: dict[str, dict[str, str]] = {}
        self.app = Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._configuration),
                Route("/keys", self._keys),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
            ]
        )

    def token(self, key: RSAPrivateKey | None = None, algorithm: str = "RS256", **claims: Any) -> str:
        """Return a signed token; a claim that is None is left out."""
        base = {
            "iss": self.issuer,
            "aud": AUDIENCE,
            "sub": "u-1",
            "iat": self.now(),
            "nbf": self.now(),
            "exp": self.now() + HOUR,
        }
        told = {name: value for name, value in {**base, **claims}.items() if value is not None}
        return jwt.encode(told, key or self.key, algorithm, headers={"kid": self.key_id})

    def _configuration(self, _request: Request) -> Response:
        self.asked.append("configuration")
        if self.is_down:
            return Response(status_code=503)
        names = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
        return JSONResponse({"issuer": self.issuer, **{name: self.issuer + path for name, path in names.items()}})

    def _keys(self, _request: Request) -> Response:
        public = RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return JSONResponse({"keys": [{**public, "kid": self.key_id, "use": "sig"}]})

    def _auth_time(self, asked: dict[str, str]) -> float | None:
        """Return when the visitor proved to be it, which is now where that is longer ago than what was asked for."""
        if not self.tells_auth_time:
            return None
        before = self.now() if self.signed_in_at is None else self.signed_in_at
        is_too_old = self.now() - before > float(asked["max_age"])
        return self.now() if is_too_old and not self.ignores_max_age else before

    def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        code = f"code-{len(self._codes)}"
        self._codes[code] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}", 303)

    async def _token(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        asked = self._codes.pop(form["code"], {})
        proof = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
        if (asked.get("redirect_uri"), asked.get("code_challenge")) != (form["redirect_uri"], proof):
            return JSONResponse({"error": "invalid_grant"}, 400)
        claims = {"aud": CLIENT, "nonce": asked["nonce"], "auth_time": self._auth_time(asked), **self.visitor}
        return JSONResponse({"access_token": "unused", "token_type": "Bearer", "id_token": self.token(**claims)})


@contextmanager
def listening(app: ASGIApp) -> Iterator[str]:
    """Serve an application on a free port of this machine; yield its address."""
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none", lifespan="off"))
    serving = threading.Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True)
    serving.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{taken.getsockname()[1]}"
    server.should_exit = True
    serving.join()
    taken.close()


@contextmanager
def oidc_provider() -> Iterator[OidcProvider]:
    """Run a provider."""
    provider = OidcProvider()
    with listening(provider.app) as address:
        provider.issuer = address
        yield provider
