"""Owns views: lists of tickets that a condition picks, with columns and an order. Those every desk has, those that
admins share, and favourite searches of one's own. Not: who sees which ticket, which is asked as in every list."""
