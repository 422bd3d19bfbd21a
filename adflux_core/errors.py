"""Every way AdFlux fails, and whether trying again can help.

AdfluxError
├── InputError               what the person gave us; says what, where and what to do (exit 2)
├── ConfigurationError       a setting is missing or wrong (exit 2)
│   └── UnknownAccountError  no setting names this ad account (exit 2)
├── RefusedError             the request was understood and is not allowed: caps, approvals, law (exit 2)
│   └── NotAllowedError      this person's role does not reach so far (exit 2)
├── IncompleteError          done in part; carries the answer that says which part (exit 3)
├── DatabaseRefusedError     a constraint of the database said no; nothing was written
├── DatabaseUnavailableError the database does not answer                             retriable
└── PlatformError            an ad platform said no, or said nothing
    ├── CredentialsError     token expired, revoked or short of a permission: a person must act
    ├── ValidationError      the platform refuses the content: sending it again changes nothing
    ├── NotFoundError        the object is not there, or not ours to see
    ├── ThrottledError       too many calls; carries how long to wait                 retriable
    ├── TooMuchDataError     the question is too big; ask for less
    ├── AccountBlockedError  the platform wants a human before anything else
    ├── UnavailableError     a read failed on the way; nothing was changed            retriable
    └── AmbiguousError       a write may or may not have happened: look before you repeat

Foreign exceptions become these at one seam per platform (`platforms/*/client.py`), raised
`from None`: SDK errors carry tokens and cannot be pickled. All of these can.
"""

from __future__ import annotations

from typing import Any

_CONTEXT: Any = BaseException.__context__  # the slot itself, since it is asked of the class


class AdfluxError(Exception):
    """The root. `retriable` is read by the one retry policy, in `tasks/kinds.py`."""

    retriable = False
    exit_code = 1

    @property
    def __context__(self) -> BaseException | None:
        """None after `from None`: Dask pickles the context, too, and a foreign one cannot be pickled."""
        return None if self.__suppress_context__ else _CONTEXT.__get__(self)

    @__context__.setter
    def __context__(self, context: BaseException | None) -> None:
        _CONTEXT.__set__(self, context)


class InputError(AdfluxError):
    """What, where, what to do; one line."""

    exit_code = 2


class ConfigurationError(AdfluxError):
    """A setting is missing or wrong; names the setting."""

    exit_code = 2


class UnknownAccountError(ConfigurationError):
    """No setting names this ad account; says which one should."""


class RefusedError(AdfluxError):
    """Understood, and not allowed."""

    exit_code = 2


class NotAllowedError(RefusedError):
    """A deed needs another role. `role`: what this person is, empty: nobody; `needs`: what it takes."""

    def __init__(self, message: str, role: str = "", needs: str = "") -> None:
        super().__init__(message, role, needs)
        self.role = role
        self.needs = needs

    def __str__(self) -> str:
        return str(self.args[0])


class IncompleteError(AdfluxError):
    """Some of it was done. `answer` is what the caller would have got, JSON-ready."""

    exit_code = 3

    def __init__(self, message: str, answer: object) -> None:
        super().__init__(message, answer)
        self.answer = answer

    def __str__(self) -> str:
        return str(self.args[0])


class DatabaseRefusedError(AdfluxError):
    """A constraint said no. Carries PostgreSQL's first line, never the row."""


class DatabaseUnavailableError(AdfluxError):
    """PostgreSQL does not answer."""

    retriable = True


class PlatformError(AdfluxError):
    """An ad platform's answer, in our words.

    `code` is the platform's own code ("100/1885272"), `request_id` what its support asks for.
    """

    def __init__(
        self,
        message: str,
        *,
        platform: str = "",
        code: str = "",
        request_id: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.platform = platform
        self.code = code
        self.request_id = request_id
        self.retry_after = retry_after

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), str(self), self.platform, self.code, self.request_id, self.retry_after)


def _rebuild(
    kind: type[PlatformError],
    message: str,
    platform: str,
    code: str,
    request_id: str,
    retry_after: float | None,
) -> PlatformError:
    return kind(message, platform=platform, code=code, request_id=request_id, retry_after=retry_after)


class CredentialsError(PlatformError):
    """A person must renew a token or grant a permission."""


class ValidationError(PlatformError):
    """The platform refuses what was sent."""


class NotFoundError(PlatformError):
    """Not there, or not visible to us."""


class ThrottledError(PlatformError):
    """Wait `retry_after` seconds, then go on."""

    retriable = True


class TooMuchDataError(PlatformError):
    """Ask for a smaller window."""


class AccountBlockedError(PlatformError):
    """Stop calling for this account until a person has looked."""


class UnavailableError(PlatformError):
    """A read failed on the way."""

    retriable = True


class AmbiguousError(PlatformError):
    """A write whose outcome is unknown. Never repeated blindly: `publication.converge` looks first."""
