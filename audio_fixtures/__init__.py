"""Recordings of shoppers, what they mean, and the programs that made them."""
