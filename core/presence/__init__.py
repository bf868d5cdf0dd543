"""Owns who is looking at a ticket now, so that two agents do not answer at once. Lasts seconds and is never history.
Not: who watches a ticket (tickets), who is signed in (identity)."""
