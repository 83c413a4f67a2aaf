"""What a language's data says: the intents, their slots, how they are said and when they can be said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from skills.contract import Expectation


class SlotType(Enum):
    """What fills a slot, and so which part of the shop's words stands for `{slot}` in a template.

    ITEMS: one or more products, each with a quantity, a unit, a variant and options ("two lattes with soy milk").
    PRODUCT: one product, perhaps with a variant and options, without a quantity ("oat milk", "the half litre one").
    QUANTITY: a whole number from 1 ("two", "a dozen"). AMOUNT: money, in minor units ("twenty dollars fifty").
    PAYEE, ACCOUNT, ADDRESS: a key of this customer's. COUPON: a key of the shop's.
    ORDER_NUMBER: digits of an order ("one oh four two").
    CHOICE: the position, from 1, among the choices that were just read out ("the second one", or its name).
    CODE: digits of a spoken code, kept as text because zeros lead.
    """

    ITEMS = "items"
    PRODUCT = "product"
    QUANTITY = "quantity"
    AMOUNT = "amount"
    PAYEE = "payee"
    ACCOUNT = "account"
    ADDRESS = "address"
    COUPON = "coupon"
    ORDER_NUMBER = "order_number"
    CHOICE = "choice"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class SlotModel:
    """One slot of an intent. required: the dialogue asks for it when it was not said."""

    name: str
    type: SlotType
    required: bool = False


@dataclass(frozen=True, slots=True)
class When:
    """The moments in which an intent can be said.

    shops: kinds of shop; empty means every kind.
    expects: what the assistant must have asked for; empty means that it may be said at any time.
    needs: what must exist for the words to make sense: "accounts", "payees" and "addresses" of the customer,
    "products" of the shop.
    """

    shops: tuple[str, ...] = ()
    expects: tuple[Expectation, ...] = ()
    needs: tuple[str, ...] = ()

    def holds(self, shop_kind: str, expects: Expectation, has: frozenset[str]) -> bool:
        """Whether the intent can be said in such a shop, at such a moment, with `has` at hand."""
        return (
            (not self.shops or shop_kind in self.shops)
            and (not self.expects or expects in self.expects)
            and has.issuperset(self.needs)
        )


@dataclass(frozen=True, slots=True)
class Phrasing:
    """Example sentences that are worded alike. way: what they have in common ("how much is left")."""

    way: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IntentModel:
    """One intent of one language, in the moments of `when`.

    An intent that has further sentences for other moments ("a latte" in a cafe only) stands in a LanguageModel once for
    each, under the same name, with the same slots; the first of them carries the phrasings.

    about: one line for people. family: the file that it stands in.
    sentences: hassil templates, `{slot}` naming one of `slots`, `{counted:slot}` the same of ITEMS that begin with a
    quantity or an article ("two cartons of milk", not "milk"); `<rule>` one of the language's expansions.
    phrasings: whole sentences from which the free reader learns, grouped by wording, also outside the templates.
    """

    name: str
    family: str
    about: str
    slots: tuple[SlotModel, ...]
    sentences: tuple[str, ...]
    when: When = field(default_factory=When)
    phrasings: tuple[Phrasing, ...] = ()

    @property
    def examples(self) -> tuple[str, ...]:
        """Every example sentence, ungrouped."""
        return tuple(sentence for phrasing in self.phrasings for sentence in phrasing.sentences)

    def slot(self, name: str) -> SlotModel:
        """The slot of that name. Raises KeyError."""
        for slot in self.slots:
            if slot.name == name:
                return slot
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """Everything that can be said to the assistant in one language.

    language: BCP 47 tag. expansions: rule name to hassil template.
    talk: everyday talk that is meant for nobody, grouped by kind; none of it is a command.
    version: digest of all of it; changes whenever any of it does.
    """

    language: str
    intents: tuple[IntentModel, ...]
    expansions: Mapping[str, str]
    talk: tuple[Phrasing, ...]
    version: str

    @property
    def none_examples(self) -> tuple[str, ...]:
        """Every sentence that is no command, ungrouped."""
        return tuple(sentence for kind in self.talk for sentence in kind.sentences)

    def intent(self, name: str) -> IntentModel:
        """The intent of that name, at its usual moments. Raises KeyError."""
        for intent in self.intents:
            if intent.name == name:
                return intent
        raise KeyError(name)
