"""Line charts as small SVG files, on a light ground of their own so that they read in both themes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

WIDTH, HEIGHT = 640, 400
LEFT, RIGHT, TOP, BOTTOM = 64, 20, 62, 52
_LETTER = 6.4
"""How wide a letter of the legend is, about."""

BLUE, ORANGE, GREEN, PURPLE, GREY = "#1f5fa8", "#c2571a", "#2f7d57", "#7a4fa3", "#6b7280"

Point = tuple[float, float]


@dataclass(frozen=True)
class Axis:
    """`ticks` are pairs of a place and what is written there."""

    label: str
    low: float
    high: float
    ticks: Sequence[tuple[float, str]]


@dataclass(frozen=True)
class Line:
    """`bars` are low and high of each point, drawn as an interval; `dots` marks the points."""

    label: str
    colour: str
    points: Sequence[Point]
    dashed: bool = False
    dots: bool = False
    bars: Sequence[Point] = field(default_factory=tuple)


def chart(title: str, x: Axis, y: Axis, lines: Sequence[Line]) -> str:
    """What lies outside the axes is drawn at their edge."""

    def across(value: float) -> float:
        share = (min(max(value, x.low), x.high) - x.low) / (x.high - x.low)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def down(value: float) -> float:
        share = (min(max(value, y.low), y.high) - y.low) / (y.high - y.low)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'font-family="system-ui, sans-serif" font-size="12" fill="#2b2f36">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="8" fill="#fbfaf7"/>',
        f'<text x="{LEFT}" y="24" font-size="14" font-weight="600">{escape(title)}</text>',
    ]
    for value, text in x.ticks:
        at = across(value)
        parts.append(_rule(at, TOP, at, HEIGHT - BOTTOM))
        parts.append(
            f'<text x="{at:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{escape(text)}</text>'
        )
    for value, text in y.ticks:
        at = down(value)
        parts.append(_rule(LEFT, at, WIDTH - RIGHT, at))
        parts.append(f'<text x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{escape(text)}</text>')
    middle = (HEIGHT - BOTTOM + TOP) / 2
    parts.append(
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 14}" text-anchor="middle">{escape(x.label)}</text>'
    )
    parts.append(
        f'<text transform="translate(16 {middle}) rotate(-90)" text-anchor="middle">{escape(y.label)}</text>'
    )
    for line in lines:
        places = [(across(px), down(py)) for px, py in line.points]
        path = " ".join(f"{px:.1f},{py:.1f}" for px, py in places)
        dashes = ' stroke-dasharray="6 4"' if line.dashed else ""
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{line.colour}" stroke-width="2"{dashes}/>'
        )
        for (px, _), (low, high) in zip(places, line.bars, strict=False):
            parts.append(
                f'<line x1="{px:.1f}" y1="{down(low):.1f}" x2="{px:.1f}" y2="{down(high):.1f}" '
                f'stroke="{line.colour}" stroke-opacity="0.5" stroke-width="4"/>'
            )
        if line.dots:
            parts += [
                f'<circle cx="{px:.1f}" cy="{py:.1f}" r="3.5" fill="{line.colour}"/>' for px, py in places
            ]
    parts += _legend(lines)
    return "\n".join([*parts, "</svg>\n"])


def _rule(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#d9d6cf"/>'


def _legend(lines: Sequence[Line]) -> list[str]:
    """One row under the title."""
    parts = []
    at = float(LEFT)
    for line in lines:
        dashes = ' stroke-dasharray="6 4"' if line.dashed else ""
        parts.append(
            f'<line x1="{at:.0f}" y1="44" x2="{at + 22:.0f}" y2="44" stroke="{line.colour}" stroke-width="2"{dashes}/>'
        )
        parts.append(f'<text x="{at + 28:.0f}" y="48">{escape(line.label)}</text>')
        at += 44 + _LETTER * len(line.label)
    return parts
