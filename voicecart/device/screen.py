"""The device on a terminal: level, state, countdown, words as they are heard, the conversation, the cart, and keys.

Every state stands there as a word, so nothing is told by colour alone. Whoever can't see it uses `--no-screen`, where
the same is written as lines.
"""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Footer, Input, RichLog, Static

from voice.device_ports import Notice, Order, State, Typed
from voicecart import console
from voicecart.device.carts import CartNow, ShownCart
from voicecart.device.picture import Line, Picture, after

_REDRAW = 0.1  # seconds; the level comes eight times a second
_METER = 24  # characters
_STATES = {
    State.ASLEEP: "Asleep",
    State.LISTENING: "LISTENING",
    State.THINKING: "Thinking",
    State.SPEAKING: "Speaking",
    State.MUTED: "MUTED, the microphone is closed",
}


class Screen(App[Exception | None]):
    """One device on the whole terminal.

    title: above everything. waiting: what to do while it is asleep. cart: asked for after each turn.
    """

    CSS = """
    #title { text-style: bold; }
    #state, #level, #words, #title { height: 1; padding: 0 1; }
    #talk { width: 2fr; border: round; padding: 0 1; }
    #cart { width: 1fr; border: round; padding: 0 1; }
    Input { border: round; }
    """
    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = None  # letters are orders until somebody wants to type
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "talk", "Talk"),
        Binding("m", "mute", "Mute"),
        Binding("k", "keep", "Keep last turn"),
        Binding("slash", "type", "Type"),
        Binding("escape", "leave", "Stop typing", show=False),
        Binding("q", "leave_for_good", "Quit"),
    ]

    def __init__(self, title: str, waiting: str, cart: CartNow) -> None:
        super().__init__()
        self._heading = title
        self._waiting = waiting
        self._cart = cart
        self._notices: queue.SimpleQueue[Notice] = queue.SimpleQueue()
        self._order: Callable[[Order | Typed], None] = lambda _order: None
        self._live: Callable[[], None] = lambda: None
        self.picture = Picture()

    def tell(self, notice: Notice) -> None:
        """See voice.device_ports.Tell; from any thread, also before the screen is there."""
        self._notices.put(notice)

    def device_is(self, live: Callable[[], None], order: Callable[[Order | Typed], None]) -> None:
        """live: the device's loop, which runs beside the screen until either ends; order: its ear for keys."""
        self._live, self._order = live, order

    def attend(self, headless: bool = False) -> None:
        """Show the device until it is over. Raises what its loop raises."""
        try:
            failed = self.run(headless=headless)
        finally:
            self._order(Order.QUIT)
        if failed is not None:
            raise failed

    def compose(self) -> ComposeResult:
        """Called by textual."""
        yield Static(self._heading, id="title", markup=False)
        yield Static(id="state", markup=False)
        yield Static(id="level", markup=False)
        yield Static(id="words", markup=False)
        with Horizontal():
            yield RichLog(id="talk", wrap=True, min_width=20)
            yield Static(id="cart", markup=False)
        yield Input(placeholder="/ to type instead of speaking", select_on_focus=False)
        yield Footer()

    def on_mount(self) -> None:
        """Called by textual when everything is there."""
        self.query_one("#talk", RichLog).border_title = "Conversation"
        self.query_one("#talk", RichLog).can_focus = False
        self.query_one("#cart", Static).border_title = "Cart"
        self._draw_cart()
        self.set_interval(_REDRAW, self._look)
        self.run_worker(self._until_it_ends, thread=True)

    def _until_it_ends(self) -> None:
        failed: Exception | None = None
        try:
            self._live()
        except Exception as error:  # noqa: BLE001 - it belongs to whoever called `show`
            failed = error
        self.call_from_thread(self.exit, failed)

    def _look(self) -> None:
        """Take what was told since the last look, and draw it."""
        before = self.picture
        while not self._notices.empty():
            self.picture = after(self.picture, self._notices.get(), time.monotonic())
        new = _new_lines(before.lines, self.picture.lines)
        for line in new:
            self.query_one("#talk", RichLog).write(Text.assemble((f"{line.who}: ", "bold"), line.text))
        if new:
            self._draw_cart()
        self._draw()

    def _draw(self) -> None:
        picture = self.picture
        state = self._waiting if picture.state is State.ASLEEP else _STATES[picture.state]
        self.query_one("#state", Static).update(_with_countdown(state, picture, time.monotonic()))
        self.query_one("#level", Static).update(_meter(picture))
        self.query_one("#words", Static).update(f"Hearing: {picture.words}" if picture.words else "")
        self.query_one(Input).password = picture.code_awaited

    def _draw_cart(self) -> None:
        self.query_one("#cart", Static).update(_cart_text(self._cart()))

    def on_key(self, event: events.Key) -> None:
        """A digit begins to type, so that a code needs no other key."""
        box = self.query_one(Input)
        if not box.has_focus and event.character is not None and event.character.isdigit():
            box.focus()
            box.insert_text_at_cursor(event.character)
            event.stop()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """What was typed is a turn; Enter without text talks."""
        event.input.clear()
        self.set_focus(None)
        text = event.value.strip()
        self._order(Typed(text) if text else Order.TALK)

    def action_talk(self) -> None:
        """Listen now."""
        self._order(Order.TALK)

    def action_mute(self) -> None:
        """Close the microphone, or open it again."""
        self._order(Order.MUTE)

    def action_keep(self) -> None:
        """Keep the last turn's sound."""
        self._order(Order.KEEP)

    def action_type(self) -> None:
        """Begin to type."""
        self.query_one(Input).focus()

    def action_leave(self) -> None:
        """Stop typing."""
        self.query_one(Input).clear()
        self.set_focus(None)

    async def action_quit(self) -> None:
        """Called by textual for Control-Q and Control-C, too."""
        self._order(Order.QUIT)

    def action_leave_for_good(self) -> None:
        """Let the device end; the screen ends with it."""
        self._order(Order.QUIT)


def _new_lines(before: tuple[Line, ...], now: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines that came since. Old ones may have gone from the beginning."""
    last = before[-1] if before else None
    at = next((index for index in range(len(now) - 1, -1, -1) if now[index] is last), -1)
    return now[at + 1 :]


def _with_countdown(state: str, picture: Picture, now: float) -> str:
    left = picture.seconds_left(now)
    question = " - a question is open" if picture.question_open and picture.state is State.LISTENING else ""
    return f"{state}{question}" + ("" if left is None else f" - {left} s left")


def _meter(picture: Picture) -> str:
    full = round(picture.loudness * _METER)
    return f"Level [{'#' * full}{'.' * (_METER - full)}] {picture.decibels:.0f} dB"


def _cart_text(cart: ShownCart | None) -> str:
    if cart is None:
        return "not known"
    if not cart.lines:
        return "empty"
    lines = []
    for line in cart.lines:
        options = ", ".join(option["spoken"] for option in line["options"])
        lines.append(f"{line['quantity']} x {line['name']}" + (f" ({options})" if options else ""))
    return "\n".join([*lines, "", f"Total {console.money(cart.total)}"])
