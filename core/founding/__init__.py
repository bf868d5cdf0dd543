"""Owns the founding of helpdesks: the tenant, what its preset gives it, its founder, and the visitors who do it
themselves. Not: what a tenant is (tenants), what presets say (presets), nor how a founder comes in (identity)."""
