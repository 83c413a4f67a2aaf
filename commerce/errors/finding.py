"""Names that the shop does not know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from commerce.errors.basic import CommerceError


class NotFound(CommerceError):
    """A name that the shop does not know. key: the name asked for; known: some that exist, to choose from."""

    code = "not_found"
    noun: ClassVar[str] = "entry"

    def __init__(self, key: str, known: Sequence[str] = ()) -> None:
        choices = f"; there are: {', '.join(known)}" if known else ""
        super().__init__(f"there is no {self.noun} {key!r}{choices}")
        self.key = key
        self.known = tuple(known)


class UnknownShop(NotFound):
    """No shop of this key is in the database."""

    code = "unknown_shop"
    noun = "shop"


class UnknownCustomer(NotFound):
    """The shop has no customer of this key."""

    code = "unknown_customer"
    noun = "customer"


class UnknownProduct(NotFound):
    """The shop sells no product of this key (any more)."""

    code = "unknown_product"
    noun = "product"


class UnknownSku(NotFound):
    """The shop sells no variant of this SKU (any more)."""

    code = "unknown_sku"
    noun = "SKU"


class UnknownLine(NotFound):
    """The cart has no line of this id (any more)."""

    code = "unknown_line"
    noun = "cart line"


class UnknownOrder(NotFound):
    """The customer has no order of this number; another customer's number says the same."""

    code = "unknown_order"
    noun = "order"


class UnknownAccount(NotFound):
    """The customer has no such account."""

    code = "unknown_account"
    noun = "account"


class UnknownBill(NotFound):
    """The customer has no such bill."""

    code = "unknown_bill"
    noun = "bill"


class UnknownPaymentMethod(NotFound):
    """The customer can't pay with this."""

    code = "unknown_payment_method"
    noun = "way to pay"
