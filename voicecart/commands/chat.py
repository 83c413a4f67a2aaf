"""`voicecart chat`: the assistant by typing, on a terminal or through a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer

from commerce.cart import Cart
from skills.contract import Expectation, Heard, Hypothesis, Reply
from skills.dialogue import Turn
from skills.dialogue.shapes import turn_json
from voicecart import console
from voicecart.assembly import Assembly
from voicecart.commands import options

Ask = Callable[[Reply], str | None]


def register(root: typer.Typer) -> None:
    """Add the command of this file."""
    root.command(epilog='Examples: voicecart chat --shop coffee · echo "add milk to my cart" | voicecart chat --json')(
        chat
    )


def chat(
    shop: options.Shop = None,
    customer: options.Customer = None,
    database: options.Database = None,
    language: Annotated[str | None, typer.Option(help="Language to speak; else the shop's.", metavar="TAG")] = None,
    as_json: options.Json = False,
) -> None:
    """Talk to the assistant by typing. A pipe is read line by line; Control-D ends."""
    assembly = options.assemble(shop=shop, customer=customer, database=database, quiet=as_json)
    conversation = _Conversation(assembly, language)
    if as_json:
        for text in _lines():
            turn, cart = conversation.says(text)
            console.print_json(turn_json(turn, cart))
            if turn.reply.ends:
                return
        return
    ask = _at_the_terminal(assembly.settings.data_folder) if sys.stdin.isatty() else _from_the_pipe()
    reply = conversation.greeting()
    _show(reply)
    while not reply.ends:
        said = ask(reply)
        if said is None:
            return
        if said.strip():
            reply = conversation.says(said)[0].reply
            _show(reply)


class _Conversation:
    def __init__(self, assembly: Assembly, language: str | None) -> None:
        self._shop = assembly.shop()
        self._assistant = assembly.assistant()
        self._session = assembly.session(self._shop, device="keyboard")
        self._language: str = language or self._shop.info.language

    def greeting(self) -> Reply:
        return self._assistant.greet(self._language, session=self._session).reply

    def says(self, text: str) -> tuple[Turn, Cart]:
        heard = Heard(uuid4().hex, self._language, (Hypothesis(text),), spoken=False)
        turn = self._assistant.hears(heard, session=self._session)
        return turn, self._shop.carts.get(self._session.customer)


def _lines() -> Iterator[str]:
    for line in sys.stdin:
        if line.strip():
            yield line.rstrip("\n")


def _from_the_pipe() -> Ask:
    lines = _lines()

    def ask(reply: Reply) -> str | None:
        text = next(lines, None)
        if text is not None:
            console.say(f"> {'••••' if reply.expects is Expectation.CODE else text}", style="cyan")
        return text

    return ask


def _at_the_terminal(folder: Path) -> Ask:
    from prompt_toolkit import PromptSession  # a tenth of a second, which a pipe should not wait for
    from prompt_toolkit.history import FileHistory, InMemoryHistory

    folder.mkdir(parents=True, exist_ok=True)
    spoken: PromptSession[str] = PromptSession(history=FileHistory(str(folder / "chat-history")))
    # What is typed while a code is awaited is shown as dots and written nowhere.
    secret: PromptSession[str] = PromptSession(history=InMemoryHistory(), is_password=True)

    def ask(reply: Reply) -> str | None:
        session = secret if reply.expects is Expectation.CODE else spoken
        try:
            return session.prompt("> ")
        except (EOFError, KeyboardInterrupt):
            return None

    return ask


def _show(reply: Reply) -> None:
    console.say(reply.screen, style="green")
