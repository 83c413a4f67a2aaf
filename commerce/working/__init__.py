"""Work that no request waits for: what the outbox holds, and what has run out."""
