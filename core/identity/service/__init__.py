"""Writes of people and access, a file for each group of verbs."""
