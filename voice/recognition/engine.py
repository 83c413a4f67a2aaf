"""What a speech recogniser is, and how it fails. Values and protocols only.

RecognitionError
 +-- EngineDied        its child program ended; the next call starts a new one
 +-- EngineTimeout     no answer within the deadline; the child was killed, the next call starts a new one
 +-- EngineFailed      the child answered that it could not do this; it goes on living
 +-- UtteranceTooLong  more speech than one utterance may have
 +-- LibraryMissing    a Python package that the engine needs is not installed
 +-- ModelMissing      no usable model, and no way to get one now
 +-- NoMicrophone      no sound to hear: voice.microphone
 +-- ModelDamaged      a model's file differs from its pinned checksum
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from skills.contract import Heard, Listener, ListeningFailed
from voice.audio import Samples

KEPT_TURNS = 4
"""How many turns an engine can listen to again. One takes at most 3 MB."""

LONGEST_SPEECH_SECONDS = 28.0
"""What one utterance may have: it fits Whisper's 30 s window with two seconds of silence after it."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word with its place in the utterance.

    start, end: seconds since the stream began.
    confidence: 0 to 1 as the engine gives it; no evidence of correctness.
    """

    text: str
    start: float
    end: float
    confidence: float


@dataclass(frozen=True, slots=True)
class PartialWords:
    """What is heard so far in a stream.

    text: the words of the current utterance; may still change until `ended`.
    ended: the engine takes the pause that followed for the end of the utterance.
    """

    text: str
    words: tuple[Word, ...] = ()
    ended: bool = False


class Recogniser(Listener, Protocol):
    """Hears whole utterances, and listens again to the last few of them.

    Every method may raise RecognitionError; after one the recogniser can be used again.
    """

    def hear(self, samples: Samples, turn_id: str, language: str, hint: str = "") -> Heard:
        """A few hypotheses, best first; none when there is no speech.

        samples: one utterance; silence around it does no harm.
        turn_id: the name under which `rescore` finds this sound.
        language: BCP 47 tag of what is spoken.
        hint: text in the manner of what may be said, such as some names of the shop's goods, at most 200 words. An
            engine that can make nothing of it ignores it.
        """
        ...

    def close(self) -> None:
        """Ends the engine's child program. The next call would start a new one."""
        ...


class StreamingRecogniser(Recogniser, Protocol):
    """Also hears while somebody is still speaking."""

    def start(self, turn_id: str, language: str) -> None:
        """Begins a stream; whatever another stream had heard is dropped."""
        ...

    def feed(self, frames: Samples) -> PartialWords:
        """Takes the next piece of the stream, of any length."""
        ...

    def finish(self) -> Heard:
        """Ends the stream and says what was heard in all of it."""
        ...


class RecognitionError(ListeningFailed):
    """Hearing failed. The message is one line that says what to do."""


class EngineDied(RecognitionError):
    """The engine's child program ended without an answer.

    exit_code: negative for the signal that ended it.
    last_words: the end of what it wrote to stderr.
    """

    def __init__(self, engine: str, exit_code: int | None, last_words: str) -> None:
        ending = last_words.strip().splitlines()[-1:] or ["it wrote nothing"]
        super().__init__(
            f"the {engine} engine ended unexpectedly (exit code {exit_code}: {ending[0]}); "
            "say it again, it is restarted"
        )
        self.engine = engine
        self.exit_code = exit_code
        self.last_words = last_words


class EngineTimeout(RecognitionError):
    """The engine gave no answer within `seconds` and was killed."""

    def __init__(self, engine: str, asked: str, seconds: float, last_words: str) -> None:
        super().__init__(f"the {engine} engine did not answer within {seconds:g} s; say it again, it is restarted")
        self.engine = engine
        self.asked = asked
        self.seconds = seconds
        self.last_words = last_words


class EngineFailed(RecognitionError):
    """The engine said that it could not do what was asked."""

    def __init__(self, engine: str, asked: str, reason: str) -> None:
        super().__init__(f"the {engine} engine could not {asked}: {reason}")
        self.engine = engine
        self.asked = asked
        self.reason = reason


class UtteranceTooLong(RecognitionError):
    """More speech than fits one utterance."""

    def __init__(self, seconds: float, limit: float) -> None:
        super().__init__(f"{seconds:.0f} s of speech are too long for one utterance: keep it under {limit:.0f} s")
        self.seconds = seconds
        self.limit = limit


class LibraryMissing(RecognitionError):
    """A package that the engine needs cannot be imported."""

    def __init__(self, engine: str, package: str) -> None:
        super().__init__(f"the {engine} engine needs the package {package}: pip install {package}")
        self.engine = engine
        self.package = package


class ModelMissing(RecognitionError):
    """No usable model of this name. name: as it was asked for."""

    def __init__(self, name: str, what_to_do: str) -> None:
        super().__init__(f"speech model {name} is not here: {what_to_do}")
        self.name = name


class ModelDamaged(RecognitionError):
    """A file of a model differs from its checksum, or is missing. path: of the file."""

    def __init__(self, name: str, path: Path) -> None:
        super().__init__(f"speech model {name} is damaged ({path}): delete it and run voicecart models get {name}")
        self.name = name
        self.path = path
