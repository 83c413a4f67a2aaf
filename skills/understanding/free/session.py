"""onnxruntime's session on a model. Kept as it is run, the model's file is mapped: only the pages in use take memory.

Made from the package's file, each process unpacks all word vectors for itself: 45 MB more that stay, 100 at the start.
"""

from __future__ import annotations

import hashlib
import logging
import platform
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onnxruntime import InferenceSession, SessionOptions

_MODEL, _WEIGHTS = "model.onnx", "weights"

_log = logging.getLogger(__name__)


def open_session(model: Path, cache: Path | None) -> InferenceSession:
    """A session on `model`, of one thread.

    cache: a folder in which it is kept as it is run, from the first time on; None makes that anew each time. One that
    can't be kept or used is made anew all the same, and the log says so.
    """
    if cache is None:
        return _session(model, _options())
    from onnxruntime import __version__
    from onnxruntime.capi import onnxruntime_pybind11_state as ort

    with model.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()[:16]
    kept = cache / f"{model.parent.name}-{digest}-{__version__}-{platform.machine()}"
    try:
        if not kept.is_dir():
            _keep(model, kept)
        return _session(kept / _MODEL, _options(optimise="ORT_DISABLE_ALL"))  # it was done before
    except (OSError, ort.Fail, ort.InvalidArgument, ort.InvalidProtobuf, ort.NoSuchFile, ort.RuntimeException) as error:
        _log.warning("%s can't be used, the model is made anew: %s", kept, error)
        shutil.rmtree(kept, ignore_errors=True)
        return _session(model, _options())


def _keep(model: Path, kept: Path) -> None:
    """All of it or none, whoever else does the same."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent, prefix=".preparing-") as folder:
        made = Path(folder, "made")
        made.mkdir()
        options = _options(optimise="ORT_ENABLE_EXTENDED")  # what goes further is for this one processor
        options.optimized_model_filepath = str(made / _MODEL)
        options.add_session_config_entry("session.optimized_model_external_initializers_file_name", _WEIGHTS)
        _session(model, options)
        try:
            made.rename(kept)
        except OSError:
            if not kept.is_dir():
                raise


def _session(model: Path, options: SessionOptions) -> InferenceSession:
    import onnxruntime

    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def _options(optimise: str = "ORT_ENABLE_ALL") -> SessionOptions:
    import onnxruntime  # loads a large library: only where a sentence is read freely

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.graph_optimization_level = getattr(onnxruntime.GraphOptimizationLevel, optimise)
    return options
