"""What a device may send later: only what adds to the cart, from a file that survives damage and a full disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from voicecart.device.later import MOST_KEPT, LaterTurn, LaterTurns
from voicecart.device.tokens import PairedShop
from voicecart.device.words import device_words

SHOP = PairedShop("https://shop.example", "secret", "anna", "home", "en")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "add two cartons of oat milk"),
        ("en", "Please put three bananas in my basket."),
        ("en", "could you add some butter?"),
        ("ko", "우유 두 개 담아 줘"),
    ],
)
def test_adding_to_the_cart_may_wait(language: str, text: str) -> None:
    """It means the same whenever it arrives."""
    assert device_words(language).may_wait(text)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "yes"),
        ("en", "add it"),
        ("en", "yes add that"),
        ("en", "check out"),
        ("en", "add milk and check out"),
        ("en", "put in my order"),
        ("en", "four three two one"),
        ("en", "order two cartons of milk"),
        ("en", "don't add milk"),
        ("en", "remove the milk"),
        ("en", "add"),
        ("en", ""),
        ("ko", "네"),
        ("ko", "주문해 줘"),
        ("ko", "그거 담아 줘"),
    ],
)
def test_everything_else_may_not(language: str, text: str) -> None:
    """A yes, a code, a checkout, and whatever might be one in another moment."""
    assert not device_words(language).may_wait(text)


def turn(name: str) -> LaterTurn:
    return LaterTurn(name, "en", True, ("add milk",), 1000.0)


def test_turns_are_found_again_in_their_order(tmp_path: Path) -> None:
    """Another start reads what was written; what was answered is gone; only this user may read the file."""
    turns = LaterTurns(tmp_path, SHOP)
    for name in ("a", "b", "c"):
        assert turns.keep(turn(name))
    turns.drop("b")
    assert [one.turn_id for one in LaterTurns(tmp_path, SHOP).turns] == ["a", "c"]
    [file] = tmp_path.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_another_pairing_finds_nothing(tmp_path: Path) -> None:
    """The device was given to somebody else: what was said to one account is not delivered to another."""
    LaterTurns(tmp_path, SHOP).keep(turn("a"))
    other = PairedShop(SHOP.service, "another secret", "ben", "home", "en")
    assert LaterTurns(tmp_path, other).turns == ()


@pytest.mark.parametrize("content", ["", "[{", '{"a": 1}', "null", "[1]"])
def test_a_damaged_file_is_put_aside(tmp_path: Path, content: str) -> None:
    """A disk that lost half a file does not keep the device from starting, and the rest is there to look at."""
    LaterTurns(tmp_path, SHOP).keep(turn("a"))
    [file] = tmp_path.iterdir()
    file.write_text(content)
    assert LaterTurns(tmp_path, SHOP).turns == ()
    assert [one.suffix for one in tmp_path.iterdir()] == [".damaged"]
    assert LaterTurns(tmp_path, SHOP).keep(turn("b"))


def test_only_so_many_wait(tmp_path: Path) -> None:
    """The twenty-first is refused, and the shopper is told that it is not kept."""
    turns = LaterTurns(tmp_path, SHOP)
    assert [turns.keep(turn(str(number))) for number in range(MOST_KEPT + 1)] == [True] * MOST_KEPT + [False]


def test_a_disk_that_refuses_keeps_nothing(tmp_path: Path) -> None:
    """Where nothing can be written, nothing is said to be kept."""
    (tmp_path / "data").write_text("a file where the folder should be")
    turns = LaterTurns(tmp_path / "data", SHOP)
    assert not turns.keep(turn("a"))
    assert turns.turns == ()
