"""Voice codes that did not let a customer through."""

from __future__ import annotations

from commerce.errors.basic import CommerceError


class CodeError(CommerceError):
    """The voice code did not let the customer through. Digits are never kept in an error."""

    code = "code_error"


class NoCode(CodeError):
    """The customer never set a voice code."""

    code = "no_code"

    def __init__(self, customer: str) -> None:
        super().__init__(f"customer {customer!r} has no voice code")
        self.customer = customer


class WrongCode(CodeError):
    """Not the customer's voice code. tries_left: at least 1."""

    code = "wrong_code"

    def __init__(self, tries_left: int) -> None:
        super().__init__(f"wrong voice code, {tries_left} {'try' if tries_left == 1 else 'tries'} left")
        self.tries_left = tries_left


class CodeLocked(CodeError):
    """Too many wrong tries, on whatever device: only a new code opens it again."""

    code = "code_locked"

    def __init__(self, customer: str) -> None:
        super().__init__(f"the voice code of customer {customer!r} is locked until it is reset")
        self.customer = customer


class InvalidCode(CodeError):
    """A voice code is four to eight digits."""

    code = "invalid_code"

    def __init__(self) -> None:
        super().__init__("a voice code is four to eight digits")
