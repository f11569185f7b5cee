"""Fingerprints of photos: what stays when the pixels are gone, and finds a copy among a million."""
