"""Conversations through one speaker of the customer's: who has not heard a question can't answer it."""

from __future__ import annotations

import asyncio

from skills.contract import Expectation, Heard, Listener
from voice.device_ports import Answer
from voicecart.device.local import LocalDialogue

_NO_QUESTION = (Expectation.NOTHING, Expectation.ANYTHING)


class SharedConversation:
    """One speaker, to which several rooms may lead. Whoever comes anew is greeted first, which puts an open question
    again; then what was said is no answer to it and is not taken.
    """

    def __init__(self, dialogue: LocalDialogue) -> None:
        self._dialogue = dialogue
        self._turn = asyncio.Lock()
        self._last: str | None = None

    async def answer(self, heard: Heard, listener: Listener | None = None, conversation: str = "") -> Answer:
        """One turn of one conversation."""
        async with self._turn:
            if conversation != self._last:
                self._last = conversation
                greeted = await asyncio.to_thread(self._dialogue.greet)
                if greeted.reply.expects not in _NO_QUESTION:
                    return greeted
            return await asyncio.to_thread(self._dialogue.answer, heard, listener)
