"""Gemini over HTTP: `/{version}/models/{model}:generateContent`; what it does not know is refused."""

import json
import logging
from collections.abc import Mapping
from typing import Any

from sandbox.faults import GEMINI_FINISH, Fault
from sandbox.gemini.errors import GeminiError, unknown_field
from sandbox.gemini.schema import Shape, camel, shape_of
from sandbox.gemini.state import ALIASES, Project
from sandbox.gemini.writing import write
from sandbox.web import Reply, Request, json_reply

LOG = logging.getLogger("sandbox.gemini")
VERSIONS = ("v1", "v1beta")
PATH = "models/"
BODY = {"contents", "systemInstruction", "generationConfig", "safetySettings", "cachedContent", "labels"}
CONFIG = {
    *("temperature", "topP", "topK", "candidateCount", "maxOutputTokens", "stopSequences", "seed"),
    *("responseMimeType", "responseSchema", "responseJsonSchema", "presencePenalty", "frequencyPenalty"),
    *("thinkingConfig",),
}


def is_gemini(request: Request) -> bool:
    return request.path.startswith(PATH) and request.version in VERSIONS


class Gemini:
    """The model behind the wire."""

    def __init__(self, seed: int) -> None:
        self.project = Project(seed)

    def answer(self, request: Request) -> Reply:
        try:
            model = self._admit(request)
            _fail(request.fault)
            return self._generate(request, model, request.fault)
        except GeminiError as refusal:
            LOG.info("%s %s: %s", request.method, request.path, refusal)
            return refusal.reply()

    def _admit(self, request: Request) -> str:
        model, _, method = request.path.removeprefix(PATH).partition(":")
        if request.method != "POST" or method != "generateContent":
            raise GeminiError("NOT_FOUND", f"{request.method} {request.path} is not found")
        if not request.api_key:
            raise GeminiError(
                "PERMISSION_DENIED",
                "Method doesn't allow unregistered callers (callers without established "
                "identity). Please use API Key or other form of API consumer identity to call this API.",
            )
        if request.api_key != self.project.api_key:
            raise GeminiError(
                "INVALID_ARGUMENT",
                "API key not valid. Please pass a valid API key.",
                reason="API_KEY_INVALID",
            )
        if not self.project.region_supported:
            raise GeminiError("FAILED_PRECONDITION", "User location is not supported for the API use.")
        known = ALIASES.get(model, model) if request.version == "v1beta" else model
        if known not in self.project.models:
            message = (
                f"models/{model} is not found for API version {request.version}, or is not supported for "
            )
            raise GeminiError("NOT_FOUND", message + "generateContent.")
        if self.project.answered >= self.project.requests_per_day:
            raise GeminiError("RESOURCE_EXHAUSTED", retry_seconds=3600)
        return known

    def _generate(self, request: Request, model: str, fault: Fault | None) -> Reply:
        body = _known(_object(request.body), BODY, "")
        config = _known(body.get("generationConfig", {}), CONFIG, "generation_config")
        texts = [
            part.get("text", "") for content in body.get("contents", []) for part in content.get("parts", [])
        ]
        if not any(texts):
            raise GeminiError(
                "INVALID_ARGUMENT", "* GenerateContentRequest.contents: contents is not specified"
            )
        self.project.answered += 1
        obeys = self.project.obeys_the_attacker or _is(fault, "obey_attacker")
        shape = _asked_shape(config)
        text = write(shape, texts, obeys=obeys) if shape else "Es todo lo que puedo decir."
        finish, text = _spoiled(fault, text, int(config.get("maxOutputTokens", 8192)))
        usage = {
            "promptTokenCount": len(request.body) // 4,
            "candidatesTokenCount": len(text) // 4,
            "totalTokenCount": len(request.body) // 4 + len(text) // 4,
        }
        reply: dict[str, Any] = {
            "usageMetadata": usage,
            "modelVersion": f"{model}-001",
            "responseId": f"r{self.project.answered}",
        }
        if finish == "BLOCKED_PROMPT":
            return json_reply(reply | {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}})
        if finish == "NO_CANDIDATES":
            return json_reply(reply | {"candidates": []})
        content = {"content": {"role": "model", "parts": [{"text": text}]}} if text else {}
        return json_reply(reply | {"candidates": [content | {"finishReason": finish, "index": 0}]})


def _fail(fault: Fault | None) -> None:
    if fault is not None and fault.kind == "gemini_error":
        raise GeminiError(
            fault.details["status"],
            fault.details["message"] or "",
            reason=fault.details["reason"] or "",
            retry_seconds=fault.details["retry_seconds"],
        )


def _asked_shape(config: Mapping[str, Any]) -> Shape | None:
    if "responseSchema" in config and "responseJsonSchema" in config:
        raise GeminiError(
            "INVALID_ARGUMENT", "only one of response_schema and response_json_schema may be set"
        )
    name = "responseJsonSchema" if "responseJsonSchema" in config else "responseSchema"
    if name not in config:
        return None
    if config.get("responseMimeType") != "application/json":
        raise GeminiError("INVALID_ARGUMENT", "response_schema needs response_mime_type application/json")
    return shape_of(config[name], json_schema=name == "responseJsonSchema")


def _spoiled(fault: Fault | None, text: str, most_tokens: int) -> tuple[str, str]:
    """The reason it ended, and what of the text is there."""
    if fault is None or fault.kind != "gemini_finish":
        cut = most_tokens * 4
        return ("MAX_TOKENS", text[:cut]) if len(text) > cut else ("STOP", text)
    reason = fault.details["reason"]
    assert reason in GEMINI_FINISH
    changed = {
        "MAX_TOKENS": ("MAX_TOKENS", text[: len(text) // 2]),
        "TRUNCATED": ("STOP", text[: len(text) // 2]),
        "FENCES": ("STOP", f"```json\n{text}\n```"),
        "MALFORMED": ("STOP", "Claro, aquí tienes el anuncio:"),
        "WRONG_SHAPE": ("STOP", '{"ads": [{"headline": 5}]}'),
        "EMPTY": ("STOP", ""),
    }
    return changed.get(reason, (reason, ""))


def _is(fault: Fault | None, kind: str) -> bool:
    return fault is not None and fault.kind == kind


def _object(body: bytes) -> Any:
    try:
        read = json.loads(body)
    except ValueError:
        raise GeminiError("INVALID_ARGUMENT", "Invalid JSON payload received.") from None
    return read


def _known(given: Any, names: set[str], where: str) -> dict[str, Any]:
    """In camelCase, whichever was sent. Raises GeminiError on a name nobody knows."""
    if not isinstance(given, Mapping):
        raise GeminiError("INVALID_ARGUMENT", f"Invalid value at '{where}': an object is expected.")
    said = {camel(name): value for name, value in given.items()}
    for name in said:
        if name not in names:
            raise unknown_field(name, where)
    return said
