"""`python -m docs._build [--check]`."""

from docs._build.command import docs

docs(prog_name="desk docs")
