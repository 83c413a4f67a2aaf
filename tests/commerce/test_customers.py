"""Customers and their voice codes."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from commerce.errors import CodeError, CodeLocked, InvalidCode, NoCode, UnknownCustomer, WrongCode
from commerce.money import Money
from commerce.storage.customer_tables import VoiceCodeRow
from tests.commerce.cafe import Cafe, open_cafe


@pytest.fixture
def cafe(tmp_path: Path) -> Cafe:
    return open_cafe(tmp_path)


def test_a_customer_has_what_the_files_said(cafe: Cafe) -> None:
    """Addresses with the default first, payees, the spend cap, and whether there is a code."""
    anna, ben = cafe.shop.customers.list()
    assert (anna.key, anna.email, anna.language, anna.has_code) == ("anna", "anna@shoppers.example", "en", True)
    assert anna.default_address is not None
    assert anna.default_address.one_line == "12 Mill Lane, Springfield, MA 01103"
    assert [address.key for address in anna.addresses] == ["home", "work"]
    assert [(payee.name, payee.spoken) for payee in anna.payees] == [("Valley Power", ("electricity",))]
    assert anna.spend_cap == Money(10000, "USD")
    assert (ben.language, ben.default_address, ben.has_code) == ("ko", None, False)
    assert cafe.shop.customers.first() == anna
    assert cafe.shop.customers.get("ben") == ben


def test_an_unknown_customer_is_named_with_those_that_there_are(cafe: Cafe) -> None:
    """A typing mistake on the command line shows the right keys."""
    with pytest.raises(UnknownCustomer) as refused:
        cafe.shop.customers.get("annna")
    assert refused.value.known == ("anna", "ben")


def test_three_wrong_codes_lock_and_a_new_code_opens(cafe: Cafe) -> None:
    """Two left, one left, locked; then even the right one is refused until a new code is set."""
    customers = cafe.shop.customers
    for left in (2, 1):
        with pytest.raises(WrongCode) as refused:
            customers.check_code("anna", "0000")
        assert refused.value.tries_left == left
    with pytest.raises(CodeLocked):
        customers.check_code("anna", "0000")
    with pytest.raises(CodeLocked):
        customers.check_code("anna", "4711")
    customers.set_code("anna", "998877")
    customers.check_code("anna", "998877")


def test_the_right_code_forgets_wrong_tries(cafe: Cafe) -> None:
    """Two wrong, one right, and there are three tries again."""
    customers = cafe.shop.customers
    for _ in range(2):
        for _ in range(2):
            with pytest.raises(WrongCode):
                customers.check_code("anna", "1234")
        customers.check_code("anna", "4711")


def test_ten_guesses_at_once_get_three_tries(cafe: Cafe) -> None:
    """Ten threads guess together: exactly three guesses were looked at, the rest met a locked code."""

    def guess(number: int) -> str:
        try:
            cafe.shop.customers.check_code("anna", f"{number:04}")
        except CodeError as refused:
            return refused.code
        return "open"

    with ThreadPoolExecutor(10) as pool:
        answers = sorted(pool.map(guess, range(10)))
    assert answers == ["code_locked"] * 8 + ["wrong_code"] * 2
    with pytest.raises(CodeLocked):
        cafe.shop.customers.check_code("anna", "4711")


def test_a_code_is_stored_hashed_and_never_told(cafe: Cafe, caplog: pytest.LogCaptureFixture) -> None:
    """Neither the database, the log nor an error holds the digits; two equal codes have different hashes."""
    caplog.set_level(logging.DEBUG)
    cafe.shop.customers.set_code("anna", "86420975")
    cafe.shop.customers.set_code("ben", "86420975")
    with pytest.raises(WrongCode) as refused:
        cafe.shop.customers.check_code("anna", "11223344")
    with cafe.database.reading() as session:
        hashes = session.scalars(select(VoiceCodeRow.hash)).all()
    assert len(set(hashes)) == 2
    for told in (*hashes, caplog.text, repr(refused.value), str(refused.value.__dict__)):
        assert "86420975" not in told
        assert "11223344" not in told


@pytest.mark.parametrize("digits", ["123", "123456789", "12a4", "", "１２３４", "1234\n"])
def test_a_code_is_four_to_eight_digits(cafe: Cafe, digits: str) -> None:
    """Anything else is refused and the old code stays."""
    with pytest.raises(InvalidCode):
        cafe.shop.customers.set_code("anna", digits)
    cafe.shop.customers.check_code("anna", "4711")


def test_who_has_no_code_is_told_so(cafe: Cafe) -> None:
    """Without a code there is nothing to guess, and nothing to lock."""
    for _ in range(4):
        with pytest.raises(NoCode):
            cafe.shop.customers.check_code("ben", "0000")
