"""Real Whisper on real speech: what it hears, how it listens again, and that its child program can fail."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from skills.contract import SoundGone
from tests.voice import sounds
from voice.audio import SAMPLE_RATE
from voice.recognition.engine import EngineDied, EngineTimeout, UtteranceTooLong
from voice.recognition.models import ModelStore
from voice.recognition.whisper import WhisperRecogniser
from voice.recognition.whisper_child import Hearing, spelled_like
from voice.recognition.whisper_model import SHORT_WINDOW_EXTRA, Encoding, Guess, Sound, WhisperModel

ORDER = "I'd like a large cappuccino with soy milk"


@pytest.fixture(scope="module")
def whisper() -> Iterator[WhisperRecogniser]:
    """The small English model, loaded once."""
    recogniser = WhisperRecogniser(ModelStore().find("whisper", "en"), threads=1)
    yield recogniser
    recogniser.close()


def letters(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalpha())


def test_it_hears_an_order(whisper: WhisperRecogniser) -> None:
    """A sentence is heard as said, best hypothesis first, each of them once."""
    heard = whisper.hear(sounds.english(ORDER), "order", "en")
    assert heard.turn_id == "order"
    assert heard.spoken
    assert letters(heard.hypotheses[0].text) == letters(ORDER)
    scores = [one.log_probability for one in heard.hypotheses]
    assert scores == sorted(scores, reverse=True)
    assert len({letters(one.text) for one in heard.hypotheses}) == len(heard.hypotheses)


def test_listening_again_prefers_what_was_said(whisper: WhisperRecogniser) -> None:
    """Among sentences that differ in one word, and mere beginnings of it, the one that was said is the likeliest."""
    whisper.hear(sounds.english(ORDER), "again", "en")
    texts = [
        "i'd like a large cappuccino with soy milk",
        "i'd like a small cappuccino with soy milk",
        "i'd like a large cappuccino with oat milk",
        "i'd like a large mocha with soy milk",
        "i'd like a large cappuccino",
        "i'd like a large cappuccino with soy milk and sugar",
    ]
    scores = whisper.rescore("again", texts)
    assert len(scores) == len(texts)
    assert max(range(len(texts)), key=lambda i: scores[i]) == 0
    assert all(score < 0 for score in scores)
    assert whisper.rescore("again", []) == ()


def test_a_hint_makes_words_of_its_kind_likelier(whisper: WhisperRecogniser) -> None:
    """Heard again with a text that has an odd name in it, the name is there; what was heard first is kept beside it."""
    first = whisper.hear(sounds.english("two jars of Verlou honey please"), "named", "en")
    again = whisper.hear_again("named", "a jar of Verlou honey, Verlou jam, two jars of Verlou mustard")
    assert "verlou" not in letters(first.hypotheses[0].text)
    assert "verlou" in letters(again[0].text)
    assert letters(first.hypotheses[0].text) in {letters(one.text) for one in again}
    with pytest.raises(SoundGone):
        whisper.hear_again("never heard", "honey")


def test_with_a_hint_hardly_more_is_written_than_without() -> None:
    """A loop ends soon after what was heard without the hint, not when all is written that the time could hold."""
    model = WhisperModel(ModelStore().find("whisper", "en"), threads=1)
    encoding = model.encode(model.speech_in(sounds.english(f"{ORDER} and two croissants")))
    freely, _ = model.hypothesise(encoding, "en")
    for guess in model.hypothesise_with("cappuccino", encoding, "en", [Guess("yes", -99.0, 2)])[:-1]:
        assert len(guess.text.split()) <= 2 + 6 < len(freely[0].text.split())


WORD, SENTENCE = (np.ones(int(seconds * SAMPLE_RATE), np.int16).tobytes() for seconds in (0.9, 2.0))


@pytest.mark.parametrize(
    ("sound", "alone", "with_another", "other"),
    [(WORD, [2.0], [2.0], []), (SENTENCE, [2.0, None], [2.0], [2.0])],
    ids=["a word", "a sentence"],
)
def test_what_is_doubtful_is_heard_closer(
    sound: bytes, alone: list[float | None], with_another: list[float | None], other: list[float | None]
) -> None:
    """A sentence by the larger model, or in the whole window where there is none; a word is not."""
    question = {"turn": "1", "language": "en"}
    small, beside, large = NeverSure("hm"), NeverSure("hm"), NeverSure("him")
    heard = Hearing(cast(WhisperModel, small)).hear(question, sound)
    assert (heard, small.silences) == ({"hypotheses": [["hm", -9.0]]}, alone)
    heard = Hearing(cast(WhisperModel, beside), loaded(large)).hear(question, sound)
    assert (beside.silences, large.silences) == (with_another, other)
    assert heard == {"hypotheses": [["him" if other else "hm", -9.0]]}


def test_a_word_that_would_be_nothing_is_heard_closer() -> None:
    """A "yes" over a fan is no silence; what both hear nothing in is."""
    question = {"turn": "1", "language": "en"}
    for there, hypotheses in ((0.1, [["yes", -9.0]]), (0.9, [])):
        small = cast(WhisperModel, NeverSure("the US", no_speech=0.9))
        assert Hearing(small, loaded(NeverSure("yes", no_speech=there))).hear(question, WORD) == {
            "hypotheses": hypotheses
        }


class NeverSure:
    """A model that is not sure of what it hears, and notes how much silence it heard after the speech."""

    def __init__(self, hears: str, no_speech: float = 0.1) -> None:
        self._hears = hears
        self._no_speech = no_speech
        self.silences: list[float | None] = []

    def speech_in(self, samples: Sound) -> Sound:
        return samples

    def encode(self, speech: Sound, extra: float | None = SHORT_WINDOW_EXTRA) -> Encoding:
        self.silences.append(extra)
        return cast(Encoding, None)

    def hypothesise(self, encoding: Encoding, language: str) -> tuple[list[Guess], float]:
        return [Guess(self._hears, -9.0, 2)], self._no_speech


def loaded(model: NeverSure) -> Future[WhisperModel]:
    """What the child has once a model is loaded."""
    ready: Future[WhisperModel] = Future()
    ready.set_result(cast(WhisperModel, model))
    return ready


def test_a_larger_model_listens_again(whisper: WhisperRecogniser) -> None:
    """The first model hears; scores are those that the second one gives alone, and not the first's."""
    store = ModelStore()
    small, large = store.find("whisper", "en"), store.find("whisper", "en", "whisper-base")
    sound, texts = sounds.english(ORDER), ["i'd like a large cappuccino with soy milk", "a small mocha"]
    with (
        contextlib.closing(WhisperRecogniser(small, second=large, threads=1)) as both,
        contextlib.closing(WhisperRecogniser(large, threads=1)) as alone,
    ):
        assert both.hear(sound, "order", "en") == whisper.hear(sound, "order", "en")
        alone.hear(sound, "order", "en")
        assert both.rescore("order", texts) == pytest.approx(alone.rescore("order", texts), abs=0.01)
        assert both.rescore("order", texts) != pytest.approx(whisper.rescore("order", texts), abs=0.5)
        assert both.hear_again("order", "a large cappuccino, a small mocha")


