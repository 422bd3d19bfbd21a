"""A batch of rows read column by column: the loop over rows and fields is protobuf's own, in C.

Encodings of one message, one behind another, are the encoding of a message whose repeated fields hold the
values of them all. So the rows' bytes are joined and parsed as such a message, once for each message inside
of them, and what was a field of ten thousand rows is one list. Source: Protocol Buffers, Encoding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any

from google.protobuf.descriptor import Descriptor
from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.unknown_fields import UnknownFieldSet

Wonder = Callable[[str, object], None]
# What Google sends unasked, with each batch and of each message.
BESIDE = ["field_mask", "request_id", "summary_row", "query_resource_consumption"]
OWN_NAME = "resource_name"


class Columns:
    """The same paths (`metrics.clicks`) of every row in a type of batch that holds its rows as `results`."""

    def __init__(self, batch: Any, paths: Sequence[str]) -> None:
        self._batch = batch
        self._paths = paths
        self._rows = _joined(batch.DESCRIPTOR, ["results", *BESIDE])
        self._row = _Joined(batch.DESCRIPTOR.fields_by_name["results"].message_type, paths)

    def read(self, batch: bytes, wonder: Wonder) -> list[list[Any]]:
        """For each path the values of all rows in an encoded batch, in the order of the rows.

        `wonder` hears of every other field, by its path or number, and of its value.
        """
        whole = self._rows.FromString(batch)
        _tell_unknown(whole, self._batch.DESCRIPTOR, "", wonder)
        rows = whole.results
        found = dict(self._row.columns(rows, wonder))
        if any(len(column) != len(rows) for column in found.values()):
            # A row that leaves a field out has its default, which a place in a column cannot tell.
            plain = self._batch.FromString(batch).results
            return [list(map(attrgetter(path), plain)) for path in self._paths]
        return [found[path] for path in self._paths]


class _Joined:
    """A message of which many are read as one, and in turn the messages inside of it."""

    def __init__(self, message: Descriptor, paths: Sequence[str], above: str = "") -> None:
        below: dict[str, list[str]] = {}
        for path in paths:
            name, _, rest = path.partition(".")
            below.setdefault(name, []).append(rest)
        own_name = [OWN_NAME] if OWN_NAME in message.fields_by_name else []
        self._type = _joined(message, sorted({*below, *own_name}))
        self._message, self._above = message, above
        self._values = [(name, above + name) for name, rest in below.items() if rest == [""]]
        self._inner = [
            (name, _Joined(message.fields_by_name[name].message_type, rest, f"{above}{name}."))
            for name, rest in below.items()
            if rest != [""]
        ]

    def columns(self, encoded: Iterable[bytes], wonder: Wonder) -> Iterator[tuple[str, list[Any]]]:
        together = self._type.FromString(b"".join(encoded))
        _tell_unknown(together, self._message, self._above, wonder)
        for name, path in self._values:
            yield path, list(getattr(together, name))
        for name, inner in self._inner:
            yield from inner.columns(getattr(together, name), wonder)


def _tell_unknown(message: Any, meant: Descriptor, above: str, wonder: Wonder) -> None:
    for field in UnknownFieldSet(message):
        known = meant.fields_by_number.get(field.field_number)
        wonder(above + (known.name if known else str(field.field_number)), field.data)


def _joined(message: Descriptor, names: Sequence[str]) -> Any:
    """The class of a message with these fields of another, each repeated, and messages as their bytes."""
    file = FileDescriptorProto(name="joined.proto", syntax="proto3")
    made = file.message_type.add(name=message.name)
    for name in names:
        field = message.fields_by_name[name]
        made.field.add(
            name=name,
            number=field.number,
            type=FieldDescriptorProto.TYPE_BYTES if field.message_type else field.type,
            label=FieldDescriptorProto.LABEL_REPEATED,
        )
    pool = DescriptorPool()  # of its own, so that nobody else meets these types
    pool.AddSerializedFile(file.SerializeToString())
    return GetMessageClass(pool.FindMessageTypeByName(message.name))
