"""Attacks and accidents to test a comparison with: each turns one person's recorded typing into what it would send.

Most get a flag or a ratio below one. `digraph-aware` is expected to pass: it shows what no check here finds.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from keystroke.timeline import KeyEvent
from keystroke.timing import Events, Floats

Attack = Callable[[Events, np.random.Generator], list[KeyEvent]]

FLIGHT_MS, HOLD_MS = (20.0, 1500.0), (5.0, 400.0)
"""Programs that borrow somebody's times borrow those within these bounds: pauses are not typing."""

BATCH_EVENTS = 64
PIECE_KEYS = 60
HOUR_MS = 3_600_000.0


@dataclass(frozen=True)
class Simulation:
    """`says` is one line for `--help`."""

    run: Attack
    says: str


@dataclass(frozen=True)
class _Strokes:
    """Presses in order of time: one entry a key that went down."""

    codes: list[str]
    keys: list[str]
    down: Floats
    up: Floats  # NaN where the release was not seen

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def flights(self) -> Floats:
        """From the press before, the first from nowhere."""
        return np.clip(np.diff(self.down, prepend=self.down[:1] - 150), *FLIGHT_MS)

    @property
    def holds(self) -> Floats:
        return np.clip(np.where(np.isnan(self.up), 90.0, self.up - self.down), *HOLD_MS)

    def timed(self, flights: Floats, holds: Floats) -> "_Strokes":
        """The same keys at other times."""
        down = np.cumsum(np.maximum(flights, 1.0))
        return replace(self, down=down, up=down + np.maximum(holds, 1.0))


# Programs that type the text at times of their own


def constant(events: Events, rng: np.random.Generator) -> list[KeyEvent]:
    strokes = _strokes(events)
    return _sent(strokes.timed(np.full(len(strokes), 100.0), np.full(len(strokes), 50.0)))


def gaussian(events: Events, rng: np.random.Generator) -> list[KeyEvent]:
    strokes = _strokes(events)
    return _sent(strokes.timed(rng.normal(150, 40, len(strokes)), rng.normal(90, 15, len(strokes))))


def uniform(events: Events, rng: np.random.Generator) -> list[KeyEvent]:
    strokes = _strokes(events)
    return _sent(strokes.timed(rng.uniform(50, 250, len(strokes)), rng.uniform(40, 120, len(strokes))))


def shuffled(events: Events, rng: np.random.Generator) -> list[KeyEvent]:
    strokes = _strokes(events)
    return _sent(strokes.timed(rng.permutation(strokes.flights), rng.permutation(strokes.holds)))


def log_normal(events: Events, rng: np.random.Generator) -> list[KeyEvent]:
    strokes = _strokes(events)
    flights, holds = (
        np.exp(rng.normal(np.log(times).mean(), np.log(times).std(), len(strokes)))
        for times in (strokes.flights, strokes.holds)
    )
    return _sent(strokes.timed(flights, holds))


def digraph_aware(events: Events, rng: np.random.Generator) -> list[KeyEvent]:
    strokes = _strokes(events)
    flights = _drawn([*zip(["", *strokes.codes], strokes.codes, strict=False)], strokes.flights, rng)
    return _sent(strokes.timed(flights, _drawn(strokes.codes, strokes.holds, rng)))


def _drawn(names: Sequence[Any], times: Floats, rng: np.random.Generator) -> Floats:
    """For each name, a time that was recorded under that name."""
    seen: dict[Any, list[float]] = defaultdict(list)
    for name, time in zip(names, times.tolist(), strict=True):
        seen[name].append(time)
    return np.array([seen[name][rng.integers(len(seen[name]))] for name in names])


# Recordings played again


def replay(events: Events, rng: np.random.Generator) -> list[KeyEvent]:
    return _sent(_strokes(events))


def replay_in_pieces(events: Events, rng: np.random.Generator) -> list[KeyEvent]:
    strokes = _strokes(events)
    pieces = [np.arange(len(strokes))[i : i + PIECE_KEYS] for i in range(0, len(strokes), PIECE_KEYS)]
    order = np.concatenate([pieces[i] for i in rng.permutation(len(pieces))]).tolist()
    picked = _picked(strokes, order)
    held = picked.up - picked.down
    down = np.cumsum(strokes.flights[order])
    return _sent(replace(picked, down=down, up=down + held))


def replay_jittered(events: Events, rng: np.random.Generator) -> list[KeyEvent]:
    strokes = _strokes(events)
    jitter = [rng.uniform(1, 5, len(strokes)) * rng.choice([-1, 1], len(strokes)) for _ in range(2)]
    return _sent(replace(strokes, down=strokes.down + jitter[0], up=strokes.up + jitter[1]))


