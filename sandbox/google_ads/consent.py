"""Somebody says yes: OAuth's authorization endpoint for desktop apps, and the codes it has given out.

OAuth 2.0 for Mobile & Desktop Apps: a loopback address to come back to, PKCE, and a refresh token for whoever
asks for offline access, the first time or with `prompt=consent`.
"""

import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

from sandbox.web import Reply, Request

LOOPBACK = ("127.0.0.1", "[::1]", "localhost")
METHODS = ("S256", "plain")


class NotAllowedError(Exception):
    """What Google shows as a page, without sending anybody back."""


@dataclass(frozen=True)
class Code:
    """What was agreed to, until somebody fetches it. `redirect_uri` must be said again."""

    redirect_uri: str
    challenge: str
    method: str
    offline: bool

    def opened_by(self, verifier: str) -> bool:
        if not self.challenge:
            return True
        if self.method == "plain":
            return verifier == self.challenge
        digest = sha256(verifier.encode()).digest()
        return urlsafe_b64encode(digest).decode().rstrip("=") == self.challenge


class Consent:
    """One user, who agrees to everything unless `refusing`."""

    def __init__(self, client_id: str, scope: str) -> None:
        self.refusing = False
        self._client_id = client_id
        self._scope = scope
        self._asked_before = False
        self._codes: dict[str, Code] = {}

    def ask(self, request: Request) -> Reply:
        """What `GET /o/oauth2/v2/auth` answers: back to the app, or a page that says why not."""
        given = request.params
        try:
            code = self._code(given)
        except NotAllowedError as problem:
            return Reply(HTTPStatus.BAD_REQUEST, f"Access blocked: {problem}".encode(), "text/html")
        back = {"state": given["state"]} if "state" in given else {}
        if self.refusing:
            return _sent_back(code.redirect_uri, back | {"error": "access_denied"})
        number = f"4/{secrets.token_urlsafe(24)}"
        self._codes[number] = code
        return _sent_back(code.redirect_uri, back | {"code": number, "scope": self._scope})

    def take(self, given: dict[str, str]) -> Code | None:
        """What was agreed to under this code, once; none for a wrong one, or a wrong address or verifier."""
        code = self._codes.pop(given.get("code", ""), None)
        if code is None or code.redirect_uri != given.get("redirect_uri"):
            return None
        return code if code.opened_by(given.get("code_verifier", "")) else None

    def _code(self, given: dict[str, str]) -> Code:
        redirect_uri = given.get("redirect_uri", "")
        where = urlsplit(redirect_uri)
        if given.get("client_id") != self._client_id:
            raise NotAllowedError("invalid_client")
        if where.scheme != "http" or where.netloc.rpartition(":")[0] not in LOOPBACK:
            raise NotAllowedError("redirect_uri_mismatch")
        if given.get("response_type") != "code":
            raise NotAllowedError("unsupported_response_type")
        if self._scope not in given.get("scope", "").split():
            raise NotAllowedError("invalid_scope")
        method = given.get("code_challenge_method", "plain")
        if method not in METHODS:
            raise NotAllowedError("invalid_request")
        offline = given.get("access_type") == "offline"
        again = self._asked_before and given.get("prompt") != "consent"
        self._asked_before = True
        return Code(redirect_uri, given.get("code_challenge", ""), method, offline and not again)


def _sent_back(where: str, told: dict[str, str]) -> Reply:
    return Reply(HTTPStatus.FOUND, b"", "text/html", {"Location": f"{where}?{urlencode(told)}"})
