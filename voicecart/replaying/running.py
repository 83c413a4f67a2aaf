"""Runs scenarios and recordings, each in a world of its own, and says what was not as expected."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from commerce.shop import Shop
from skills.contract import Heard, Hypothesis, Listener, Outcome, Reply
from skills.dialogue import SessionKey, Turn
from voice.audio import AudioError
from voice.recognition.engine import EngineDied, EngineTimeout
from voice.replay import Ears
from voicecart.assembly import Assembly
from voicecart.replaying import meanings, states
from voicecart.replaying.files import ExpectedRecording, ScenarioFile, ScenarioTurn
from voicecart.replaying.states import ShopState
from voicecart.replaying.worlds import World, Worlds

DEVICE = "here"


@dataclass(frozen=True, slots=True)
class TurnReport:
    """One turn of a scenario. line: of the file; said: what was typed, or the recording's name."""

    scenario: str
    number: int
    line: int
    said: str
    heard: str
    outcome: Outcome
    reply: Reply
    problems: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class RecordingReport:
    """One recording. outcome, reply: None when it could not be heard, and `error` says why.

    changed: the shop is not as it was before, though nothing was to change. seconds: from sound to reply.
    """

    name: str
    in_domain: bool
    heard: str
    outcome: Outcome | None
    reply: Reply | None
    problems: tuple[str, ...]
    changed: bool
    seconds: float
    error: str = ""


def play_scenario(file: ScenarioFile, worlds: Worlds, ears: Ears) -> Iterator[TurnReport]:
    """Turn by turn; a turn that goes wrong does not end the scenario. Raises CommerceError, RecognitionError."""
    scenario = file.scenario
    with worlds.fresh(scenario.shop, scenario.behaviour) as world:
        language = scenario.language or world.shop.info.language
        began = {who: ShopState.of(world.shop, who) for who in _speakers(file)}
        owners = _owners(world.shop)
        for number, turn in enumerate(scenario.turns, start=1):
            who = turn.by or scenario.customer
            _prepare(world, turn)
            before = ShopState.of(world.shop, who)
            start = time.monotonic()
            came = _scenario_turn(world, turn, SessionKey(who, turn.device), file.path.parent, language, ears)
            seconds = time.monotonic() - start
            problems = meanings.differences(turn, came.outcome, owners)
            problems += _reply_differences(turn, came.reply)
            if turn.shop is not None:
                problems += states.differences(turn.shop, world.shop, who, began[who])
            if turn.unchanged and ShopState.of(world.shop, who) != before:
                problems.append("the shop was changed")
            yield TurnReport(
                scenario=file.path.stem,
                number=number,
                line=file.lines[number - 1],
                said=turn.types or Path(turn.hears or "").name,
                heard=came.heard_text,
                outcome=came.outcome,
                reply=came.reply,
                problems=tuple(problems),
                seconds=seconds,
            )


def play_recording(path: Path, name: str, expected: ExpectedRecording, worlds: Worlds, ears: Ears) -> RecordingReport:
    """In a fresh shop, after what was typed before. Raises CommerceError; RecognitionError when there is no engine."""
    with worlds.fresh(expected.shop) as world:
        language = world.shop.info.language
        session = SessionKey(expected.customer, DEVICE)
        for text in expected.after:
            world.assistant.hears(_typed(text, language), session=session)
        before = ShopState.of(world.shop, expected.customer)
        start = time.monotonic()
        try:
            recorded = ears.hear(path, uuid4().hex, language)
        except (AudioError, EngineDied, EngineTimeout) as error:
            expected_error = expected.unreadable and isinstance(error, AudioError)
            problems = () if expected_error else (str(error),)
            return RecordingReport(name, expected.in_domain, "", None, None, problems, False, 0.0, str(error))
        came = world.assistant.hears(recorded.heard, recorded.listener, session=session)
        seconds = time.monotonic() - start
        changed = not expected.in_domain and ShopState.of(world.shop, expected.customer) != before
        return RecordingReport(
            name=name,
            in_domain=expected.in_domain,
            heard=came.heard_text,
            outcome=came.outcome,
            reply=came.reply,
            problems=tuple(_recording_problems(expected, came, _owners(world.shop), changed)),
            changed=changed,
            seconds=seconds,
        )


