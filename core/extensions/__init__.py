"""Owns what tenants see of plugins and do with them. Not: loading them, which is the host's, nor what they do."""
