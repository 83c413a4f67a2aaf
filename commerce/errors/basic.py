"""What every refusal is, and the plainest one."""

from __future__ import annotations

from typing import ClassVar


class CommerceError(Exception):
    """A refusal by the shop. `code` is stable and machine-readable; str() reads well to a person."""

    code: ClassVar[str] = "commerce_error"


class MixedCurrencies(CommerceError):
    """Amounts of two currencies can't be added or compared."""

    code = "mixed_currencies"

    def __init__(self, first: str, second: str) -> None:
        super().__init__(f"amounts in {first} and {second} can't be combined")
        self.first = first
        self.second = second
