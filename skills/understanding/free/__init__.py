"""The second reader: learns from examples, and so understands what no template says."""

from __future__ import annotations

from skills.understanding.free.reader import FreeReader, FreeReading
from skills.understanding.free.sure import sure_outcome

__all__ = ["FreeReader", "FreeReading", "sure_outcome"]
