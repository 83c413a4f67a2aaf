"""Answers become audible sound in child programs that may die."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from voice.speech.child import ChildSynthesiser
from voice.speech.synthesiser import (
    SLOWER,
    LanguageNotSpoken,
    Speech,
    SynthesiserDied,
    SynthesisTimedOut,
    write_wav,
)
from voice.speech.voices import installed, open_synthesiser

CART = "Your cart has two cartons of oat milk. The total is four dollars twenty."


def is_audible(speech: Speech) -> bool:
    """More than a tenth of the time is clearly louder than silence."""
    level = np.abs(speech.samples.astype(np.int32))
    return bool((level > 1000).mean() > 0.1)


@pytest.fixture(scope="module")
def espeak() -> Iterator[ChildSynthesiser]:
    synthesiser = open_synthesiser("espeak", "en")
    assert isinstance(synthesiser, ChildSynthesiser)
    yield synthesiser
    synthesiser.close()


@pytest.fixture(scope="module")
def natural() -> Iterator[ChildSynthesiser]:
    if not installed("natural"):
        pytest.skip("the natural voice is an optional extra")
    synthesiser = open_synthesiser("natural", "en")
    assert isinstance(synthesiser, ChildSynthesiser)
    yield synthesiser
    synthesiser.close()


def test_espeak_says_an_answer_aloud(espeak: ChildSynthesiser) -> None:
    """A two-sentence answer is three to eight seconds of audible sound."""
    speech = espeak.say(CART, "en")
    assert 3 < speech.seconds < 8
    assert is_audible(speech)


def test_the_natural_voice_says_an_answer_aloud(natural: ChildSynthesiser) -> None:
    """The same answer by the natural voice is as long and as audible."""
    speech = natural.say(CART, "en")
    assert 3 < speech.seconds < 8
    assert is_audible(speech)


def test_slower_is_slower_every_time(espeak: ChildSynthesiser) -> None:
    """Ten changes of speed in one program: each is heard in its own utterance, never one late."""
    for _ in range(5):
        usual = espeak.say("Your cart is empty.", "en")
        slow = espeak.say("Your cart is empty.", "en", SLOWER)
        assert 1.25 < slow.seconds / usual.seconds < 1.55


def test_the_natural_voice_can_be_slower(natural: ChildSynthesiser) -> None:
    """ "Slower" stretches the natural voice too, without loading it again."""
    natural.start()
    before = natural.process_id
    assert natural.say(CART, "en", SLOWER).seconds > 1.2 * natural.say(CART, "en").seconds
    assert natural.process_id == before


def test_korean_is_spoken(espeak: ChildSynthesiser) -> None:
    """One program speaks English and then Korean: the Korean sentence is not skipped or spelled in English."""
    korean = espeak.say("장바구니에 우유 두 개를 담았습니다.", "ko")
    assert is_audible(korean)
    assert 2 < korean.seconds < 5


def test_a_language_that_the_voice_lacks_is_refused(natural: ChildSynthesiser, espeak: ChildSynthesiser) -> None:
    """Nothing is said in the wrong language: an unknown tag, or Korean for the English voice, is a typed error."""
    with pytest.raises(LanguageNotSpoken):
        espeak.say("hello", "xx")
    with pytest.raises(LanguageNotSpoken):
        natural.say("안녕하세요", "ko")
    with pytest.raises(LanguageNotSpoken):
        open_synthesiser("natural", "ko")
    assert is_audible(espeak.say("hello", "en"))


def test_auto_takes_the_voice_that_fits_the_language() -> None:
    """English gets the natural voice when it is installed, Korean gets espeak-ng."""
    for language, name in (("en", "natural" if installed("natural") else "espeak"), ("ko", "espeak")):
        chosen = open_synthesiser("auto", language)
        assert isinstance(chosen, ChildSynthesiser)
        assert chosen.name == name
        chosen.close()


def test_nothing_sayable_is_no_sound(espeak: ChildSynthesiser) -> None:
    """An empty answer, or only marks, gives no samples and asks no engine."""
    for text in ("", "   ", "...", "\u202e\u200b"):
        assert len(espeak.say(text, "en").samples) == 0


def test_hostile_text_is_spoken_plainly(espeak: ChildSynthesiser, natural: ChildSynthesiser) -> None:
    """Control and bidi characters, tags and newlines in a name neither break the pipe nor silence the answer."""
    hostile = "Milk\x00\x07\n</speak>\"}\u202e[[f'u:]] {price} $(reboot) one litre."
    for voice in (espeak, natural):
        assert is_audible(voice.say(hostile, "en"))


def test_a_voice_killed_in_mid_sentence_is_a_typed_error_and_comes_back() -> None:
    """kill -9 while a sentence is being made: the call says so, and the next sentence is spoken by a new program."""
    voice = ChildSynthesiser("espeak", "voice.speech.pyttsx3_child")
    voice.start()
    killed = voice.process_id
    assert killed is not None
    os.kill(killed, signal.SIGSTOP)
    threading.Timer(0.2, os.kill, (killed, signal.SIGKILL)).start()
    with pytest.raises(SynthesiserDied) as death:
        voice.say("Hello.", "en")
    assert death.value.status == -signal.SIGKILL
    assert is_audible(voice.say("Hello again.", "en"))
    assert voice.process_id not in (None, killed)
    voice.close()


def test_a_voice_killed_between_sentences_is_replaced() -> None:
    """kill -9 while nothing is being said: the next sentence is spoken by a new program."""
    voice = ChildSynthesiser("espeak", "voice.speech.pyttsx3_child")
    voice.start()
    killed = voice.process_id
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    os.waitid(os.P_PID, killed, os.WEXITED | os.WNOWAIT)
    assert is_audible(voice.say("Hello.", "en"))
    assert voice.process_id not in (None, killed)
    voice.close()


def test_a_voice_that_hangs_is_ended() -> None:
    """A frozen program misses its deadline: it is ended within it, and the next sentence is spoken."""
    voice = ChildSynthesiser("espeak", "voice.speech.pyttsx3_child", deadline=0.7)
    voice.start()
    frozen = voice.process_id
    assert frozen is not None
    os.kill(frozen, signal.SIGSTOP)
    with pytest.raises(SynthesisTimedOut):
        voice.say("Hello.", "en")
    assert is_audible(voice.say("Hello again.", "en"))
    assert voice.process_id != frozen
    voice.close()


def test_a_voice_that_can_not_load_says_why() -> None:
    """A program that ends at the start is reported with its last words, not with a hang."""
    voice = ChildSynthesiser("espeak", "voice.speech.no_such_module")
    with pytest.raises(SynthesiserDied, match="no_such_module"):
        voice.say("Hello.", "en")
    voice.close()


def test_the_packaged_espeak_speaks_when_the_system_has_none(tmp_path: Path) -> None:
    """With the system's library out of sight, pyttsx3 runs on the one that a package carries, in English and Korean."""
    program = (
        "import ctypes.util, sys; from pathlib import Path\n"
        "ctypes.util.find_library = lambda name: None\n"
        "from voice.speech.pyttsx3_child import Pyttsx3Voice\n"
        "voice = Pyttsx3Voice()\n"
        "voice.write('Your cart is empty.', 'en', 1.0, Path(sys.argv[1], 'en.wav'))\n"
        "voice.write('장바구니가 비어 있습니다.', 'ko', 1.0, Path(sys.argv[1], 'ko.wav'))\n"
        "assert 'espeakng_loader' in open('/proc/self/maps').read()\n"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True, capture_output=True)
    for language in ("en", "ko"):
        with wave.open(str(tmp_path / f"{language}.wav")) as file:
            assert 1 < file.getnframes() / file.getframerate() < 4


def test_an_answer_is_written_as_one_wav(espeak: ChildSynthesiser, tmp_path: Path) -> None:
    """Sentences said one by one become one file with a pause between them."""
    parts = [espeak.say(sentence, "en") for sentence in ("Added.", "Anything else?")]
    write_wav(parts, tmp_path / "answer.wav", pause=0.5)
    with wave.open(str(tmp_path / "answer.wav")) as file:
        seconds = file.getnframes() / file.getframerate()
    assert seconds == pytest.approx(parts[0].seconds + parts[1].seconds + 0.5, abs=0.01)
