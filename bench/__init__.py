"""Measure the product from outside, each figure against a limit found on the same machine in the same minutes."""
