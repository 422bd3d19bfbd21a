"""Certificates for "localhost", from one authority a process.

gRPC reads the roots it trusts once in a process. Had every world an authority of its own, a second world in
the same process could not be reached.
"""

from functools import cache
from pathlib import Path

import trustme

NAME = "localhost"


@cache
def authority() -> trustme.CA:
    return trustme.CA(organization_name="AdFlux sandbox")


@cache
def key_and_chain() -> tuple[bytes, bytes]:
    """The server's private key and its certificate."""
    issued = authority().issue_cert(NAME)
    return issued.private_key_pem.bytes(), b"".join(blob.bytes() for blob in issued.cert_chain_pems)


def write_authority(folder: Path) -> Path:
    path = folder / "ca.pem"
    authority().cert_pem.write_to_path(path)
    return path
