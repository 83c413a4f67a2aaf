"""From words to meanings: what the shopper can have meant here, and how sure that is."""

from __future__ import annotations

from skills.understanding.automaton import GraphTooLarge
from skills.understanding.reader import Understanding

__all__ = ["GraphTooLarge", "Understanding"]
