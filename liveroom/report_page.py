"""The report as one page to keep or print: no script, nothing from elsewhere, every word of people's escaped. Pure."""

from collections.abc import Iterable, Sequence
from html import escape

from liveroom.api import Report, TypingComparison, TypingReview
from liveroom.rows import StoredView
from liveroom.times import spoken

_STYLE = """
body { font: 11pt/1.5 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem; color: #111; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; } h3 { font-size: 1rem; }
table { border-collapse: collapse; width: 100%; } tr { break-inside: avoid; }
th, td { text-align: left; vertical-align: top; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid #ccc; }
blockquote { margin: .5rem 0; padding-left: 1rem; border-left: 3px solid #888; white-space: pre-wrap; }
""".strip()

_STATUS = {
    "ok": "",
    "indicative": "Indicative: there is little typing behind this.",
    "insufficient_data": "Insufficient data: no ratio is given.",
    "incompatible_conditions": "Incompatible conditions: no ratio is given.",
    "not-run": "Not run.",
    "not-run-yet": "Not run yet.",
}


_DRIFT = (
    "Nine in ten stretches by one person lie between {:+.1f} and {:+.1f}, as far as the cohort's people tell."
)


def report_page(report: Report, views: Sequence[StoredView]) -> str:
    """A whole HTML document. `views` are those who were shown the comparison."""
    title = escape(f"{report.title}: {report.candidate}")
    return "".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            "<meta http-equiv=\"content-security-policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
            f"<title>{title}</title><style>{_STYLE}</style></head><body>",
            f"<h1>{title}</h1>",
            _table((), [("Room", report.room), *((fact.label, fact.value) for fact in report.facts)]),
            _checks(report),
            _metrics(report),
            _review(report.review),
            _comparison(report.comparison, report.start_us or 0),
            _section("Who was shown the comparison", _views(views)),
            "</body></html>\n",
        ]
    )


def _checks(report: Report) -> str:
    rows = [(check.which.capitalize(), f"{check.passed} of {check.total} passed") for check in report.checks]
    return _section("Checks", _table((), rows))


def _metrics(report: Report) -> str:
    rows = [
        (
            metric.name,
            metric.value,
            "" if metric.percentile is None else f"{metric.percentile:.0f} ({metric.cohort})",
            metric.explanation,
        )
        for metric in report.metrics
    ]
    return _section("Process metrics", _table(("", "", "Percentile", "An ordinary reason"), rows))


def _review(review: TypingReview) -> str:
    said = {
        None: "",
        True: "Answered that the set-up or situation was different from the take-home's.",
        False: "Answered that the set-up and situation were not different from the take-home's.",
    }
    candidate = _paragraph(said[review.situation_differed]) + _quote(review.candidate_note)
    reviewer = f"{review.reviewer or ''}, {review.reviewed or ''}"
    return _section("The reviewer's note", _quote(review.reviewer_note) + _paragraph(reviewer)) + _section(
        "What the candidate wrote beside the comparison", candidate
    )


def _comparison(found: TypingComparison, start_us: int) -> str:
    return _section(
        "Comparison of typing",
        "".join(
            [
                _paragraph(_STATUS[found.status]),
                _paragraph(found.sentence or ""),
                _paragraph(_ratio(found)),
                _picture(found),
                _list(found.reasons),
                _part("What is compared", _list(found.propositions) + _list(found.profile_quality)),
                _part(
                    "What a low ratio would be worth",
                    _list(rate.sentence for rate in found.base_rates)
                    + _paragraph(found.base_rate_source or ""),
                ),
                _part("Conditions", _conditions(found)),
                _part("What contributed most", _top(found)),
                _part("Along the room", _along(found, start_us)),
                _part("Where the key events came from", _flags(found, start_us)),
                _part("Limits", _list(found.limits)),
            ]
        ),
    )


def _ratio(found: TypingComparison) -> str:
    if found.log10_lr is None or found.interval90 is None:
        return ""
    low, high = found.interval90
    return (
        f"log10 likelihood ratio {found.log10_lr:+.2f}, 90 % interval {low:+.2f} to {high:+.2f}: {found.verbal}. "
        f"{found.n_profile:,} keys in the profile, {found.n_questioned:,} in this room, {found.shared_digraphs} kinds "
        f"of key pairs in both. Cohort: {found.cohort}."
    )


