"""Deskgraph's core: the helpdesk without its edges. Start reading at `core.app` (the server) or at a domain folder."""
