"""Sounds of words come from a program of its own and are asked for once."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from skills.understanding.phonemes import Lexicon, PhonemesMissing, letters_of


def test_words_that_sound_alike_have_the_same_sounds() -> None:
    """ "Meet" and "meat"; and in Korean another alphabet is read."""
    with Lexicon() as lexicon:
        meet, meat, milk = lexicon.phonemes(["meet", "meat", "milk"], "en")
        assert meet == meat == ("m", "i", "t")
        assert milk == ("m", "ɪ", "l", "k")
        assert lexicon.phonemes(["유"], "ko") == [("j", "u")]


def test_espeak_is_never_loaded_into_this_process() -> None:
    """It is under the GPL: only the child program knows it."""
    with Lexicon() as lexicon:
        lexicon.phonemes(["coffee"], "en")
    assert "espeakng_loader" not in sys.modules
    assert "espeak" not in Path("/proc/self/maps").read_text()


def test_a_file_spares_asking_again(tmp_path: Path) -> None:
    """A second lexicon with the same file starts no program; a line cut off by a crash is skipped."""
    file = tmp_path / "kept" / "lexicon.jsonl"
    with Lexicon(file) as first:
        said = first.phonemes(["latte", "mocha"], "en")
    file.write_text(file.read_text(encoding="utf-8") + '["en", "tea', encoding="utf-8")
    with Lexicon(file) as second:
        assert second.phonemes(["latte", "mocha"], "en") == said
        assert second._child is None
        assert second.phonemes(["tea"], "en") == [("t", "i")]


def test_an_unknown_language_is_an_error() -> None:
    """It says so, and the lexicon goes on working."""
    with Lexicon() as lexicon:
        with pytest.raises(PhonemesMissing):
            lexicon.phonemes(["word"], "xx-nowhere")
        assert lexicon.phonemes(["tea"], "en")


def test_stress_and_length_do_not_count() -> None:
    """What recognisers confuse anyway is one letter."""
    assert letters_of("ˈɐ_m_ˌɛ_ɹ_ɪ_k_ˈɑː_n_oʊ") == tuple("əmɛɹɪkɑnoʊ")
