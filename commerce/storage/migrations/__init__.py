"""How the tables came to their shape, one file a step."""
