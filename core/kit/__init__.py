"""What every domain stands on and no domain is known to: clock, ids, context, database, outbox, jobs, mail, graph."""
