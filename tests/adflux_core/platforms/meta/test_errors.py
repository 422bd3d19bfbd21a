"""The table of Meta's errors, whole: each row is reached, and each published number has its action."""

from __future__ import annotations

import pytest

from adflux_core.errors import (
    AccountBlockedError,
    AmbiguousError,
    CredentialsError,
    NotFoundError,
    PlatformError,
    ThrottledError,
    TooMuchDataError,
    UnavailableError,
    ValidationError,
)
from adflux_core.platforms.meta.errors import ACTIONS, HOURS_LATER, classify

Kind = type[PlatformError]
# Meta, Marketing API: Error Codes, Rate Limiting, Insights Error Codes; Graph API: Handling Errors.
PUBLISHED: list[tuple[Kind, list[tuple[int, int | None]]]] = [
    (UnavailableError, [(1, None), (2, None), (2, 1504043), (-2, 2490547), (960, None)]),
    (TooMuchDataError, [(100, 1487534), (100, 1504018), (2, 1504038), (-3, 1504045)]),
    (ThrottledError, [(4, 1504022), (4, 1504039), (17, 2446079), (32, None), (341, None)]),
    (ThrottledError, [(613, 1487742), (613, 5044001), *((code, None) for code in range(80000, 80015))]),
    (ThrottledError, [(17, 1885172), (613, 1487632), (613, 1487225)]),
    (AccountBlockedError, [(613, None), (368, None), (368, 1404163), (100, 1404078), (2859015, None)]),
    (AccountBlockedError, [(1404078, None), (1404163, None), (1, 2859015)]),
    (
        ValidationError,
        [(99_999, None), (100, None), (100, 1487390), (100, 1885272), (100, 2446404), (2635, None)],
    ),
    (ValidationError, [(3018, None), (2490427, None), (2490468, None), (1, 2490427), (1, 2490468)]),
    (NotFoundError, [(100, 33)]),
    (CredentialsError, [(102, None), (190, 463), (190, 460), (190, 467), (104, None), (10, None)]),
    (CredentialsError, [(200, None), (294, None), (299, None), (200, 1870034), (200, 1870090)]),
    (CredentialsError, [(2859024, None), (100, 1870090)]),
]


def kind_of(code: int, subcode: int | None, *, writing: bool = False) -> PlatformError:
    error = {"code": code, "error_subcode": subcode, "message": "m"}
    return classify(error, status=400, writing=writing, headers={})


@pytest.mark.parametrize(
    ("code", "subcode", "expected"),
    [(*number, kind) for kind, numbers in PUBLISHED for number in numbers],
)
def test_each_published_number_has_its_action(code: int, subcode: int | None, expected: Kind) -> None:
    error = kind_of(code, subcode)
    assert type(error) is expected
    assert error.retriable == (expected in {UnavailableError, ThrottledError})
    written = AmbiguousError if expected is UnavailableError else expected
    assert type(kind_of(code, subcode, writing=True)) is written


@pytest.mark.parametrize(("code", "subcode"), ACTIONS)
def test_each_row_of_the_table_is_reached(code: int | None, subcode: int | None) -> None:
    assert type(kind_of(code if code is not None else 999_999, subcode)) is ACTIONS[code, subcode]


@pytest.mark.parametrize(("code", "subcode"), [(17, 1885172), (613, 1487632), (613, 1487225)])
def test_limits_on_changes_are_hours_long(code: int, subcode: int) -> None:
    assert kind_of(code, subcode).retry_after == HOURS_LATER[subcode]
    assert HOURS_LATER[subcode] >= 3600
