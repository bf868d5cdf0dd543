"""Compiled reads: a validated operation becomes one SQL statement for each root field, and Python that builds the
answer of its rows. It knows no domain: what it reads, and what a viewer may see of it, is what types declare."""

from core.graphql.compiled.running import CompiledRun

__all__ = ["CompiledRun"]
