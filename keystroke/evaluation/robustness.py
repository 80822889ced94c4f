"""How often flags and handovers are claimed of real people and of attacks.

`python -m keystroke.evaluation.robustness --data DIR`: DIR holds the sets as `NAME.csv.gz`; absent ones are left out.
"""

import argparse
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import keystroke
from keystroke.comparison import Comparison
from keystroke.evaluation.simulate import SIMULATIONS, splice
from keystroke.files.tables import read_table
from keystroke.handover import handover, windows
from keystroke.population import Population, shipped
from keystroke.population.corpora import CROSS_SESSION, TASK_SHIFT
from keystroke.profile import profile
from keystroke.provenance.flags import (
    BEAT_SPREAD_MIN,
    DEPENDENCE_MIN,
    HOLD_SPREAD_MS_MIN,
    PRESS_MS_MIN,
    REPLAY_DIFFERENCE_MAX,
    REPLAY_PLACES_MIN,
    SAME_INSTANT_MAX,
    SHORT_HOLDS_MAX,
    beat_spread,
    dependence,
    flags,
    hold_spread_ms,
    press_ms,
    same_instant,
    short_holds,
)
from keystroke.provenance.repetition import least_difference
from keystroke.timeline import KeyEvent, one_after_another
from keystroke.timing import Typing, usable

KINDS = ("synthetic", "replayed", "injected", "clock-broken")
SHORT_SESSIONS = ("aalto_subset", "freihaut_password")
"""Sets whose sessions are a sentence each: they are taken one after another."""

LENGTHS = (200, 500)
PEOPLE_MAX, ATTACKED_MAX, STRETCHES_MAX = 400, 40, 6
PROFILE_KEYS = 1000
SPLICED_PEOPLE_MIN = 3

_Keys = list[KeyEvent]


def people_of(corpus: str, path: Path) -> dict[str, tuple[_Keys, _Keys]]:
    """What each person enrols, and what they are questioned with: other sessions, or later parts of the only one."""
    found = {}
    for person, sessions in _sittings(corpus, read_table(path).events(people_max=PEOPLE_MAX)).items():
        if len(sessions) > 1:
            half = len(sessions) // 2
            found[person] = one_after_another(sessions[:half]), one_after_another(sessions[half:])
        else:
            found[person] = _presses(sessions[0], 0, PROFILE_KEYS), _presses(sessions[0], PROFILE_KEYS, 10**9)
    return {person: sides for person, sides in found.items() if all(sides)}


