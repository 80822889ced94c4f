"""The file that keeps a profile: statistics of some sessions, what they were, how good they are, and until when.

It holds no text and no order of typing. It is biometric data all the same, so it expires.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Final, Literal, NamedTuple, cast, get_args

import msgspec
import numpy as np
from msgspec import Meta

from keystroke.comparison import self_consistency
from keystroke.features import FAMILIES, is_digraph
from keystroke.files.sessions import is_table
from keystroke.population import shipped
from keystroke.profile import Moments, Profile, profile_of
from keystroke.timeline import SetUp
from keystroke.timing import Typing, join

VERSION: Final = 2
DAYS, DAYS_MAX = 30, 180
BYTES_MAX = 4 * 1024 * 1024
_BEGINNING_BYTES = 200

_FEATURE: Final = rf"^({'|'.join(map(re.escape, FAMILIES))}) [A-Za-z0-9> -]{{1,120}}\Z"
_LABEL: Final = r"^[\w .,:()/+-]{1,80}\Z"
_LAYOUT: Final = r"^[\w.:-]{1,64}\Z"

Platform = Literal["mac", "windows", "linux", "chromeos", "android", "ios", "other"]
Browser = Literal["chromium", "firefox", "safari", "other"]
Count = Annotated[int, Meta(ge=0, le=10_000_000)]
FeatureName = Annotated[str, Meta(pattern=_FEATURE)]


class ProfileError(ValueError):
    """A profile cannot be made or used; the message is a sentence that says what to do."""


class SetUpClass(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What of a set-up a comparison looks at. `layout` is None where the browser did not tell it."""

    platform: Platform
    browser: Browser
    layout: Annotated[str, Meta(pattern=_LAYOUT)] | None
    touch: bool


def class_of(set_up: SetUp) -> SetUpClass:
    """A timeline may come from elsewhere and name what is not known here."""
    platform = set_up.platform if set_up.platform in get_args(Platform) else "other"
    browser = set_up.browser if set_up.browser in get_args(Browser) else "other"
    layout = set_up.layout if set_up.layout is None or re.match(_LAYOUT, set_up.layout) else "other"
    return SetUpClass(cast(Platform, platform), cast(Browser, browser), layout, set_up.touch)


