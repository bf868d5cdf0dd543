"""The steps to this plugin's tables."""
