"""Figures with twice the pixels of their size, for sharp screens, as long as a message can hold them."""

import contextlib
import importlib
import io
import sys
from typing import Any

from kernels.inside.bounds import PART_CHARS

_PIXELS_MAX = 8_000_000  # of one picture; more takes seconds to draw and is too large to send
_SCALES = (2.0, 1.0, 0.5, 0.25)


def bound_retina() -> None:
    """Have the format that IPython calls retina take fewer pixels where twice as many are too many."""
    tools: Any = importlib.import_module("IPython.core.pylabtools")
    retina = tools.retina_figure

    def sharp(figure: Any, base64: bool = False, **options: Any) -> Any:
        width, height = figure.get_size_inches() * figure.dpi
        shown = None
        for scale in _SCALES:
            if width * height * scale * scale > _PIXELS_MAX:
                continue
            if scale == _SCALES[0]:
                shown = retina(figure, base64=base64, **options)
            else:
                shown = tools.print_figure(figure, base64=base64, **{**options, "dpi": figure.dpi * scale})
            size = 0 if shown is None else len(shown[0] if isinstance(shown, tuple) else shown)
            if size <= PART_CHARS:
                break
        return shown

    tools.retina_figure = sharp


def warm_up() -> None:
    """Draw one figure and throw it away: the first one loads its font and compiles its patterns, 60 ms in all."""
    if "matplotlib.figure" in sys.modules:
        with contextlib.suppress(Exception):
            figure: Any = importlib.import_module("matplotlib.figure").Figure()
            figure.subplots().plot([0, 1], label="x")
            importlib.import_module("matplotlib.backends.backend_agg").FigureCanvasAgg(figure).print_png(
                io.BytesIO()
            )
