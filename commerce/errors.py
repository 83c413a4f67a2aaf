"""What can go wrong in the shop. Every error carries data, has a code, and left nothing half done.

CommerceError
  MixedCurrencies
  StorageError
    DatabaseUnusable          can't be opened, is no database, or its schema is not ours
    DatabaseBusy              another writer held it for too long
    UnsafeSqlite              this SQLite can corrupt a database in WAL mode
  NotFound
    UnknownShop
    UnknownCustomer
    UnknownProduct
    UnknownSku
    UnknownLine               no such line in the cart
    UnknownOrder              none of this number, or another customer's
    UnknownAccount
    UnknownBill
    UnknownPaymentMethod
  CodeError
    NoCode                    the customer never set a voice code
    WrongCode
    CodeLocked
    InvalidCode               not four to eight digits
  CartError
    QuantityOutOfRange
    InsufficientStock
    NothingToUndo
    OptionError
      UnknownOption
      UnknownAmount
      TooManyOptions
      OptionRequired
  InvalidShopFiles            an import that was refused as a whole
  ExportFailed                files that could not be written
  PurchaseError
    NothingToBuy              the cart is empty
    ItemWithdrawn             a line of the cart that the shop no longer sells like this
    SpendCapExceeded
    AmountOutOfRange          too large to be booked, or negative
    BillOverpaid
    QuoteNotLive              expired, replaced by a newer one, or the cart was changed
    DigestMismatch            "yes" to something else than what was read out
    CodeRequired
    IdempotencyConflict       the same key was used for something else
    InsufficientFunds
  IllegalTransition           an order can't become that from where it is
"""

from __future__ import annotations

from collections.abc import Sequence
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


class StorageError(CommerceError):
    """The database did not do what was asked; nothing was changed."""

    code = "storage_error"


class DatabaseUnusable(StorageError):
    """The database can't be used. url: without a password."""

    code = "database_unusable"

    def __init__(self, url: str, why: str) -> None:
        super().__init__(f"the database {url} can't be used: {why}")
        self.url = url
        self.why = why


class DatabaseBusy(StorageError):
    """Another writer held the database for longer than we wait."""

    code = "database_busy"

    def __init__(self, url: str) -> None:
        super().__init__(f"the database {url} is locked by another program; try again in a moment")
        self.url = url


class UnsafeSqlite(StorageError):
    """This SQLite has the bug that can corrupt a database in WAL mode."""

    code = "unsafe_sqlite"

    def __init__(self, version: str, least: str) -> None:
        super().__init__(f"SQLite {version} can corrupt a database in WAL mode; at least {least} is needed")
        self.version = version
        self.least = least


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


class PurchaseError(CommerceError):
    """Nothing was bought and no money moved."""

    code = "purchase_error"


class NothingToBuy(PurchaseError):
    """The cart is empty."""

    code = "nothing_to_buy"

    def __init__(self) -> None:
        super().__init__("the cart is empty")


class ItemWithdrawn(PurchaseError):
    """The shop no longer sells this, or not with these options. line: the cart line to take out."""

    code = "item_withdrawn"

    def __init__(self, sku: str, name: str, line: int) -> None:
        super().__init__(f"{name} ({sku}) is no longer sold like this")
        self.sku = sku
        self.name = name
        self.line = line


class SpendCapExceeded(PurchaseError):
    """More than one order of this customer may cost. Minor units."""

    code = "spend_cap_exceeded"

    def __init__(self, total: int, cap: int, currency: str) -> None:
        super().__init__(f"the total of {total} {currency} minor units is above the customer's limit of {cap}")
        self.total = total
        self.cap = cap
        self.currency = currency


class AmountOutOfRange(PurchaseError):
    """An amount that can't be charged: negative, zero where something must be paid, or too large to be booked."""

    code = "amount_out_of_range"

    def __init__(self, amount: int, least: int, most: int) -> None:
        super().__init__(f"an amount must be {least} to {most} minor units, not {amount}")
        self.amount = amount
        self.least = least
        self.most = most


class BillOverpaid(PurchaseError):
    """More than is still to be paid of the bill. Minor units."""

    code = "bill_overpaid"

    def __init__(self, bill: int, wanted: int, outstanding: int) -> None:
        super().__init__(f"bill {bill} has {outstanding} minor units left to pay, not {wanted}")
        self.bill = bill
        self.wanted = wanted
        self.outstanding = outstanding


class QuoteNotLive(PurchaseError):
    """The quote can't be confirmed (any more): make a new one and read it out.

    why: `expired`, `replaced`, `changed` (the cart), or `unknown`.
    """

    code = "quote_not_live"

    def __init__(self, quote: str, why: str) -> None:
        super().__init__(f"quote {quote} can't be confirmed: {why}")
        self.quote = quote
        self.why = why


class DigestMismatch(PurchaseError):
    """The digest that was confirmed is not the quote's."""

    code = "digest_mismatch"

    def __init__(self, quote: str) -> None:
        super().__init__(f"what was confirmed is not what quote {quote} says")
        self.quote = quote


class CodeRequired(PurchaseError):
    """This purchase needs the customer's voice code."""

    code = "code_required"

    def __init__(self, quote: str) -> None:
        super().__init__(f"quote {quote} needs the voice code")
        self.quote = quote


class IdempotencyConflict(PurchaseError):
    """The idempotency key was used before, for something else."""

    code = "idempotency_conflict"

    def __init__(self, key: str) -> None:
        super().__init__(f"the idempotency key {key!r} was used for something else")
        self.key = key


class InsufficientFunds(PurchaseError):
    """The account does not hold enough. wanted: minor units; account: its code in the books."""

    code = "insufficient_funds"

    def __init__(self, account: str, wanted: int, currency: str) -> None:
        super().__init__(f"{account} does not hold {wanted} {currency} minor units")
        self.account = account
        self.wanted = wanted
        self.currency = currency


class IllegalTransition(CommerceError):
    """An order can't go from `current` to `wanted`."""

    code = "illegal_transition"

    def __init__(self, number: str, current: str, wanted: str) -> None:
        super().__init__(f"order {number} is {current} and can't become {wanted}")
        self.number = number
        self.current = current
        self.wanted = wanted
