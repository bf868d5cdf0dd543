"""Owns agent groups and who works in them. Not: routing, which belongs to the ticket pipeline."""
