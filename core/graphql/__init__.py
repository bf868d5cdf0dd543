"""The GraphQL edge: everything between an HTTP message and a resolver, and the assembly of the one schema."""
