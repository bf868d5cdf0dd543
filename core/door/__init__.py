"""Starting and keeping alive: the parent process of `deskgraph serve` and what it looks after.

Owns the order of a start, the supervision of PostgreSQL, web and worker, and the order of a stop. Knows
nothing of what the web application and the worker do.
"""
