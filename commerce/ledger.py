"""The books of a shop: double entry, append-only.

One row is one transfer of money from a debit account to a credit account, so that all balances of a currency always sum
to zero. A balance is what arrived minus what left: positive for what a customer owns and for what was sold, negative
where the money came from (`gateway`, `cash`, `opening`).

Accounts with a floor carry their balance in a row of its own, which the database refuses to let fall below the floor.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from commerce.errors import AmountOutOfRange, IdempotencyConflict, InsufficientFunds, MixedCurrencies, UnknownAccount
from commerce.money import Money
from commerce.storage.ledger_tables import LedgerAccountRow, LedgerBalanceRow, LedgerTransferRow
from commerce.storage.once import insert_once

MOST = 10**15
"""The largest amount of one transfer, minor units: sums stay far below what 64 bits hold."""

SALES, TAX, DELIVERY = "sales", "tax", "delivery"
ALLOWANCES = "allowances"  # what was given back without goods coming back
RECEIVABLE = "receivable"  # what buyers owe the shop between the order and the payment
GATEWAY, CASH = "gateway", "cash"  # where payments come from
OPENING, OUTSIDE = "opening", "outside"  # the other side of what happened before these books, and elsewhere


def payee_account(payee_id: int) -> str:
    """The code of the account at which a payee's bills are paid."""
    return f"payee:{payee_id}"


@dataclass(frozen=True, slots=True)
class Transfer:
    """`amount` goes from the account `debit` to the account `credit`; both are codes.

    kind: sale, capture, refund, bill...; reference: what it is for; key: books it once, however often it is tried.
    """

    debit: str
    credit: str
    amount: Money
    kind: str
    reference: str
    key: str


class _Side(NamedTuple):
    id: int
    currency: str
    floor: int | None


def balance_of(account: InstrumentedAttribute[int]) -> ColumnElement[int]:
    """The balance of an account as a part of a statement about it: as it is kept, else the sum of its transfers.

    account: the column with the account's id.
    """
    kept = select(LedgerBalanceRow.balance).where(LedgerBalanceRow.account_id == account).scalar_subquery()
    arrived, left = _sum_at(LedgerTransferRow.credit_id, account), _sum_at(LedgerTransferRow.debit_id, account)
    return func.coalesce(kept, arrived - left)


def _sum_at(side: InstrumentedAttribute[int], account: InstrumentedAttribute[int]) -> ScalarSelect[int]:
    total = func.coalesce(func.sum(LedgerTransferRow.amount), 0)
    return select(total).where(side == account).scalar_subquery()


