"""The device's loop with the real detector, engines, voice and shop, on sound that is fed faster than real time."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench.device import KITCHEN
from bench.device_talk import noise_below_speech, spoken
from bench.fed_device import FedDevice, a_fed_device, a_local_dialogue, of, quiet, texts
from skills.contract import Expectation
from tests.assembled import an_assembly
from voice.audio import SAMPLE_RATE, read_recording
from voice.device_ports import (
    Answered,
    Finish,
    Interrupted,
    Note,
    Order,
    Problem,
    State,
    TimedOut,
    Typed,
    Woken,
    WordsSoFar,
)
from voice.interrupting import Interruption
from voicecart.assembly import Assembly
from voicecart.device.building import Wishes
from voicecart.device.keeping import keeper
from voicecart.settings import Settings

OWNER = "carla"  # she has set no code
CAUTIOUS = "anna"  # she has


@pytest.fixture(scope="module")
def assembly(stocked: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assembly]:
    folder = tmp_path_factory.mktemp("device") / "data"
    shutil.copytree(stocked, folder)
    with an_assembly(folder, voice="espeak") as made:
        yield made


@pytest.fixture(scope="module")
def devices(assembly: Assembly) -> Iterator[dict[str, FedDevice]]:
    """One device a customer: engines take seconds to load, and what one test says ends with it."""
    owner, cautious = (a_local_dialogue(assembly, customer) for customer in (OWNER, CAUTIOUS))
    wishes = Wishes(wake_word="hey_jarvis", inline=True, keep=keeper(assembly.settings))
    with (
        a_fed_device(assembly, owner, owner.ending, wishes) as first,
        a_fed_device(assembly, cautious, cautious.ending, replace(wishes, wake_word=None)) as second,
    ):
        for one in (first, second):  # the canceller learns from a first answer whether it comes back
            one.gets(Typed("help"))
            one.finishes_speaking()
            fall_asleep(one)
        yield {OWNER: first, CAUTIOUS: second}


@pytest.fixture
def device(devices: dict[str, FedDevice], assembly: Assembly) -> Iterator[FedDevice]:
    """Carla's device, asleep, with an empty cart."""
    one = devices[OWNER]
    yield one
    fall_asleep(one)
    assembly.shop().carts.clear(OWNER)


@pytest.fixture
def cautious(devices: dict[str, FedDevice]) -> Iterator[FedDevice]:
    """Anna's device, asleep: a code is asked for."""
    one = devices[CAUTIOUS]
    yield one
    fall_asleep(one)


def fall_asleep(one: FedDevice) -> None:
    one.sound.leak = 0.0
    one.gets(Typed("never mind"))
    one.finishes_speaking()
    one.hears(quiet(10.0))
    assert one.state is State.ASLEEP


def wake(one: FedDevice) -> None:
    one.gets(Order.TALK)
    assert one.state is State.LISTENING


def asks_to_buy(one: FedDevice) -> None:
    """Up to a question whether to buy."""
    one.gets(Typed("add two packs of firm tofu"))
    one.finishes_speaking()
    one.gets(Typed("check out"))
    one.finishes_speaking()
    assert one.expects is Expectation.CONFIRM_QUOTE


def orders(assembly: Assembly, customer: str = OWNER) -> int:
    return len(assembly.shop().orders.list(customer, 100))


def test_the_wake_word_wakes_it_and_talk_does_not(device: FedDevice) -> None:
    """Asleep it takes no sentence, however much it is one of its own; after the wake word it does."""
    ignored = device.hears(quiet(0.5), spoken("what's in my cart"), quiet(2.0))
    woken = device.hears(spoken("hey jarvis"), quiet(0.3))
    answered = device.hears(spoken("what's in my cart"), quiet(1.5))
    assert not of(Woken, ignored)
    assert not of(Answered, ignored)
    assert len(of(Woken, woken)) == 1
    assert len(of(Answered, answered)) == 1


def test_a_wish_said_over_the_tone_is_heard_whole(assembly: Assembly) -> None:
    """The first words of a new device: its canceller does not know the room, and leaves them although a tone plays."""
    dialogue = a_local_dialogue(assembly, OWNER)
    with a_fed_device(assembly, dialogue, dialogue.ending, Wishes(wake_word="hey_jarvis", inline=True)) as device:
        wake(device)
        device.hears(spoken("two packs of firm tofu"), quiet(2.0))
    assert [line.quantity for line in assembly.shop().carts.get(OWNER).lines] == [2]
    assembly.shop().carts.clear(OWNER)


