"""The report and the comparison of typing: for the panel, and for the candidate, who comes first."""

import msgspec
from starlette.responses import Response

from liveroom import review
from liveroom.api import CandidateNote, OwnTyping, Report, ReviewNote, SituationAnswer
from liveroom.errors import BadRequest
from liveroom.report_page import report_page
from liveroom.typing import own_typing
from liveroom.web.attachments import attachment, name_of
from liveroom.web.endpoint import PANEL_ROLES, Call, Download, Endpoint

RATE = "120/minute"
"""Each answer to a candidate computes a comparison."""


async def show_report(call: Call) -> Report:
    """Facts, checks, and the comparison of typing, once it is unlocked; that it was shown is recorded."""
    call.allow(*PANEL_ROLES)
    return await _report(call)


async def write_review(call: Call, note: ReviewNote) -> Report:
    """A named person's note on the comparison, without which a report is not exported. A later one replaces it."""
    call.allow(*PANEL_ROLES)
    await review.write_review(call.parts.sessions, call.room_id, note, now_wall_us=call.parts.wall())
    return await _report(call)


async def export_report(call: Call) -> Response:
    """The report with its reviewer's note as a file: a page without scripts (`html`), or the report itself (`json`)."""
    call.allow(*PANEL_ROLES)
    kind = call.request.query_params.get("as", "html")
    if kind not in ("html", "json"):
        raise BadRequest(f"A report cannot be exported as {kind!r}; there are: html, json.")
    room, parts = await call.room(), call.parts
    report = await review.report_to_export(parts.sessions, room.id, who=_who(call), now_wall_us=parts.wall())
    name = f"{name_of(room)}-{room.id}-report.{kind}"
    if kind == "json":
        return attachment(msgspec.json.encode(report), name, "application/json")
    page = report_page(report, await parts.store.typing_views(room.id))
    return attachment(page.encode(), name, "text/html; charset=utf-8")


async def show_own_typing(call: Call) -> OwnTyping:
    """The candidate's own comparison, or the question that comes before it."""
    call.allow("candidate")
    return await _own(call)


async def answer_situation(call: Call, answer: SituationAnswer) -> OwnTyping:
    """The candidate's one answer: was the set-up or situation different? The result is theirs to see from now on."""
    call.allow("candidate")
    await own_typing.answer_situation(
        call.parts.sessions, call.room_id, differed=answer.differed, now_wall_us=call.parts.wall()
    )
    return await _own(call)


async def write_note(call: Call, note: CandidateNote) -> OwnTyping:
    """The candidate's note beside the comparison, maybe empty: the panel may open it from now on."""
    call.allow("candidate")
    await own_typing.write_note(call.parts.sessions, call.room_id, note.text, now_wall_us=call.parts.wall())
    return await _own(call)


async def _own(call: Call) -> OwnTyping:
    return await own_typing.own_typing_of(
        call.parts.sessions,
        call.room_id,
        now_wall_us=call.parts.wall(),
        sees_replay=call.parts.settings.candidate_sees_replay,
    )


async def _report(call: Call) -> Report:
    return await review.report_of(
        call.parts.sessions, call.room_id, who=_who(call), now_wall_us=call.parts.wall()
    )


def _who(call: Call) -> str:
    """Whoever asks, as the record of views names them."""
    return "the owner" if call.is_owner else f"{call.me.name} ({call.me.role})"


ENDPOINTS = [
    Endpoint("GET", "/api/rooms/{room}/report", "owner or participant", show_report, Report),
    Endpoint(
        "GET",
        "/api/rooms/{room}/report/export",
        "owner or participant",
        export_report,
        Download("application/octet-stream"),
        query=("as",),
    ),
    Endpoint("GET", "/api/rooms/{room}/typing", "participant", show_own_typing, OwnTyping, rate=RATE),
    Endpoint(
        "POST",
        "/api/rooms/{room}/typing/situation",
        "participant",
        answer_situation,
        OwnTyping,
        SituationAnswer,
        rate=RATE,
    ),
    Endpoint(
        "POST",
        "/api/rooms/{room}/typing/note",
        "participant",
        write_note,
        OwnTyping,
        CandidateNote,
        rate=RATE,
    ),
    Endpoint(
        "POST", "/api/rooms/{room}/typing/review", "owner or participant", write_review, Report, ReviewNote
    ),
]