class Books:
    """The books of one shop, inside the caller's transaction."""

    def __init__(self, session: Session, shop_id: int) -> None:
        self._session = session
        self._shop_id = shop_id
        self._known: dict[str, _Side] = {}

    def open_account(self, code: str, currency: str, floor: int | None = None, opening: int = 0) -> int:
        """The id of the account `code`, opened when there is none.

        floor: the least balance, minor units; None where there is no least one.
        opening: the balance that an account with a floor starts its row with; its transfers are booked with `record`.
        """
        row = {"shop_id": self._shop_id, "code": code, "currency": currency}
        opened = insert_once(self._session, LedgerAccountRow, **row)
        if opened is not None and floor is not None:
            insert_once(self._session, LedgerBalanceRow, account_id=opened.id, balance=opening, floor=floor)
        return self._sides(code)[code].id

    def ensure(self, codes: Collection[str], currency: str) -> None:
        """Open those of the accounts that are not there, without a floor."""
        self._look_up(codes)
        for code in codes:
            if code not in self._known:
                self.open_account(code, currency)

    def transfer(self, transfer: Transfer, at: datetime) -> int:
        """Book it and return its id; the id of the first one when its key is taken by the same transfer.

        Raises AmountOutOfRange, UnknownAccount, MixedCurrencies, IdempotencyConflict, InsufficientFunds; after any of
        these the transaction must be rolled back.
        """
        sides = self._sides(transfer.debit, transfer.credit)
        identity, booked = self._insert(transfer, sides, at)
        if booked:
            self._move_balances(transfer, sides)
        return identity

    def record(self, transfer: Transfer, at: datetime) -> int:
        """Book a transfer of the past whose effect is already in the balances that the accounts were opened with."""
        return self._insert(transfer, self._sides(transfer.debit, transfer.credit), at)[0]

    def balance(self, code: str) -> Money:
        """What arrived at the account minus what left it. Raises UnknownAccount."""
        found = self._session.execute(
            select(balance_of(LedgerAccountRow.id), LedgerAccountRow.currency).where(
                LedgerAccountRow.shop_id == self._shop_id, LedgerAccountRow.code == code
            )
        ).one_or_none()
        if found is None:
            raise UnknownAccount(code)
        return Money(int(found[0]), found[1])

    def booked(self, reference: str, kind: str) -> list[Transfer]:
        """The transfers of a kind that were booked for `reference`, oldest first."""
        debit, credit = aliased(LedgerAccountRow), aliased(LedgerAccountRow)
        found = self._session.execute(
            select(LedgerTransferRow, debit.code, credit.code)
            .join(debit, debit.id == LedgerTransferRow.debit_id)
            .join(credit, credit.id == LedgerTransferRow.credit_id)
            .where(LedgerTransferRow.shop_id == self._shop_id, LedgerTransferRow.reference == reference)
            .where(LedgerTransferRow.kind == kind)
            .order_by(LedgerTransferRow.id)
        )
        return [
            Transfer(source, target, Money(row.amount, row.currency), row.kind, row.reference, row.key)
            for row, source, target in found
        ]

    def _sides(self, *codes: str) -> dict[str, _Side]:
        if any(code not in self._known for code in codes):
            self._look_up(codes)
        for code in codes:
            if code not in self._known:
                raise UnknownAccount(code)
        return {code: self._known[code] for code in codes}

    def _look_up(self, codes: Collection[str]) -> None:
        """Remember those of the accounts that are there: neither id, currency nor floor ever changes."""
        found = self._session.execute(
            select(LedgerAccountRow.code, LedgerAccountRow.id, LedgerAccountRow.currency, LedgerBalanceRow.floor)
            .outerjoin(LedgerBalanceRow, LedgerBalanceRow.account_id == LedgerAccountRow.id)
            .where(LedgerAccountRow.shop_id == self._shop_id, LedgerAccountRow.code.in_(codes))
        )
        self._known.update({row.code: _Side(row.id, row.currency, row.floor) for row in found})

    def _insert(self, transfer: Transfer, sides: dict[str, _Side], at: datetime) -> tuple[int, bool]:
        if not 0 < transfer.amount.amount <= MOST:
            raise AmountOutOfRange(transfer.amount.amount, 1, MOST)
        for side in sides.values():
            if side.currency != transfer.amount.currency:
                raise MixedCurrencies(side.currency, transfer.amount.currency)
        content = {
            "debit_id": sides[transfer.debit].id,
            "credit_id": sides[transfer.credit].id,
            "amount": transfer.amount.amount,
            "currency": transfer.amount.currency,
            "kind": transfer.kind,
            "reference": transfer.reference,
        }
        booked = insert_once(
            self._session, LedgerTransferRow, shop_id=self._shop_id, key=transfer.key, booked_at=at, **content
        )
        if booked is not None:
            return booked.id, True
        row = self._session.scalars(
            select(LedgerTransferRow).where(
                LedgerTransferRow.shop_id == self._shop_id, LedgerTransferRow.key == transfer.key
            )
        ).one()
        if any(getattr(row, column) != value for column, value in content.items()):
            raise IdempotencyConflict(transfer.key)
        return row.id, False

    def _move_balances(self, transfer: Transfer, sides: dict[str, _Side]) -> None:
        amount = transfer.amount.amount
        changes = [(sides[transfer.debit], -amount, transfer.debit), (sides[transfer.credit], amount, transfer.credit)]
        for side, change, code in sorted(changes):  # by id, so that two transfers never wait for each other's rows
            if side.floor is None:
                continue
            moved = self._session.execute(
                update(LedgerBalanceRow)
                .where(LedgerBalanceRow.account_id == side.id, LedgerBalanceRow.balance + change >= side.floor)
                .values(balance=LedgerBalanceRow.balance + change)
                .returning(LedgerBalanceRow.account_id)
                .execution_options(synchronize_session=False)
            ).one_or_none()
            if moved is None:
                raise InsufficientFunds(code, amount, transfer.amount.currency)


@dataclass(frozen=True, slots=True)
class Audit:
    """What a recount of a shop's books found.

    totals: sum of all balances by currency; every one must be 0.
    differences: code -> (balance kept, balance recounted), for accounts whose row does not fit their transfers.
    """

    transfers: int
    totals: dict[str, int]
    differences: dict[str, tuple[int, int]]

    @property
    def sound(self) -> bool:
        """Whether the books balance."""
        return not self.differences and not any(self.totals.values())


def audit(session: Session, shop_id: int) -> Audit:
    """Recount every balance of the shop from its transfers."""
    counted: dict[int, int] = defaultdict(int)
    currencies: dict[str, int] = defaultdict(int)
    transfers = 0
    pair = (LedgerTransferRow.debit_id, LedgerTransferRow.credit_id)
    for debit, credit, amount, count in session.execute(
        select(*pair, func.sum(LedgerTransferRow.amount), func.count())
        .where(LedgerTransferRow.shop_id == shop_id)
        .group_by(*pair)
    ):
        counted[debit] -= int(amount)
        counted[credit] += int(amount)
        transfers += count
    differences: dict[str, tuple[int, int]] = {}
    for identity, code, currency, kept in session.execute(
        select(LedgerAccountRow.id, LedgerAccountRow.code, LedgerAccountRow.currency, LedgerBalanceRow.balance)
        .outerjoin(LedgerBalanceRow, LedgerBalanceRow.account_id == LedgerAccountRow.id)
        .where(LedgerAccountRow.shop_id == shop_id)
    ):
        currencies[currency] += counted[identity] if kept is None else kept
        if kept is not None and kept != counted[identity]:
            differences[code] = (kept, counted[identity])
    return Audit(transfers, dict(currencies), differences)