def replay_scaled(events: Events, rng: np.random.Generator) -> list[KeyEvent]:
    strokes, scale = _strokes(events), rng.uniform(0.9, 1.1)
    return _sent(replace(strokes, down=strokes.down * scale, up=strokes.up * scale))


def replay_substituted(events: Events, rng: np.random.Generator) -> list[KeyEvent]:
    """One letter always becomes the same other one, as if another text had been typed in the same rhythm."""
    strokes = _strokes(events)
    codes = sorted({code for code in strokes.codes if code.startswith("Key")})
    other = dict(zip(codes, rng.permutation(codes).tolist(), strict=True))
    return _sent(replace(strokes, codes=[other.get(code, code) for code in strokes.codes]))


# Programs that press keys as no finger does; the browser trusts them


def injected_instantly(events: Events, rng: np.random.Generator) -> list[KeyEvent]:
    strokes = _strokes(events)
    return _sent(replace(strokes, up=strokes.down.copy()))


def injected_evenly(events: Events, rng: np.random.Generator) -> list[KeyEvent]:
    """Held for 30 ms to within half a millisecond, released before the next press."""
    strokes = _strokes(events)
    held = 30 + rng.uniform(-0.5, 0.5, len(strokes))
    return _sent(strokes.timed(np.maximum(strokes.flights, 32.0), held))


def injected_fast(events: Events, rng: np.random.Generator) -> list[KeyEvent]:
    strokes = _strokes(events)
    flights = 12 + rng.exponential(0.3, len(strokes))
    return _sent(strokes.timed(flights, rng.uniform(1, 2, len(strokes))))


# Clocks and networks that fail


def clock_backward(events: Events, rng: np.random.Generator) -> list[KeyEvent]:
    """The clock is set back by a second or two, three times."""
    sent = _sent(_strokes(events))
    for at in sorted(rng.integers(1, len(sent), 3).tolist()):
        back = rng.uniform(1000, 2000)
        sent = [*sent[:at], *(_at(event, event["t"] - back) for event in sent[at:])]
    return sent