def _picture(found: TypingComparison) -> str:
    """The ratio as a point and its interval as a bar, on the scale from 1/100 to 100."""
    if found.log10_lr is None or found.interval90 is None:
        return ""
    at, low, high = (_x(value) for value in (found.log10_lr, *found.interval90))
    ticks = "".join(
        f'<line x1="{_x(value)}" x2="{_x(value)}" y1="28" y2="36" stroke="#444"/>'
        f'<text x="{_x(value)}" y="52" text-anchor="middle">{label}</text>'
        for value, label in _TICKS
    )
    return (
        '<svg viewBox="0 0 640 60" font-size="12" role="img" '
        f'aria-label="log10 likelihood ratio {found.log10_lr:+.2f}">'
        f'<line x1="{_x(-2)}" x2="{_x(2)}" y1="32" y2="32" stroke="#444"/>{ticks}'
        f'<line x1="{low}" x2="{high}" y1="18" y2="18" stroke="#777" stroke-width="8"/>'
        f'<circle cx="{at}" cy="18" r="6" fill="#111"/></svg>'
    )


_TICKS = ((-2, "1/100"), (-1, "1/10"), (0, "1"), (1, "10"), (2, "100"))


def _x(log10_lr: float) -> float:
    return round(320 + 140 * log10_lr, 1)


def _conditions(found: TypingComparison) -> str:
    rows = [(row.name, row.profile, row.questioned, row.effect) for row in found.conditions]
    return _table(("", "Profile", "This room", "Effect"), rows)


def _top(found: TypingComparison) -> str:
    rows = [
        (
            _feature(one.feature),
            f"{one.contribution:+.2f}",
            _ms(one.profile_ms),
            _ms(one.questioned_ms),
            "" if one.cohort_ms is None else f"{one.cohort_ms[0]:.0f} to {one.cohort_ms[1]:.0f} ms",
        )
        for one in found.top
    ]
    return _table(("", "log10", "Profile", "This room", "Middle of the cohort"), rows)


def _feature(feature: str) -> str:
    """`DD KeyR>KeyE` as "R then E, press to press": keys by their place on a US keyboard."""
    kind, _, codes = feature.partition(" ")
    keys = (code.removeprefix("Key").removeprefix("Digit") for code in codes.split(">"))
    return f"{' then '.join(keys)}, {_MEASURES.get(kind, kind)}"


_MEASURES = {"hold": "held", "DD": "press to press", "UD": "release to press"}


def _along(found: TypingComparison, start_us: int) -> str:
    rows = [
        (
            f"{_clock(window.from_us - start_us)} to {_clock(window.to_us - start_us)}",
            str(window.keys),
            "–" if window.log10_lr is None else f"{window.log10_lr:+.2f}",
        )
        for window in found.windows
    ]
    drift = "" if found.drift90 is None else _DRIFT.format(*found.drift90)
    handover = (
        ""
        if found.handover is None
        else f"{_clock(found.handover.at_us - start_us)}: {found.handover.sentence}"
    )
    return (
        _paragraph(drift) + _paragraph(handover) + _table(("Time in the room", "Keys", "log10 ratio"), rows)
    )


def _flags(found: TypingComparison, start_us: int) -> str:
    return _list(
        f"{'' if flag.at_us is None else f'{_clock(flag.at_us - start_us)}: '}{flag.sentence} {flag.explanation}"
        for flag in found.flags
    )


def _views(views: Sequence[StoredView]) -> str:
    return _table((), [(view.who, spoken(view.at_wall_us)) for view in views])


# HTML


def _section(title: str, content: str) -> str:
    """Nothing where there is no content."""
    return f"<h2>{escape(title)}</h2>{content}" if content else ""


def _part(title: str, content: str) -> str:
    return f"<h3>{escape(title)}</h3>{content}" if content else ""


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>" if text else ""


def _quote(text: str) -> str:
    return f"<blockquote>{escape(text)}</blockquote>" if text else ""


def _list(texts: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(text)}</li>" for text in texts)
    return f"<ul>{items}</ul>" if items else ""


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    head = f"<tr>{''.join(f'<th>{escape(cell)}</th>' for cell in heads)}</tr>" if heads else ""
    return f"<table>{head}{body}</table>" if body else ""


def _ms(time: float | None) -> str:
    return "" if time is None else f"{time:.0f} ms"


def _clock(since_us: int) -> str:
    """Time in the room, as the replay shows it."""
    minutes, seconds = divmod(max(0, since_us) // 1_000_000, 60)
    return f"{minutes}:{seconds:02}"
