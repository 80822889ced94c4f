"""Train an encoder on tables of typing: `python -m keystroke.neural.train TABLE… -o NET.npz`.

It needs torch (docs/how-to/try-a-neural-encoder.md) and people who typed twice or more. The net is for whoever may use
the typing that it was trained on, and no further.
"""

import argparse
import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from keystroke.evaluation.datasets import load
from keystroke.neural.encoder import Encoder, Net, points
from keystroke.neural.presses import WINDOW, Norms, Windows, norms_of, windows
from keystroke.population.pairs import Person
from keystroke.timing import Floats, Typing, join

STEPS = 2000
PEOPLE_MIN = 12

_PEOPLE_AT_ONCE = 32
_WINDOWS = (1, 2, 4)
_LONGEST = WINDOW * max(_WINDOWS)
_TEMPERATURE = 0.1
_RATE, _DECAY = 2e-3, 1e-2
_HELD_OUT = 6  # one person in so many
_HELD_OUT_BATCHES = 8
_CHECKED_EVERY, _PATIENCE = 100, 6

_TICK_MS = 15.625
_DRIFT = 0.05


@dataclass(frozen=True)
class Trained:
    """`steps` were taken, and the weights are those after `best` of them, when the held-out loss was lowest."""

    encoder: Encoder
    steps: int
    best: int
    loss: float


def train(
    people: Sequence[Person], *, steps: int = STEPS, seed: int = 1, device: str = "cpu", quiet: bool = True
) -> Trained:
    """The same people, steps and seed give the same net on the same machine."""
    if len(people) < PEOPLE_MIN:
        raise ValueError(f"{len(people)} people typed twice or more; {PEOPLE_MIN} are needed to train on.")
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    learned, held_out = _split(people, rng)
    norms = norms_of(session for person in learned for session in person.sessions)
    checks = [
        batch for _ in range(_HELD_OUT_BATCHES) for batch in _batches(held_out, norms, rng, altered=False)
    ]
    net = Net().to(device)
    optimizer = torch.optim.AdamW(net.parameters(), lr=_RATE, weight_decay=_DECAY)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    lowest, best, weights = np.inf, 0, copy.deepcopy(net.state_dict())
    batches = _endless(learned, norms, rng)
    step = 0
    for step in range(1, steps + 1):
        net.train()
        optimizer.zero_grad()
        _loss(net, next(batches)).backward()
        optimizer.step()
        schedule.step()
        if step % _CHECKED_EVERY == 0 or step == steps:
            net.eval()
            with torch.no_grad():
                loss = float(np.mean([float(_loss(net, batch)) for batch in checks]))
            if not quiet:
                print(f"step {step}: held-out loss {loss:.3f}", flush=True)
            if loss < lowest:
                lowest, best, weights = loss, step, copy.deepcopy(net.state_dict())
            elif step - best >= _PATIENCE * _CHECKED_EVERY:
                break
    net.load_state_dict(weights)
    net.eval()
    centre = np.mean(
        [points(net, windows(join(person.sessions), norms)).mean(axis=0) for person in learned], axis=0
    )
    return Trained(Encoder(net.cpu(), norms, centre.astype(np.float32)), step, best, lowest)


@dataclass(frozen=True)
class _Batch:
    """Two stretches each of some people of one set: all first ones, then all second ones."""

    seen: Windows
    owner: NDArray[np.int64]  # (windows,), the stretch that each is of


