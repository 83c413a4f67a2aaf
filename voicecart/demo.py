"""`voicecart demo`: recorded shoppers, the whole assistant, a fresh database, answers as wav files."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from commerce.shop import Shop
from skills.contract import NotUnderstood, Outcome, SlotValue, Understood, Unsure
from skills.dialogue import SessionKey, Turn
from skills.dialogue.shapes import turn_json
from voice.recognition.engine import Recogniser
from voice.replay import Ears
from voice.speech.synthesiser import Synthesiser, write_wav
from voicecart import console
from voicecart.assembly import Assembly
from voicecart.replaying.files import ReplayProblem, Scenario, load_scenario
from voicecart.settings import Settings

RECORDINGS = Path(__file__).parents[1] / "audio_fixtures" / "demo"


@dataclass(frozen=True, slots=True)
class _Played:
    recording: Path
    turn: Turn
    seconds: float
    answer: Path


def run(settings: Settings, out: Path, as_json: bool) -> int:
    """Play the demo. The database and the answers are left in `out`.

    Raises ReplayProblem when the recordings are not there; RecognitionError, SpeechError, CommerceError.
    """
    paths = sorted(RECORDINGS.glob("*.yaml"))
    if not paths:
        raise ReplayProblem(f"the demo's recordings are missing: there is no {RECORDINGS}; run it from a checkout")
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("*"):
        old.unlink()
    stage = _Stage(Assembly(settings.model_copy(update={"database": f"sqlite:///{out / 'shop.sqlite3'}"})), out)
    try:
        for path in paths:
            scenario = load_scenario(path).scenario
            if not as_json:
                console.say(f"\n{scenario.title}  ({scenario.shop}, {scenario.customer})", style="bold")
            for played in stage.play(scenario, path.parent):
                _print_turn(played, stage.assembly.shop(scenario.shop), scenario.customer, as_json)
            _print_state(stage.assembly.shop(scenario.shop), scenario.customer, as_json)
    finally:
        stage.close()
    if not as_json:
        console.say(f"\nThe answers are in {out}/*.wav, the shop is {out}/shop.sqlite3.")
    return 0


class _Stage:
    """The parts that all conversations of the demo share."""

    def __init__(self, assembly: Assembly, out: Path) -> None:
        self.assembly = assembly
        self._out = out
        self._ears = Ears(self._recogniser)
        self._voices: dict[str, Synthesiser] = {}
        self._turns = 0

    def play(self, scenario: Scenario, folder: Path) -> Iterator[_Played]:
        shop = self.assembly.shop(scenario.shop)
        language = shop.info.language
        for turn in scenario.turns:
            recording = folder / (turn.hears or "")
            recorded = self._ears.hear(recording, uuid4().hex, language)
            start = time.monotonic()
            session = SessionKey(scenario.customer, turn.device)
            came = self.assembly.assistant(scenario.shop).hears(recorded.heard, recorded.listener, session=session)
            seconds = recorded.took + time.monotonic() - start
            yield _Played(recording, came, seconds, self._speak(came.reply.speech, language))

    def close(self) -> None:
        self._ears.close()
        for voice in self._voices.values():
            voice.close()

    def _recogniser(self, language: str) -> Recogniser:
        """Korean by Vosk, where nobody asks for another engine: so both engines are seen at work."""
        settings = self.assembly.settings
        if settings.engine != "auto" or language == "en":
            return self.assembly.recogniser(language)
        return Assembly(settings.model_copy(update={"engine": "vosk"})).recogniser(language)

    def _speak(self, text: str, language: str) -> Path:
        if language not in self._voices:
            self._voices[language] = self.assembly.synthesiser(language)
        self._turns += 1
        path = self._out / f"answer-{self._turns:02}.wav"
        write_wav([self._voices[language].say(text, language)], path)
        return path


def _print_turn(played: _Played, shop: Shop, customer: str, as_json: bool) -> None:
    turn = played.turn
    if as_json:
        files = {"recording": played.recording.name, "answer": str(played.answer)}
        console.print_json(files | turn_json(turn, shop.carts.get(customer)) | {"seconds": round(played.seconds, 3)})
        return
    console.say(f"\n  recording   {played.recording.name}", style="dim")
    console.say(f"  heard       {turn.heard_text or '(nothing)'}   [{played.seconds:.2f} s]", style="cyan")
    console.say(f"  understood  {_meaning(turn.outcome)}")
    for event in turn.reply.done or ("nothing",):
        console.say(f"  done        {event}", style=None if turn.reply.done else "dim")
    console.say(f"  said        {turn.reply.speech}", style="green")


def _meaning(outcome: Outcome) -> str:
    match outcome:
        case Understood(intent=intent, slots=slots):
            return f"{intent} {_slots(slots)}".rstrip()
        case Unsure(choices=choices):
            return "unsure: " + " or ".join(choice.spoken for choice in choices)
        case NotUnderstood(reason=reason):
            return f"nothing ({reason.value.replace('_', ' ')})"


def _slots(slots: Mapping[str, SlotValue]) -> str:
    parts = []
    for name, value in slots.items():
        if not isinstance(value, tuple):
            parts.append(f"{name} {value}")
            continue
        for item in value:
            options = f" ({', '.join(option.spoken for option in item.options)})" if item.options else ""
            parts.append(f"{item.quantity} x {item.name}{options}")
    return "; ".join(parts)


def _print_state(shop: Shop, customer: str, as_json: bool) -> None:
    orders = shop.orders.list(customer, limit=3, kind=None)
    cart = shop.carts.get(customer)
    accounts = shop.accounts.list(customer)
    if as_json:
        console.print_json(
            {
                "shop": shop.info.key,
                "customer": customer,
                "orders": [{"number": one.number, "status": one.status, "total": one.total.amount} for one in orders],
                "cart": [{"sku": line.sku, "quantity": line.quantity} for line in cart.lines],
                "balances": {account.key: account.balance.amount for account in accounts},
            }
        )
        return
    console.say("\n  In the database now:")
    for order in orders:
        console.say(f"    order {order.number}: {order.status.value}, {console.money(order.total)}")
    for line in cart.lines:
        console.say(f"    cart: {line.quantity} x {line.name}")
    for account in accounts:
        console.say(f"    {account.name}: {console.money(account.balance)}")
