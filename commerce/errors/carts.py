"""What can't go into a cart."""

from __future__ import annotations

from datetime import timedelta

from commerce.errors.basic import CommerceError


class CartError(CommerceError):
    """The cart is as it was before."""

    code = "cart_error"


class QuantityOutOfRange(CartError):
    """A line holds `least` to `most` units."""

    code = "quantity_out_of_range"

    def __init__(self, quantity: int, least: int, most: int) -> None:
        super().__init__(f"a line holds {least} to {most} units, not {quantity}")
        self.quantity = quantity
        self.least = least
        self.most = most


class ShelfOutOfRange(CartError):
    """A shelf holds no units up to `most`."""

    code = "shelf_out_of_range"

    def __init__(self, level: int, most: int) -> None:
        super().__init__(f"a shelf holds 0 to {most} units, not {level}")
        self.level = level
        self.most = most


class HoldOutOfRange(CartError):
    """Goods are held for some time, up to `most`."""

    code = "hold_out_of_range"

    def __init__(self, lasts: timedelta, most: timedelta) -> None:
        super().__init__(f"goods are held for up to {most}, not {lasts}")
        self.lasts = lasts
        self.most = most


class InsufficientStock(CartError):
    """Fewer units are free than were asked for. Nothing was reserved.

    wanted: units of this SKU that the whole cart or order would have held; available: units free now.
    """

    code = "insufficient_stock"

    def __init__(self, sku: str, wanted: int, available: int) -> None:
        super().__init__(f"{wanted} of {sku} are wanted and {available} available")
        self.sku = sku
        self.wanted = wanted
        self.available = available


class NothingToUndo(CartError):
    """No change of this cart is left to take back."""

    code = "nothing_to_undo"

    def __init__(self) -> None:
        super().__init__("there is no change of the cart to take back")


class OptionError(CartError):
    """An item's options don't fit its product. group: the option group's key."""

    code = "option_error"

    def __init__(self, message: str, sku: str, group: str) -> None:
        super().__init__(message)
        self.sku = sku
        self.group = group


class UnknownOption(OptionError):
    """The product has no such option group, or the group no such choice."""

    code = "unknown_option"

    def __init__(self, sku: str, group: str, value: str) -> None:
        super().__init__(f"{sku} can't be had with {group} {value!r}", sku, group)
        self.value = value


class UnknownAmount(OptionError):
    """The option group does not know this amount."""

    code = "unknown_amount"

    def __init__(self, sku: str, group: str, amount: str) -> None:
        super().__init__(f"{group} of {sku} can't be had in the amount {amount!r}", sku, group)
        self.amount = amount


class TooManyOptions(OptionError):
    """More choices of one group than it allows."""

    code = "too_many_options"

    def __init__(self, sku: str, group: str, given: int, maximum: int) -> None:
        super().__init__(f"{given} choices of {group} were given for {sku}, at most {maximum} can be", sku, group)
        self.given = given
        self.maximum = maximum


class OptionRequired(OptionError):
    """The product needs a choice of this group, and there is no default."""

    code = "option_required"

    def __init__(self, sku: str, group: str, given: int, minimum: int) -> None:
        super().__init__(f"{sku} needs {minimum} of {group}, and {given} were given", sku, group)
        self.given = given
        self.minimum = minimum
