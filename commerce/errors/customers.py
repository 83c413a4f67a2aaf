"""What can't be done about a customer."""

from __future__ import annotations

from collections.abc import Sequence

from commerce.errors.basic import CommerceError


class CustomerError(CommerceError):
    """The customer is as before. key: the customer's."""

    code = "customer_error"

    def __init__(self, key: str, text: str) -> None:
        super().__init__(text)
        self.key = key


class CustomerExists(CustomerError):
    """The shop has a customer of this key."""

    code = "customer_exists"

    def __init__(self, key: str) -> None:
        super().__init__(key, f"there is a customer {key!r} already")


class InvalidCustomer(CustomerError):
    """What was said of the customer can't be kept. problems: each names a field."""

    code = "invalid_customer"

    def __init__(self, key: str, problems: Sequence[str]) -> None:
        super().__init__(key, f"the customer {key!r} can't be kept: {'; '.join(problems)}")
        self.problems = tuple(problems)


class StillServed(CustomerError):
    """Orders of the customer are under way. orders: their numbers."""

    code = "still_served"

    def __init__(self, key: str, orders: Sequence[str]) -> None:
        numbers = ", ".join(orders)
        super().__init__(key, f"orders of {key!r} are under way: {numbers}; deliver or cancel them first")
        self.orders = tuple(orders)
