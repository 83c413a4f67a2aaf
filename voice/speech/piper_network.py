"""Piper's network in two halves: the first makes the shape of a whole sentence, the second sound of it, in stretches.

In one piece each second of speech takes 30 MB while it is made, a long sentence hundreds. The halves are kept in a
folder: `python -m voice.speech.piper_network MODEL FOLDER` makes them.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

_STRETCH = 32
"""Frames (of 256 samples) that become sound at a time: as fast as twice as many, in half of the memory."""
_REACH = 12
"""Frames on either side that a frame's sound depends on: made with them, it is the same to the last bit."""
_SHAPE, _SOUND = "shape.onnx", "sound.onnx"
_SOUND_BEGINS = "/dec/conv_pre/Conv"
"""The node, as piper exports its networks."""

_log = logging.getLogger(__name__)


class PiperNetwork:
    """What piper runs: text in, sound out.

    shape: a session on the first half, or on all. sound: on the second half; None when the first is all.
    """

    def __init__(self, shape: InferenceSession, sound: InferenceSession | None) -> None:
        import onnxruntime

        self._shape = shape
        self._sound = sound
        self._shrinking = onnxruntime.RunOptions()
        self._shrinking.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        self.shrinks = False
        """Whether the engine lets go, after each run, of what it took for it."""

    def run(self, names: list[str] | None, inputs: dict[str, Any]) -> list[NDArray[Any]]:
        """As a session does: its only output. names: piper never asks for less."""
        (made,) = self._shape.run(names, inputs, self._options)
        return [made if self._sound is None else self.sound_of(made)]

    def sound_of(self, shape: NDArray[np.float32], stretch: int = _STRETCH) -> NDArray[np.float32]:
        """The sound of a sentence's shape, (1, channels, frames). stretch: frames that are made at a time."""
        assert self._sound is not None
        (shaped,) = self._sound.get_inputs()
        stretches: list[NDArray[np.float32]] = []
        for begin in range(0, shape.shape[2], stretch):
            end = min(begin + stretch, shape.shape[2])
            first, last = max(0, begin - _REACH), end + _REACH
            around = np.ascontiguousarray(shape[:, :, first:last])
            sound = self._sound.run(None, {shaped.name: around}, self._options)[0]
            samples = sound.shape[-1] // around.shape[2]  # of a frame
            stretches.append(sound[..., (begin - first) * samples : (end - first) * samples])
        return np.concatenate(stretches, axis=-1)

    @property
    def _options(self) -> Any:
        return self._shrinking if self.shrinks else None


def open_network(model: Path, folder: Path | None) -> PiperNetwork:
    """The network of a voice. folder: where its halves are kept; None leaves it whole.

    Halves that can't be made or used are no reason to be silent: then it is whole, and the log says so.
    """
    from onnxruntime.capi import onnxruntime_pybind11_state as ort

    if folder is None:
        return PiperNetwork(_session(model), None)
    with model.open("rb") as file:
        kept = folder / f"{model.stem}-{hashlib.file_digest(file, 'sha256').hexdigest()[:16]}"
    try:
        if not kept.is_dir():
            _keep(model, kept)
        return PiperNetwork(_session(kept / _SHAPE), _session(kept / _SOUND))
    except subprocess.CalledProcessError as error:
        _log.warning("%s can't be halved: %s", model, error.stderr.strip())
    except (OSError, ort.Fail, ort.InvalidArgument, ort.InvalidProtobuf, ort.NoSuchFile, ort.RuntimeException) as error:
        _log.warning("%s can't be used: %s", kept, error)
        shutil.rmtree(kept, ignore_errors=True)
    return PiperNetwork(_session(model), None)


def _session(model: Path) -> InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.enable_mem_pattern = False  # a plan of memory for each length of sentence, and few are said twice
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def _keep(model: Path, kept: Path) -> None:
    """Both halves or none, whoever else does the same; by another program, as it takes 200 MB."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent, prefix=".halving-") as folder:
        made = Path(folder, "made")
        made.mkdir()
        halve = [sys.executable, "-m", __spec__.name, str(model), str(made)]
        subprocess.run(halve, check=True, capture_output=True, text=True)
        try:
            made.rename(kept)
        except OSError:
            if not kept.is_dir():
                raise


def _halve(model: Path, folder: Path) -> None:
    """Write both halves into a folder. Raises StopIteration for a network that piper has not made."""
    import onnx
    from onnx.utils import Extractor

    whole = onnx.load(model)
    shape = next(node.input[0] for node in whole.graph.node if node.name == _SOUND_BEGINS)
    whole.graph.value_info.append(onnx.helper.make_tensor_value_info(shape, onnx.TensorProto.FLOAT, None))
    extractor = Extractor(whole)
    asked, made = ([one.name for one in ends] for ends in (whole.graph.input, whole.graph.output))
    onnx.save(extractor.extract_model(asked, [shape]), folder / _SHAPE)
    onnx.save(extractor.extract_model([shape], made), folder / _SOUND)


if __name__ == "__main__":
    _halve(Path(sys.argv[1]), Path(sys.argv[2]))
