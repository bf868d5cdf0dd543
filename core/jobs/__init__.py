"""Jobs as people see them: what runs, how far it has come, what of it failed; cancelling and retrying. What runs them
is in the kit; what is done in them belongs to the domain that asked for it."""
