"""Owns sign-in by somebody else's word: methods, whom their identities are here, and what was used once. Not: the
protocols, which are plugins', nor passwords and sessions, which are identity's."""
