"""The device on the kitchen counter: microphone, wake word, utterance, answer, loudspeaker, and round again.

One thread reads the microphone and never waits for anything else: hearing, thinking and speech are made by workers.
Time is counted in samples of the microphone, so sound that is fed in faster than real time changes nothing.
"""

from __future__ import annotations

import queue
from collections import deque
from dataclasses import replace

from skills.contract import Expectation, Reply
from voice import tones
from voice.audio import SAMPLE_RATE, Samples
from voice.deliveries import Deliveries
from voice.device_parts import Parts
from voice.device_ports import (
    ANY_WORD,
    Answered,
    Habits,
    Note,
    Order,
    Problem,
    State,
    StateChanged,
    Tell,
    TimedOut,
    Typed,
    Woken,
)
from voice.echo import Cleaned
from voice.interrupting import Interruption
from voice.last_turn import LastTurn
from voice.levels import LevelMeter, too_loud
from voice.listening import Caught, Listening
from voice.memory import give_back
from voice.overhearing import Overhearing
from voice.recognition.engine import RecognitionError, UtteranceTooLong
from voice.sound import EndOfSound
from voice.speech.synthesiser import NORMAL, SLOWER
from voice.thinking import NOTHING_SAID, Thinking
from voice.trouble import TroubleWatch

_TICK = 0.1  # seconds that one look at the microphone may take
_ONE_WAKE_WORD = 1.0  # seconds in which it is still the same one
_TAIL = 0.2  # seconds after the last word in which the room still carries it


