"""The conversation: sessions, open questions and the assistant that answers one turn after the other."""

from __future__ import annotations

from skills.dialogue.assistant import DOTS, Assistant, Turn
from skills.dialogue.session import SessionKey, SessionStore

__all__ = ["DOTS", "Assistant", "SessionKey", "SessionStore", "Turn"]
