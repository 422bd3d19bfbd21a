"""The one seam to Gemini: Google's client, with a time limit, within the quota, its failures made outcomes.

Left to itself the client waits for ever and passes on the errors of its transport as they are; its own
retries do not listen to RetryInfo, so they stay off. A question carries the text of a job posting and nothing
else: no tool, no personal data.
"""

from __future__ import annotations

import warnings
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import BaseModel

from adflux_core.creative.gemini.quota import ModelGovernor
from adflux_core.creative.gemini.replies import Outcome, Reply, read_error, read_response
from adflux_core.errors import ConfigurationError, ThrottledError
from adflux_core.settings import LOOPBACK, settings

if TYPE_CHECKING:
    from google.genai import Client

TIMEOUT = 60_000  # milliseconds
MOST_TOKENS = 8_192


@lru_cache(maxsize=4)
def connect(base_url: str, api_key: str) -> Client:
    """One for all threads. Importing Google's client takes a second, so only who asks pays for it."""
    from google import genai
    from google.genai import types

    local = urlsplit(base_url).hostname in LOOPBACK
    options = types.HttpOptions(
        base_url=base_url,
        timeout=TIMEOUT,
        # The client takes the proxy of the environment even for this machine.
        client_args={"trust_env": False} if local else {},
    )
    return genai.Client(api_key=api_key, http_options=options)


class Gemini:
    """The configured model. Raises ConfigurationError when it may not be reached."""

    def __init__(self, governor: ModelGovernor | None = None) -> None:
        current = settings()
        current.require("gemini_api_key")
        assert current.gemini_api_key is not None
        if urlsplit(current.gemini_base_url).hostname not in LOOPBACK and not current.adflux_live:
            host = urlsplit(current.gemini_base_url).hostname
            raise ConfigurationError(f"{host} is live: set ADFLUX_LIVE=1 to send postings there")
        key = current.gemini_api_key.get_secret_value()
        self.model = current.gemini_model
        self._client = connect(current.gemini_base_url, key)
        self._governor = governor or ModelGovernor.of(key)

    def ask(self, instruction: str, parts: list[str], shape: type[BaseModel]) -> Reply:
        """One call, or none when the quota has no room. Raises nothing of what the call may meet."""
        try:
            self._governor.ask()
        except ThrottledError as full:
            return Reply(Outcome.THROTTLED, detail=str(full), retry_after=full.retry_after)
        reply = self._call(instruction, parts, shape)
        if reply.outcome is Outcome.THROTTLED or reply.retry_after:
            self._governor.rest(reply.retry_after)
        return reply

    def _call(self, instruction: str, parts: list[str], shape: type[BaseModel]) -> Reply:
        import httpx2
        from google.genai import errors, types

        config = types.GenerateContentConfig(
            system_instruction=instruction,
            response_mime_type="application/json",
            response_schema=shape,
            temperature=0.4,
            seed=1,
            max_output_tokens=MOST_TOKENS,
        )
        content = types.UserContent(parts=[types.Part(text=part) for part in parts])
        try:
            with warnings.catch_warnings():
                # A reason to stop that this version of the client does not know is no reason to fail.
                warnings.simplefilter("ignore")
                response = self._client.models.generate_content(
                    model=self.model, contents=content, config=config
                )
                return read_response(response)
        except errors.APIError as error:
            return read_error(error.code, error.status or "", error.details)
        except httpx2.HTTPError as error:
            return Reply(Outcome.UNAVAILABLE, detail=type(error).__name__)
        except ValueError as error:  # status 200 around something that is no JSON
            return Reply(Outcome.MALFORMED, detail=type(error).__name__)
