"""`voicecart listen`: the assistant at this machine's microphone."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Annotated
from uuid import uuid4

import typer

from skills.contract import Reply
from voice.audio import Samples, speech_detector
from voice.endpointing import Endpointer
from voice.microphone import Microphone
from voice.recognition.engine import RecognitionError
from voice.speech.playback import Player
from voice.speech.speaker import Speaker
from voice.speech.synthesiser import NORMAL, SLOWER
from voicecart import console
from voicecart.commands import options

APOLOGY = "Sorry, something went wrong while I listened. Please say that again."


def register(root: typer.Typer) -> None:
    """Add the command of this file."""
    root.command(epilog="Example: voicecart listen --shop coffee")(listen)


def listen(
    shop: options.Shop = None,
    customer: options.Customer = None,
    database: options.Database = None,
    engine: options.Engine = None,
    microphone: Annotated[str | None, typer.Option(help="Name or number of the microphone.", metavar="NAME")] = None,
) -> None:
    """Talk to the assistant at this machine's microphone. Say stop, or press Control-C, to end.

    Nothing is recorded. While the assistant speaks it does not listen.
    """
    assembly = options.assemble(shop=shop, customer=customer, database=database, engine=engine)
    opened, assistant = assembly.shop(), assembly.assistant()
    session, language = assembly.session(opened), opened.info.language
    with ExitStack() as stack:
        recogniser = assembly.recogniser(language)
        stack.callback(recogniser.close)
        synthesiser = assembly.synthesiser(language)
        stack.callback(synthesiser.close)
        speaker = Speaker(synthesiser, Player())
        source = stack.enter_context(Microphone(_device(microphone)))

        def say(reply: Reply) -> None:
            console.say(reply.screen, style="green")
            speaker.say(reply.speech, language, SLOWER if reply.slower else NORMAL)
            source.forget()

        def answer(samples: Samples) -> Reply:
            heard = recogniser.hear(samples, uuid4().hex, language)
            turn = assistant.hears(heard, recogniser, session=session)
            console.say(f"> {turn.heard_text or '(nothing)'}", style="cyan")
            return turn.reply

        say(assistant.greet(language, session=session).reply)
        endpointer = Endpointer(speech_detector())
        try:
            for piece in source.pieces():
                for utterance in endpointer.feed(piece):
                    try:
                        reply = answer(utterance.samples)
                    except RecognitionError as error:  # the engine is restarted at the next utterance
                        console.warn(str(error))
                        reply = Reply(APOLOGY, APOLOGY)
                    say(reply)
                    if reply.ends:
                        return
        except KeyboardInterrupt:
            console.say()


def _device(name: str | None) -> str | int | None:
    return int(name) if name is not None and name.isdigit() else name
