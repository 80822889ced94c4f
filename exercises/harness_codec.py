"""How values cross between the judge's kernel and the candidate's: JSON, arrays as npy, never pickle.

Runs inside kernels, with the standard library and numpy; pandas and torch are spoken where they are loaded.
Reading is strict, since the other side may be hostile: known tags, known dtypes, bounded sizes and depth.
"""

import base64
import importlib
import io
import json
import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

TEXT_MAX = 768 * 1024  # a kernel host takes sources of 1 MiB
NODES_MAX = 400_000
DEPTH_MAX = 20
NAME_MAX = 100
PLAIN_KINDS = "biufUMm"
LISTED_DTYPES = frozenset(
    ["object", "str", "string", "boolean", "Float32", "Float64"]
    + [f"{sign}Int{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64)]
)
_SPECIAL = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


class Unreadable(ValueError):
    """A text from the other side breaks the rules."""


class Unsendable(ValueError):
    """A value is too large to cross, or of a kind that cannot."""


class Writer:
    """Turns one value into text. What cannot cross is handed to `keep`, which answers with a handle."""

    def __init__(self, keep: Callable[[object], tuple[int, str]] | None = None) -> None:
        self._keep = keep
        self._left = TEXT_MAX
        self._nodes = NODES_MAX

    def write(self, value: object) -> str:
        text = json.dumps(self._node(value, 0), allow_nan=False, separators=(",", ":"))
        if len(text) > TEXT_MAX:
            raise Unsendable(f"the value is larger than {TEXT_MAX // 1024} KiB")
        return text

    def _node(self, value: Any, depth: int) -> Any:
        self._nodes -= 1
        if depth > DEPTH_MAX or self._nodes < 0:
            raise Unsendable("the value is nested too deeply or has too many parts")
        if value is None or type(value) is bool:
            return value
        if type(value) is int:
            return value if abs(value) < 2**63 else self._reference(value)
        if type(value) is float:
            return value if math.isfinite(value) else {"$": "float", "v": str(value)}
        if type(value) is str:
            self._spend(len(value))
            return value
        if isinstance(value, dict):
            pairs = [[self._node(k, depth + 1), self._node(v, depth + 1)] for k, v in dict.items(value)]
            return {"$": "dict", "v": pairs}
        if isinstance(value, list | tuple | set | frozenset):
            nodes = [self._node(item, depth + 1) for item in value]
            tag = "tuple" if isinstance(value, tuple) else "set"
            return nodes if isinstance(value, list) else {"$": tag, "v": nodes}
        return self._array_like(value, depth)

    def _array_like(self, value: Any, depth: int) -> Any:
        pandas, torch = sys.modules.get("pandas"), sys.modules.get("torch")
        if isinstance(value, np.ndarray | np.generic) and value.dtype.kind in PLAIN_KINDS:
            return {"$": "scalar" if isinstance(value, np.generic) else "array", "v": self._npy(value)}
        if isinstance(value, np.ndarray) and value.dtype.kind == "O":
            items = [self._node(item, depth + 1) for item in value.ravel()]
            return {"$": "objects", "v": items, "shape": list(value.shape)}
        if torch and isinstance(value, torch.Tensor):
            plain = value.detach().cpu()
            if not plain.is_sparse and plain.dtype is not torch.bfloat16 and not plain.is_complex():
                return {"$": "tensor", "v": self._npy(plain.numpy())}
        if pandas and isinstance(value, pandas.DataFrame):
            data = [self._column(value.iloc[:, i], depth + 1) for i in range(value.shape[1])]
            names = [self._node(name, depth + 1) for name in value.columns]
            return {"$": "frame", "names": names, "data": data, "index": self._index(value.index, depth)}
        if pandas and isinstance(value, pandas.Series):
            name, column = self._node(value.name, depth + 1), self._column(value, depth + 1)
            return {"$": "series", "name": name, "data": column, "index": self._index(value.index, depth)}
        if pandas and isinstance(value, pandas.Index):
            return {"$": "index", "data": self._index(value, depth)}
        if pandas and (value is pandas.NA or value is pandas.NaT):
            return {"$": "missing", "v": "NA" if value is pandas.NA else "NaT"}
        if pandas and isinstance(value, pandas.Timestamp) and value.tzinfo is None:
            return {"$": "time", "v": value.isoformat()}
        return self._reference(value)

    def _column(self, series: Any, depth: int) -> Any:
        pandas = sys.modules["pandas"]
        dtype = series.dtype
        if isinstance(dtype, pandas.CategoricalDtype):
            categories = self._column(pandas.Series(dtype.categories), depth + 1)
            codes = self._npy(series.cat.codes.to_numpy())
            return {"dtype": "category", "ordered": dtype.ordered, "categories": categories, "v": codes}
        if isinstance(dtype, np.dtype) and dtype.kind in PLAIN_KINDS:
            return {"dtype": "plain", "v": self._npy(series.to_numpy())}
        name = str(dtype) if str(dtype) in LISTED_DTYPES else "object"
        items = [None if item is pandas.NA else item for item in series]
        if name != "object":  # one missing value for all that is not an object
            items = [None if item is None or item != item else item for item in items]
        return {"dtype": name, "v": [self._node(item, depth + 1) for item in items]}

    def _index(self, index: Any, depth: int) -> Any:
        series = sys.modules["pandas"].Series(index.to_numpy() if index.nlevels > 1 else index)
        name = index.name if isinstance(index.name, str) else None
        return {"name": name, **self._column(series, depth + 1)}

    def _npy(self, array: Any) -> str:
        self._spend(array.nbytes)
        buffer = io.BytesIO()
        np.lib.format.write_array(buffer, np.asarray(array), version=(1, 0), allow_pickle=False)
        return base64.b64encode(buffer.getvalue()).decode("ascii")

    def _spend(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise Unsendable(f"the value is larger than {TEXT_MAX // 1024} KiB")

    def _reference(self, value: object) -> Any:
        if self._keep is None:
            raise Unsendable(f"a {type(value).__name__} cannot be sent")
        handle, kind = self._keep(value)
        return {"$": "ref", "id": handle, "type": kind[:NAME_MAX]}


class Reader:
    """Turns one text from the other side into a value; `refer` makes what a handle stands for."""

    def __init__(self, refer: Callable[[int, str], object]) -> None:
        self._refer = refer
        self._nodes = NODES_MAX

    def read(self, text: str) -> Any:
        """Raises Unreadable, whatever is wrong with the text."""
        if len(text) > TEXT_MAX:
            raise Unreadable(f"it is larger than {TEXT_MAX // 1024} KiB")
        try:
            return self._value(json.loads(text, parse_constant=_refuse_constant), 0)
        except Unreadable:
            raise
        except Exception as error:  # a stranger's text may break pandas or numpy in any way
            raise Unreadable(f"it breaks the format ({type(error).__name__})") from error

    def _value(self, node: Any, depth: int) -> Any:
        self._nodes -= 1
        if depth > DEPTH_MAX or self._nodes < 0:
            raise Unreadable("it is nested too deeply or has too many parts")
        if isinstance(node, list):
            return [self._value(item, depth + 1) for item in node]
        if not isinstance(node, dict):
            return node
        read = getattr(self, f"_read_{_string(node['$'])}", None)
        if read is None:
            raise Unreadable("it carries an unknown kind of value")
        return read(node, depth)

    def _read_float(self, node: Any, depth: int) -> float:
        return _SPECIAL[node["v"]]

    def _read_dict(self, node: Any, depth: int) -> dict[Any, Any]:
        return {self._value(k, depth + 1): self._value(v, depth + 1) for k, v in node["v"]}

    def _read_tuple(self, node: Any, depth: int) -> tuple[Any, ...]:
        return tuple(self._value(item, depth + 1) for item in _items(node["v"]))

    def _read_set(self, node: Any, depth: int) -> set[Any]:
        return {self._value(item, depth + 1) for item in _items(node["v"])}

    def _read_scalar(self, node: Any, depth: int) -> Any:
        array = _npy(node["v"])
        if array.shape != ():
            raise Unreadable("a number has a shape")
        return array[()]

    def _read_array(self, node: Any, depth: int) -> Any:
        return _npy(node["v"])

    def _read_objects(self, node: Any, depth: int) -> Any:
        items = _items(node["v"])
        array = np.empty(len(items), dtype=object)
        for place, item in enumerate(items):
            array[place] = self._value(item, depth + 1)
        return array.reshape([_size(n) for n in _items(node["shape"])])

    def _read_tensor(self, node: Any, depth: int) -> Any:
        return _library("torch").from_numpy(_npy(node["v"]))

    def _read_missing(self, node: Any, depth: int) -> Any:
        pandas = _library("pandas")
        return {"NA": pandas.NA, "NaT": pandas.NaT}[node["v"]]

    def _read_time(self, node: Any, depth: int) -> Any:
        pandas = _library("pandas")
        return pandas.Timestamp(_string(node["v"]))

    def _read_index(self, node: Any, depth: int) -> Any:
        pandas = _library("pandas")
        data = node["data"]
        name = None if data["name"] is None else _string(data["name"])
        column = self._column(data, depth + 1)
        if len(column) and all(isinstance(label, tuple) for label in column):
            return pandas.MultiIndex.from_tuples(list(column))
        return pandas.Index(column, name=name)

    def _read_series(self, node: Any, depth: int) -> Any:
        pandas = _library("pandas")
        name = self._value(node["name"], depth + 1)
        index = self._read_index({"data": node["index"]}, depth + 1)
        return pandas.Series(self._column(node["data"], depth + 1).array, index=index, name=name)

    def _read_frame(self, node: Any, depth: int) -> Any:
        pandas = _library("pandas")
        index = self._read_index({"data": node["index"]}, depth + 1)
        columns = [self._column(column, depth + 1).array for column in _items(node["data"])]
        frame = pandas.DataFrame(dict(enumerate(columns)), index=index)
        frame.columns = pandas.Index([self._value(name, depth + 1) for name in _items(node["names"])])
        return frame

    def _read_ref(self, node: Any, depth: int) -> object:
        return self._refer(_size(node["id"]), _string(node["type"])[:NAME_MAX])

    def _column(self, node: Any, depth: int) -> Any:
        pandas = _library("pandas")
        dtype = node["dtype"]
        if dtype == "plain":
            return pandas.Series(_npy(node["v"]))
        if dtype == "category":
            categories = pandas.Index(self._column(node["categories"], depth + 1))
            ordered = node["ordered"] is True
            return pandas.Series(pandas.Categorical.from_codes(_npy(node["v"]), categories, ordered=ordered))
        if dtype not in LISTED_DTYPES:
            raise Unreadable("a column has an unknown type")
        return pandas.Series([self._value(item, depth + 1) for item in _items(node["v"])], dtype=dtype)


def emit(stream: Any, marker: str, text: str) -> None:
    """Write one framed text in one call, so that no other print can come between."""
    stream.write(f"\n{marker} {len(text)}\n{text}\n{marker}\n")
    stream.flush()


def _library(name: str) -> Any:
    """Imported only where a value of its kind is spoken of."""
    return importlib.import_module(name)


def _npy(text: object) -> Any:
    buffer = io.BytesIO(base64.b64decode(_string(text), validate=True))
    if np.lib.format.read_magic(buffer) != (1, 0):
        raise Unreadable("an array is of an unknown version")
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(buffer, max_header_size=1000)
    if dtype.hasobject or dtype.kind not in PLAIN_KINDS or dtype.itemsize == 0:
        raise Unreadable("an array has a type that may not cross")
    raw = buffer.read()
    if min(shape, default=0) < 0 or math.prod(shape) * dtype.itemsize != len(raw):
        raise Unreadable("an array's size does not fit its shape")
    return np.frombuffer(raw, dtype=dtype).reshape(shape, order="F" if fortran else "C").copy()


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise Unreadable("a text is missing")
    return value


def _items(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise Unreadable("a list is missing")
    return value


def _size(value: object) -> int:
    if type(value) is not int or not 0 <= value < 2**31:
        raise Unreadable("a size is missing")
    return value


def _refuse_constant(name: str) -> float:
    raise Unreadable(f"it contains a bare {name}")