def _split(people: Sequence[Person], rng: np.random.Generator) -> tuple[list[Person], list[Person]]:
    """Those it learns from, and those that say when to stop: two or more of every set."""
    learned, held_out = [], []
    for corpus in sorted({person.corpus for person in people}):
        members = [person for person in people if person.corpus == corpus and _is_enough(person)]
        order = rng.permutation(len(members)).tolist()
        count = max(2, len(members) // _HELD_OUT)
        held_out += [members[i] for i in order[:count]]
        learned += [members[i] for i in order[count:]]
    return learned, held_out


def _is_enough(person: Person) -> bool:
    return sum(len(session) for session in person.sessions) >= 2 * _LONGEST


def _endless(people: Sequence[Person], norms: Norms, rng: np.random.Generator) -> Iterator[_Batch]:
    while True:
        yield from _batches(people, norms, rng, altered=True)


def _batches(
    people: Sequence[Person], norms: Norms, rng: np.random.Generator, *, altered: bool
) -> Iterator[_Batch]:
    """One of each set: across sets, sets would be told apart instead of people."""
    for corpus in sorted({person.corpus for person in people}):
        members = [person for person in people if person.corpus == corpus]
        chosen = rng.permutation(len(members))[:_PEOPLE_AT_ONCE].tolist()
        length = WINDOW * int(rng.choice(_WINDOWS))
        twice = [_two_sessions(members[i], rng) for i in chosen]
        stretches = [_stretch(both[side], length, rng) for side in (0, 1) for both in twice]
        seen = [_seen(stretch, norms, rng, altered=altered) for stretch in stretches]
        together = Windows(*(np.concatenate(columns) for columns in zip(*seen, strict=True)))
        yield _Batch(together, np.repeat(np.arange(len(seen)), [len(each.codes) for each in seen]))


def _two_sessions(person: Person, rng: np.random.Generator) -> tuple[Typing, Typing]:
    """Two of the sessions, or the two halves of all where those are short."""
    order = [person.sessions[i] for i in rng.permutation(len(person.sessions)).tolist()]
    long = [session for session in order if len(session) >= _LONGEST]
    if len(long) >= 2:
        return long[0], long[1]
    together = join(order)
    middle = len(together) // 2
    return together.part(0, middle), together.part(middle, len(together))


def _stretch(typing: Typing, length: int, rng: np.random.Generator) -> Typing:
    start = int(rng.integers(max(1, len(typing) - length + 1)))
    return typing.part(start, start + length)


def _seen(typing: Typing, norms: Norms, rng: np.random.Generator, *, altered: bool) -> Windows:
    """Altered as machines and days do: clock, keyboard and pace shall not be what people are known by."""
    if not altered:
        return windows(typing, norms)
    if rng.random() < 0.5:
        phase = rng.uniform(0, _TICK_MS)
        typing = replace(typing, down=_ticked(typing.down, phase), up=_ticked(typing.up, phase))
    seen = windows(typing, norms)
    hold, flight = rng.normal(0, _DRIFT, 2)
    seen.times[:, :, [0, 3]] += hold * seen.times[:, :, [6]]
    seen.times[:, :, [1, 4]] += flight * seen.times[:, :, [7]]
    return seen


def _ticked(times: Floats, phase: float) -> Floats:
    return np.floor((times + phase) / _TICK_MS) * _TICK_MS


def _loss(net: Net, batch: _Batch) -> Tensor:
    """Supervised contrast (Khosla and others 2020): each stretch has to find its person's other one among all."""
    device = next(net.parameters()).device
    found = net(*(torch.from_numpy(each).to(device) for each in batch.seen))
    owner = torch.from_numpy(batch.owner).to(device)
    stretches = 1 + int(batch.owner[-1])
    sums = found.new_zeros(stretches, found.shape[1]).index_add(0, owner, found)
    means = functional.normalize(sums, dim=1)
    itself = torch.eye(stretches, dtype=torch.bool, device=device)
    alike = (means @ means.T / _TEMPERATURE).masked_fill(itself, -torch.inf)
    return functional.cross_entropy(alike, torch.arange(stretches, device=device).roll(stretches // 2))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m keystroke.neural.train", description=__doc__)
    parser.add_argument("tables", type=Path, nargs="+", help="tables of typing, of any format that is known")
    parser.add_argument("-o", type=Path, required=True, help="where the net goes")
    parser.add_argument(
        "--leave-out", type=int, default=0, help="keep the first so many people of each set unseen"
    )
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--device", default="cpu", help="cpu, or cuda")
    options = parser.parse_args()
    people = [person for dataset in load(options.tables) for person in dataset.people[options.leave_out :]]
    trained = train(people, steps=options.steps, seed=options.seed, device=options.device, quiet=False)
    trained.encoder.save(options.o)
    print(f"{len(people)} people; {trained.steps} steps, the best after {trained.best}: {options.o}")


if __name__ == "__main__":
    main()
