"""`make fuzz`: a million mutated frames through everything that reads what a client sent.

An input fails if anything but the reader's own errors comes out, if a prediction does not hold, or if it takes the
server's thread longer than it may; it is printed with the seed that makes it again.
"""

import argparse
import random
import secrets
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.fuzz.targets import BinaryFrames, Outcome, Target, TextFrames, Updates
from tests.fuzz.yjs import Yjs

SECONDS_MAX = 0.25
"""Of the thread's own time, which a busy machine does not lengthen."""

SHARES = {"text frames": 0.25, "binary frames": 0.35, "updates": 0.4}


@dataclass
class Report:
    """What came of one target's inputs."""

    name: str
    inputs: int = 0
    seconds: float = 0.0
    slowest_ms: float = 0.0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        came = ", ".join(f"{outcome} {count:,}" for outcome, count in self.outcomes.most_common())
        return (
            f"{self.name}: {self.inputs:,} inputs, {self.inputs / self.seconds:,.0f} a second, "
            f"slowest {self.slowest_ms:.1f} ms; {came}"
        )


def fuzz(target: Target, inputs: int) -> Report:
    """Put so many inputs through a target, and stop at its third failure."""
    report, began = Report(target.name), time.perf_counter()
    while report.inputs < inputs and len(report.failures) < 3:
        data = target.input()
        report.inputs += 1
        before = time.thread_time()
        try:
            report.outcomes[target.run(data)] += 1
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # a panic of yrs is no Exception
            report.failures.append(f"{type(error).__name__}: {error}\n  input {data.hex()}")
        took = time.thread_time() - before
        report.slowest_ms = max(report.slowest_ms, took * 1000)
        if took > SECONDS_MAX:
            report.failures.append(f"took {took:.2f} s\n  input {data.hex()}")
    report.seconds = time.perf_counter() - began
    return report


def reports(seed: int, inputs: int) -> Iterator[Report]:
    """Each target's in turn; what the updates' documents took is put to Yjs as well."""
    with Yjs() as yjs:
        for kind in (TextFrames, BinaryFrames, Updates):
            chance = random.Random(f"{seed} {kind.name}")
            target = Updates(chance, ended=yjs.compare) if kind is Updates else kind(chance)
            report = fuzz(target, int(inputs * SHARES[kind.name]))
            if kind is Updates:
                report.outcomes["documents compared with Yjs"] = yjs.compared
                report.failures += yjs.differences
            yield report


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=secrets.randbits(32))
    asked = parser.parse_args()
    print(f"seed {asked.seed}")
    failed = False
    for report in reports(asked.seed, asked.inputs):
        print(report, flush=True)
        for failure in report.failures:
            print(f"FAILED {failure}")
        failed = failed or bool(report.failures)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
