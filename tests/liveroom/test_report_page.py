"""The exported page holds everything the report does, every word of people's escaped, and runs nothing."""

import re
from html import unescape

from keystroke.report import LIMITS
from liveroom.api import (
    CheckSummary,
    Condition,
    Contribution,
    Fact,
    Handover,
    ProcessMetric,
    ProvenanceFlag,
    Report,
    TypingComparison,
    TypingReview,
    TypingWindow,
)
from liveroom.report_page import report_page
from liveroom.rows import StoredView
from liveroom.typing.comparison import NOT_RUN

HOSTILE = "<script>alert(1)</script><img src=x onerror='a' \"&amp;"
COMPARISON = TypingComparison(
    "indicative",
    reasons=["The questioned session is short."],
    log10_lr=0.82,
    interval90=(0.35, 1.2),
    sentence="The timing is 6.6 times more likely.",
    verbal="weak support",
    n_profile=1840,
    n_questioned=212,
    shared_digraphs=143,
    cohort="109 people",
    propositions=["One.", "Two."],
    limits=[*LIMITS],
    top=[Contribution("DD KeyR>Digit2", 0.2, 110, 130)],
    conditions=[Condition("Browser", "Firefox", "Chromium", True, "The interval is wider for it.")],
    windows=[TypingWindow(61_000_000, 125_000_000, 200, -0.4, (-1.0, 0.2)), TypingWindow(0, 1, 200)],
    drift90=(-0.9, 1.4),
    handover=Handover(61_000_000, "The typing changed."),
    flags=[ProvenanceFlag("injected", "3 keys were made by a program.", "Extensions do this.", 5_000_000)],
    profile_quality=["The profile was made of the take-home “Attention”."],
)
REVIEW = TypingReview(True, "A new keyboard.", "1 March", "Ada Lovelace", "We talked.\nAll well.", "2 March")


def report(
    comparison: TypingComparison = COMPARISON, review: TypingReview = REVIEW, *, title: str = "Attention"
) -> Report:
    metrics = [ProcessMetric("Revisions", "12 %", "People who plan revise less.", 40.0, "85 writers")]
    facts, checks = [Fact("Began", "1 March 2026, 14:00 UTC")], [CheckSummary("hidden", 4, 5, 0)]
    return Report(
        "r7",
        title,
        "live",
        "Cleo",
        facts,
        checks,
        comparison,
        metrics=metrics,
        review=review,
        start_us=1_000_000,
    )


def words(page: str) -> str:
    return unescape(re.sub(r"<[^>]*>", " ", page.partition("</head>")[2]))


def test_everything_of_the_report_is_on_the_page() -> None:
    said = words(report_page(report(), [StoredView(1_770_000_000_000_000, "Ben (observer)")]))
    for expected in (
        *LIMITS,
        "Attention: Cleo",
        "4 of 5 passed",
        "40 (85 writers)",
        "People who plan revise less.",
        "log10 likelihood ratio +0.82, 90 % interval +0.35 to +1.20: weak support.",
        "1,840 keys in the profile, 212 in this room",
        "109 people",
        "R then 2, press to press",
        "The interval is wider for it.",
        "1:00 to 2:04",
        "by one person lie between -0.9 and +1.4",
        "1:00: The typing changed.",
        "0:04: 3 keys were made by a program. Extensions do this.",
        "The profile was made of the take-home “Attention”.",
        "Answered that the set-up or situation was different",
        "A new keyboard.",
        "We talked.\nAll well.",
        "Ada Lovelace, 2 March",
        "Ben (observer)",
        "2 February 2026, 02:40 UTC",
    ):
        assert expected in said, expected


def test_the_ratio_and_its_interval_stand_on_the_scale() -> None:
    page = report_page(report(), [])
    assert '<circle cx="434.8"' in page  # 320 at 1, 140 a power of ten
    assert '<line x1="369.0" x2="488.0" y1="18"' in page
    assert "<svg" not in report_page(report(NOT_RUN), [])


def test_no_word_of_anybodys_becomes_markup() -> None:
    review = TypingReview(False, HOSTILE, "1 March", HOSTILE, HOSTILE, "2 March")
    found = report(TypingComparison("ok", reasons=[HOSTILE], cohort=HOSTILE), review, title=HOSTILE)
    page = report_page(found, [StoredView(0, HOSTILE)])
    tags = set(re.findall(r"<(/?[a-z0-9]+)", page))
    assert not {"script", "img"} & tags
    assert words(page).count(HOSTILE) == 6


def test_the_page_needs_nothing_from_elsewhere() -> None:
    page = report_page(report(), [])
    assert not re.search(r"(src=|href|url\(|@import)", page)
    assert "default-src 'none'" in page


def test_a_report_without_a_comparison_has_the_note_alone() -> None:
    review = TypingReview(reviewer="Ada", reviewer_note="Read.", reviewed="2 March")
    said = words(report_page(report(NOT_RUN, review), []))
    assert "Not run." in said
    assert "Read." in said
    for absent in ("Limits", "Conditions", "What the candidate wrote", "Who was shown"):
        assert absent not in said
