"""What a device does, told as text for people or as JSON lines for programs."""

from __future__ import annotations

import time

from voice.device_ports import (
    Answered,
    Interrupted,
    Level,
    Note,
    Notice,
    Problem,
    State,
    StateChanged,
    Tell,
    TimedOut,
    Woken,
    WordsSoFar,
)
from voicecart import console
from voicecart.device.carts import CartNow


def in_json(cart: CartNow) -> Tell:
    """One JSON object a line: `event`, `at` (seconds of the monotonic clock), and what belongs to the event."""

    def tell(notice: Notice) -> None:
        match notice:
            case Level():
                return
            case StateChanged(state, seconds):
                said: dict[str, object] = {"event": "state", "state": state.value, "seconds": seconds}
            case Woken():
                said = {"event": "woken"}
            case WordsSoFar(text):
                said = {"event": "words", "text": text}
            case Answered(answer):
                reply, now = answer.reply, cart()
                said = {
                    "event": "turn", "text": answer.heard_text, "understood": answer.understood,
                    "reply": reply.speech, "screen": reply.screen, "expects": reply.expects.value,
                    "ends": reply.ends, "done": list(reply.done),
                    "cart": None if now is None else list(now.lines),
                }  # fmt: skip
            case Interrupted(meaning, text):
                said = {"event": "interrupted", "meaning": meaning.value if meaning else None, "text": text}
            case TimedOut(question):
                said = {"event": "timed_out", "question": question}
            case Problem(code, text):
                said = {"event": "problem", "code": code, "text": text}
            case Note(text):
                said = {"event": "note", "text": text}
        console.print_json(said | {"at": time.monotonic()})

    return tell


def in_text(wake_phrase: str) -> Tell:
    """Lines for a person: what the device does, what it heard, what it says."""
    states = {State.ASLEEP: waiting_for(wake_phrase), State.LISTENING: "Listening ...", State.MUTED: "Muted."}

    def tell(notice: Notice) -> None:
        match notice:
            case StateChanged(state) if state in states:
                console.say(f"[{states[state]}]", style="dim")
            case Answered(answer):
                if answer.heard_text:
                    console.say(f"> {answer.heard_text}", style="cyan")
                console.say(answer.reply.screen, style="green")
            case Interrupted(meaning) if meaning is not None:
                console.say(f"({meaning.value})", style="cyan")
            case Note(text):
                console.say(text, style="yellow")
            case Problem(_, text):
                console.warn(text)
            case _:
                pass

    return tell


def waiting_for(wake_phrase: str) -> str:
    """What to do while it is asleep."""
    return f'Say "{wake_phrase}".' if wake_phrase else "Press Enter to talk."