def test_it_waits_for_the_rest_of_a_sentence(device: FedDevice, assembly: Assembly) -> None:
    """ "Two cartons of", a second of thinking, "oat milk": one order, and the guess that was made meanwhile is gone."""
    wake(device)
    told = device.hears(spoken("add two cartons of"), quiet(1.0), spoken("oat milk"), quiet(2.0))
    assert len(of(Answered, told)) == 1
    assert "cartons of" in texts(told)[0].lower()
    assert "milk" in texts(told)[0].lower()
    assert [line.quantity for line in assembly.shop().carts.get(OWNER).lines] == [2]


@pytest.mark.parametrize(
    ("said", "finish"),
    [
        ("where is my order", Finish.COMPLETE),
        ("what's in my cart", Finish.COMPLETE),
        ("add two cartons of oat milk", Finish.FINISHED),
        ("add two cartons of", Finish.UNFINISHED),
        ("order", Finish.UNFINISHED),
        ("what a day", Finish.UNKNOWN),
    ],
)
def test_a_sentence_is_known_by_its_end(assembly: Assembly, said: str, finish: Finish) -> None:
    """What can only be the whole is answered soonest, though "order" is also how a sentence begins."""
    assert a_local_dialogue(assembly, OWNER).ending(said, Expectation.NOTHING) is finish


def test_what_may_be_said_next_is_made_ready_while_it_speaks(assembly: Assembly) -> None:
    """The first "yes" of a new device would wait half a second for a graph of its own."""
    dialogue = a_local_dialogue(assembly, OWNER)
    readied: list[Expectation] = []

    def ending(text: str, expects: Expectation) -> Finish:
        readied.append(expects)
        return dialogue.ending(text, expects)

    with a_fed_device(assembly, dialogue, ending, Wishes(inline=True)) as device:
        asks_to_buy(device)
    assembly.shop().carts.clear(OWNER)
    assert readied[-1] is Expectation.CONFIRM_QUOTE


def test_who_is_not_understood_may_say_it_again(device: FedDevice) -> None:
    """Once after being told so, without the wake word; what comes then is talk among people, and it sleeps."""
    wake(device)
    told = []
    for _ in range(3):
        told.append(device.hears(spoken("the minister declined to comment on the report", "slt"), quiet(2.0)))
        device.finishes_speaking()
    assert [[one.answer.understood for one in of(Answered, part)] for part in told] == [[False], [False], []]
    assert device.state is State.ASLEEP


def test_it_waits_less_after_a_yes_or_a_no(device: FedDevice) -> None:
    """Two thirds of a second of silence ends an answer to a question of yes or no; it ends no unfinished sentence."""
    asks_to_buy(device)
    short = device.hears(spoken("no"), quiet(0.65))
    device.finishes_speaking()
    wake(device)
    unfinished = device.hears(spoken("add two cartons of"), quiet(0.65))
    assert len(of(Answered, short)) == 1
    assert not of(Answered, unfinished)
    assert device.state is State.LISTENING
    device.hears(quiet(2.0))


def test_a_question_needs_no_wake_word_and_is_given_up_after_a_while(device: FedDevice) -> None:
    """The answer to an open question is taken at once; silence ends the wait, seen and heard."""
    asks_to_buy(device)
    answered = device.hears(quiet(2.0), spoken("no"), quiet(1.0))
    assert len(of(Answered, answered)) == 1
    device.finishes_speaking()
    asks_to_buy(device)
    given_up = device.hears(quiet(8.5))
    assert [one.question for one in of(TimedOut, given_up)] == [True]
    assert "stop listening" in of(Note, given_up)[0].text
    assert not device.sound.playlist.empty
    assert device.state is State.ASLEEP


@pytest.mark.parametrize(
    ("said", "meaning"),
    [("stop", Interruption.STOP), ("wait a moment", Interruption.WAIT), ("say that again", Interruption.REPEAT)],
)
def test_it_can_be_interrupted(device: FedDevice, said: str, meaning: Interruption) -> None:
    """Its voice is silent before the word is over, and the word is obeyed."""
    device.gets(Typed("help"))
    device.hears(quiet(1.0))
    told = device.hears(spoken(said), quiet(1.5))
    assert [one.meaning for one in of(Interrupted, told)] == [meaning]
    assert device.state is (State.SPEAKING if meaning is Interruption.REPEAT else State.LISTENING)


