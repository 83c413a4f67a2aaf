"""The terminal screen, driven by what a device tells and by keys; what is on it is read as text."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from html import unescape
from pathlib import Path
from queue import SimpleQueue

import pytest
from textual.pilot import Pilot

from skills.contract import Expectation, Reply
from tests.skills.talking import talk
from voice.device_ports import (
    Answer,
    Answered,
    Level,
    Notice,
    Order,
    Problem,
    State,
    StateChanged,
    TimedOut,
    Typed,
    WordsSoFar,
)
from voicecart.device.carts import ShownCart, shown
from voicecart.device.screen import Screen

Deed = Callable[[Screen, Pilot[object]], Awaitable[None]]


def watched(deed: Deed, cart: ShownCart | None = None) -> list[Order | Typed]:
    """Do something at a screen whose device lives until it is told to quit; the orders that the device got."""
    orders: SimpleQueue[Order | Typed] = SimpleQueue()
    taken: list[Order | Typed] = []

    def live() -> None:
        while Order.QUIT not in taken:
            taken.append(orders.get())

    async def run() -> None:
        screen = Screen("Corner Coffee", 'Say "okay nabu".', lambda: cart)
        screen.device_is(live, orders.put)
        async with screen.run_test(size=(80, 24)) as pilot:
            try:
                await deed(screen, pilot)
            finally:
                orders.put(Order.QUIT)

    asyncio.run(run())
    return taken


def seen(screen: Screen) -> str:
    """What is on the screen, line by line."""
    rows: dict[float, list[tuple[float, str]]] = {}
    for attributes, text in re.findall(r"<text ([^>]*)>(.*?)</text>", screen.export_screenshot()):
        x, y = (float(re.search(rf'\b{axis}="([\d.]+)"', attributes)[1]) for axis in "xy")  # type: ignore[index]
        rows.setdefault(y, []).append((x, unescape(text).replace("\xa0", " ")))
    return "\n".join("".join(text for _, text in sorted(row)).rstrip() for _, row in sorted(rows.items()))


async def told(screen: Screen, pilot: Pilot[object], *notices: Notice) -> str:
    """Tell, wait until it is drawn, and look."""
    for notice in notices:
        screen.tell(notice)
    await pilot.pause(0.3)
    return seen(screen)


def asks(text: str, expects: Expectation, heard: str = "") -> Answered:
    return Answered(Answer(Reply(text, text, expects), heard))


def test_a_conversation_is_seen_as_it_goes(tmp_path: Path) -> None:
    """State, level, words so far, both sides of the conversation, the open question with its countdown, and the cart
    with its total are all there as text; what was heard is gone once it is answered."""
    shopper = talk("coffee", "anna", tmp_path)
    cart = shown(shopper.shop.carts.add(shopper.customer, "LATTE", 2))

    async def deed(screen: Screen, pilot: Pilot[object]) -> None:
        assert 'Say "okay nabu".' in await told(screen, pilot)
        hearing = await told(
            screen, pilot, StateChanged(State.LISTENING, 6.0), Level(-30.0), WordsSoFar("two large lattes with")
        )
        assert "LISTENING" in hearing
        assert "Level [############............] -30 dB" in hearing
        assert "Hearing: two large lattes with" in hearing
        assert "s left" not in hearing
        answered = await told(
            screen,
            pilot,
            StateChanged(State.THINKING),
            asks("Two large lattes with soy milk. Is that right?", Expectation.YES_OR_NO, "two large lattes"),
            StateChanged(State.LISTENING, 8.0),
        )
        assert "You: two large lattes" in answered
        assert "Shop: Two large lattes with soy milk." in answered
        assert "Hearing" not in answered
        assert re.search(r"a question is open - [78] s left", answered)
        assert "2 x latte" in answered
        assert "Total $" in answered
        later = await told(screen, pilot, TimedOut(True), StateChanged(State.ASLEEP), Problem("sound", "It's gone"))
        assert "question" not in later.splitlines()[2]
        assert "Problem: It's gone" in later

    watched(deed, cart)


def test_what_was_said_is_no_markup() -> None:
    """Square brackets, as a shop's names may have, are shown as they are."""

    async def deed(screen: Screen, pilot: Pilot[object]) -> None:
        assert "[bold]milk[/bold]" in await told(screen, pilot, asks("[bold]milk[/bold]", Expectation.ANYTHING))

    watched(deed)


def test_keys_are_orders() -> None:
    """Enter talks, m mutes, k keeps; after a slash letters are text, and Enter sends it; Escape throws it away."""

    async def deed(_screen: Screen, pilot: Pilot[object]) -> None:
        await pilot.press("enter", "m", "k")
        await pilot.press("slash", *"my cart", "enter")
        await pilot.press("slash", *"no", "escape", "m")
        await pilot.pause(0.2)

    assert watched(deed) == [Order.TALK, Order.MUTE, Order.KEEP, Typed("my cart"), Order.MUTE, Order.QUIT]


def test_q_ends_both() -> None:
    """The device is told to end."""

    async def deed(_screen: Screen, pilot: Pilot[object]) -> None:
        await pilot.press("q")
        await pilot.pause(0.2)

    assert Order.QUIT in watched(deed)


def test_a_typed_code_is_dots() -> None:
    """While a code is awaited digits go into the box by themselves, are never on the screen, and reach the device."""

    async def deed(screen: Screen, pilot: Pilot[object]) -> None:
        await told(screen, pilot, asks("What is your code?", Expectation.CODE))
        await pilot.press(*"4711")
        await pilot.pause(0.2)
        assert "4711" not in seen(screen)
        await pilot.press("enter")
        await pilot.pause(0.2)

    assert Typed("4711") in watched(deed)


def test_what_breaks_the_device_reaches_the_caller() -> None:
    """An error in the device's loop ends the screen and is raised to whoever showed it."""

    def live() -> None:
        raise ZeroDivisionError

    screen = Screen("", "", lambda: None)
    screen.device_is(live, lambda _order: None)
    with pytest.raises(ZeroDivisionError):
        screen.attend(headless=True)
