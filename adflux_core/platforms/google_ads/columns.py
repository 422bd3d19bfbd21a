"""A batch of rows read column by column: the loop over rows and fields is protobuf's own, in C.

Encodings of one message, one behind another, are the encoding of a message whose repeated fields hold the
values of them all. So the rows' bytes are joined and parsed as such a message, once for each message inside
of them, and what was a field of ten thousand rows is one list. Source: Protocol Buffers, Encoding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any

from google.protobuf.descriptor import Descriptor
from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass


class Columns:
    """The same paths (`metrics.clicks`) of every row in a type of batch that holds its rows as `results`."""

    def __init__(self, batch: Any, paths: Sequence[str]) -> None:
        self._batch = batch
        self._paths = paths
        self._rows = _joined(batch.DESCRIPTOR, ["results"])
        self._row = _Joined(batch.DESCRIPTOR.fields_by_name["results"].message_type, paths)

    def read(self, batch: bytes) -> list[list[Any]]:
        """For each path the values of all rows in an encoded batch, in the order of the rows."""
        rows = self._rows.FromString(batch).results
        found = dict(self._row.columns(rows))
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
        self._type = _joined(message, list(below))
        self._values = [(name, above + name) for name, rest in below.items() if rest == [""]]
        self._inner = [
            (name, _Joined(message.fields_by_name[name].message_type, rest, f"{above}{name}."))
            for name, rest in below.items()
            if rest != [""]
        ]

    def columns(self, encoded: Iterable[bytes]) -> Iterator[tuple[str, list[Any]]]:
        together = self._type.FromString(b"".join(encoded))
        for name, path in self._values:
            yield path, list(getattr(together, name))
        for name, inner in self._inner:
            yield from inner.columns(getattr(together, name))


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
