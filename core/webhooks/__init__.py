"""Owns webhooks: which events go to which address, signed, tried for days, written down. Not: the events themselves."""
