"""Replaying recordings and scenarios through the whole assistant, each in a shop of its own."""
