"""Plugins and integrations that break one rule each. `FAILS` names the test of the kit that must find it."""
