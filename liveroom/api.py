"""Every HTTP body, in both directions; the OpenAPI description and the page's types are made from this file."""

from typing import Annotated, Any, Literal

from msgspec import Meta, field

from liveroom.messages import (
    Accommodation,
    Count,
    FromServer,
    Message,
    Micros,
    Person,
    Role,
    RoomKind,
    RoomState,
    RoomView,
)

Name = Annotated[str, Meta(min_length=1, max_length=120)]
Switch = bool


class Problem(Message, frozen=True):
    """The body of every reply that is not a success. `error` is a sentence for a person; `code` is for a program."""

    code: str
    error: str


class Site(Message, frozen=True):
    """What every page may know of this server. `warning` is a sentence for the owner, as of loopback-only links.

    `unsafe_kernels`: code in rooms runs without a sandbox.
    """

    organisation: str
    contact: str
    retention_days: int
    signed_in: bool
    warning: str | None = None
    unsafe_kernels: bool = False


class SignIn(Message, frozen=True):
    """The one-use token that `make run` or `liveroom sign-in` printed."""

    token: Annotated[str, Meta(max_length=256)]


class ExerciseSummary(Message, frozen=True):
    slug: str
    title: str
    summary: str
    minutes: int


class Upload(Message, frozen=True):
    """A file in base64. A .py or .ipynb becomes the starter text; anything else is data."""

    name: Annotated[str, Meta(min_length=1, max_length=120, pattern=r"^[^/\\\x00]+$")]
    content: Annotated[str, Meta(max_length=24 * 1024 * 1024)]


class NewRoom(Message, frozen=True):
    """`exercise` names one of the catalogue; without it the room is blank, with one's own brief and starter.

    `continues` names the take-home before it; `with`, the command line's word for the same, will do too. `lobby`: the
    candidate waits until an interviewer admits them. `accommodation` is per cent more than `minutes`. `environment`,
    `memory_mib` and `run_seconds` are for its kernel, where they are not what the exercise or the site has.
    """

    kind: RoomKind
    candidate: Name
    exercise: Annotated[str, Meta(max_length=64)] | None = None
    title: Annotated[str, Meta(max_length=120)] | None = None
    brief: Annotated[str, Meta(max_length=100_000)] = ""
    starter: Annotated[str, Meta(max_length=200_000)] = ""
    uploads: Annotated[list[Upload], Meta(max_length=8)] = []
    minutes: Annotated[int, Meta(ge=5, le=720)] | None = None
    meeting_url: Annotated[str, Meta(max_length=500)] | None = None
    lobby: bool = False
    accommodation: Accommodation = 0
    environment: Annotated[str, Meta(max_length=60)] | None = None
    memory_mib: Annotated[int, Meta(ge=256, le=2**31 - 1)] | None = None
    run_seconds: Annotated[float, Meta(gt=0)] | None = None
    continues: str | None = None
    with_: str | None = field(default=None, name="with")


class RoomMade(Message, frozen=True):
    """The room with one link and one participant's token a role."""

    room: str
    links: dict[Role, str]
    tokens: dict[Role, str]


class Link(Message, frozen=True):
    """A role's link to the room. `state` says why it would not open now."""

    serial: str
    role: Role
    url: str
    made: str
    expires: str
    state: Literal["valid", "expired", "revoked"]


class NewLink(Message, frozen=True):
    role: Role
    days: Annotated[int, Meta(ge=1, le=365)] | None = None


class ChangeRole(Message, frozen=True):
    """What a member of the panel may do from now on. Nobody becomes a candidate, and a candidate stays one."""

    role: Literal["interviewer", "observer"]


class RoomSummary(Message, frozen=True):
    """A line of the dashboard. `next_step` is a sentence: what to do now."""

    room: str
    title: str
    kind: RoomKind
    state: RoomState
    candidate: str
    candidate_id: str
    made: str
    minutes: int
    next_step: str
    people_here: int = 0
    started: str | None = None
    ended: str | None = None
    deletes_on: str | None = None
    continues: str | None = None
    continued_by: str | None = None
    replay: bool = True


class RoomDetails(Message, frozen=True):
    """A room with its links, for the owner."""

    summary: RoomSummary
    links: list[Link]


class Entered(Message, frozen=True):
    """A participant's own token, the only kind that sockets take. It lives in the tab's sessionStorage."""

    room: str
    participant: str
    role: Role
    token: str
    consent_needed: bool = False


