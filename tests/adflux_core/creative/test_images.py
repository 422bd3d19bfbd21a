"""Pictures that people bring: looked into, refused in one line, or drawn anew and kept once."""

from __future__ import annotations

import struct
import zlib
from datetime import date
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from adflux_core import database, reports
from adflux_core.advertising import CampaignPlan, PlatformName
from adflux_core.campaigns.drafting import draft_plan
from adflux_core.creative import images
from adflux_core.creative.generating import write_ads
from adflux_core.creative.images import add_image, read_picture
from adflux_core.creative.reviewing import approve_creative, choose_image
from adflux_core.errors import InputError, RefusedError
from adflux_core.money import Money
from adflux_core.schema.creative import CreativeImage
from adflux_core.schema.publication import PlanItem
from sandbox.server import Sandbox

BOGOTA = 0x8825  # the tag of where a picture was taken


def picture(size: tuple[int, int] = (1080, 1080), kind: str = "JPEG", **how: object) -> bytes:
    written = BytesIO()
    Image.new("RGB", size, "#0b3954").save(written, kind, **how)  # type: ignore[arg-type]
    return written.getvalue()


def bomb() -> bytes:
    """A small file that says of itself that it has 3.6 thousand million pixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 9))
        + chunk(b"IEND", b"")
    )


def moving() -> bytes:
    frames = [Image.new("RGB", (1080, 1080), colour) for colour in ("red", "blue")]
    written = BytesIO()
    frames[0].save(written, "PNG", save_all=True, append_images=frames[1:])
    return written.getvalue()


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (b"", "no PNG or JPEG"),
        (b"GIF89a" + b"\x00" * 50, "no PNG or JPEG"),
        (b"<svg onload='alert(1)'/>", "no PNG or JPEG"),
        (picture(kind="GIF"), "no PNG or JPEG"),
        (picture(kind="WEBP"), "no PNG or JPEG"),
        (picture()[:400], "damaged"),
        (picture(kind="PNG")[:-40], "damaged"),
        (bomb(), "pixels"),
        (picture((7_000, 6_000), "PNG"), "pixels"),
        (moving(), "moves"),
        (picture((300, 300)), "no size"),
        (picture((1200, 700)), "no size"),
        (b"\xff" * (images.LARGEST + 1), "bytes"),
    ],
    ids=[
        "empty",
        "gif",
        "svg",
        "a gif",
        "webp",
        "cut",
        "cut png",
        "bomb",
        "huge",
        "moves",
        "small",
        "odd",
        "big",
    ],
)
def test_what_no_ad_takes_is_refused_in_one_line(given: bytes, why: str) -> None:
    with pytest.raises(InputError, match=why) as refused:
        read_picture(given)
    assert "\n" not in str(refused.value)


def test_nothing_of_the_file_is_left_but_what_it_shows() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Camera of Ana"
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(BOGOTA)[2] = (4.0, 36.0, 0.0)
    given = picture((1350, 1080), exif=exif, icc_profile=b"profile" * 20, comment=b"made by Ana")
    assert b"Ana" in given
    found = read_picture(given)
    assert (found.format, found.width, found.height) == ("JPEG", 1080, 1350)
    assert found.platforms() == [PlatformName.META, PlatformName.GOOGLE_ADS]
    with Image.open(BytesIO(found.content)) as drawn:
        assert not drawn.getexif()
        assert "icc_profile" not in drawn.info
    assert b"Ana" not in found.content
    assert b"profileprofile" not in found.content


def test_what_is_seen_through_stands_on_white_and_stories_are_metas() -> None:
    written = BytesIO()
    Image.new("RGBA", (1080, 1920), (0, 0, 0, 0)).save(written, "PNG")
    found = read_picture(written.getvalue())
    assert found.platforms() == [PlatformName.META]
    with Image.open(BytesIO(found.content)) as drawn:
        assert drawn.getpixel((5, 5)) == (255, 255, 255)


def test_a_chosen_picture_is_in_the_plan_when_a_person_approves(world: Sandbox, posting_id: int) -> None:
    write_ads(posting_id, list(PlatformName), ["es"], 1, None)
    by_platform = {row.platform: row.id for row in reports.creatives(posting_id)}
    image = add_image(picture(), "ana")
    assert add_image(picture(), "ana") == image
    chosen = choose_image(by_platform["meta"], image, "ana")
    assert choose_image(by_platform["meta"], image, "ana") == chosen
    with pytest.raises(RefusedError, match="search ad"):
        choose_image(by_platform["google_ads"], image, "ana")
    with pytest.raises(InputError, match="add-image"):
        choose_image(by_platform["meta"], "0" * 64, "ana")
    approve_creative(chosen, "luz")
    answer = draft_plan(
        [posting_id],
        [PlatformName.META],
        budget=Money.parse("COP 800000"),
        days=20,
        author="ana",
        start=date(2026, 10, 2),
    )
    with database.transaction() as session:
        spec = session.scalars(select(PlanItem.spec).where(PlanItem.plan_id == answer.plan_id)).one()
        kept = session.scalars(select(CreativeImage)).one()
        assert CampaignPlan.model_validate_json(spec).creative.image == kept.content
        assert (kept.added_by, kept.width, kept.format) == ("ana", 1080, "JPEG")