class Session(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One session that a profile was made of, as counts: usable presses, those never seen to come up, those left out.

    `label` is whatever its maker wants to know it by: nothing is filled in.
    """

    keys: Count
    unreleased: Count
    left_out: Count
    tick_ms: Annotated[float, Meta(ge=0, le=1000)]
    set_ups: Annotated[tuple[SetUpClass, ...], Meta(max_length=16)] = ()
    label: Annotated[str, Meta(pattern=_LABEL)] | None = None


class Quality(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much a profile can carry: usable presses, kinds of key pairs, and its halves against each other.

    `drift_log10` is the log10 ratio of the first half against the second, None where they are too short: one person
    typed both, so a low one says that the sessions differ among themselves.
    """

    keys: Count
    digraphs: Count
    drift_log10: Annotated[float, Meta(ge=-2, le=2)] | None


class FeatureMoments(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """`keystroke.profile.Moments` as they are kept: no logarithm of a time is anywhere near these bounds."""

    n: Annotated[int, Meta(ge=1, le=10_000_000)]
    mean: Annotated[float, Meta(ge=-100, le=100)]
    m2: Annotated[float, Meta(ge=0, le=1e9)]


class ProfileFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that the file holds. `expires` is the first day on which it is refused."""

    version: Literal[2] = msgspec.field(name="profile")
    made: date
    expires: date
    sessions: Annotated[tuple[Session, ...], Meta(min_length=1, max_length=64)]
    quality: Quality
    features: Annotated[dict[FeatureName, FeatureMoments], Meta(max_length=20_000)]

    @property
    def profile(self) -> Profile:
        keys = sum(session.keys for session in self.sessions)
        left_out = sum(session.left_out for session in self.sessions)
        return Profile(
            {name: Moments(moments.n, moments.mean, moments.m2) for name, moments in self.features.items()},
            keys,
            max(session.tick_ms for session in self.sessions),
            sum(session.unreleased for session in self.sessions) / keys if keys else 0.0,
            left_out / (keys + left_out) if left_out else 0.0,
        )


def is_profile(path: Path) -> bool:
    """JSON that is no timeline, whose first line says that it is one: if it is no profile either, `decode` says so."""
    if not path.is_file() or is_table(path):
        return False
    with path.open("rb") as file:
        return b'"timeline"' not in file.read(_BEGINNING_BYTES)


class Enrolled(NamedTuple):
    """One session to make a profile of."""

    typing: Typing
    set_ups: Sequence[SetUpClass] = ()
    label: str | None = None


def make(sessions: Sequence[Enrolled], *, today: date, days: int = DAYS) -> ProfileFile:
    """The profile of one person's sessions, to be used for that many days; `today` is a date in UTC."""
    if not sessions:
        raise ProfileError("A profile is made of at least one session; name a take-home.")
    if not 1 <= days <= DAYS_MAX:
        raise ProfileError(f"A profile is kept for 1 to {DAYS_MAX} days, not {days}.")
    if any(session.label is not None and not re.match(_LABEL, session.label) for session in sessions):
        raise ProfileError("A label has at most 80 letters, digits, spaces and marks such as - or _.")
    typing = join([session.typing for session in sessions])
    profile = profile_of(typing)
    drift = self_consistency(typing, shipped())
    features = {
        name: FeatureMoments(n, round(mean, 5), round(m2, 5))
        for name, (n, mean, m2) in profile.features.items()
        if re.match(_FEATURE, name)  # a browser may name a key as it likes; no other people typed such a one
    }
    made = ProfileFile(
        version=VERSION,
        made=today,
        expires=today + timedelta(days),
        sessions=tuple(map(_counted, sessions)),
        quality=Quality(len(typing), _digraphs(features), None if drift is None else round(drift, 2)),
        features=features,
    )
    return decode(encode(made), today=today)  # nothing is handed out that could not be read again


def encode(file: ProfileFile) -> bytes:
    """JSON, one line. Features stand in the order of their names, which keeps no order of typing."""
    return msgspec.json.encode(file, order="deterministic") + b"\n"


def decode(data: bytes, *, today: date) -> ProfileFile:
    """Read a file that anybody may have written; a ProfileError says what is wrong with it, or that it has expired."""
    if len(data) > BYTES_MAX:
        raise ProfileError(f"This is no profile: it is larger than {BYTES_MAX // 2**20} MiB. {_AGAIN}")
    try:
        version = msgspec.json.decode(data, type=_Versioned).profile
        if version != VERSION:
            raise ProfileError(f"This profile is of format {version}, not {VERSION}. {_AGAIN}")
        file = msgspec.json.decode(data, type=ProfileFile)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ProfileError(f"This is no profile: {str(error).rstrip('.')}. {_AGAIN}") from error
    if problem := _problem(file):
        raise ProfileError(f"This profile contradicts itself: {problem}. {_AGAIN}")
    if file.made > today:
        raise ProfileError(f"This profile says it was made on {file.made}, which is yet to come. {_AGAIN}")
    if today >= file.expires:
        raise ProfileError(f"This profile expired on {file.expires}. {_AGAIN}")
    return file


_AGAIN = "Make it again from the timelines, if they may still be used."


class _Versioned(msgspec.Struct):
    profile: int


def _counted(session: Enrolled) -> Session:
    typing = session.typing
    return Session(
        keys=len(typing),
        unreleased=int(np.isnan(typing.up).sum()),
        left_out=sum(typing.left_out.get(reason, 0) for reason in ("composing", "unplaced")),
        tick_ms=typing.tick_ms,
        set_ups=tuple(dict.fromkeys(session.set_ups)),
        label=session.label,
    )


def _digraphs(features: Iterable[str]) -> int:
    return sum(is_digraph(name) for name in features)


def _problem(file: ProfileFile) -> str | None:
    """What types and bounds cannot say."""
    if not 1 <= (file.expires - file.made).days <= DAYS_MAX:
        return f"it would be kept from {file.made} to {file.expires}, and at most {DAYS_MAX} days are allowed"
    if any(session.unreleased > session.keys for session in file.sessions):
        return "more keys were never released than were pressed"
    if file.quality.keys != sum(session.keys for session in file.sessions):
        return "its sessions hold another number of keys"
    if file.quality.digraphs != _digraphs(file.features):
        return "it holds another number of key pairs"
    if any(moments.n > file.quality.keys for moments in file.features.values()):
        return "a key was counted more often than keys were pressed"
    return None
