"""`voicecart transcribe` and `voicecart understand`: only the hearing, only the understanding."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer

from skills.contract import Candidate, Heard, Hypothesis, NotUnderstood, Outcome, Understood, Unsure
from skills.dialogue.shapes import candidate_json, outcome_json
from voice.replay import Ears, HeardRecording
from voicecart import console
from voicecart.commands import options

SHOWN = 5


def register(root: typer.Typer) -> None:
    """Add the commands of this file."""
    root.command(epilog='Example: voicecart understand "two cartons of oat milk and a loaf of rye bread" --json')(
        understand
    )
    root.command(epilog="Example: voicecart transcribe audio_fixtures/en/check-out.wav --engine whisper")(transcribe)


def understand(
    text: Annotated[str, typer.Argument(help="What somebody says.")],
    shop: options.Shop = None,
    customer: options.Customer = None,
    database: options.Database = None,
    as_json: options.Json = False,
) -> None:
    """What a sentence means in a shop, and why. Changes nothing."""
    assembly = options.assemble(shop=shop, customer=customer, database=database, quiet=as_json)
    opened = assembly.shop()
    heard = Heard(uuid4().hex, opened.info.language, (Hypothesis(text),), spoken=False)
    outcome = assembly.assistant().understands(heard, session=assembly.session(opened))
    if as_json:
        console.print_json(
            outcome_json(outcome) | {"candidates": [candidate_json(item) for item in outcome.candidates]}
        )
        return
    _explain(outcome)


def transcribe(
    wav: Annotated[list[Path], typer.Argument(help="Recordings (WAV or FLAC).")],
    shop: Annotated[
        str | None, typer.Option("--shop", "-s", help="Also understand it in this shop.", metavar="KEY")
    ] = None,
    customer: options.Customer = None,
    database: options.Database = None,
    engine: options.Engine = None,
    language: Annotated[str, typer.Option(help="Language that is spoken.", metavar="TAG")] = "en",
    as_json: options.Json = False,
) -> None:
    """What the recogniser writes down for recordings; with --shop also the snap and the second listening."""
    assembly = options.assemble(shop=shop, customer=customer, database=database, engine=engine, quiet=as_json)
    ears = Ears(assembly.recogniser)
    try:
        for path in wav:
            recorded = ears.hear(path, uuid4().hex, assembly.shop().info.language if shop else language)
            outcome, took = None, 0.0
            if shop:
                start = time.monotonic()
                session = assembly.session(assembly.shop())
                outcome = assembly.assistant().understands(recorded.heard, recorded.listener, session=session)
                took = time.monotonic() - start
            _print_heard(path, recorded, outcome, took, as_json)
    finally:
        ears.close()


def _print_heard(path: Path, recorded: HeardRecording, outcome: Outcome | None, took: float, as_json: bool) -> None:
    hypotheses = recorded.heard.hypotheses
    if as_json:
        line = {
            "recording": str(path),
            "seconds": round(recorded.length, 3),
            "hearing_seconds": round(recorded.took, 3),
            "hypotheses": [{"text": one.text, "log_probability": round(one.log_probability, 3)} for one in hypotheses],
        }
        if outcome is not None:
            line |= outcome_json(outcome)
            line |= {
                "understanding_seconds": round(took, 3),
                "candidates": [candidate_json(one) for one in outcome.candidates],
            }
        console.print_json(line)
        return
    console.say(f"{path}  ({recorded.length:.1f} s, heard in {recorded.took:.2f} s)", style="bold")
    for one in hypotheses:
        console.say(f"  {one.log_probability:8.2f}  {one.text}")
    if not hypotheses:
        console.say("  no speech")
    if outcome is not None:
        _explain(outcome)


def _explain(outcome: Outcome) -> None:
    match outcome:
        case Understood(intent=intent, cost=cost, margin=margin):
            console.say(f"understood: {intent}  (cost {cost:.2f}, margin {margin:.2f})", style="green")
            for name, value in outcome_json(outcome)["slots"].items():
                console.say(f"  {name}: {value}")
        case Unsure(choices=choices):
            console.say("unsure between:", style="yellow")
            for choice in choices:
                console.say(f"  {choice.spoken}: {choice.meaning.intent}")
        case NotUnderstood(reason=reason):
            console.say(f"not understood: {reason.value}", style="red")
    if outcome.candidates:
        console.say("nearest sentences:")
    for candidate in outcome.candidates[:SHOWN]:
        console.say(f"  {_weights(candidate)}  {candidate.intent}: {candidate.text}")


def _weights(candidate: Candidate) -> str:
    heard = "" if candidate.log_likelihood is None else f"  listened again {candidate.log_likelihood:8.2f}"
    return f"cost {candidate.cost:6.2f}{heard}"