def test_a_larger_model_that_is_damaged_is_done_without(whisper: WhisperRecogniser, tmp_path: Path) -> None:
    """The first one listens again, as if there were no other."""
    store = ModelStore()
    damaged = shutil.copytree(store.find("whisper", "en", "whisper-base"), tmp_path / "damaged")
    (damaged / "model.bin").write_bytes((damaged / "model.bin").read_bytes()[:50_000_000])
    sound, texts = sounds.english(ORDER), ["i'd like a large cappuccino with soy milk", "a small mocha"]
    with contextlib.closing(WhisperRecogniser(store.find("whisper", "en"), second=damaged, threads=1)) as both:
        assert both.hear(sound, "order", "en") == whisper.hear(sound, "order", "en")
        assert both.rescore("order", texts) == pytest.approx(whisper.rescore("order", texts), abs=0.01)
        assert both.hear_again("order", "a large cappuccino, a small mocha")


@pytest.mark.parametrize("amplitude", [0, 200, 5_000])
def test_nothing_is_heard_in_silence_and_noise(whisper: WhisperRecogniser, amplitude: int) -> None:
    """Whisper makes sentences up when nobody speaks: here it never gets to hear that."""
    sound = sounds.noise(4, amplitude) if amplitude else sounds.silence(4)
    assert whisper.hear(sound, "silent", "en").hypotheses == ()
    assert whisper.hear(sound[:0], "nothing", "en").hypotheses == ()
    with pytest.raises(SoundGone):
        whisper.rescore("silent", ["yes"])


