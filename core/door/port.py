"""Whether the port is free, asked before anything slow begins."""

from __future__ import annotations

import errno
import socket

import click


def check_port(host: str, port: int) -> None:
    """Raises click.ClickException, with the way out, when nothing can listen there."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise click.ClickException(_explain(error, host, port)) from error


def _explain(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {host} is already in use, perhaps by another Deskgraph. Stop what runs "
            f"there, or choose another: ./desk serve --port {port + 1 if port < 65535 else 8000}"
        )
    if error.errno == errno.EACCES:
        return f"Port {port} needs privileges. Choose one above 1023: ./desk serve --port 8000"
    return f"Nothing can listen on {host}:{port} ({error.strerror}). Give another address with --host."
