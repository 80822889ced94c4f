"""Makes the files of an exercise's `data/` folder, in a sealed kernel."""

import base64
import binascii
import re

import msgspec

from exercises.errors import BadExercise
from exercises.execution import Execute, framed, new_marker
from exercises.exercise import Exercise

DATA_MAX = 2 * 2**20
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")

_TELLING = """\
def _tell(text, seed, marker):
    import base64, json
    namespace = {{"__name__": "data"}}
    exec(compile(text, "<data.py>", "exec"), namespace)
    files = namespace["generate"](seed)
    told = json.dumps({{name: base64.b64encode(data).decode("ascii") for name, data in files.items()}})
    print(f"\\n{{marker}} {{len(told)}}\\n{{told}}\\n{{marker}}")
_tell({text!r}, {seed!r}, {marker!r})
"""


async def generate(exercise: Exercise, seed: int, kernel: Execute) -> dict[str, bytes]:
    """The data files by name, the same for the same seed. Raises BadExercise with a sentence."""
    marker = new_marker()
    executed = await kernel(_TELLING.format(text=exercise.data, seed=seed, marker=marker))
    text = framed(executed.stdout, marker)
    if executed.status != "ok" or text is None:
        why = executed.error or "it wrote no files"
        raise BadExercise(f"{exercise.slug}/data.py made no data for seed {seed}: {why}")
    try:
        files = msgspec.json.decode(text, type=dict[str, str])
        decoded = {name: base64.b64decode(data, validate=True) for name, data in files.items()}
    except (msgspec.DecodeError, binascii.Error) as error:
        raise BadExercise(f"{exercise.slug}/data.py must return file names with bytes.") from error
    return _bounded(exercise.slug, decoded)


def _bounded(slug: str, files: dict[str, bytes]) -> dict[str, bytes]:
    for name in files:
        if not NAME.fullmatch(name):
            raise BadExercise(f"{slug}/data.py names a file {name!r}; use letters, digits, '.', '_' and '-'.")
    size = sum(map(len, files.values()))
    if size > DATA_MAX:
        raise BadExercise(f"{slug}/data.py makes {size} bytes; the limit is {DATA_MAX}.")
    return files
