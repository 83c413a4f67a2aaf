"""A full disk, a database that can only be read: a clear error, and nothing half done."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from commerce.care.checking import check
from commerce.errors import DatabaseUnusable
from tests.commerce.corner import Corner, join_corner, open_corner
from tests.commerce.places import Place
from tests.postgres import Postgres


@contextmanager
def no_file_above(size: int) -> Iterator[None]:
    """As on a full disk, no file of this process can grow beyond `size` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def buys(corner: Corner, times: int = 1) -> None:
    """One bottle of milk at a time, paid at the door."""
    for _ in range(times):
        corner.fill(MILK=1)
        corner.buy(pay_with="delivery")


def test_a_full_disk_sells_nothing_half(tmp_path: Path) -> None:
    """Ben buys until there is no room: what failed is not there at all, and works when there is room again."""
    corner = open_corner(tmp_path)
    buys(corner)
    room = max(file.stat().st_size for file in tmp_path.glob("shop.db*")) + 20_000
    with no_file_above(room), pytest.raises(DatabaseUnusable) as refused:
        buys(corner, 30)
    assert "\n" not in str(refused.value)
    sold = len(corner.shop.orders.all())
    assert corner.stock("MILK") == 40 - sum(line.sku == "MILK" for o in mine(corner) for line in o.lines)
    assert [finding.detail for finding in check(corner.database) if not finding.ok] == []
    buys(corner)
    assert len(corner.shop.orders.all()) == sold + 1


def mine(corner: Corner) -> list:  # type: ignore[type-arg]
    """The orders that ben made here; he brought two along."""
    return [order for order in corner.shop.orders.list("ben", limit=99) if order.number not in {"700", "701"}]


def test_an_sqlite_file_that_can_only_be_read_is_read(tmp_path: Path) -> None:
    """The catalogue is shown, a purchase is refused in one line."""
    writable = open_corner(tmp_path)
    corner = join_corner(f"sqlite:///file:{tmp_path / 'shop.db'}?mode=ro&uri=true", writable.gateway, writable.clock)
    refuses(corner, "readonly")
    corner.database.close()


def test_a_postgresql_user_who_may_only_read_reads(tmp_path: Path, postgres: Postgres) -> None:
    """Whoever was given no more than SELECT sees the shop and can't buy."""
    with closing(Place(tmp_path, postgres)) as place:
        writable = open_corner(place)
        with writable.database.connection() as connection:
            connection.execute(text("CREATE ROLE reader LOGIN"))
            connection.execute(text("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader"))
        corner = join_corner(writable.url.replace("postgres@", "reader@"), writable.gateway, writable.clock)
        refuses(corner, "permission denied")
        corner.database.close()


def refuses(corner: Corner, why: str) -> None:
    """Everything can be seen, nothing can be bought."""
    assert corner.stock("MILK") == 40
    with pytest.raises(DatabaseUnusable) as refused:
        corner.fill(MILK=1)
    assert why in str(refused.value)
    assert "\n" not in str(refused.value)
    assert corner.stock("MILK") == 40
