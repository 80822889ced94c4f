"""How often flags and handovers are claimed of real people and of attacks: `python -m keystroke.robustness --data DIR`.

DIR holds tables as `keystroke.codec.read_table` reads them; absent ones are left out.
"""

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

import keystroke
from keystroke.codec import Sessions, read_table
from keystroke.comparison import Comparison
from keystroke.handover import handover, windows
from keystroke.population import Population, shipped
from keystroke.population.corpora import CROSS_SESSION, TASK_SHIFT
from keystroke.profile import profile
from keystroke.provenance import flags
from keystroke.simulate import SIMULATIONS, splice
from keystroke.timeline import KeyEvent, one_after_another
from keystroke.timing import usable

KINDS = ("synthetic", "replayed", "injected", "clock-broken")
SHORT_SESSIONS = ("aalto_subset", "freihaut_password")
"""Sets whose sessions are a sentence each: they are taken one after another."""

LENGTHS = (200, 500)
PEOPLE_MAX, STRETCHES_MAX = 400, 6
PROFILE_KEYS = 1000
SPLICED_PEOPLE_MIN = 3

_Keys = list[KeyEvent]


def people_of(corpus: str, path: Path) -> dict[str, tuple[_Keys, _Keys]]:
    """What each person enrols, and what they are questioned with: other sessions, or later parts of the only one."""
    found = {}
    for person, sessions in sorted(_sittings(corpus, read_table(path)).items())[:PEOPLE_MAX]:
        if len(sessions) > 1:
            half = len(sessions) // 2
            found[person] = one_after_another(sessions[:half]), one_after_another(sessions[half:])
        else:
            found[person] = _presses(sessions[0], 0, PROFILE_KEYS), _presses(sessions[0], PROFILE_KEYS, 10**9)
    return {person: sides for person, sides in found.items() if all(sides)}


def _sittings(corpus: str, sessions: Sessions) -> Sessions:
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


def attacked(people: dict[str, tuple[_Keys, _Keys]], attack: str, keys: int) -> Iterator[Comparison]:
    """Each person's profile against the attack made of it, if a replay, or else of other typing of theirs."""
    for seed, (enrolled, questioned) in enumerate(people.values()):
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


def table(data: Path) -> str:
    sets = {
        corpus: people_of(corpus, path)
        for corpus in (CROSS_SESSION, TASK_SHIFT, *SHORT_SESSIONS)
        if (path := data / f"{corpus}.csv.gz").exists()
    }
    if not sets:
        return f"Not measured: {data} holds none of the data sets."
    hard = {corpus: people for corpus, people in sets.items() if corpus in (CROSS_SESSION, TASK_SHIFT)}
    return "\n\n".join(
        [
            _false_flag_table(sets),
            *(_attack_table(corpus, people) for corpus, people in hard.items()),
            _handover_table(hard),
        ]
    )


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
    parser = argparse.ArgumentParser(prog="python -m keystroke.robustness", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    print(table(parser.parse_args().data))


if __name__ == "__main__":
    main()
