"""Every error of ours survives a process boundary and knows its fate."""

from __future__ import annotations

import pickle
from collections.abc import Iterator

import pytest

from adflux_core import errors


def kinds(root: type[errors.AdfluxError]) -> Iterator[type[errors.AdfluxError]]:
    yield root
    for child in root.__subclasses__():
        yield from kinds(child)


@pytest.mark.parametrize(
    "kind", [kind for kind in kinds(errors.AdfluxError) if kind.__module__ == errors.__name__]
)
def test_it_pickles_with_all_it_carries(kind: type[errors.AdfluxError]) -> None:
    if issubclass(kind, errors.PlatformError):
        error: errors.AdfluxError = kind("no", platform="meta", code="4/1", request_id="r", retry_after=3.0)
    elif issubclass(kind, errors.IncompleteError):
        error = kind("half", {"done": 1})
    else:
        error = kind("no")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert type(again) is kind
    assert str(again) == str(error)
    assert vars(again) == vars(error)


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    ours = [kind for kind in kinds(errors.AdfluxError) if kind.__module__ == errors.__name__]
    assert all(kind.__name__ in (errors.__doc__ or "") for kind in ours)
    retriable = {kind.__name__ for kind in ours if kind.retriable}
    lines = [line.split() for line in (errors.__doc__ or "").splitlines() if line.endswith("retriable")]
    assert {next(word for word in line if word.endswith("Error")) for line in lines} == retriable


def _ours() -> None:
    try:
        int("foreign")
    except ValueError:
        raise errors.UnavailableError("ours", platform="meta") from None


def test_what_was_raised_from_none_takes_nothing_foreign_along() -> None:
    """Whoever pickles exceptions with their context, as Dask does, would meet a lock or a secret in it."""
    with pytest.raises(errors.UnavailableError) as raised:
        _ours()
    assert raised.value.__context__ is None
