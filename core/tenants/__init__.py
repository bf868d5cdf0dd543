"""Owns tenants: what they are called, where they are reached, their locale and time zone."""