class LookAtLink(Message, frozen=True):
    link: Annotated[str, Meta(max_length=1024)]


class JoinByLink(Message, frozen=True):
    """`name` is how others will see the person; the candidate's is known and ignored here."""

    link: Annotated[str, Meta(max_length=1024)]
    name: Annotated[str, Meta(max_length=120)] | None = None


class ConsentNotice(Message, frozen=True):
    """The exact text that the candidate is shown. `text_hash` (sha256) goes back with the answer."""

    who: str
    contact: str
    purpose: str
    recorded: list[str]
    not_recorded: list[str]
    retention_days: int
    replay: str
    metrics: str
    typing: str
    text_hash: str
    asks_typing: bool = True
    asks_metrics: bool = True


class Invitation(Message, frozen=True):
    """What a link leads to, before anything is recorded. `notice` is present while a candidate has not answered."""

    role: Role
    title: str
    kind: RoomKind
    state: RoomState
    minutes: int
    organisation: str
    contact: str
    needs_name: bool
    meeting_url: str | None = None
    notice: ConsentNotice | None = None


class Consent(Message, frozen=True):
    """The candidate's answer, a switch each."""

    text_hash: str
    replay: Switch
    metrics: Switch
    typing: Switch


class WhatWasKept(Message, frozen=True):
    """The thank-you page of a candidate, after the end. `kept` are sentences; `typing_kept` lets them take it back."""

    organisation: str
    contact: str
    title: str
    kind: RoomKind
    kept: list[str]
    deletes_on: str | None
    how_to_delete: str
    typing_kept: bool = False


class WorkFile(Message, frozen=True):
    """A file of the kernel's work folder; `GET /api/rooms/{room}/work/{path}` downloads it."""

    path: str
    size: Count
    modified: str


class ReplayFrame(Message, frozen=True):
    """One thing that happened. `late` marks one that arrived after a gap; its own time is then `client_at_us`.

    `seq` counts what is shown: gaps would tell who let keys be recorded, which a replay does not show.
    """

    seq: Count
    at_us: Micros
    message: FromServer
    late: bool = False


class Replay(Message, frozen=True):
    """A whole room, played back. `people` holds everyone who was ever in it."""

    view: RoomView
    people: list[Person]
    duration_us: Micros
    starter: str
    frames: list[ReplayFrame]


class Contribution(Message, frozen=True):
    """What one feature adds to the log10 likelihood ratio, with typical values in milliseconds where it has any.

    `cohort_ms` holds the middle 60 % of the cohort's people.
    """

    feature: str
    contribution: float
    profile_ms: float | None = None
    questioned_ms: float | None = None
    cohort_ms: tuple[float, float] | None = None


class Condition(Message, frozen=True):
    """One circumstance of the two sessions side by side, in words. `effect`: what a difference did to the result."""

    name: str
    profile: str
    questioned: str
    differs: bool = False
    effect: str = ""


class BaseRate(Message, frozen=True):
    """Of 100 ratios of 1/10 or lower, how many would be right if `prevalence` of candidates had somebody else type."""

    prevalence: float
    right_of_100: float
    sentence: str


class Densities(Message, frozen=True):
    """How the cohort's log10 ratios are spread at `keys` questioned keys: `same` and `different` over `log10_lr`."""

    keys: Count
    log10_lr: list[float]
    same: list[float]
    different: list[float]


class Histogram(Message, frozen=True):
    """Shares of times between `edges_ms` (one more than shares), of the profile and of the questioned session."""

    name: Literal["hold", "flight"]
    edges_ms: list[float]
    profile: list[float]
    questioned: list[float]


class TypingWindow(Message, frozen=True):
    """The comparison of one stretch of the room. None: too little of it could be compared."""

    from_us: Micros
    to_us: Micros
    keys: Count
    log10_lr: float | None = None
    interval90: tuple[float, float] | None = None


class Handover(Message, frozen=True):
    """Two windows or more, one after the other, say otherwise than those before them."""

    at_us: Micros
    sentence: str


class ProvenanceFlag(Message, frozen=True):
    """Something about where the key events came from, apart from the ratio. `explanation` is an innocent reason."""

    kind: str
    sentence: str
    explanation: str
    at_us: Micros | None = None


