"""Owns people, roles, and everything that lets them in: passwords, sessions, tokens, invitations, impersonation.
Not: which organisation a customer belongs to (customers) or which groups an agent works in (groups)."""
