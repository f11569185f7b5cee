"""Checks of the code that no ready-made tool does."""
