"""Owns side threads: named private conversations beside a ticket, of those who were chosen for them. Not: what is said
on the ticket itself, notes among it (tickets)."""
