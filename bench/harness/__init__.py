"""What every row stands on: load, processor time, alternating routes, statistics, results."""
