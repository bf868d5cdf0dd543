"""Measures the product against routes that do the same, on the same database, in the same run. See README.md."""