def _sittings(corpus: str, sessions: Mapping[str, list[_Keys]]) -> Mapping[str, list[_Keys]]:
    """The sentences of one sitting in two parts, a profile's and a questioned one's."""
    if corpus not in SHORT_SESSIONS:
        return sessions
    return {
        person: [
            one_after_another(sentences[: len(sentences) // 2]),
            one_after_another(sentences[len(sentences) // 2 :]),
        ]
        for person, sentences in sessions.items()
        if len(sentences) > 1
    }


def false_flags(people: dict[str, tuple[_Keys, _Keys]], keys: int) -> Iterator[set[str]]:
    """The kinds of flag of every stretch that somebody typed themselves, against their own profile."""
    for enrolled, questioned in people.values():
        for stretch in _stretches(questioned, keys):
            yield {flag.kind for flag in flags([enrolled], stretch)}


@dataclass(frozen=True)
class Rule:
    """What a flag measures of a profile's typing and a questioned stretch; `nearest` is min where less is flagged."""

    limit: str
    nearest: Callable[[list[float]], float]
    measure: Callable[[Typing, Typing], float]


RULES = {
    "times depend on keys": Rule(
        " or ".join(f"{least} from {keys} keys" for keys, least in reversed(DEPENDENCE_MIN)),
        min,
        lambda own, asked: dependence(asked),
    ),
    "spread of press to press": Rule(f"{BEAT_SPREAD_MIN}", min, lambda own, asked: beat_spread(asked)),
    "press to press, ms": Rule(f"{PRESS_MS_MIN:.0f}", min, lambda own, asked: press_ms(asked)),
    "spread of holds, ms": Rule(f"{HOLD_SPREAD_MS_MIN:.0f}", min, lambda own, asked: hold_spread_ms(asked)),
    "short holds": Rule(f"{SHORT_HOLDS_MAX}", max, lambda own, asked: short_holds(asked)),
    "one time twice": Rule(f"{SAME_INSTANT_MAX}", max, lambda own, asked: same_instant(asked)),
    "distance from the profile's rhythm": Rule(
        f"{REPLAY_DIFFERENCE_MAX}", min, lambda own, asked: _distance(own, asked)
    ),
}


def _distance(own: Typing, asked: Typing) -> float:
    """The distance that as many places come below as a replay needs."""
    _, difference = least_difference([own.down], asked.down)
    return (
        float(np.sort(difference)[REPLAY_PLACES_MIN - 1]) if len(difference) >= REPLAY_PLACES_MIN else np.inf
    )


def nearest(people: dict[str, tuple[_Keys, _Keys]], keys: int) -> dict[str, float]:
    """How near real typing comes to the limit of each rule."""
    found: dict[str, list[float]] = {name: [] for name in RULES}
    for enrolled, questioned in people.values():
        own = usable(enrolled)
        for stretch in _stretches(questioned, keys):
            asked = usable(stretch)
            if len(asked) >= DEPENDENCE_MIN[-1][0]:
                for name, rule in RULES.items():
                    found[name].append(rule.measure(own, asked))
    return {name: RULES[name].nearest(values) for name, values in found.items() if values}


def attacked(people: dict[str, tuple[_Keys, _Keys]], attack: str, keys: int) -> Iterator[Comparison]:
    """Each person's profile against the attack made of it, if a replay, or else of other typing of theirs."""
    for seed, (enrolled, questioned) in enumerate(list(people.values())[:ATTACKED_MAX]):
        source = enrolled if attack.startswith("replay") else questioned
        stretch = next(_stretches(source, keys), None)
        if stretch is not None:
            yield keystroke.compare(enrolled, SIMULATIONS[attack].run(stretch, np.random.default_rng(seed)))


def handovers(
    people: dict[str, tuple[_Keys, _Keys]], population: Population, *, spliced: bool
) -> Iterator[int | None]:
    """For each person's session, or for its first half and then somebody else's second: how many keys off a handover is
    claimed (from the start, where there is none), or None.
    """
    names = list(people)
    for i, (enrolled, questioned) in enumerate(people.values()):
        other = people[names[(i + 1) % len(names)]][1]
        events = splice(questioned, other) if spliced else questioned
        typing = usable(events)
        if len(typing) < LENGTHS[-1] * 2:
            continue
        slid = windows(profile(enrolled), typing, conditions=None, population=population)
        claimed = handover(slid, typing, population)
        if claimed is None:
            yield None
        else:
            began = len(usable(questioned)) // 2 if spliced else 0
            yield int(np.searchsorted(typing.down, claimed.t_ms)) - began


@dataclass(frozen=True)
class Robustness:
    """Tables in Markdown. Attacks and handovers are of the sets with sessions long enough for a ratio."""

    false_flags: str
    nearest: str
    attacks: list[str]
    handovers: str


def measure(data: Path) -> Robustness | None:
    """None if none of the sets is there."""
    sets = {
        corpus: people_of(corpus, path)
        for corpus in (CROSS_SESSION, TASK_SHIFT, *SHORT_SESSIONS)
        if (path := data / f"{corpus}.csv.gz").exists()
    }
    if not sets:
        return None
    hard = {corpus: people for corpus, people in sets.items() if corpus in (CROSS_SESSION, TASK_SHIFT)}
    return Robustness(
        _false_flag_table(sets),
        _nearest_table(sets),
        [_attack_table(corpus, people) for corpus, people in hard.items()],
        _handover_table(hard),
    )


def table(data: Path) -> str:
    found = measure(data)
    if found is None:
        return f"Not measured: {data} holds none of the data sets."
    return "\n\n".join([found.false_flags, found.nearest, *found.attacks, found.handovers])


def _false_flag_table(sets: dict[str, dict[str, tuple[_Keys, _Keys]]]) -> str:
    rows = []
    for corpus, people in sets.items():
        for keys in LENGTHS:
            found = list(false_flags(people, keys))
            counted = Counter(kind for kinds in found for kind in kinds)
            shares = [_share(counted[kind], len(found)) for kind in KINDS]
            rows.append(
                [corpus, len(people), keys, len(found), *shares, _share(sum(map(bool, found)), len(found))]
            )
    return _markdown(["real typing", "people", "keys", "stretches", *KINDS, "any flag"], rows)


def _nearest_table(sets: dict[str, dict[str, tuple[_Keys, _Keys]]]) -> str:
    rows = [
        [corpus, keys, *(f"{found[name]:.3g}" if name in found else "none" for name in RULES)]
        for corpus, people in sets.items()
        for keys in LENGTHS
        for found in [nearest(people, keys)]
    ]
    limits = ["limit", "", *(rule.limit for rule in RULES.values())]
    return _markdown(["nearest to the limit", "keys", *RULES], [limits, *rows])


def _attack_table(corpus: str, people: dict[str, tuple[_Keys, _Keys]]) -> str:
    rows = []
    for attack in SIMULATIONS:
        for keys in LENGTHS:
            found = list(attacked(people, attack, keys))
            flagged = sum(bool(one.flags) for one in found)
            against = sum(bool(one.flags) or (one.log10_lr is not None and one.log10_lr < 0) for one in found)
            ratios = [one.log10_lr for one in found if one.log10_lr is not None]
            median = f"{np.median(ratios):+.1f}" if ratios else "none"
            rows.append(
                [attack, keys, len(found), _share(flagged, len(found)), _share(against, len(found)), median]
            )
    head = [
        f"attack on {corpus}",
        "keys",
        "tried",
        "flagged",
        "flagged or ratio below 1",
        "median log10 ratio",
    ]
    return _markdown(head, rows)


def _handover_table(sets: dict[str, dict[str, tuple[_Keys, _Keys]]]) -> str:
    rows = []
    for corpus, people in sets.items():
        if len(people) < SPLICED_PEOPLE_MIN:
            continue
        alone, both = (list(handovers(people, shipped(), spliced=spliced)) for spliced in (False, True))
        off = [abs(one) for one in both if one is not None]
        near = _share(sum(one <= 100 for one in off), len(off))
        rows.append(
            [
                corpus,
                _share(len(alone) - alone.count(None), len(alone)),
                _share(len(off), len(both)),
                near,
                len(both),
            ]
        )
    return _markdown(
        ["set", "claimed of one person's session", "of two people's", "of these within 100 keys", "sessions"],
        rows,
    )


def _share(count: int, of: int) -> str:
    return f"{count / of:.1%}" if of else "none"


def _markdown(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def _stretches(events: _Keys, keys: int) -> Iterator[_Keys]:
    presses = sum(event["type"] == "keydown" for event in events)
    for start in range(0, min(presses, STRETCHES_MAX * keys) - keys + 1, keys):
        yield _presses(events, start, start + keys)


def _presses(events: _Keys, start: int, stop: int) -> _Keys:
    """From the press numbered `start` up to the one numbered `stop`, with the releases in between."""
    at = [i for i, event in enumerate(events) if event["type"] == "keydown"]
    if start >= len(at):
        return []
    return events[at[start] : at[stop] if stop < len(at) else len(events)]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m keystroke.evaluation.robustness", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    print(table(parser.parse_args().data))


if __name__ == "__main__":
    main()
