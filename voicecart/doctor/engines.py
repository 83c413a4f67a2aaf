"""Hearing and speaking without a device: models, the voice, one real sentence said and heard, the wake word."""

from __future__ import annotations

import time
from collections.abc import Iterator

import soxr
from rapidfuzz import fuzz

from skills.understanding.phonemes import Lexicon, PhonemesMissing
from voice.audio import SAMPLE_RATE, Samples
from voice.recognition.catalogue import EngineName
from voice.recognition.engine import LibraryMissing, Recogniser, RecognitionError
from voice.speech.synthesiser import LanguageNotSpoken, Speech, SpeechError, SynthesiserMissing
from voice.wake_word import WAKE_WORDS, MicroWakeWords
from voicecart.assembly import Assembly
from voicecart.device.words import device_words
from voicecart.doctor.finding import Finding, ok, problem, warning

_ALIKE = 60.0  # of 100, by letters: what is heard of a synthetic voice need not be perfect
_SLOW_ANSWER = 1.5  # seconds
_ENGINES: tuple[EngineName, ...] = ("whisper", "vosk")


def models(assembly: Assembly, language: str) -> Iterator[Finding]:
    """Which engines have a model for the language."""
    settings = assembly.settings
    named = {"whisper": settings.whisper_model, "vosk": settings.vosk_model}
    here: list[str] = []
    missing: list[str] = []
    for engine in _ENGINES:
        try:
            folder = assembly.models.find(engine, language, named[engine])
        except RecognitionError as error:
            missing.append(f"{engine}: {error}")
        else:
            here.append(f"{engine} ({folder})")
    if here:
        yield ok("models", f"for {language}: {', '.join(here)}")
    else:
        yield problem("models", f"none for {language}", f"Install one. {'; '.join(missing)}.")


def espeak(language: str) -> Finding:
    """Whether espeak-ng says how words sound; understanding needs it."""
    try:
        with Lexicon() as lexicon:
            (sounds,) = lexicon.phonemes(["hello"], language)
    except PhonemesMissing as error:
        return problem("espeak-ng", str(error), "pip install espeakng-loader")
    return ok("espeak-ng", f'"hello" sounds like {"".join(sounds)}')


def voice_and_hearing(assembly: Assembly, language: str) -> Iterator[Finding]:
    """Say one sentence, and hear it."""
    sentence = device_words(language).lines.unmuted
    try:
        speech, took = _said(assembly, sentence, language)
    except (SynthesiserMissing, LanguageNotSpoken) as error:
        yield problem("synthesis", str(error), "Install a voice, or set VOICECART_VOICE.")
        return
    except SpeechError as error:
        yield problem("synthesis", str(error), "Run the doctor again; then set VOICECART_VOICE=espeak.")
        return
    told = f"{speech.seconds:.1f} s of speech made in {took:.2f} s"
    if took > speech.seconds:
        yield warning("synthesis", told, "Answers will halt: set VOICECART_VOICE=espeak.", seconds=took)
    else:
        yield ok("synthesis", told, seconds=took)
    yield _recognition(assembly, language, sentence, _at_our_rate(speech))


def _said(assembly: Assembly, sentence: str, language: str) -> tuple[Speech, float]:
    """The sound, and how long a warm voice needs for it. Raises SpeechError."""
    synthesiser = assembly.synthesiser(language)
    try:
        synthesiser.say(sentence, language)
        began = time.monotonic()
        return synthesiser.say(sentence, language), time.monotonic() - began
    finally:
        synthesiser.close()


def _recognition(assembly: Assembly, language: str, sentence: str, sound: Samples) -> Finding:
    try:
        recogniser = assembly.recogniser(language)
        try:
            return _heard(recogniser, language, sentence, sound)
        finally:
            recogniser.close()
    except LibraryMissing as error:
        return problem("recognition", str(error), f"pip install {error.package}")
    except RecognitionError as error:
        return problem("recognition", str(error), "Run the doctor again; then: voicecart models verify NAME")


def _heard(recogniser: Recogniser, language: str, sentence: str, sound: Samples) -> Finding:
    began = time.monotonic()
    recogniser.hear(sound, "first", language)
    loaded = time.monotonic()
    heard = recogniser.hear(sound, "second", language)
    took = time.monotonic() - loaded
    text = heard.hypotheses[0].text if heard.hypotheses else ""
    told = f'heard "{text}" for "{sentence}" in {took:.2f} s, {loaded - began:.1f} s with loading'
    if fuzz.partial_ratio(text.lower(), sentence.lower()) < _ALIKE:
        return problem("recognition", told, "Try another model: voicecart models list", seconds=took)
    if took > _SLOW_ANSWER:
        advice = "Answers will be late: use a smaller model (voicecart models list) or set VOICECART_THREADS."
        return warning("recognition", told, advice, seconds=took)
    return ok("recognition", told, seconds=took)


def _at_our_rate(speech: Speech) -> Samples:
    sound: Samples = soxr.resample(speech.samples, speech.sample_rate, SAMPLE_RATE)
    return sound


def wake_word(name: str | None) -> Finding:
    """Whether the wake word's model loads. name: None when none is asked for."""
    try:
        MicroWakeWords([name or next(iter(WAKE_WORDS))])
    except LibraryMissing as error:
        return warning("wake word", str(error), f"pip install {error.package}, or listen with --push-to-talk.")
    except RecognitionError as error:
        return problem("wake word", str(error), "Name another with --wake-word.")
    return ok("wake word", f"{WAKE_WORDS[name]} is known" if name else f"none is set; known: {', '.join(WAKE_WORDS)}")
