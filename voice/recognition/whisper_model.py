"""Whisper on one utterance: sound to encoder output, encoder output to hypotheses. Runs in the child program only."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import ctranslate2
import numpy as np
import tokenizers
from faster_whisper.feature_extractor import FeatureExtractor
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.vad import get_vad_model
from numpy.typing import NDArray

from skills.contract import Sayable
from voice.audio import SAMPLE_RATE, Samples
from voice.recognition.choosing import chosen
from voice.recognition.spelling import Spelling
from voice.recognition.whisper_decoder import WhisperDecoder

Sound = NDArray[np.floating]
"""Mono sound at SAMPLE_RATE as float32 in -1 to 1, shape (n,)."""

WINDOW_SECONDS = 30.0
"""The window that Whisper was trained on; what is longer does not fit."""

SHORT_WINDOW_EXTRA = 2.0
"""Seconds of silence after the speech in the short window. With one second Whisper starts to lose words."""

_MARGIN_SECONDS = 0.3
_VAD_CHUNK = 512
_VAD_THRESHOLD = 0.5
_SHORTEST_SPEECH_CHUNKS = 4
_TOKENS_PER_SECOND = 8
_BEAM = 5
_SHORTEST_LOOP_WORDS = 3
_SHORTEST_END_LOOP_WORDS = 2
_END_LOOP_ROUNDS = 2
"""What loops at the end only is written three times at least: "bread and milk and milk" may have been said."""
_NO_FRAMES = 2
"""The fewest that CTranslate2 aligns a text's tokens with; how likely the tokens are does not depend on it."""
_SPELLINGS = 8
"""How many moments' sentences stay spelled out."""
_SPARE_TOKENS = 6
_CLOSING = (b".", b"?")
_MORE_WITH_HINT = 6
"""Tokens: names of the shop take more of them than the everyday words that they were taken for."""
_LONGEST_HINT = 200
"""Tokens. Whisper was trained with up to 223."""


@dataclass(frozen=True, slots=True)
class Guess:
    """One hypothesis. log_probability: natural log over all its tokens, the end token included; tokens: how many."""

    text: str
    log_probability: float
    tokens: int


@dataclass(frozen=True, slots=True)
class Encoding:
    """What the encoder made of an utterance.

    output: shape (1, frames, d_model), on the CPU.
    seconds: of speech.
    """

    output: ctranslate2.StorageView
    seconds: float


