"""Owns customer organisations and their e-mail domains. Not: the people in them (identity)."""
