"""`python -m core`: the same as the `deskgraph` command, and independent of where the checkout lies."""

from core.cli import main

main()
