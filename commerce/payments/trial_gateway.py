"""A payment gateway for demos and tests: no money moves, everything else does.

It keeps its own record of charges, in a database file of its own or in memory, so that what it took can be compared
with what the shop believes. What it does with a charge depends on the token of the customer's card, or on the amount.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from threading import Lock

from commerce.money import Money
from commerce.payments.port import ChargeRequest, GatewayAnswer, GatewayState, GatewayTimeout, RefundRequest
from commerce.storage.sqlite import sqlite

TABLES = """
CREATE TABLE IF NOT EXISTS charges (
  key TEXT PRIMARY KEY, amount INTEGER NOT NULL, currency TEXT NOT NULL, reference TEXT NOT NULL,
  state TEXT NOT NULL, becomes TEXT NOT NULL, requests INTEGER NOT NULL DEFAULT 1);
CREATE TABLE IF NOT EXISTS refunds (
  key TEXT PRIMARY KEY, charge TEXT NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL);
"""


class Behaviour(StrEnum):
    """What becomes of a charge. Each is also the token that asks for it ("card-declines").

    SLOW: the money is taken, but the answer comes too late. LOST: the request never arrives, and no answer comes.
    LATE: "pending" at first, and taken by the time it is asked about. LATE_DECLINE: the same, but refused.
    """

    ACCEPTS = "card-accepts"
    DECLINES = "card-declines"
    SLOW = "card-slow"
    LOST = "card-lost"
    LATE = "card-late"
    LATE_DECLINE = "card-late-decline"


@dataclass(frozen=True, slots=True)
class RecordedCharge:
    """A charge as the gateway knows it. requests: how often it was asked to make it; refunded: minor units."""

    key: str
    amount: Money
    reference: str
    state: GatewayState
    requests: int
    refunded: int


class TrialGateway:
    """A `PaymentGateway` that accepts, declines, stays silent or answers late.

    record: a file that several processes may share; None keeps the record in this object.
    by_amount: behaviour by minor units, before that of the token. otherwise: that of every other token.
    sleep: waits so many seconds.
    """

    def __init__(
        self,
        record: Path | None = None,
        by_amount: Mapping[int, Behaviour] | None = None,
        sleep: Callable[[float], None] = time.sleep,
        otherwise: Behaviour = Behaviour.ACCEPTS,
    ) -> None:
        self._by_amount = dict(by_amount or {})
        self._sleep = sleep
        self._otherwise = otherwise
        self._lock = Lock()
        self._record = sqlite.connect(
            ":memory:" if record is None else str(record), isolation_level=None, check_same_thread=False, timeout=10
        )
        self._record.executescript(TABLES)

    def charge(self, request: ChargeRequest, patience: float) -> GatewayAnswer:
        """Take the money as the behaviour says. Raises GatewayTimeout after `patience` seconds."""
        behaviour = self._behaviour(request)
        if behaviour is Behaviour.LOST:
            self._stay_silent(request.key, patience)
        now, later = _STATES[behaviour]
        with self._lock:
            self._record.execute(
                "INSERT INTO charges (key, amount, currency, reference, state, becomes) VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (key) DO UPDATE SET requests = requests + 1",
                (request.key, request.amount.amount, request.amount.currency, request.reference, now, later),
            )
        if behaviour is Behaviour.SLOW:
            self._stay_silent(request.key, patience)
        return self._answer(request.key)

    def state(self, key: str, patience: float) -> GatewayAnswer:  # noqa: ARG002 - it always answers at once
        """What became of a charge; one that was pending is settled now."""
        with self._lock:
            self._record.execute("UPDATE charges SET state = becomes WHERE key = ?", (key,))
        return self._answer(key)

    def void(self, key: str, patience: float) -> GatewayAnswer:  # noqa: ARG002
        """Withdraw a charge that is not taken yet, known or not."""
        with self._lock:
            self._record.execute(
                "INSERT INTO charges (key, amount, currency, reference, state, becomes, requests)"
                " VALUES (?, 0, '', '', 'voided', 'voided', 0) ON CONFLICT (key) DO UPDATE"
                " SET state = 'voided', becomes = 'voided' WHERE state = 'pending'",
                (key,),
            )
        return self._answer(key)

    def refund(self, request: RefundRequest, patience: float) -> None:  # noqa: ARG002
        """Give money back, once a key."""
        with self._lock:
            self._record.execute(
                "INSERT INTO refunds (key, charge, amount, currency) VALUES (?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
                (request.key, request.charge_key, request.amount.amount, request.amount.currency),
            )

    def charges(self) -> tuple[RecordedCharge, ...]:
        """Every charge on record, in no order."""
        with self._lock:
            rows = self._record.execute(
                "SELECT key, charges.amount, charges.currency, reference, state, requests,"
                " (SELECT coalesce(sum(refunds.amount), 0) FROM refunds WHERE charge = charges.key) FROM charges"
            ).fetchall()
        return tuple(
            RecordedCharge(key, Money(amount, currency), reference, GatewayState(state), requests, refunded)
            for key, amount, currency, reference, state, requests, refunded in rows
        )

    def close(self) -> None:
        """Close the record."""
        self._record.close()

    def _behaviour(self, request: ChargeRequest) -> Behaviour:
        if request.amount.amount in self._by_amount:
            return self._by_amount[request.amount.amount]
        tokens = {behaviour.value: behaviour for behaviour in Behaviour}
        return tokens.get(request.token, self._otherwise)

    def _answer(self, key: str) -> GatewayAnswer:
        with self._lock:
            row = self._record.execute("SELECT state FROM charges WHERE key = ?", (key,)).fetchone()
        state = GatewayState.UNKNOWN if row is None else GatewayState(row[0])
        reason = "the card was declined" if state is GatewayState.DECLINED else ""
        return GatewayAnswer(key, state, f"trial-{key}" if row else "", reason)

    def _stay_silent(self, key: str, patience: float) -> None:
        self._sleep(patience)
        raise GatewayTimeout(key, patience)


_STATES = {
    Behaviour.ACCEPTS: (GatewayState.CAPTURED, GatewayState.CAPTURED),
    Behaviour.SLOW: (GatewayState.CAPTURED, GatewayState.CAPTURED),
    Behaviour.DECLINES: (GatewayState.DECLINED, GatewayState.DECLINED),
    Behaviour.LATE: (GatewayState.PENDING, GatewayState.CAPTURED),
    Behaviour.LATE_DECLINE: (GatewayState.PENDING, GatewayState.DECLINED),
}
"""What a charge is at first, and what it becomes; one that is lost is nothing."""
