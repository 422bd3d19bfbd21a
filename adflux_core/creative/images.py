"""Pictures that people bring: looked into and not believed, drawn anew without what was hidden in them.

What a picture shows nobody checks here; it is a person who approves the ad that it stands in.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Mapping
from io import BytesIO
from typing import NamedTuple

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy.dialects.postgresql import insert

from adflux_core import database
from adflux_core.advertising import PlatformName
from adflux_core.errors import InputError
from adflux_core.schema.creative import CreativeImage
from adflux_core.schema.publication import Audit

FORMATS = ("PNG", "JPEG")
LARGEST = 30 * 2**20  # bytes of a file, the most that any platform takes
MOST_PIXELS = 40_000_000  # more is an attack or a mistake: drawing it takes this much times four of memory
QUALITY = 92


class Asked(NamedTuple):
    """What a platform asks of a picture: ratios of width to height, the least width, the most bytes."""

    ratios: tuple[float, ...]
    least_width: int
    most_bytes: int

    def takes(self, width: int, height: int, size: int) -> bool:
        fits = any(abs(width / height - ratio) <= 0.01 * ratio for ratio in self.ratios)
        return fits and width >= self.least_width and size <= self.most_bytes


# Source: Meta, Image Ad Design Recommendations; Google Ads, image asset requirements.
ASKED: Mapping[PlatformName, Asked] = {
    PlatformName.META: Asked((4 / 5, 1.0, 9 / 16, 1.91), 600, LARGEST),
    PlatformName.GOOGLE_ADS: Asked((4 / 5, 1.0, 1.91), 600, 5 * 2**20),
}
ASKED_IN_WORDS = "4:5, 1:1, 1.91:1 or (Meta) 9:16, at least 600 pixels wide"


class Picture(NamedTuple):
    """A picture drawn anew: nothing of the file it came in is left but what it shows."""

    content: bytes
    format: str
    width: int
    height: int

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    def platforms(self) -> list[PlatformName]:
        return taken_by(self.width, self.height, len(self.content))


def taken_by(width: int, height: int, size: int) -> list[PlatformName]:
    """The platforms that take a picture of these pixels and bytes."""
    return [name for name, asked in ASKED.items() if asked.takes(width, height, size)]


def read_picture(given: bytes) -> Picture:
    """The picture in a file, whatever the file is called. Raises InputError, saying what is wrong with it."""
    if len(given) > LARGEST:
        raise InputError(f"the picture has {len(given):,} bytes: at most {LARGEST:,} are taken")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(given), formats=FORMATS) as opened:
                return _drawn_anew(opened)
    except UnidentifiedImageError:
        raise InputError("the file holds no PNG or JPEG, whatever its name says") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise InputError(f"the picture has more than {MOST_PIXELS:,} pixels: make it smaller") from None
    except (OSError, SyntaxError, ValueError, EOFError):
        raise InputError("the picture is broken off or damaged: save it anew") from None


def _drawn_anew(opened: Image.Image) -> Picture:
    if opened.width * opened.height > MOST_PIXELS:  # told by the header, before anything is unpacked
        raise InputError(f"the picture has more than {MOST_PIXELS:,} pixels: make it smaller")
    if getattr(opened, "n_frames", 1) > 1:
        raise InputError("the picture moves: ads take one that stands still")
    kind = opened.format or FORMATS[0]
    upright = ImageOps.exif_transpose(opened).convert("RGBA")  # cameras lay pictures down and say so apart
    clean = Image.new("RGB", upright.size, "white")
    clean.paste(upright, mask=upright.getchannel("A"))
    written = BytesIO()
    clean.save(written, kind, **({"quality": QUALITY} if kind == "JPEG" else {"optimize": True}))
    picture = Picture(written.getvalue(), kind, clean.width, clean.height)
    if not picture.platforms():
        raise InputError(f"{clean.width} × {clean.height} is no size that ads take: {ASKED_IN_WORDS}")
    return picture


def add_image(given: bytes, user: str) -> str:
    """Keep a picture, once; its hash. Raises InputError."""
    picture = read_picture(given)
    original = hashlib.sha256(given).hexdigest()
    values = {
        "hash": picture.hash,
        "content": picture.content,
        "format": picture.format,
        "width": picture.width,
        "height": picture.height,
        "original_hash": original,
        "added_by": user,
    }
    with database.transaction() as session:
        added = session.execute(
            insert(CreativeImage).values(values).on_conflict_do_nothing().returning(CreativeImage.hash)
        ).scalar()
        if added is not None:
            detail = {"image": picture.hash, "original": original}
            session.add(Audit(actor=user, action="add image", detail=detail))
    return picture.hash
