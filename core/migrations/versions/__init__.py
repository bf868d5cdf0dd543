"""The steps, in order. Each is generated, then read and completed by hand; none is changed once released."""
