"""Tables of fingerprints."""
