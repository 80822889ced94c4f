"""A trained net as a file: plain arrays in one `.npz`, versioned, and read as a stranger's."""

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keystroke.neural.presses import CODES_MAX, Norms, Singles

VERSION = 1
BYTES_MAX = 16 * 2**20
_TABLES = ("hold", "press", "release", "centre")
_WEIGHT = "weight "


class BadNet(ValueError):
    """The file is no net that this version can use; the message says why."""


def write_net(path: Path, norms: Norms, centre: Singles, weights: Mapping[str, Singles]) -> None:
    """Never pickled: whoever reads it runs nothing of it."""
    tables = {"hold": norms.hold, "press": norms.press, "release": norms.release, "centre": centre}
    with path.open("wb") as file:  # savez would add .npz to other names
        np.savez(
            file,
            allow_pickle=False,
            version=np.array(VERSION),
            codes=np.array(norms.codes, dtype=np.str_),
            **tables,
            **{_WEIGHT + name: values for name, values in weights.items()},
        )


def read_net(path: Path) -> tuple[Norms, Singles, dict[str, Singles]]:
    """Norms, centre and weights by name. That the weights are those of the encoder, the encoder finds."""
    try:
        arrays = _arrays(path)
        version, codes = int(arrays.pop("version")), _codes(arrays.pop("codes"))
        numbers = {name: _numbers(name, values) for name, values in arrays.items()}
        hold, press, release, centre = (numbers.pop(name) for name in _TABLES)
    except (KeyError, ValueError, TypeError, EOFError, MemoryError, zipfile.BadZipFile) as error:
        raise BadNet(f"{path}: It is no net that this version can use ({error}).") from error
    if version != VERSION:
        raise BadNet(f"{path}: It is of version {version}, this reads {VERSION}; train it again.")
    places = len(codes) + 1
    if hold.shape != (places,) or press.shape != (places, places) or release.shape != (places, places):
        raise BadNet(f"{path}: Its tables are not of {len(codes)} keys.")
    if strange := [name for name in numbers if not name.startswith(_WEIGHT)]:
        raise BadNet(f"{path}: It holds `{strange[0]}`, which no net has.")
    weights = {name.removeprefix(_WEIGHT): values for name, values in numbers.items()}
    return Norms(codes, hold, press, release), centre, weights


def _arrays(path: Path) -> dict[str, NDArray[Any]]:
    with zipfile.ZipFile(path) as archive:
        size = sum(member.file_size for member in archive.infolist())  # no member yields more than it says
    if size > BYTES_MAX:
        raise ValueError(f"it unpacks to more than {BYTES_MAX // 2**20} MiB")
    with np.load(path, allow_pickle=False) as loaded:
        return {name: loaded[name] for name in loaded.files}


def _codes(values: NDArray[Any]) -> list[str]:
    codes: list[str] = values.tolist()
    if (
        values.dtype.kind != "U"
        or values.ndim != 1
        or len(set(codes)) != len(codes)
        or len(codes) >= CODES_MAX
    ):
        raise ValueError(f"`codes` must be a list of at most {CODES_MAX - 1} different names of keys")
    return codes


def _numbers(name: str, values: NDArray[Any]) -> Singles:
    if values.dtype != np.float32 or not np.isfinite(values).all():
        raise ValueError(f"`{name}` must hold finite single-precision numbers")
    return values
