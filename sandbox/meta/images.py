"""Ad images: the same bytes are the same image, however often they are sent."""

from base64 import b64decode
from hashlib import md5
from typing import Any

from sandbox.meta.errors import bad_parameter, missing, refused
from sandbox.meta.kinds import IMAGE
from sandbox.meta.parameters import signature
from sandbox.meta.state import Account, Node
from sandbox.web import Request

LARGEST = 30 * 1024 * 1024
PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8"
START_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def upload(account: Account, request: Request) -> dict[str, Any]:
    """`bytes` (base64, one image) or files of a multipart body; the reply is keyed by what was sent."""
    takes = signature("AdAccount", IMAGE.create)
    values = takes.decode(request.params, account.clock.zone)
    contents = dict(request.files)
    if "bytes" in values:
        try:
            contents["bytes"] = b64decode(values["bytes"], validate=True)
        except ValueError:
            raise bad_parameter("Param bytes must be base64.", "bytes") from None
    if "copy_from" in values:
        raise bad_parameter("copy_from is not available in this sandbox", "copy_from")
    if not contents:
        raise missing("bytes")
    return {"images": {name: _shown(_store(account, name, content)) for name, content in contents.items()}}


def _store(account: Account, name: str, content: bytes) -> Node:
    width, height = _size(content)
    digest = md5(content, usedforsecurity=False).hexdigest()
    for image in account.of_kind(IMAGE.name):
        if image.values["hash"] == digest:
            return image
    values = {"hash": digest, "name": name, "width": width, "height": height}
    values |= {"original_width": width, "original_height": height}
    values["url"] = f"https://scontent.invalid/{digest}"
    return account.add(IMAGE.name, values)


def _shown(image: Node) -> dict[str, Any]:
    return {name: image.values[name] for name in ("hash", "url", "name", "height", "width")}


def _size(content: bytes) -> tuple[int, int]:
    if len(content) > LARGEST:
        raise refused("Image Too Large", "An image has at most 30 MB.", blame=("bytes",))
    if content.startswith(PNG) and content[12:16] == b"IHDR":
        return int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
    if content.startswith(JPEG):
        size = _jpeg_size(content)
        if size:
            return size
    raise refused("Image Type Not Supported", "Send a JPEG or PNG image.", blame=("bytes",))


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """Walks the segments to the start of the frame, which holds height and width."""
    at = 2
    while at + 9 < len(content) and content[at] == JPEG[0]:
        if content[at + 1] in START_OF_FRAME:
            return int.from_bytes(content[at + 7 : at + 9]), int.from_bytes(content[at + 5 : at + 7])
        at += 2 + int.from_bytes(content[at + 2 : at + 4])
    return None
