"""What our web server offers an application's sockets beyond ASGI."""

from collections.abc import Callable

SEND_NOW = "deskgraph.send_now"
"""An extension of a socket's ASGI scope, a `SendNow`. A server that has none is sent to by ASGI's `send`."""

SendNow = Callable[[bytes], bool]
"""Sends a text to a client that takes it without being waited for, and says whether it did."""