class TypingComparison(Message, frozen=True):
    """The evidence of typing, or why there is none.

    "not-run" and "not-run-yet" read alike for every cause. `sentence` says the ratio, `verbal` the scale's word for it.
    `base_rate_source` says what the base rates are reckoned from. `drift90` holds nine in ten windows that one person
    typed, as far as the cohort's people tell.
    """

    status: Literal[
        "ok", "indicative", "insufficient_data", "incompatible_conditions", "not-run", "not-run-yet"
    ]
    reasons: list[str] = []
    log10_lr: float | None = None
    interval90: tuple[float, float] | None = None
    sentence: str | None = None
    verbal: str | None = None
    n_profile: int | None = None
    n_questioned: int | None = None
    shared_digraphs: int | None = None
    cohort: str | None = None
    propositions: list[str] = []
    base_rates: list[BaseRate] = []
    base_rate_source: str | None = None
    limits: list[str] = []
    top: list[Contribution] = []
    conditions: list[Condition] = []
    densities: Densities | None = None
    histograms: list[Histogram] = []
    windows: list[TypingWindow] = []
    drift90: tuple[float, float] | None = None
    handover: Handover | None = None
    flags: list[ProvenanceFlag] = []
    profile_quality: list[str] = []


class ProcessMetric(Message, frozen=True):
    """How the work went, as one number. `percentile` is of `cohort`, None where no cohort measured the same."""

    name: str
    value: str
    explanation: str
    percentile: float | None = None
    cohort: str | None = None
    at_us: Micros | None = None


class TypingReview(Message, frozen=True):
    """What people wrote beside the comparison: the candidate, and whoever reviewed it. Times are spoken ones."""

    situation_differed: bool | None = None
    candidate_note: str = ""
    candidate_noted: str | None = None
    reviewer: str | None = None
    reviewer_note: str = ""
    reviewed: str | None = None


class OwnTyping(Message, frozen=True):
    """The candidate's own view of the comparison, after the room.

    "none": there is nothing to show or ask. "ask": the question about a different set-up waits. "reading": answered,
    and only the candidate sees the result. "shown": the panel may open it. `opens` says when it would be shown by
    itself, `opened` when the panel first opened it. Times are counted from `start_us`, as on the panel's page;
    `replay`: they may open the room's replay.
    """

    state: Literal["none", "ask", "reading", "shown"]
    comparison: TypingComparison
    review: TypingReview
    opens: str | None = None
    opened: str | None = None
    start_us: Micros | None = None
    replay: bool = False


class SituationAnswer(Message, frozen=True):
    """Was the typing set-up or situation different from the take-home's? No details are asked or kept."""

    differed: bool


class CandidateNote(Message, frozen=True):
    """What the candidate writes beside the comparison, maybe nothing. Sending it lets the panel open the comparison."""

    text: Annotated[str, Meta(max_length=4000)]


class ReviewNote(Message, frozen=True):
    """A named person's reading of the comparison, without which it is not exported."""

    reviewer: Annotated[str, Meta(min_length=1, max_length=120)]
    note: Annotated[str, Meta(min_length=1, max_length=4000)]


class Fact(Message, frozen=True):
    """One line of the report's header, with the instant it speaks of, if it has one."""

    label: str
    value: str
    at_us: Micros | None = None


class CheckSummary(Message, frozen=True):
    which: Literal["visible", "hidden"]
    passed: int
    total: int
    at_us: Micros


class Report(Message, frozen=True):
    """What the panel reads after the room. Times are counted from `start_us`, as in the replay."""

    room: str
    title: str
    kind: RoomKind
    candidate: str
    facts: list[Fact]
    checks: list[CheckSummary]
    comparison: TypingComparison
    take_home: str | None = None
    replay: bool = True
    metrics: list[ProcessMetric] = []
    review: TypingReview = TypingReview()
    start_us: Micros | None = None


class CandidateSummary(Message, frozen=True):
    candidate_id: str
    name: str
    rooms: list[str]


class Forgotten(Message, frozen=True):
    """What was deleted for good."""

    candidate_id: str
    rooms: int
    events: int
    note: str


class NewToken(Message, frozen=True):
    """A bearer token for programs, shown this once."""

    token: str


class SignInLink(Message, frozen=True):
    """A one-use address that signs the owner in."""

    url: str


class Ok(Message, frozen=True):
    ok: bool = True


Json = dict[str, Any]