def say_to(assembly: Assembly, path: Path, number: int, ears: Ears) -> TurnReport:
    """A recording of which nothing is expected, as turn `number` of a conversation with the assembly's own shop.

    Raises AudioError, CommerceError, RecognitionError.
    """
    shop = assembly.shop()
    start = time.monotonic()
    recorded = ears.hear(path, uuid4().hex, shop.info.language)
    session = assembly.session(shop, device="replay")
    came = assembly.assistant().hears(recorded.heard, recorded.listener, session=session)
    seconds = time.monotonic() - start
    return TurnReport(shop.info.key, number, 0, path.name, came.heard_text, came.outcome, came.reply, (), seconds)


def _recording_problems(
    expected: ExpectedRecording, came: Turn, owners: dict[str, str], changed: bool
) -> Iterator[str]:
    if expected.unreadable:
        yield "it was heard as a recording"
    if changed:
        yield f"it changed the shop: {', '.join(came.reply.done) or came.reply.speech}"
    if expected.in_domain:
        yield from meanings.differences(expected, came.outcome, owners)


def _scenario_turn(
    world: World, turn: ScenarioTurn, session: SessionKey, folder: Path, language: str, ears: Ears
) -> Turn:
    listener: Listener | None = None
    if turn.hears is not None:
        recorded = ears.hear(folder / turn.hears, uuid4().hex, language)
        heard, listener = recorded.heard, recorded.listener
    else:
        heard = _typed(turn.types or "", language)
    return world.assistant.hears(heard, listener, session=session)


def _typed(text: str, language: str) -> Heard:
    return Heard(uuid4().hex, language, (Hypothesis(text),), spoken=False)


def _prepare(world: World, turn: ScenarioTurn) -> None:
    """Let time pass, with what the shop does meanwhile, and count the shelf."""
    if turn.advance is not None:
        passed = timedelta(**turn.advance.model_dump())
        world.clock.advance(seconds=passed.total_seconds())
        world.shop.payments.work()
    for sku, units in turn.set_stock.items():
        world.shop.catalogue.set_stock(sku, units)


def _reply_differences(expected: ScenarioTurn, reply: Reply) -> Iterator[str]:
    spoken = reply.speech.casefold()
    for part in _parts(expected.says):
        if part.casefold() not in spoken:
            yield f"says: expected {part!r} in {reply.speech!r}"
    for part in _parts(expected.never_says):
        if part.casefold() in spoken:
            yield f"says {part!r}, which it should not: {reply.speech!r}"
    if expected.expects is not None and expected.expects != reply.expects.value:
        yield f"expects: expected {expected.expects}, was {reply.expects.value}"
    if expected.choices is not None and expected.choices != len(reply.choices):
        yield f"choices: expected {expected.choices}, were {len(reply.choices)}"
    if expected.ends is not None and expected.ends != reply.ends:
        yield f"ends: expected {expected.ends}, was {reply.ends}"
    if expected.done is not None and not _all_begin(expected.done, reply.done):
        yield f"done: expected {expected.done}, was {list(reply.done)}"


def _parts(says: str | Sequence[str]) -> Sequence[str]:
    return [says] if isinstance(says, str) else says


def _all_begin(wanted: Sequence[str], done: Sequence[str]) -> bool:
    return len(wanted) == len(done) and all(event.startswith(part) for part, event in zip(wanted, done, strict=True))


def _speakers(file: ScenarioFile) -> set[str]:
    return {file.scenario.customer} | {turn.by for turn in file.scenario.turns if turn.by is not None}


def _owners(shop: Shop) -> dict[str, str]:
    return {variant.sku: product.key for product in shop.catalogue.products() for variant in product.variants}
