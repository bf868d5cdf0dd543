"""Owns what comes in and goes out in bulk: exports of tickets and of everything, imports of customers and tickets. Not:
the rules of what is brought in, which are its domain's own."""