def clock_jumps(events: Events, rng: np.random.Generator) -> list[KeyEvent]:
    """The clock is set forward by two hours, while a key is down: between keys, nothing tells it from a break."""
    sent = _sent(_strokes(events))
    middle = int(rng.integers(len(sent) // 4, 3 * len(sent) // 4))
    at = next((i for i in range(middle, len(sent)) if sent[i]["type"] == "keyup"), middle)
    return [*sent[:at], *(_at(event, event["t"] + 2 * HOUR_MS) for event in sent[at:])]


def clock_drifts(events: Events, rng: np.random.Generator) -> list[KeyEvent]:
    """Two per cent fast by the end."""
    sent = _sent(_strokes(events))
    duration = max(sent[-1]["t"], 1.0)
    return [_at(event, event["t"] * (1 + 0.02 * event["t"] / duration)) for event in sent]


def batches_stamped_once(events: Events, rng: np.random.Generator) -> list[KeyEvent]:
    """Every event has the time at which its batch was sent, four times a second."""
    return [_at(event, np.ceil(event["t"] / 250) * 250) for event in _sent(_strokes(events))]


def batches_doubled(events: Events, rng: np.random.Generator) -> list[KeyEvent]:
    batches = _batches(_sent(_strokes(events)))
    return [event for batch in batches for event in batch * int(1 + (rng.random() < 0.3))]


def batches_lost(events: Events, rng: np.random.Generator) -> list[KeyEvent]:
    batches = _batches(_sent(_strokes(events)))
    return [event for batch in batches if rng.random() > 0.3 for event in batch]


def _batches(events: list[KeyEvent]) -> list[list[KeyEvent]]:
    return [events[i : i + BATCH_EVENTS] for i in range(0, len(events), BATCH_EVENTS)]


def _coarse(tick_ms: float) -> Attack:
    def coarse(events: Events, rng: np.random.Generator) -> list[KeyEvent]:
        phase = rng.uniform(0, tick_ms)
        return [
            _at(event, np.floor((event["t"] + phase) / tick_ms) * tick_ms)
            for event in _sent(_strokes(events))
        ]

    return coarse


def splice(first: Events, second: Events, *, share: float = 0.5) -> list[KeyEvent]:
    """One person types the first share of their keys, another the rest of theirs, two seconds later."""
    one, other = _strokes(first), _strokes(second)
    before = _picked(one, list(range(round(share * len(one)))))
    after = _picked(other, list(range(round(share * len(other)), len(other))))
    start = before.down[-1] + 2000 - after.down[0]
    return [*_sent(before), *_sent(replace(after, down=after.down + start, up=after.up + start))]


SIMULATIONS: Mapping[str, Simulation] = {
    "constant": Simulation(constant, "every 100 ms a key, held for 50 ms"),
    "gaussian": Simulation(gaussian, "normal times: 150 ± 40 ms apart, held for 90 ± 15 ms"),
    "uniform": Simulation(uniform, "times anywhere in 50 to 250 ms, holds in 40 to 120 ms"),
    "shuffled": Simulation(shuffled, "the person's own times, dealt to the keys at random"),
    "log-normal": Simulation(log_normal, "log-normal times with the person's mean and spread"),
    "digraph-aware": Simulation(
        digraph_aware, "the person's own times for each key and pair: expected to pass"
    ),
    "replay": Simulation(replay, "the recording as it is"),
    "replay-in-pieces": Simulation(replay_in_pieces, "the recording in pieces of 60 keys, in another order"),
    "replay-jittered": Simulation(replay_jittered, "the recording, every time moved by 1 to 5 ms"),
    "replay-scaled": Simulation(replay_scaled, "the recording, up to 10 % faster or slower"),
    "replay-substituted": Simulation(replay_substituted, "the recording's times under other letters"),
    "injected-instantly": Simulation(injected_instantly, "the recording's presses, released at once"),
    "injected-evenly": Simulation(injected_evenly, "every key held for 30 ms, none rolling over"),
    "injected-fast": Simulation(injected_fast, "a key every 12 ms, as automation tools send them"),
    "clock-backward": Simulation(clock_backward, "a clock that is set back three times"),
    "clock-jumps": Simulation(clock_jumps, "a clock that is set forward by two hours while a key is down"),
    "clock-drifts": Simulation(clock_drifts, "a clock that runs fast, by 2 % in the end: not recognised"),
    "batches-stamped-once": Simulation(batches_stamped_once, "every batch of keys has one time"),
    "batches-doubled": Simulation(batches_doubled, "about a third of the batches arrive twice"),
    "batches-lost": Simulation(batches_lost, "about a third of the batches are lost"),
    "tick-1": Simulation(_coarse(1), "a clock with steps of 1 ms"),
    "tick-2": Simulation(_coarse(2), "a clock with steps of 2 ms"),
    "tick-16": Simulation(_coarse(16), "a clock with steps of 16 ms"),
    "tick-100": Simulation(_coarse(100), "a clock with steps of 100 ms"),
}


def _strokes(events: Events) -> _Strokes:
    """Pairs presses with releases; repeats are left out."""
    codes: list[str] = []
    keys: list[str] = []
    down: list[float] = []
    up: list[float] = []
    held: dict[str, int] = {}
    for event in sorted(events, key=lambda event: float(event["t"])):
        code = str(event.get("code", ""))
        if event["type"] == "keydown" and not event.get("repeat", False):
            held[code] = len(codes)
            codes.append(code)
            keys.append(str(event.get("key", "")))
            down.append(float(event["t"]))
            up.append(float("nan"))
        elif event["type"] == "keyup" and (index := held.pop(code, None)) is not None:
            up[index] = float(event["t"])
    if not codes:
        raise ValueError("Nobody typed in this recording: there is nothing to simulate from.")
    return _Strokes(codes, keys, np.array(down), np.array(up))


def _picked(strokes: _Strokes, order: Sequence[int]) -> _Strokes:
    return _Strokes(
        [strokes.codes[i] for i in order],
        [strokes.keys[i] for i in order],
        strokes.down[order],
        strokes.up[order],
    )


def _sent(strokes: _Strokes) -> list[KeyEvent]:
    """In order of time, a key's press before its release, and a release before the same key's next press."""
    events: list[KeyEvent] = []
    next_press: dict[str, float] = {}
    for i in range(len(strokes) - 1, -1, -1):
        code, key, down = strokes.codes[i], strokes.keys[i], float(strokes.down[i])
        up = min(float(strokes.up[i]), next_press.get(code, np.inf))  # NaN stays
        next_press[code] = down
        if not np.isnan(strokes.up[i]):
            events.append(_event("keyup", max(up, down), code, key))
        events.append(_event("keydown", down, code, key))
    events.reverse()
    return sorted(events, key=lambda event: event["t"])


def _event(way: str, t: float, code: str, key: str) -> KeyEvent:
    return KeyEvent(type=way, t=t, code=code, key=key, repeat=False, trusted=True, composing=False)


def _at(event: KeyEvent, t: float) -> KeyEvent:
    return KeyEvent(**{**event, "t": float(t)})
