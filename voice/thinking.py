"""Answers turns beside the microphone's thread, one at a time."""

from __future__ import annotations

from concurrent.futures import Executor, Future
from uuid import uuid4

from skills.contract import Heard, Hypothesis, Listener, Reply
from voice.device_ports import Answer, Dialogue
from voice.wake_word import without_wake_word

NOTHING_SAID = Answer(Reply("", ""), "", understood=False)
"""What comes of an utterance without words, or with the wake word alone."""


class Thinking:
    """One turn after the other, put to `dialogue` by `worker`.

    listener: whoever heard the turns. wake_phrase: what may stand before a sentence and is no part of it.
    """

    def __init__(
        self, dialogue: Dialogue, listener: Listener, worker: Executor, language: str, wake_phrase: str
    ) -> None:
        self._dialogue = dialogue
        self._listener = listener
        self._worker = worker
        self._language = language
        self._wake_phrase = wake_phrase
        self._answer: Future[Answer] | None = None

    @property
    def busy(self) -> bool:
        """Whether a turn is being answered, or its answer was not taken yet."""
        return self._answer is not None

    def greet(self) -> None:
        """Begin to open the conversation."""
        self._answer = self._worker.submit(self._dialogue.greet)

    def ponder(self, heard: Heard) -> None:
        """Begin to understand what may be the whole of what is being said."""
        heard = without_wake_word(heard, self._wake_phrase)
        if heard.hypotheses:
            self._worker.submit(self._dialogue.ponder, heard, self._listener)

    def about_sound(self, heard: Future[Heard]) -> None:
        """Begin to answer what is being heard."""
        self._answer = self._worker.submit(self._answer_heard, heard)

    def about_text(self, text: str) -> None:
        """Begin to answer what was typed."""
        heard = Heard(uuid4().hex, self._language, (Hypothesis(text),), spoken=False)
        self._answer = self._worker.submit(self._dialogue.answer, heard, None)

    def take(self) -> Answer | None:
        """The answer, once, when it is there. Raises RecognitionError."""
        if self._answer is None or not self._answer.done():
            return None
        return self.wait()

    def wait(self) -> Answer:
        """The answer, however long it takes. Raises RecognitionError."""
        assert self._answer is not None
        answer, self._answer = self._answer, None
        return answer.result()

    def _answer_heard(self, hearing: Future[Heard]) -> Answer:
        heard = without_wake_word(hearing.result(), self._wake_phrase)
        return self._dialogue.answer(heard, self._listener) if heard.hypotheses else NOTHING_SAID
