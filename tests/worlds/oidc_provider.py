"""A login service of one's own: OpenID Connect over HTTP on loopback, where people choose who they are."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "adflux-client", "a-secret-that-only-we-two-know"


class Provider:
    """`people` may log in; those in `unconfirmed` without a confirmed address."""

    def __init__(self, *people: str, unconfirmed: tuple[str, ...] = ()) -> None:
        self.people = people
        self.unconfirmed = unconfirmed
        self.issuer = ""
        self.key = RSAKey.generate_key(2048, parameters={"kid": "one"})
        self.codes: dict[str, dict[str, str]] = {}

    @property
    def metadata_url(self) -> str:
        return f"{self.issuer}/.well-known/openid-configuration"

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def choice(self, asked: dict[str, str]) -> str:
        """One link for each person, back to who asked."""
        links = []
        for person in self.people:
            code = secrets.token_urlsafe(16)
            self.codes[code] = {**asked, "person": person}
            back = urlencode({"code": code, "state": asked["state"]})
            links.append(f'<p><a href="{asked["redirect_uri"]}?{back}">{person}</a></p>')
        return f"<!doctype html><title>Login</title>{''.join(links)}"

    def token(self, given: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """For a code, once, and for our client alone."""
        asked = self.codes.pop(given.get("code", ""), None)
        wanted = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if asked is None or authorization != f"Basic {wanted}":
            return None
        if "code_challenge" in asked:
            proof = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
            if base64.urlsafe_b64encode(proof).decode().rstrip("=") != asked["code_challenge"]:
                return None
        now, person = int(time.time()), asked["person"]
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": person,
            "iat": now,
            "exp": now + 300,
            "nonce": asked.get("nonce", ""),
            "email": person,
            "email_verified": person not in self.unconfirmed,
        }
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)
        return {"access_token": secrets.token_urlsafe(8), "token_type": "Bearer", "id_token": signed}


@contextmanager
def provider(*people: str, unconfirmed: tuple[str, ...] = ()) -> Iterator[Provider]:
    one = Provider(*people, unconfirmed=unconfirmed)

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, asked = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
            if path == "/authorize":
                self._send(one.choice({name: values[0] for name, values in asked.items()}), "text/html")
            elif path == "/jwks":
                self._send(json.dumps({"keys": [one.key.as_dict(private=False)]}))
            else:
                self._send(json.dumps(one.metadata()))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            given = {name: values[0] for name, values in parse_qs(body).items()}
            answer = one.token(given, self.headers.get("Authorization", ""))
            self._send(json.dumps(answer or {"error": "invalid_grant"}), status=200 if answer else 400)

        def _send(self, text: str, kind: str = "application/json", status: int = 200) -> None:
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    one.issuer = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield one
    server.shutdown()
    server.server_close()
