"""The steps to its tables."""