class Device:
    """One device. `orders` may be given from any thread; `run` ends with a goodbye, the end of the sound, or QUIT."""

    def __init__(self, parts: Parts, habits: Habits, tell: Tell) -> None:
        self._parts = parts
        self._habits = habits
        self._tell = tell
        self._orders: queue.SimpleQueue[Order | Typed] = queue.SimpleQueue()
        self._typed: deque[str] = deque()
        self._state = State.ASLEEP
        self._listening: Listening | None = None
        self._overhearing: Overhearing | None = None
        self._thinking = Thinking(
            parts.dialogue, parts.hearing.recogniser, parts.thinker, habits.language, habits.wake_phrase
        )
        self._reply = Reply("", "", Expectation.NOTHING)
        self._follow_up = False
        self._may_repeat = False
        self._last_turn = LastTurn(parts.keep, habits.lines, tell)
        self._caught: Samples | None = None
        self._meter = LevelMeter(tell)
        self._trouble = TroubleWatch(parts.sound, habits.lines, tell, self._say_beside)
        self._deliveries = Deliveries(parts.dialogue, parts.thinker)
        self._clock = self._quiet_since = 0.0
        self._woken_at = -_ONE_WAKE_WORD
        self._muted = False
        self._done = False

    def order(self, order: Order | Typed) -> None:
        """Do this as soon as possible."""
        self._orders.put(order)

    def begin(self, greet: bool = True) -> None:
        """Open the conversation, or wait to be woken."""
        if greet:
            self._thinking.greet()
            self._change(State.THINKING)
        else:
            self._rest()

    def run(self, greet: bool = True) -> None:
        """Until it is over."""
        self.begin(greet)
        try:
            while not self._done:
                self.step(self._parts.sound.read(_TICK))
        except EndOfSound:
            self._settle()

    def step(self, piece: Samples | None) -> None:
        """One look at everything that may have happened; `piece` is the microphone's next sound."""
        self._take_orders()
        self._watch_for_trouble()
        seconds = _TICK if piece is None else len(piece) / SAMPLE_RATE
        self._clock += seconds
        try:
            if piece is not None:
                self._meter.feed(piece)
                clean = self._clean(piece)
                self._hear(clean, self._is_woken(clean))
            self._look_at_thinking()
        except UtteranceTooLong:
            self._say_line("too_long", self._habits.lines.too_long)
        except RecognitionError as error:  # an engine is started anew by its next call
            self._problem("recognition", str(error))
            self._say_line("apology", self._habits.lines.apology)
        self._look_at_speech()
        self._look_for_late_answers()

    def _settle(self) -> None:
        """The sound is over: what is being thought about is still answered."""
        if self._thinking.busy:
            self._tell(Answered(self._thinking.wait()))

    def _clean(self, piece: Samples) -> Cleaned:
        far = self._parts.sound.playlist.reference(len(piece))
        if self._parts.echo is None:
            return Cleaned(piece, piece)
        return self._parts.echo.clean(piece, far, only_words=self._state is State.ASLEEP)

    def _is_woken(self, clean: Cleaned) -> bool:
        words = self._parts.wake_words
        if words is None or not words.feed(clean.words) or self._clock - self._woken_at < _ONE_WAKE_WORD:
            return False
        self._woken_at = self._clock
        return True

    def _hear(self, clean: Cleaned, woken: bool) -> None:
        if woken and self._state in (State.ASLEEP, State.SPEAKING, State.LISTENING):
            self._wake()
        elif self._state is State.LISTENING and self._listening is not None:
            self._listen(self._listening, clean)
        elif self._state is State.SPEAKING and self._overhearing is not None:
            meaning = self._overhearing.feed(clean)
            if meaning is not None:
                self._obey(meaning)

    def _listen(self, listening: Listening, piece: Cleaned) -> None:
        caught = listening.feed(piece)
        if isinstance(caught, Caught):
            self._caught = caught.samples
            self._thinking.about_sound(caught.heard)
            self._change(State.THINKING)
        elif caught is not None:
            self._time_out()

    def _think_about(self, text: str) -> None:
        """Text takes the place of whatever is being said."""
        self._parts.speaking.stop()
        self._thinking.about_text(text)
        self._change(State.THINKING)

    def _look_at_thinking(self) -> None:
        answer, code_was_awaited = self._thinking.take(), self._reply.expects is Expectation.CODE
        if answer is None:
            return
        caught, self._caught = self._caught, None
        if code_was_awaited or caught is None:
            self._last_turn.forget()
        else:
            self._last_turn.remember(caught, answer.heard_text)
        if answer is NOTHING_SAID:
            self._listen_again()
        elif self._follow_up and not answer.understood and not self._may_repeat:
            self._rest()  # overheard without a question: talk that is none of its business
        else:
            self._may_repeat = not answer.understood and not self._may_repeat
            if not answer.understood and caught is not None and too_loud(caught):
                too_loud_line = self._habits.lines.too_loud
                answer = replace(answer, reply=replace(answer.reply, speech=too_loud_line, screen=too_loud_line))
            self._tell(Answered(answer))
            self._speak(answer.reply)

    def _speak(self, reply: Reply) -> None:
        """Begin to say a reply; what it asks is open from now on."""
        self._reply = reply
        self._follow_up = False
        playlist = self._parts.sound.playlist
        if not self._parts.speaking.busy:
            playlist.align()
        rate = SLOWER if reply.slower else NORMAL
        self._parts.speaking.say(reply.speech, self._habits.language, rate)
        self._overhearing = Overhearing(
            self._parts.detector(), self._parts.hearing, playlist, self._habits.phrases, self._tell, reply.speech
        )
        self._parts.thinker.submit(self._parts.ending, ANY_WORD, reply.expects)
        self._parts.thinker.submit(give_back)
        self._quiet_since = self._clock
        self._change(State.SPEAKING)

    def _look_at_speech(self) -> None:
        if self._state is not State.SPEAKING:
            return
        if self._parts.speaking.busy or self._parts.sound.playlist.paused:
            self._quiet_since = self._clock
        elif self._clock - self._quiet_since >= _TAIL:
            self._overhearing = None
            self._after_speech()

    def _after_speech(self) -> None:
        if self._reply.ends and self._habits.always:
            self._done = True
        elif self._reply.ends:
            self._rest()
        else:
            self._begin_to_listen(self._patience())

    def _patience(self) -> float | None:
        if self._habits.always:
            return None
        return self._habits.question_patience if self._question_open else self._habits.follow_up

    @property
    def _question_open(self) -> bool:
        return self._reply.expects not in (Expectation.NOTHING, Expectation.ANYTHING)

    def _begin_to_listen(self, patience: float | None, woken: bool = False) -> None:
        if self._muted:
            self._rest()
            return
        self._follow_up = not woken and not self._question_open and not self._habits.always
        parts = self._parts
        self._listening = Listening(
            parts.detector(),
            parts.hearing,
            parts.ending,
            self._thinking.ponder,
            self._tell,
            self._reply.expects,
            patience,
        )
        self._change(State.LISTENING, patience)

    def _listen_again(self) -> None:
        """Nothing was said: go on listening for what is left of the time."""
        left = self._listening.left if self._listening is not None else self._patience()
        self._begin_to_listen(left, woken=not self._follow_up)

    def _wake(self) -> None:
        self._parts.speaking.stop()
        self._overhearing = None
        self._may_repeat = False
        self._tell(Woken())
        self._parts.speaking.play(tones.listening())
        self._begin_to_listen(None if self._habits.always else self._habits.wake_patience, woken=True)

    def _obey(self, meaning: Interruption) -> None:
        self._parts.speaking.stop()
        self._overhearing = None
        if meaning is Interruption.REPEAT:
            self._speak(self._reply)
        elif meaning is Interruption.SLOWER:
            self._think_about(self._habits.phrases[meaning][0])
        else:
            self._begin_to_listen(self._patience(), woken=True)

    def _time_out(self) -> None:
        self._tell(TimedOut(self._question_open))
        if self._question_open:
            self._tell(Note(self._habits.lines.timed_out))
            self._say_beside(self._habits.lines.timed_out)
        else:
            self._parts.speaking.play(tones.sleeping())
        self._rest()

    def _rest(self) -> None:
        self._listening = None
        if self._muted:
            self._change(State.MUTED)
        elif self._habits.always:
            self._begin_to_listen(None)
        else:
            self._change(State.ASLEEP)
            self._parts.thinker.submit(give_back)

    def _take_orders(self) -> None:
        while not self._orders.empty():
            match self._orders.get():
                case Order.QUIT:
                    self._done = True
                case Order.MUTE:
                    self._mute()
                case Order.KEEP:
                    self._say_beside(self._last_turn.keep())
                case Order.TALK if self._state in (State.ASLEEP, State.SPEAKING, State.LISTENING):
                    self._wake()
                case Typed(text):
                    self._typed.append(text)
                case _:
                    self._tell(Note(self._habits.lines.not_now))
        if self._typed and not self._thinking.busy:
            self._think_about(self._typed.popleft())

    def _mute(self) -> None:
        """Close the microphone, or open it again. What is being thought about is still answered."""
        self._muted = not self._muted
        self._parts.sound.mute(self._muted)
        self._parts.speaking.stop()
        self._tell(Note(self._habits.lines.muted if self._muted else self._habits.lines.unmuted))
        if not self._thinking.busy:
            self._rest()

    def _watch_for_trouble(self) -> None:
        back = self._trouble.look()
        if back and self._state is State.LISTENING and self._listening is not None and self._listening.in_speech:
            self._say_line("say_again", self._habits.lines.say_again)

    def _look_for_late_answers(self) -> None:
        """What could not be delivered to the shop is answered once it is, when nobody is talking."""
        answer = self._deliveries.look(self._clock) if self._state is State.ASLEEP else None
        if answer is not None:
            self._tell(Answered(answer))
            self._speak(answer.reply)

    def _say_line(self, code: str, text: str) -> None:
        """Say a line of the device's own; what was asked stays open."""
        self._problem(code, text)
        self._speak(replace(self._reply, speech=text, screen=text, ends=False))

    def _say_beside(self, line: str | None) -> None:
        """Say a line, whatever the device is doing; nothing when there is none."""
        if line is not None:
            self._parts.speaking.say(line, self._habits.language)

    def _problem(self, code: str, text: str) -> None:
        self._tell(Problem(code, text))

    def _change(self, state: State, seconds: float | None = None) -> None:
        self._state = state
        self._tell(StateChanged(state, seconds))
