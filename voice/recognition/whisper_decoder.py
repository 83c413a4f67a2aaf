"""Whisper's decoder in numpy: the log-probability of every next token after many beginnings at once.

CTranslate2 decodes freely or scores whole texts. A search that may write only what can be said needs the step between:
the same beginnings, one token longer, again and again. The weights are those of the CTranslate2 model.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
_TYPES = (np.float32, np.int8, np.int16, np.int32, np.float16)  # as CTranslate2 numbers them
_HEAD = 64  # values of one attention head, in every size of Whisper
_EPSILON = 1e-5
_UNSEEN = np.float32(-1e9)
_ERROR_FUNCTION = np.array([1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592, 0], np.float32)


@dataclass(frozen=True, slots=True)
class Beginnings:
    """What the decoder keeps of texts of one length.

    sounds: of each layer and sound, keys (heads, 64, frames) and values (heads, frames, 64).
    said: of each layer, keys and values of the tokens so far, each (sounds x texts, heads, length, 64).
    """

    sounds: tuple[tuple[tuple[Floats, Floats], ...], ...]
    said: tuple[tuple[Floats, Floats], ...]

    @property
    def length(self) -> int:
        """How many tokens each text has."""
        return int(self.said[0][0].shape[2])


class WhisperDecoder:
    """One model's decoder, in single precision."""

    def __init__(self, folder: Path) -> None:
        weights = _Weights(folder / "model.bin")
        self._embeddings = weights.array("decoder/embeddings/weight")
        self._places = weights.array("decoder/position_encodings/encodings")
        self._norm = weights.norm("decoder")
        self._layers = tuple(_Layer(weights, f"decoder/layer_{n}") for n in range(weights.layers))

    def begin(self, prompt: list[int], outputs: Sequence[Floats]) -> tuple[Floats, Beginnings]:
        """After a prompt: log-probabilities of the next token, shape (sounds, 1, tokens).

        outputs: the encoder's, of each sound; shape (frames, width).
        """
        sounds = tuple(tuple(layer.heard(output) for output in outputs) for layer in self._layers)
        return self._run(np.array([prompt] * len(outputs)), Beginnings(sounds, ()), 0)

    def longer(self, texts: Beginnings, parents: list[int], tokens: list[int]) -> tuple[Floats, Beginnings]:
        """After each of `tokens`, put behind the texts `parents`; log-probabilities, shape (sounds, texts, tokens)."""
        count = len(texts.sounds[0])
        rows = np.concatenate([np.array(parents) + n * (len(texts.said[0][0]) // count) for n in range(count)])
        said = tuple((keys[rows], values[rows]) for keys, values in texts.said)
        return self._run(np.array(tokens * count)[:, None], Beginnings(texts.sounds, said), texts.length)

    def _run(self, ids: NDArray[np.intp], texts: Beginnings, place: int) -> tuple[Floats, Beginnings]:
        x = self._embeddings[ids] + self._places[place : place + ids.shape[1]]
        said: list[tuple[Floats, Floats]] = []
        for number, layer in enumerate(self._layers):
            x, kept = layer.run(x, texts.said[number] if texts.said else None, texts.sounds[number])
            said.append(kept)
        scores = _normed(x[:, -1], *self._norm) @ self._embeddings.T
        scores -= scores.max(axis=-1, keepdims=True)
        scores -= np.log(np.exp(scores).sum(axis=-1, keepdims=True))
        return scores.reshape(len(texts.sounds[0]), -1, scores.shape[-1]), Beginnings(texts.sounds, tuple(said))


class _Layer:
    """One layer: the text so far, the sound, then what both make of each other."""

    def __init__(self, weights: _Weights, name: str) -> None:
        own, sound, both = f"{name}/self_attention", f"{name}/attention", f"{name}/ffn"
        self._own_norm, self._sound_norm, self._both_norm = (weights.norm(part) for part in (own, sound, both))
        self._asked, self._answered = weights.linear(f"{own}/linear_0"), weights.linear(f"{own}/linear_1")
        self._sound_asked, self._heard = weights.linear(f"{sound}/linear_0"), weights.linear(f"{sound}/linear_1")
        self._sound_answered = weights.linear(f"{sound}/linear_2")
        self._wide, self._narrow = weights.linear(f"{both}/linear_0"), weights.linear(f"{both}/linear_1")

    def heard(self, output: Floats) -> tuple[Floats, Floats]:
        keys, values = np.split(_linear(output, self._heard), 2, axis=-1)
        return np.ascontiguousarray(_heads(keys).swapaxes(-1, -2)), np.ascontiguousarray(_heads(values))

    def run(
        self, x: Floats, said: tuple[Floats, Floats] | None, sounds: Sequence[tuple[Floats, Floats]]
    ) -> tuple[Floats, tuple[Floats, Floats]]:
        parts = np.split(_linear(_normed(x, *self._own_norm), self._asked), 3, axis=-1)
        queries, keys, values = (_heads(part) for part in parts)
        if said is not None:
            keys, values = np.concatenate([said[0], keys], axis=2), np.concatenate([said[1], values], axis=2)
        later = np.triu(np.full((x.shape[1], keys.shape[2]), _UNSEEN), keys.shape[2] - x.shape[1] + 1)
        x = x + _linear(_joined(_softmax(_scaled(queries) @ keys.swapaxes(-1, -2) + later) @ values), self._answered)
        queries = _heads(_linear(_normed(x, *self._sound_norm), self._sound_asked))
        x = x + _linear(_joined(_attend(_scaled(queries), sounds)), self._sound_answered)
        return x + _linear(_gelu(_linear(_normed(x, *self._both_norm), self._wide)), self._narrow), (keys, values)


def _attend(queries: Floats, sounds: Sequence[tuple[Floats, Floats]]) -> Floats:
    """Each sound's texts ask it together, so that its keys are read once. queries: (sounds x texts, heads, n, 64)."""
    answers: list[Floats] = []
    for asked, (keys, values) in zip(np.split(queries, len(sounds)), sounds, strict=True):
        texts, heads, length, _ = asked.shape
        together = asked.swapaxes(0, 1).reshape(heads, -1, _HEAD)
        answers.append((_softmax(together @ keys) @ values).reshape(heads, texts, length, _HEAD).swapaxes(0, 1))
    return np.concatenate(answers)


def _heads(x: Floats) -> Floats:
    return x.reshape(*x.shape[:-1], -1, _HEAD).swapaxes(-2, -3)


def _joined(x: Floats) -> Floats:
    return x.swapaxes(-2, -3).reshape(x.shape[0], x.shape[2], -1)


def _scaled(x: Floats) -> Floats:
    return x * np.float32(_HEAD**-0.5)


def _linear(x: Floats, layer: tuple[Floats, Floats]) -> Floats:
    """As one product of matrices: numpy would take one text after the other, fourteen times as slowly."""
    flat: Floats = x.reshape(-1, x.shape[-1]) @ layer[0] + layer[1]
    return flat.reshape(*x.shape[:-1], -1)


def _normed(x: Floats, scale: Floats, shift: Floats) -> Floats:
    centred = x - x.mean(axis=-1, keepdims=True)
    normed: Floats = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + np.float32(_EPSILON)) * scale + shift
    return normed


def _softmax(x: Floats) -> Floats:
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=-1, keepdims=True)
    return shares


def _gelu(x: Floats) -> Floats:
    """With the error function by formula 7.1.26 of Abramowitz and Stegun: off by 1.5e-7 at most."""
    half = np.abs(x) / np.float32(2**0.5)
    t = 1 / (1 + np.float32(0.3275911) * half)
    gelu: Floats = x * (1 + np.sign(x) * (1 - np.polyval(_ERROR_FUNCTION, t) * np.exp(-half * half))) / 2
    return gelu


class _Weights:
    """A CTranslate2 model file. Raises ValueError for a kind of number that is not known here."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._at = 0
        self._found: dict[str, NDArray[Any]] = {}
        self._take("I")  # the file format's version
        self._text()
        self._take("I")  # and the revision of what it describes
        for _ in range(self._take("I")):
            name = self._text()
            shape = [self._take("I") for _ in range(self._take("B"))]
            kind, size = self._take("B"), self._take("I")
            if name.startswith("decoder/"):
                if kind >= len(_TYPES):
                    raise ValueError(f"{path}: {name} has numbers of a kind that is not known ({kind})")
                numbers = np.frombuffer(self._bytes, _TYPES[kind], size // _TYPES[kind]().itemsize, self._at)
                self._found[name] = numbers.reshape(shape)
            self._at += size

    @property
    def layers(self) -> int:
        """How many layers the decoder has."""
        return sum(name.endswith("/ffn/linear_0/weight") for name in self._found)

    def array(self, name: str) -> Floats:
        """Raises KeyError."""
        found = self._found[name].astype(np.float32)
        scale = self._found.get(f"{name}_scale")
        return found if scale is None else found / scale.astype(np.float32).reshape(-1, 1)

    def linear(self, name: str) -> tuple[Floats, Floats]:
        """Weights to multiply with from the right, and what is added."""
        return np.ascontiguousarray(self.array(f"{name}/weight").T), self.array(f"{name}/bias")

    def norm(self, name: str) -> tuple[Floats, Floats]:
        """Scale and shift."""
        return self.array(f"{name}/layer_norm/gamma"), self.array(f"{name}/layer_norm/beta")

    def _take(self, form: str) -> int:
        value: int = struct.unpack_from(f"<{form}", self._bytes, self._at)[0]
        self._at += struct.calcsize(form)
        return value

    def _text(self) -> str:
        size = self._take("H")
        text = bytes(self._bytes[self._at : self._at + size]).split(b"\0")[0].decode()
        self._at += size
        return text
