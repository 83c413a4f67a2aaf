"""The crash benchmark: kills lose nothing, and its eyes see every kind of loss."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import update

from bench.crash import run
from bench.crash_checks import take_stock
from bench.crash_worker import Files, open_trade
from bench.market import LAST, open_market
from commerce.storage.customer_tables import CustomerRow
from commerce.storage.database import Database
from commerce.storage.shop_tables import StockRow


def test_kills_lose_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A process is killed, then another one in a second run that goes on from the first."""
    state = tmp_path / "state.json"
    assert run(None, 1, state, True) == 0
    assert run(None, 1, state, True) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (found["kills"], found["lost"]) == (2, [])


@pytest.fixture
def market(tmp_path: Path) -> Iterator[tuple[Database, int, Files]]:
    """One order, paid by the card that is on file, with its two mails delivered."""
    url, files = f"sqlite:///{tmp_path / 'market.db'}", Files(tmp_path)
    with closing(Database.open(url)) as database:
        database.upgrade()
        key = open_market(url, tmp_path, 1, LAST, 10).shop
        with database.transaction() as session:
            session.execute(update(CustomerRow).values(email="c0@bench.example"))
        trade = open_trade(url, key, files, 1, seed=0)
        quote = trade.shop.checkout.quote("c0")
        order = trade.shop.checkout.confirm("c0", quote.id, quote.digest, quote.id).order
        files.told.write_text(f"{order.number} paid\n")
        trade.postman.work()
        trade.gateway.close()
        yield database, trade.shop.info.id, files


def test_a_shop_that_lost_nothing_passes(market: tuple[Database, int, Files]) -> None:
    """One order, one charge, two mails, each once."""
    database, shop_id, files = market
    tally = take_stock(database, shop_id, 10, files)
    assert (tally.orders, tally.charges, tally.messages, tally.doubled, tally.lost) == (1, 1, 2, 0, ())


@pytest.mark.parametrize(
    ("where", "statement", "seen"),
    [
        ("charges", "INSERT INTO charges SELECT 'k', amount, currency, '', state, becomes, 1 FROM charges", "no order"),
        ("charges", "DELETE FROM charges", "0 was taken"),
        ("charges", "UPDATE charges SET requests = 2", "charged 2 times"),
        ("charges", "INSERT INTO refunds SELECT 'r', key, 1, 'USD' FROM charges", "249 was kept, 250 is booked"),
        ("mail", "DELETE FROM mail WHERE rowid = 1", "came 0 times"),
        ("mail", "INSERT INTO mail SELECT message FROM mail", "messages came twice"),
        ("mail", "INSERT INTO mail VALUES ('forged')", "of nobody"),
    ],
)
def test_every_loss_in_the_world_outside_is_seen(
    market: tuple[Database, int, Files], where: str, statement: str, seen: str
) -> None:
    """A charge too many, too few or twice, money gone back unseen, mails lost, doubled and forged."""
    database, shop_id, files = market
    with closing(sqlite3.connect(getattr(files, where), isolation_level=None)) as record:
        record.execute(statement)
    lost = take_stock(database, shop_id, 10, files).lost
    assert any(seen in line for line in lost), lost


def test_every_loss_in_the_shop_is_seen(market: tuple[Database, int, Files]) -> None:
    """Stock that nobody has, and an order that somebody was told of."""
    database, shop_id, files = market
    with database.transaction() as session:
        session.execute(update(StockRow).values(available=StockRow.available - 1))
    files.told.write_text("1234 paid\n")
    lost = take_stock(database, shop_id, 10, files).lost
    assert "order 1234 was confirmed to a shopper and is gone" in lost
    assert "8 units are left and 1 held, of 10" in lost
