"""Owns recurring tickets: what is opened by itself, how often, and what came of it. Not: schedules as such (kit), nor
what becomes of a ticket once it is open."""
