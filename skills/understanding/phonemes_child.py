"""Words to phonemes, as a program of its own: espeak-ng is under the GPL and is never loaded into the assistant.

Reads lines of JSON {"voice": "en-us", "words": [...]} from standard input and answers each with a line that lists
phoneme strings, until the input ends. The first line that it writes names its version.
"""

from __future__ import annotations

import ctypes
import json
import sys

import espeakng_loader  # type: ignore[import-untyped]  # the package carries no types

_RETRIEVAL = 2  # AUDIO_OUTPUT_RETRIEVAL: no sound device is opened
_NO_EXIT = 0x8000  # espeakINITIALIZE_DONT_EXIT
_UTF8 = 1  # espeakCHARS_UTF8
_IPA_SEPARATED = 0x02 | (ord("_") << 8)


def main() -> int:
    """Serves until standard input ends; 1 when espeak-ng can't start."""
    espeak = ctypes.CDLL(espeakng_loader.get_library_path())
    espeak.espeak_TextToPhonemes.restype = ctypes.c_char_p
    espeak.espeak_Info.restype = ctypes.c_char_p
    if espeak.espeak_Initialize(_RETRIEVAL, 0, str(espeakng_loader.get_data_path()).encode(), _NO_EXIT) <= 0:
        return 1
    _say(espeak.espeak_Info(None).decode().split()[0])
    for line in sys.stdin:
        asked = json.loads(line)
        if espeak.espeak_SetVoiceByName(asked["voice"].encode()) != 0:
            _say(None)
            continue
        _say([_phonemes(espeak, word) for word in asked["words"]])
    return 0


def _say(answer: object) -> None:
    sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _phonemes(espeak: ctypes.CDLL, word: str) -> str:
    rest = ctypes.c_char_p(word.encode())
    clauses: list[str] = []
    while rest.value:
        clauses.append(espeak.espeak_TextToPhonemes(ctypes.byref(rest), _UTF8, _IPA_SEPARATED).decode())
    return " ".join(clauses)


if __name__ == "__main__":
    sys.exit(main())
