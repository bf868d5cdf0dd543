"""The commands of `deskgraph`, a file for each group: they parse, call, and print what comes back."""
