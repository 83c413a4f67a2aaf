"""Products by the thousand and the million: from what was heard to the one that was meant."""
