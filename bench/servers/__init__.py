"""The servers that are compared: the product is started as it is, or with what a plugin would add (`plugged`)."""