@pytest.mark.parametrize(("noise", "decibels"), [(20.0, None), (None, -30.0)])
def test_it_can_be_interrupted_in_a_kitchen(device: FedDevice, noise: float | None, decibels: float | None) -> None:
    """Over a fan and dishes, and while its own voice comes back: of four commands three at least, none for another.

    By a voice whose "stop" is heard as such: "rms" says "step" there, which is as likely one as the other.
    """
    commands = {"stop": "stop", "wait": "wait", "hold on": "wait", "say that again": "repeat"}
    device.sound.leak = 0.0 if decibels is None else 10 ** (decibels / 20)
    device.gets(Typed("help"))  # an answer from which the canceller learns the room
    device.finishes_speaking()
    obeyed = []
    for said, meaning in commands.items():
        whole = np.concatenate([quiet(3.0), spoken(said, "awb"), quiet(1.6)])
        if noise is not None:
            kitchen = noise_below_speech(read_recording(KITCHEN), noise, len(whole) / SAMPLE_RATE + 1)
            whole = whole + kitchen[: len(whole)]
        device.gets(Typed("help"))
        told = of(Interrupted, device.hears(whole))
        obeyed += [(one.meaning.value, meaning) for one in told if one.meaning is not None]
        device.gets(Typed("never mind"))
        device.finishes_speaking()
        device.hears(quiet(8.0))
    assert len(obeyed) >= 3
    assert all(taken == given for taken, given in obeyed)


@pytest.mark.parametrize(
    ("said", "voice"), [("soap", "awb"), ("drop it", "slt"), ("lower", "slt"), ("two please", "slt")]
)
def test_a_word_that_only_sounds_alike_does_not_interrupt(device: FedDevice, said: str, voice: str) -> None:
    """It is silent for a moment, and goes on. By voices that leave no doubt: the limit of 1.5 nats is far off."""
    device.gets(Typed("help"))
    device.hears(quiet(1.0))
    told = device.hears(spoken(said, voice), quiet(1.5))
    assert [one.meaning for one in of(Interrupted, told)] == [None]
    assert device.state is State.SPEAKING


def test_slower_is_said_again_slower(device: FedDevice) -> None:
    """Asked to speak more slowly, it says its answer again and takes longer for it."""
    device.gets(Typed("help"))
    before = device.sound.playlist.taken
    device.finishes_speaking()
    usual = device.sound.playlist.taken - before
    device.gets(Typed("help"))
    device.hears(quiet(1.0))
    told = device.hears(spoken("slower please"), quiet(1.5))
    before = device.sound.playlist.taken
    device.finishes_speaking()
    assert [one.meaning for one in of(Interrupted, told)] == [Interruption.SLOWER]
    assert device.sound.playlist.taken - before > 1.1 * usual
    device.gets(Typed("faster"))


@pytest.mark.parametrize("said", ["yes", "yes go ahead", "place my order"])
def test_nothing_is_bought_while_it_speaks(device: FedDevice, assembly: Assembly, said: str) -> None:
    """A yes over the reading of the total is no yes: the total is read to its end, and the question is still open."""
    device.gets(Typed("add two packs of firm tofu"))
    device.finishes_speaking()
    had = orders(assembly)
    device.gets(Typed("check out"))
    assert device.expects is Expectation.CONFIRM_QUOTE
    device.hears(quiet(1.0))
    told = device.hears(spoken(said), quiet(1.0)) + device.finishes_speaking()
    assert [one.meaning for one in of(Interrupted, told)] == [None]
    assert not of(Answered, told)
    assert orders(assembly) == had
    assert device.state is State.LISTENING


@pytest.mark.parametrize("decibels", [-30, -12, 0])
def test_it_never_hears_itself(device: FedDevice, assembly: Assembly, decibels: int) -> None:
    """Its own answers come back from the room at several levels: no word of them is taken, none interrupts."""
    had = orders(assembly)
    device.sound.leak = 10 ** (decibels / 20)
    told = device.gets(Typed("help"))
    told += device.finishes_speaking()
    told += device.gets(Typed("add two packs of firm tofu")) + device.finishes_speaking()
    told += device.gets(Typed("check out")) + device.finishes_speaking() + device.hears(quiet(3.0))
    assert [one.meaning for one in of(Interrupted, told) if one.meaning is not None] == []
    assert not of(Woken, told)
    assert len(of(Answered, told)) == 3
    assert orders(assembly) == had