class WhisperModel:
    """A loaded model. Not safe for several threads."""

    def __init__(self, folder: Path, threads: int) -> None:
        self._model = ctranslate2.models.Whisper(
            str(folder), device="cpu", compute_type="int8", intra_threads=threads, inter_threads=1
        )
        self._words = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._folder = folder
        self._spelling = lru_cache(maxsize=_SPELLINGS)(self._spelled)
        self._features = FeatureExtractor(feature_size=self._model.n_mels)
        self._vad = get_vad_model()

    def speech_in(self, samples: Samples) -> Sound:
        """What lies between the first and the last speech, with a small margin; empty when there is none."""
        sound = samples.astype(np.float32) / np.float32(32768)
        padded = np.pad(sound, (0, -len(sound) % _VAD_CHUNK))
        if not len(padded):
            return sound
        speech = np.flatnonzero(self._vad(padded).ravel() > _VAD_THRESHOLD)
        if len(speech) < _SHORTEST_SPEECH_CHUNKS:
            return sound[:0]
        margin = int(_MARGIN_SECONDS * SAMPLE_RATE)
        first, last = speech[0] * _VAD_CHUNK - margin, (speech[-1] + 1) * _VAD_CHUNK + margin
        return sound[max(0, first) : last]

    def encode(self, speech: Sound, extra: float | None = SHORT_WINDOW_EXTRA) -> Encoding:
        """Encodes the speech and silence after it. extra: seconds of that; None fills the 30 s window."""
        silent = WINDOW_SECONDS * SAMPLE_RATE - len(speech) if extra is None else extra * SAMPLE_RATE
        features = self._features(np.pad(speech, (0, int(silent))), padding=0)
        batch = np.ascontiguousarray(features[np.newaxis], dtype=np.float32)
        output = self._model.encode(ctranslate2.StorageView.from_array(batch), to_cpu=True)
        return Encoding(output, len(speech) / SAMPLE_RATE)

    def hypothesise(
        self, encoding: Encoding, language: str, hint: str = "", longest: int | None = None
    ) -> tuple[list[Guess], float]:
        """Distinct hypotheses, best first, and the probability that nobody spoke.

        Whisper may write time stamps here (they are dropped): in the short window that keeps it from writing an
        utterance twice, which it otherwise does in every sixth.

        hint: taken as what was said before, so that words of its kind become likelier.
        longest: the most tokens that are written; None means as many as can be said in the time.
        """
        if longest is None:
            longest = 10 + int(encoding.seconds * _TOKENS_PER_SECOND)
        tokenizer = self._tokenizer(language)
        prompt = [*self._before(tokenizer, hint), *tokenizer.sot_sequence]
        result = self._model.generate(
            encoding.output,
            [prompt],
            beam_size=_BEAM,
            num_hypotheses=_BEAM,
            length_penalty=0,  # scores then are sums, not means
            return_scores=True,
            return_no_speech_prob=True,
            max_length=len(prompt) + longest,
        )[0]
        guesses = [
            Guess(said_once(tokenizer.decode(ids).strip()), score, len(ids) + 1)
            for ids, score in zip(result.sequences_ids, result.scores, strict=True)
        ]
        return distinct(guesses), result.no_speech_prob

    def hypothesise_with(self, hint: str, encoding: Encoding, language: str, besides: list[Guess]) -> list[Guess]:
        """Distinct hypotheses heard with a hint, and those heard without, best first.

        A loop ends soon after what was heard without: the same sound has hardly more words. besides: one at least.
        """
        longest = max(guess.tokens for guess in besides) + _MORE_WITH_HINT
        hinted, _ = self.hypothesise(encoding, language, hint, longest)
        return distinct([*hinted, *besides])

    def score(self, encoding: Encoding, language: str, texts: list[str]) -> list[float]:
        """Natural-log likelihood of each text, summed over its tokens.

        The end token is not in the sum (CTranslate2's `align` leaves it out), so a text should end with a full stop:
        that is improbable where the speaker went on, and keeps a mere beginning from winning.
        """
        tokenizer = self._tokenizer(language)
        tokens = [tokenizer.encode(" " + text) for text in texts]
        output = np.repeat(np.array(encoding.output), len(texts), axis=0)
        results = self._model.align(
            ctranslate2.StorageView.from_array(output), tokenizer.sot_sequence, tokens, _NO_FRAMES
        )
        return [float(np.log(np.maximum(result.text_token_probs, 1e-30)).sum()) for result in results]

    def choose(self, encoding: Encoding, language: str, sayable: Sayable) -> list[tuple[str, float]]:
        """The sayable sentences that the sound speaks for most, each with its evidence (see `choosing`)."""
        tokenizer = self._tokenizer(language)
        outputs = [np.array(one.output, dtype=np.float32)[0] for one in (encoding, self._silence)]
        longest = int(encoding.seconds * _TOKENS_PER_SECOND) + _SPARE_TOKENS
        prompt = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
        best: dict[str, float] = {}
        for one in chosen(self._decoder, outputs, self._spelling(sayable), prompt, tokenizer.eot, longest):
            best.setdefault(tokenizer.decode(list(one.tokens)).strip(), one.evidence)
        return list(best.items())

    @cached_property
    def _decoder(self) -> WhisperDecoder:
        """Takes 200 MB with the base model: only what is asked to choose has it."""
        return WhisperDecoder(self._folder)

    @cached_property
    def _silence(self) -> Encoding:
        """The short window of no speech at all."""
        return self.encode(np.zeros(0, np.float32))

    def _spelled(self, sayable: Sayable) -> Spelling:
        tokens = token_bytes(self._words)
        return Spelling(sayable, tokens, [tokens.index(sign) for sign in _CLOSING])

    def _before(self, tokenizer: Tokenizer, hint: str) -> list[int]:
        """The tokens of what was said before; none for no hint."""
        return [tokenizer.sot_prev, *tokenizer.encode(" " + hint)[:_LONGEST_HINT]] if hint else []

    def _tokenizer(self, language: str) -> Tokenizer:
        """The tokenizer for a language; an English-only model has but one."""
        spoken = language.split("-")[0].lower()
        return Tokenizer(self._words, self._model.is_multilingual, task="transcribe", language=spoken)


def token_bytes(words: tokenizers.Tokenizer) -> list[bytes]:
    """What each token of a byte-level vocabulary stands for; empty for what stands for no text."""
    shown = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    hidden = [byte for byte in range(0x100) if byte not in shown]  # written as letters beyond Latin-1
    letters = {chr(byte): byte for byte in shown} | {chr(0x100 + n): byte for n, byte in enumerate(hidden)}
    spelled = [b""] * words.get_vocab_size(with_added_tokens=False)
    for token, number in words.get_vocab(with_added_tokens=False).items():
        if all(letter in letters for letter in token):
            spelled[number] = bytes(letters[letter] for letter in token)
    return spelled


def said_once(text: str) -> str:
    """The text without a loop: what begins again from its first word, and goes on the same to the end, is dropped.

    So is what is written again and again at the end. Whisper writes such loops when the silence after the speech is
    short. The last word may be cut off.
    """
    words = text.split()
    bare = ["".join(c for c in word.casefold() if c.isalnum()) for word in words]
    for begin in range(len(bare)):
        shortest, rounds = (_SHORTEST_LOOP_WORDS, 1) if begin == 0 else (_SHORTEST_END_LOOP_WORDS, _END_LOOP_ROUNDS)
        for period in range(shortest, (len(bare) - begin - 2) // rounds + 1):
            if _goes_round(bare[begin:], period):
                return " ".join(words[: begin + period])
    return text


def _goes_round(words: list[str], period: int) -> bool:
    """Whether the first `period` words come again and again, to the end."""
    expected = [words[i % period] for i in range(len(words))]
    return words[:-1] == expected[:-1] and expected[-1].startswith(words[-1])


def distinct(guesses: list[Guess]) -> list[Guess]:
    """Joins what differs only in case and punctuation: the likeliest spelling, with all their probability."""
    joined: dict[str, Guess] = {}
    for guess in sorted(guesses, key=lambda one: -one.log_probability):
        key = "".join(c for c in unicodedata.normalize("NFKC", guess.text).casefold() if c.isalnum())
        if not key:
            continue
        first = joined.setdefault(key, guess)
        if first is not guess:
            both = float(np.logaddexp(first.log_probability, guess.log_probability))
            joined[key] = Guess(first.text, both, first.tokens)
    return sorted(joined.values(), key=lambda one: -one.log_probability)
