"""Who may come in: the OAuth token endpoint, and the bearer tokens it has given out."""

import json
import secrets
import time
from base64 import b64decode
from hashlib import blake2b
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import exceptions, jwt

from sandbox.google_ads.consent import Consent
from sandbox.web import Reply, Request, json_reply

LIFETIME = 3600
SCOPE = "https://www.googleapis.com/auth/adwords"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
# Whatever the address it is sent to: OAuth 2.0 for Server to Server Applications, "Forming the claim set".
AUDIENCE = "https://oauth2.googleapis.com/token"
KEY_SIZE = 2048


class Access:
    """One client with one refresh token, and one service account.

    Tokens last for real seconds: clients go by their own clock, which the world's does not move.
    """

    def __init__(self, seed: int) -> None:
        self.client_id = f"{secret(seed, 'client')[:12]}.apps.googleusercontent.com"
        self.client_secret = f"GOCSPX-{secret(seed, 'client secret')}"
        self.refresh_token = f"1//{secret(seed, 'refresh')}"
        self.account_email = "adflux@sandbox.iam.gserviceaccount.com"
        self.revoked = False
        self.consent = Consent(self.client_id, SCOPE)
        self._key: rsa.RSAPrivateKey | None = None
        self._granted: dict[str, float] = {}

    def token(self, request: Request) -> Reply:
        """What `POST /token` answers."""
        given = request.params | _client_in_header(request)
        grant_type = given.get("grant_type")
        if grant_type == "refresh_token":
            return self._refresh(given)
        if grant_type == "authorization_code":
            return self._agreed(given)
        if grant_type == JWT_BEARER:
            return self._service_account(given)
        return refused("unsupported_grant_type", f"Invalid grant_type: {grant_type}")

    def objection(self, bearer: str) -> str | None:
        """Why this bearer token opens nothing; none when it does."""
        if self.revoked:
            return "OAUTH_TOKEN_REVOKED"
        if bearer not in self._granted:
            return "OAUTH_TOKEN_INVALID"
        return "OAUTH_TOKEN_EXPIRED" if time.monotonic() >= self._granted[bearer] else None

    def grant(self) -> str:
        token = f"ya29.{secrets.token_urlsafe(24)}"
        self._granted[token] = time.monotonic() + LIFETIME
        return token

    def expire_tokens(self) -> None:
        self._granted = dict.fromkeys(self._granted, 0.0)

    def write_service_account(self, folder: Path, token_uri: str) -> Path:
        """A key file of the kind the Google Cloud console hands out."""
        key = self._private_key()
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path = folder / "service_account.json"
        content = {
            "type": "service_account",
            "project_id": "adflux-sandbox",
            "private_key_id": "1",
            "private_key": pem.decode(),
            "client_email": self.account_email,
            "client_id": "1",
            "token_uri": token_uri,
        }
        path.write_text(json.dumps(content))
        return path

    def _agreed(self, given: dict[str, str]) -> Reply:
        if not self._is_client(given):
            return unknown_client()
        code = self.consent.take(given)
        if code is None:
            return refused("invalid_grant", "Malformed auth code.")
        return self._granted_reply({"refresh_token": self.refresh_token} if code.offline else {})

    def _is_client(self, given: dict[str, str]) -> bool:
        return (given.get("client_id"), given.get("client_secret")) == (self.client_id, self.client_secret)

    def _refresh(self, given: dict[str, str]) -> Reply:
        if not self._is_client(given):
            return unknown_client()
        if self.revoked or given.get("refresh_token") != self.refresh_token:
            return refused("invalid_grant", "Token has been expired or revoked.")
        return self._granted_reply()

    def _service_account(self, given: dict[str, str]) -> Reply:
        public = self._private_key().public_key()
        pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        try:
            claims = jwt.decode(  # type: ignore[no-untyped-call]
                given.get("assertion", ""), certs=pem, audience=AUDIENCE
            )
        except (ValueError, exceptions.GoogleAuthError) as problem:
            return refused("invalid_grant", f"Invalid JWT: {problem}")
        if self.revoked or claims.get("iss") != self.account_email:
            return refused("invalid_grant", "Invalid grant: account not found")
        if SCOPE not in str(claims.get("scope", "")).split():
            return refused("invalid_scope", "Invalid OAuth scope or ID token audience provided.")
        return self._granted_reply()

    def _granted_reply(self, more: dict[str, str] | None = None) -> Reply:
        answer = {"access_token": self.grant(), "expires_in": LIFETIME, "token_type": "Bearer"}
        return json_reply(answer | {"scope": SCOPE} | (more or {}))

    def _private_key(self) -> rsa.RSAPrivateKey:
        if self._key is None:
            self._key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_SIZE)
        return self._key


def _client_in_header(request: Request) -> dict[str, str]:
    """Of Google's two ways to say who asks the other one (OpenID Connect, Discovery document)."""
    try:
        name, _, password = b64decode(request.basic or "", validate=True).decode().partition(":")
    except ValueError:
        return {}
    return {"client_id": unquote(name), "client_secret": unquote(password)} if name else {}


def unknown_client() -> Reply:
    return refused("invalid_client", "The OAuth client was not found.", HTTPStatus.UNAUTHORIZED)


def refused(error: str, description: str, status: int = HTTPStatus.BAD_REQUEST) -> Reply:
    return json_reply({"error": error, "error_description": description}, status)


def secret(seed: int, name: str) -> str:
    return blake2b(f"{seed}/google_ads/{name}".encode(), digest_size=16).hexdigest()
