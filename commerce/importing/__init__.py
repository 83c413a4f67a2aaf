"""Shops as files: checking, importing and exporting them, and the samples that come with the package."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from commerce.importing.checking import check
from commerce.importing.exporting import export_shop
from commerce.importing.reading import Problem
from commerce.importing.shops import ImportSummary, import_shop

__all__ = ["ImportSummary", "Problem", "check", "export_shop", "import_shop", "sample_folders"]


def sample_folders() -> tuple[Path, ...]:
    """The sample shops' folders, by name."""
    samples = Path(str(files("commerce.samples")))
    return tuple(sorted(path.parent for path in samples.glob("*/shop.yaml")))
