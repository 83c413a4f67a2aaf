"""What a turn asks of the database: the part of its time that grows with the load."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event

from tests.voicecart.alexa.requests import intent
from tests.voicecart.alexa.speaker import Skill, Speaker, speech

AS_OFTEN = 3  # so that what is read once a minute is read already


@contextmanager
def written_down() -> Iterator[list[str]]:
    """Every statement that goes to a database meanwhile, BEGIN and the like among them."""
    statements: list[str] = []

    def write(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", write)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", write)


@pytest.fixture
def speaker(skill: Skill) -> Speaker:
    """One in a session that has gone on for a while."""
    speaker = Speaker(skill, skill.link())
    speaker.opens()
    for _ in range(AS_OFTEN):
        speaker.says("CheckBalance")
    return speaker


def test_a_balance_takes_five_statements(speaker: Speaker) -> None:
    """Whether the request is new, who speaks, the session taken, the accounts, the session given back; no BEGIN."""
    with written_down() as statements:
        said = speech(speaker.says("CheckBalance"))
    assert "dollars" in said
    tables = ["deliveries", "oauth_tokens", "sessions", "accounts", "sessions"]
    assert len(statements) == len(tables), statements
    for statement, table in zip(statements, tables, strict=True):
        assert table in statement


def test_what_is_the_shops_is_read_once_for_all_customers(speaker: Speaker) -> None:
    """Somebody who never spoke before costs their own rows, not the shop's: no coupons, no goods, no popularity."""
    stranger = Speaker(speaker.skill, speaker.skill.link("anna"))
    with written_down() as statements:
        stranger.sends(intent(speaker.skill.clock.now(), "CheckBalance", stranger.token))
    shops = ("FROM promotions", "FROM products", "sum(order_lines.quantity)", "FROM cart_lines")
    assert [one for one in statements if any(table in one for table in shops)] == []
    assert any("FROM payees" in one for one in statements)
