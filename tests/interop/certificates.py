"""Certificates for servers of a test, from an authority of its own."""

from pathlib import Path

import trustme

from core.testing.brokers import Certificate


def issued(authority: trustme.CA, folder: Path) -> Certificate:
    """For a server at `localhost`."""
    made, files = authority.issue_cert("localhost"), Certificate(folder / "chain.pem", folder / "key.pem")
    files.chain.write_bytes(b"".join(blob.bytes() for blob in made.cert_chain_pems))
    made.private_key_pem.write_to_path(str(files.key))
    return files


def written(authority: trustme.CA, folder: Path) -> Path:
    """Of the authority itself, as settings name it."""
    file = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    return file
