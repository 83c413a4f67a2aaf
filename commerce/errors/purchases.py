"""What can't be bought, confirmed or paid."""

from __future__ import annotations

from commerce.errors.basic import CommerceError


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


class BuyingSwitchedOff(PurchaseError):
    """The customer has not switched on buying for this speaker, or has unlinked it."""

    code = "buying_switched_off"

    def __init__(self, speaker: str) -> None:
        super().__init__(f"buying is switched off for the speaker {speaker!r}")
        self.speaker = speaker


class SpeakerCapExceeded(PurchaseError):
    """More than one order from this speaker may cost. Minor units."""

    code = "speaker_cap_exceeded"

    def __init__(self, speaker: str, total: int, cap: int, currency: str) -> None:
        super().__init__(f"the total of {total} {currency} minor units is above the limit of {cap} for {speaker!r}")
        self.speaker = speaker
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
