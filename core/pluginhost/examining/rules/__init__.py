"""The rules, each a function of a plugin that says what is wrong."""
