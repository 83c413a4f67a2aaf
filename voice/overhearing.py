"""Listens while the assistant speaks: whoever speaks up silences it at once, and only four things are obeyed.

An echo that got past the canceller, or a television, silences a reply no more than twice, for a moment each."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from voice.audio import SAMPLE_RATE, Samples
from voice.device_ports import Interrupted, Tell
from voice.echo import Cleaned
from voice.endpointing import Began, Endpointer, Utterance
from voice.hearing import Hearing
from voice.interrupting import (
    Interruption,
    Interruptions,
    is_echo,
    said_after_a_rest,
    said_alike,
    said_literally,
)
from voice.playlist import Playlist

_WAIT = 0.35  # a command is short, and so is the silence after it
_BEGIN_CHUNKS = 3
_MOST_PAUSES = 2
"""Pauses of one reply that came to nothing; after them it goes on under whatever is said, until a command is heard."""
_LONGEST_COMMAND = 2.5  # seconds; who speaks longer wants something else, or is a television


class Overhearing:
    """One reply being spoken.

    speech: the words of the reply.
    """

    def __init__(
        self,
        detector: Callable[[Samples], float],
        hearing: Hearing,
        playlist: Playlist,
        phrases: Interruptions,
        tell: Tell,
        speech: str,
    ) -> None:
        self._endpointer = Endpointer(detector, wait=_WAIT, begin_chunks=_BEGIN_CHUNKS)
        self._hearing = hearing
        self._playlist = playlist
        self._phrases = phrases
        self._tell = tell
        self._speech = speech
        self._overheard: Future[Interrupted] | None = None
        self._spoken = 0.0
        self._pauses = 0

    def feed(self, piece: Cleaned) -> Interruption | None:
        """Take the next piece of sound; what the shopper wants, if it is something now. Raises RecognitionError."""
        for event in self._endpointer.feed(piece.voices, piece.words):
            if isinstance(event, Began):
                self._spoken = 0.0
                if self._pauses < _MOST_PAUSES:
                    self._pauses += 1
                    self._playlist.pause()
            elif isinstance(event, Utterance) and self._spoken <= _LONGEST_COMMAND:
                self._overheard = self._hearing.beside(self._what_was_said, event.samples)
        self._let_talk_go_on(piece.words)
        if self._overheard is None or not self._overheard.done():
            return None
        overheard, self._overheard = self._overheard.result(), None
        meaning = overheard.meaning
        self._tell(overheard)
        if meaning is None and not self._endpointer.in_speech:
            self._playlist.resume()
        return meaning

    def _what_was_said(self, samples: Samples) -> Interrupted:
        """A command word for word, or else something like one, unless it is more like what is left of an echo."""
        phrases, speech = self._phrases, self._speech
        heard = self._hearing.now(samples)
        text = heard.hypotheses[0].text if heard.hypotheses else ""
        meaning = said_literally(heard, phrases, speech) or said_after_a_rest(heard, phrases, speech)
        if meaning is None and not is_echo(heard, speech):
            meaning = said_alike(heard, phrases, speech, self._hearing.recogniser)
        return Interrupted(meaning, text)

    def _let_talk_go_on(self, piece: Samples) -> None:
        """Go on speaking when somebody talks for longer than a command takes."""
        if self._endpointer.in_speech:
            before, self._spoken = self._spoken, self._spoken + len(piece) / SAMPLE_RATE
            if before <= _LONGEST_COMMAND < self._spoken:
                self._tell(Interrupted(None, ""))
                self._playlist.resume()