def test_mute_closes_the_microphone(device: FedDevice) -> None:
    """Muted it hears nothing, in the middle of an answer too, until it is told to listen again."""
    device.gets(Typed("help"))
    device.gets(Order.MUTE)
    assert device.state is State.MUTED
    deaf = device.hears(spoken("hey jarvis"), spoken("what's in my cart"), quiet(2.0))
    assert not of(Woken, deaf)
    answered = device.gets(Typed("what's in my cart")) + device.finishes_speaking()
    assert len(of(Answered, answered)) == 1
    assert device.state is State.MUTED
    device.gets(Order.MUTE)
    assert device.state is State.ASLEEP
    assert of(Woken, device.hears(quiet(0.5), spoken("hey jarvis"), quiet(0.3)))


def test_a_code_is_never_shown(cautious: FedDevice, assembly: Assembly) -> None:
    """Spoken or typed: dots in what is told; one that is not heard clearly is asked again and is no wrong try."""
    asks_to_buy(cautious)
    told = cautious.gets(Typed("yes")) + cautious.finishes_speaking()
    assert cautious.expects is Expectation.CODE
    told += cautious.hears(spoken("nine nine"), quiet(2.0)) + cautious.finishes_speaking()
    unclear = of(Answered, told)[-1].answer.reply
    told += cautious.gets(Typed("9999")) + cautious.finishes_speaking()
    wrong = of(Answered, told)[-1].answer.reply
    told += cautious.hears(spoken("four three two one"), quiet(2.0)) + cautious.finishes_speaking()
    assert "didn't hear the code clearly" in unclear.speech
    assert "2 tries left" in wrong.screen
    assert of(Answered, told)[-1].answer.reply.done[0].startswith("order.placed")
    assert {one.text for one in of(WordsSoFar, told)} <= {"••••"}
    assert not any(digits in str(told) for digits in ("9999", "4321", "nine nine", "four three"))
    assert not list((assembly.settings.data_folder).glob("kept-turns/*"))


def test_a_turn_is_kept_only_when_asked(device: FedDevice, assembly: Assembly) -> None:
    """Nothing is written until a turn that went wrong is asked to be kept; then its sound and what was heard are."""
    folder = assembly.settings.data_folder / "kept-turns"
    wake(device)
    device.hears(spoken("what's in my cart"), quiet(1.5))
    device.finishes_speaking()
    assert not folder.exists()
    told = device.gets(Order.KEEP)
    assert str(folder) in of(Note, told)[0].text
    (wav,) = folder.glob("*.wav")
    assert "cart" in wav.with_suffix(".txt").read_text() or "card" in wav.with_suffix(".txt").read_text()
    assert wav.stat().st_mode & 0o077 == 0


def test_kept_turns_are_forgotten_after_their_days(tmp_path: Path) -> None:
    """What is older than the days that are set is deleted when the device starts."""
    settings = Settings(data_folder=tmp_path, keep_days=30)
    kept = Path(keeper(settings)(np.zeros(160, np.int16), "hello"))
    keeper(settings)
    assert kept.exists()
    old = kept.stat().st_mtime - 31 * 86_400
    os.utime(kept, (old, old))
    keeper(settings)
    assert not kept.exists()


def test_what_cannot_be_kept_is_said_and_the_talk_goes_on(device: FedDevice, assembly: Assembly) -> None:
    """Where nothing can be written there is a line, seen and heard, and the device goes on listening."""
    folder = assembly.settings.data_folder / "kept-turns"
    shutil.rmtree(folder, ignore_errors=True)
    folder.write_text("in the way")
    wake(device)
    device.hears(spoken("what's in my cart"), quiet(1.5))
    device.finishes_speaking()
    told = device.gets(Order.KEEP)
    folder.unlink()
    assert of(Problem, told)[0].text == "The turn could not be kept. (File exists)"
    assert not device.sound.playlist.empty
    assert device.state is State.LISTENING


def test_a_television_buys_nothing(device: FedDevice, assembly: Assembly) -> None:
    """Its wake word by chance, an order and a yes in one breath: nothing is bought without a total read out before."""
    had = orders(assembly)
    device.hears(spoken("hey jarvis"), quiet(0.2))
    device.hears(spoken("yes place my order yes"), quiet(1.5))
    device.finishes_speaking()
    device.hears(spoken("yes"), quiet(1.5))
    device.finishes_speaking()
    assert orders(assembly) == had
