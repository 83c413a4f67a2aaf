"""A shop's files that could not be read or written."""

from __future__ import annotations

from collections.abc import Sequence

from commerce.errors.basic import CommerceError


class InvalidShopFiles(CommerceError):
    """A shop's files hold errors; nothing was imported. problems: each names file, line and field."""

    code = "invalid_shop_files"

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class ExportFailed(CommerceError):
    """A shop's files could not be written; some of them may have been."""

    code = "export_failed"

    def __init__(self, folder: str, why: str) -> None:
        super().__init__(f"the shop can't be written to {folder}: {why}")
        self.folder = folder
        self.why = why
