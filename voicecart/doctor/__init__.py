"""Looks at everything that the assistant needs on this machine, and says what to do about what is wrong."""
