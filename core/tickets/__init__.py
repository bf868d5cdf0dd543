"""Owns tickets, their messages, statuses, tags, watchers and assignments, and the one way a ticket changes.
Not: who the people are (identity), what the option lists hold (fields), where attached bytes live (files)."""
