"""Owns forms: which fields of a ticket are asked for, of whom, and what stands there unless told. Not: the fields
themselves, nor the tickets, which tell a form what they are about to become."""
