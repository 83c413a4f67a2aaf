"""Looking after a database: whether it is sound, copies of it, and its way back from one."""
