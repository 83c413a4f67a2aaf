"""What can be said now: plain values that the dialogue builds from the shop and hands to the understanding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from skills.contract import Choice, Expectation
from skills.languages.model import SlotType


@dataclass(frozen=True, slots=True)
class SayableChoice:
    """One choice of an option group. spoken: every way of saying it, the usual one first."""

    key: str
    spoken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SayableGroup:
    """Modifiers of an item.

    minimum, maximum: how many choices may be taken.
    amounts: words that may stand before a choice ("a bit of"); empty when the group takes none.
    """

    key: str
    minimum: int
    maximum: int
    amounts: tuple[str, ...]
    choices: tuple[SayableChoice, ...]


@dataclass(frozen=True, slots=True)
class SayableVariant:
    """One SKU of a product. spoken: what tells it from the product's other variants ("one litre", "six pack")."""

    sku: str
    spoken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SayableProduct:
    """A product as it can be said.

    spoken: every name, the usual one first; two products may share a name ("milk"), which then means either.
    unit: the word by which it is counted ("carton"), or None.
    groups: keys of its option groups.
    """

    key: str
    spoken: tuple[str, ...]
    variants: tuple[SayableVariant, ...]
    unit: str | None = None
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShopWords:
    """Every name that one shop makes sayable.

    version: changes whenever anything here does; compiled graphs and indexes are kept under it.
    units: every word by which goods are counted here, in the singular; people say "a jar of honey" of a bottle, too.
    part_of: the version of all of the shop's words, where these name only some of its products.
    """

    shop: str
    version: str
    kind: str
    products: tuple[SayableProduct, ...]
    groups: tuple[SayableGroup, ...] = ()
    units: tuple[str, ...] = ()
    part_of: str | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """The moment of a dialogue in which something is said.

    expects, slot: what the assistant asked for last; `slot` names the slot while expects is SLOT.
    choices: the open choices while expects is CHOICE, in the order in which they were read out.
    priors: product key to a weight in 0..1, from the customer's purchases and the shop's popularity.
    bought: keys of the products that the customer has bought before; ordering one of them is ordering it again.
    in_cart: product keys in the cart; they can be removed or changed.
    payees, accounts, addresses: this customer's, coupons: the shop's; key to spoken names.
    """

    language: str
    words: ShopWords
    expects: Expectation = Expectation.ANYTHING
    slot: str | None = None
    choices: tuple[Choice, ...] = ()
    priors: Mapping[str, float] = field(default_factory=dict)
    bought: frozenset[str] = frozenset()
    in_cart: tuple[str, ...] = ()
    payees: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    accounts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    addresses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    coupons: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def named(self, kind: SlotType) -> Mapping[str, tuple[str, ...]]:
        """What a slot can name that is neither goods nor a number: keys to spoken names. Raises KeyError."""
        return {
            SlotType.PAYEE: self.payees,
            SlotType.ACCOUNT: self.accounts,
            SlotType.ADDRESS: self.addresses,
            SlotType.COUPON: self.coupons,
        }[kind]