def test_the_sound_of_old_turns_is_gone(whisper: WhisperRecogniser) -> None:
    """The last four turns can be listened to again; the fifth last and unknown ones cannot."""
    for turn in range(5):
        whisper.hear(sounds.english("yes please"), f"turn {turn}", "en")
    assert len(whisper.rescore("turn 1", ["yes please"])) == 1
    for gone in ("turn 0", "never heard"):
        with pytest.raises(SoundGone) as error:
            whisper.rescore(gone, ["yes please"])
        assert error.value.turn_id == gone


def test_too_long_a_speech_is_refused(whisper: WhisperRecogniser) -> None:
    """Half a minute of talk is no command: it is refused with its length, and the engine goes on."""
    talk = np.tile(sounds.english(ORDER), 12)
    with pytest.raises(UtteranceTooLong, match="keep it under 28 s"):
        whisper.hear(talk, "talk", "en")
    assert whisper.hear(sounds.english("yes please"), "after", "en").hypotheses


def test_a_child_killed_in_mid_answer_is_replaced(whisper: WhisperRecogniser) -> None:
    """kill -9 while it works: the turn fails with what happened, and the next one is heard by a new child."""
    whisper.hear(sounds.english("yes please"), "before", "en")
    first = whisper.process.pid
    assert first is not None
    os.kill(first, signal.SIGSTOP)  # so that the question is surely under way when it dies
    threading.Timer(0.3, os.kill, (first, signal.SIGKILL)).start()
    with pytest.raises(EngineDied, match="say it again") as died:
        whisper.hear(sounds.english(ORDER), "killed", "en")
    assert died.value.exit_code == -signal.SIGKILL
    with pytest.raises(SoundGone):
        whisper.rescore("before", ["yes please"])
    assert whisper.hear(sounds.english("yes please"), "next", "en").hypotheses
    assert whisper.process.pid != first


def test_a_child_that_hangs_is_killed_at_the_deadline() -> None:
    """A stopped child, and more sound than its pipe holds: the deadline ends both, and the next turn works."""
    recogniser = WhisperRecogniser(ModelStore().find("whisper", "en"), threads=1)
    with contextlib.closing(recogniser):
        recogniser.hear(sounds.silence(1), "loads", "en")
        hanging = recogniser.process.pid
        assert hanging is not None
        os.kill(hanging, signal.SIGSTOP)
        recogniser._seconds = 0.5
        began = time.monotonic()
        with pytest.raises(EngineTimeout, match=r"did not answer within 0\.5 s"):
            recogniser.hear(sounds.silence(10), "hangs", "en")
        assert time.monotonic() - began < 5
        assert not Path(f"/proc/{hanging}").exists()
        recogniser._seconds = 20
        assert recogniser.hear(sounds.english("yes please"), "next", "en").hypotheses


def test_a_model_that_cannot_be_loaded_says_why(tmp_path: Path) -> None:
    """A folder without a model ends the child: what it wrote last is in the error."""
    with contextlib.closing(WhisperRecogniser(tmp_path)) as recogniser, pytest.raises(EngineDied) as died:
        recogniser.hear(sounds.silence(1), "turn", "en")
    assert "model.bin" in died.value.last_words
    assert "\n" not in str(died.value)


def test_the_child_ends_with_its_parent() -> None:
    """When the parent is killed, its child sees stdin close and goes away too."""
    folder = ModelStore().find("whisper", "en")
    program = (
        "import sys, time, numpy, pathlib\n"
        "from voice.recognition.whisper import WhisperRecogniser\n"
        "r = WhisperRecogniser(pathlib.Path(sys.argv[1]))\n"
        "r.hear(numpy.zeros(1600, numpy.int16), 't', 'en')\n"
        "print(r.process.pid, flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(folder)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert Path(f"/proc/{child}").exists()
        parent.kill()
    deadline = time.monotonic() + 10
    while _runs(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _runs(child)


def _runs(pid: int) -> bool:
    """Whether a process is there and no zombie that its adopter has yet to reap."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_candidate_is_spelled_as_whisper_spells() -> None:
    """Plain words get the capital and the full stop that the best hypothesis has; what is spelled already stays."""
    assert spelled_like("Add milk.", "i want what i'd like") == "I want what I'd like."
    assert spelled_like("add milk", "i want milk") == "i want milk"
    assert spelled_like("Is it?", "Already Written!") == "Already Written!"
