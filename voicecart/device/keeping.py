"""Keeps the sound of a turn, when the shopper asks for it: nothing else is ever recorded."""

from __future__ import annotations

import time
import wave
from pathlib import Path

from voice.audio import SAMPLE_RATE, Samples
from voice.device_ports import Keep
from voicecart.settings import Settings

_DAY = 86_400.0


def keeper(settings: Settings) -> Keep:
    """Keeps turns in the folder `kept-turns` of the user's data; what is older than `keep_days` is deleted now."""
    folder = settings.data_folder / "kept-turns"
    _forget_old(folder, settings.keep_days)

    def keep(samples: Samples, text: str) -> str:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / time.strftime("%Y%m%d-%H%M%S.wav")
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(SAMPLE_RATE)
            file.writeframes(samples.tobytes())
        path.chmod(0o600)
        path.with_suffix(".txt").write_text(f"{text}\n", encoding="utf-8")
        return str(path)

    return keep


def _forget_old(folder: Path, days: int) -> None:
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        if path.stat().st_mtime < time.time() - days * _DAY:
            path.unlink()
