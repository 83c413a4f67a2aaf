"""Whisper base chooses among all that can be said: the sentence that was said, and none for other talk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import numpy as np
import pytest

from skills.contract import Sayable, SoundGone
from tests.voice import sounds
from voice.recognition.models import ModelStore
from voice.recognition.whisper import WhisperRecogniser
from voice.recognition.whisper_decoder import WhisperDecoder
from voice.recognition.whisper_model import WhisperModel

GOODS = ("양파", "버터", "샴푸", "바나나", "요구르트")
ARCS = (
    *((0, 1, name) for name in GOODS),
    *((1, 2, count) for count in ("한", "두", "세")),
    (2, 3, "개"),
    (1, 3, "를"),
    (1, 3, "을"),
    *((node, 4, verb) for node in (1, 3) for verb in ("담아", "추가해")),
    (4, 5, "주세요"),
    (0, 5, "네"),
    (0, 5, "아니요"),
)
SAYABLE = Sayable(ARCS, (5,), ("를", "을"))


@pytest.fixture(scope="module")
def whisper() -> Iterator[WhisperRecogniser]:
    """The multilingual model, loaded once."""
    with closing(WhisperRecogniser(ModelStore().path("whisper-base"), threads=1)) as recogniser:
        yield recogniser


@pytest.mark.parametrize("said", ["양파 두 개 담아 주세요", "네"])
def test_what_was_said_comes_first(whisper: WhisperRecogniser, said: str) -> None:
    """Of all orders and answers the one that was said is the best, in words as they are written, with evidence."""
    whisper.hear(sounds.korean(said), said, "ko")
    best, *others = whisper.choose(said, SAYABLE)
    assert best.text.rstrip(".?") == said
    assert best.log_probability > 0
    assert all(other.log_probability <= best.log_probability for other in others)
    assert len({other.text for other in others}) == len(others)


def test_other_talk_has_no_evidence(whisper: WhisperRecogniser) -> None:
    """Everyday talk is not made likelier by any of the sentences than the orders that are meant."""
    whisper.hear(sounds.korean("주말에 등산 갈래요"), "talk", "ko")
    assert all(sentence.log_probability < 0 for sentence in whisper.choose("talk", SAYABLE))


def test_nothing_is_chosen_for_a_sound_that_is_gone(whisper: WhisperRecogniser) -> None:
    """An unknown turn is named."""
    with pytest.raises(SoundGone):
        whisper.choose("never heard", SAYABLE)


def test_the_decoder_agrees_with_ctranslate2() -> None:
    """A text is as likely as CTranslate2 finds it, but for its rounding to bytes; a second sound changes nothing."""
    folder = ModelStore().path("whisper-base")
    model, decoder = WhisperModel(folder, threads=1), WhisperDecoder(folder)
    encoding = model.encode(model.speech_in(sounds.korean("양파 두 개 담아 주세요")))
    tokenizer = model._tokenizer("ko")
    text = tokenizer.encode(" 양파 두 개 담아 주세요.")
    aligned = model._model.align(encoding.output, tokenizer.sot_sequence, [text], encoding.output.shape[1] * 2)
    outputs = [np.array(encoding.output, np.float32)[0], np.zeros((100, encoding.output.shape[2]), np.float32)]
    scores, texts = decoder.begin([*tokenizer.sot_sequence, tokenizer.no_timestamps], outputs)
    found = 0.0
    for token in text:
        found += float(scores[0, 0, token])
        scores, texts = decoder.longer(texts, [0], [token])
    assert found == pytest.approx(np.log(aligned[0].text_token_probs).sum(), abs=1.5)
