"""Owns notifications: who is told what about which event, in the application and by mail while they are away.
Not: what happened (events), how mail leaves (kit), who looks at a ticket right now (presence)."""
