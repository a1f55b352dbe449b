"""Charts as SVG, drawn on the server: no script, nothing from elsewhere, light and dark."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from xml.etree.ElementTree import tostring

from connector.domain.outcome import State
from connector.web.figures import Day

WIDTH, HEIGHT = 960, 300
_SVG: Final = "{http://www.w3.org/2000/svg}"
_NOW: Final = (State.CLAIMED, State.ISSUING, State.DELIVERING, State.REVOKING, State.SETTLING)
SERIES: Final[dict[str, tuple[str, Callable[[Day], int]]]] = {
    "handed over": ("#2e7d5b", lambda day: day.of(State.LIVE, State.ENDED)),
    "refused": ("#c4652f", lambda day: day.of(State.REFUSED)),
    "waiting or under way": ("#8a94a6", lambda day: day.of(State.WAITING, *_NOW)),
    "stuck": ("#b3261e", lambda day: day.of(State.STUCK)),
}
TIMES: Final[dict[str, tuple[str, Callable[[Day], float | None]]]] = {
    "half within (p50)": ("#2e7d5b", lambda day: day.p50),
    "95 of 100 within (p95)": ("#4663ac", lambda day: day.p95),
}
_STYLE: Final = """
text { fill: #55606f; font: 12px system-ui, sans-serif; }
.guides path, .axis path { stroke: #dfe3e8; stroke-width: 1px; fill: none; }
.axis.x .guides path { stroke: none; }
.background, .plot_background, .graph > rect { fill: none; }
.series .line { fill: none; stroke-width: 2.5px; stroke-linejoin: round; }
.tooltip, .reactive-text { display: none; }
.legends rect { stroke: none; }
@media (prefers-color-scheme: dark) {
  text { fill: #a7b0be; }
  .guides path, .axis path { stroke: #333b46; }
}
"""


@dataclass(frozen=True)
class Chart:
    """A picture, and the Content-Security-Policy under which its own style, and nothing else, applies."""

    svg: bytes
    policy: str


def volume(days: Sequence[Day]) -> Chart:
    """Tickets a day, by what became of them."""
    import pygal

    chart = pygal.StackedBar(**_config(days, [colour for colour, _ in SERIES.values()], "{:.0f}"))
    for name, (_, of) in SERIES.items():
        chart.add(name, [of(day) or None for day in days])
    return _drawn(chart, [colour for colour, _ in SERIES.values()], lines=False)


def times(days: Sequence[Day]) -> Chart:
    """Seconds from a ticket's first line to its pass, a day."""
    import pygal

    chart = pygal.Line(**_config(days, [colour for colour, _ in TIMES.values()], "{:g} s"), dots_size=2.5)
    for name, (_, of) in TIMES.items():
        chart.add(name, [None if (value := of(day)) is None else round(value, 1) for day in days])
    return _drawn(chart, [colour for colour, _ in TIMES.values()], lines=True)


def _config(days: Sequence[Day], colours: list[str], number: str) -> dict[str, Any]:
    from pygal.style import Style

    return {
        "width": WIDTH,
        "height": HEIGHT,
        "style": Style(background="transparent", plot_background="transparent", colors=tuple(colours)),
        "x_labels": [day.name[5:] for day in days],
        "x_labels_major_every": 5,
        "show_minor_x_labels": False,
        "legend_at_bottom": True,
        "legend_box_size": 10,
        "legend_at_bottom_columns": len(colours),
        "truncate_legend": -1,
        "truncate_label": -1,
        "show_y_guides": True,
        "margin": 8,
        "js": (),
        "css": (),
        "value_formatter": number.format,
        "no_data_text": "nothing yet",
        "print_values": False,
        "range": None,
        "min_scale": 3,
        "max_scale": 6,
    }


def _drawn(chart: Any, colours: list[str], *, lines: bool) -> Chart:
    """The chart without the library's script and style, and with ours."""
    root = chart.render_tree()
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in {f"{_SVG}script", f"{_SVG}style", "script", "style"}:
                parent.remove(child)
            child.attrib.pop("style", None)
    style = _STYLE + "".join(_coloured(at, colour, lines=lines) for at, colour in enumerate(colours))
    made = tostring(root, encoding="unicode")
    made = re.sub(
        r"(<svg[^>]*>|<ns0:svg[^>]*>)", lambda found: f"{found[0]}<style>{style}</style>", made, count=1
    )
    made = made.replace("<ns0:", "<").replace("</ns0:", "</").replace("xmlns:ns0", "xmlns")
    seal = b64encode(sha256(style.encode()).digest()).decode()
    return Chart(made.encode(), f"default-src 'none'; style-src 'sha256-{seal}'")


def _coloured(at: int, colour: str, *, lines: bool) -> str:
    if lines:
        return (
            f".color-{at} .line {{ stroke: {colour}; }} .color-{at} .dot {{ fill: {colour}; }}\n"
            f"rect.color-{at}, .color-{at} rect {{ fill: {colour}; }}\n"
        )
    return f".color-{at}, .color-{at} rect {{ fill: {colour}; }}\n"
