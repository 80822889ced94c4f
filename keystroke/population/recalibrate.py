"""A population for one site, from the consented typing of its own people: `python -m keystroke recalibrate`."""

from collections.abc import Sequence
from dataclasses import replace

from keystroke.comparison import RELEASES_MISSING_MAX
from keystroke.evaluation.answers import Answers, Progress, learned_folds, rotate, silent, transfer
from keystroke.evaluation.figures import figures
from keystroke.evidence import Spread
from keystroke.population import Population, shipped
from keystroke.population.learn import DRAWS, PAIRS_PER_PERSON, learn
from keystroke.population.pairs import Person

PEOPLE_MIN = 30
SESSION_KEYS_MIN = 100
LENGTHS = (100, 200, 500)


class TooFew(ValueError):
    """There is not enough typing to learn from; the message says how much is needed."""


def recalibrate(
    people: Sequence[Person],
    *,
    refit: bool = False,
    draws: int = DRAWS,
    pairs_per_person: int = PAIRS_PER_PERSON,
    progress: Progress = silent,
) -> tuple[Population, str]:
    """The site's population and, in words, what it changes for people it was not learned from.

    The statistics of how people differ stay those of the shipped population, and only how much they count is learned;
    with `refit` they are the site's, too, which takes about a hundred people to be better.
    """
    fit_for_it = [person for person in people if _has_two_sessions(person)]
    if len(fit_for_it) < PEOPLE_MIN:
        raise TooFew(
            f"{len(fit_for_it)} people typed two sessions or more of {SESSION_KEYS_MIN} usable keys, with their "
            f"releases; a calibration takes at least {PEOPLE_MIN} people. Use the shipped population until there are "
            "as many."
        )
    spread = None if refit else shipped().spread
    try:
        before = transfer(fit_for_it, shipped(), lengths=LENGTHS, progress=progress)
        learned_apart = learned_folds(
            fit_for_it, pairs_per_person=pairs_per_person, spread=spread, progress=progress
        )
        after = rotate(learned_apart, lengths=LENGTHS)
        progress(f"learning from all {len(fit_for_it)} people")
        cohort = _cohort(fit_for_it, refit=refit)
        learned = learn(fit_for_it, cohort, draws=draws, pairs_per_person=pairs_per_person, spread=spread)
    except ValueError as error:
        if not refit:
            raise
        # A third of the people, halved, may be fewer than statistics can be learned from.
        raise TooFew(f"{error} Leave --refit out, or use the shipped population.") from error
    measured = [figures(answers) for answers in after]
    population = replace(learned, performance=[row for row in measured if "eer" in row])
    return population, _changes(before, after, spread)


def _has_two_sessions(person: Person) -> bool:
    """With releases: what is learned from presses alone would not hold for the sessions that are compared."""
    usable = [
        session
        for session in person.sessions
        if len(session) >= SESSION_KEYS_MIN and session.releases_missing <= RELEASES_MISSING_MAX
    ]
    return len(usable) >= 2


def _cohort(people: Sequence[Person], *, refit: bool) -> dict[str, object]:
    names = ", ".join(sorted({person.corpus for person in people}))
    sessions = sum(len(person.sessions) for person in people)
    base = shipped().cohort
    weights = f"calibrated on {len(people)} people of {names}"
    return {
        "name": f"{len(people)} people of {names}" if refit else f"{base['name']}, {weights}",
        "people": len(people),
        "description": f"{sessions} sessions of {len(people)} people of {names}. "
        + ("Statistics and weights are theirs." if refit else f"The statistics are of {base['name']}."),
        "attribution": [] if refit else base["attribution"],
    }


def _changes(before: Sequence[Answers], after: Sequence[Answers], spread: Spread | None) -> str:
    rows = []
    better = []
    was_of = {(found.corpus, found.keys): figures(found) for found in before}
    for now in map(figures, after):
        was = was_of[now["corpus"], now["questioned_keys"]]
        if "cllr" not in was or "cllr" not in now:
            continue
        better.append(now["cllr"] < was["cllr"])
        rows.append(
            f"{now['corpus']}, {now['questioned_keys']} keys, {now['same_pairs']} pairs by one person and "
            f"{now['different_pairs']} by two: Cllr {was['cllr']:.2f} before, {now['cllr']:.2f} after; one person's "
            f"pairs with a ratio of 1/10 or lower {was['same_below_tenth']:.1%} before, "
            f"{now['same_below_tenth']:.1%} after."
        )
    if not rows:
        raise TooFew("The sessions are too short for any ratio, so there is nothing to calibrate.")
    in_short = (
        "By Cllr it is better at every length."
        if all(better)
        else "By Cllr it is not better at every length: the shipped population may serve as well."
    )
    learned = (
        "Its weights were learned; its statistics are the shipped ones."
        if spread
        else "All of it was learned."
    )
    return "\n".join([learned, "On people that it was not learned from, by thirds:", *rows, in_short])
