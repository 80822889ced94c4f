"""Lists a candidate's variables without running any code of theirs: no __repr__, __len__ or property of their types."""

import sys
import types
from collections.abc import Callable
from typing import Any

VARIABLES = 500
NAME_CHARS = 256
_SHORT_CHARS = 80
_FEW = 8
_BITS = 200

_mro = type.__dict__["__mro__"].__get__
_name = type.__dict__["__name__"].__get__
_namespace = type.__dict__["__dict__"].__get__
_NUMBERS = (bool, int, float, complex, type(None))
_TEXTS = (str, bytes)
_CONTAINERS = (list, tuple, dict, set, frozenset, bytearray, range)
_FUNCTIONS = (types.BuiltinFunctionType, types.MethodType)

Described = tuple[str, str, str]  # shape, dtype, summary


def list_variables(namespace: dict[str, Any], hidden: dict[str, Any]) -> list[dict[str, str]]:
    """The latest of the variables, in the order in which they were made; `hidden` are IPython's own."""
    listed = []
    for name, value in list(namespace.items()):
        if type(name) is not str or name.startswith("_") or _is_foreign(value):
            continue
        if name in hidden and hidden[name] is value:
            continue
        try:
            shape, dtype, summary = _describe(value)
        except BaseException:  # whatever a type that was tampered with may raise
            shape, dtype, summary = "", "", ""
        fields = {
            "name": name,
            "kind": _text(_name(type(value))),
            "shape": shape,
            "dtype": dtype,
            "summary": summary,
        }
        listed.append({key: field[:NAME_CHARS] for key, field in fields.items()})
    return listed[-VARIABLES:]


def _is_foreign(value: Any) -> bool:
    """Modules, and functions and classes that were imported."""
    kind = type(value)
    if types.ModuleType in _mro(kind):
        return True
    if kind is types.FunctionType:
        module = value.__module__
    elif type in _mro(kind):
        module = _namespace(value).get("__module__")
    else:
        return kind in _FUNCTIONS
    return type(module) is not str or module != "__main__"


def _describe(value: Any) -> Described:
    kind = type(value)
    if kind is int and value.bit_length() > _BITS:
        return "", "", f"an integer of {value.bit_length():,} bits"
    if kind in _NUMBERS:
        return "", "", repr(value)
    if kind in _TEXTS:
        more = "…" if len(value) > _SHORT_CHARS else ""
        return "", "", repr(value[:_SHORT_CHARS]) + more
    if kind in _CONTAINERS:
        return "", "", _items(len(value))
    for module, name, describe in _LIBRARIES:
        known = _attribute(module, name)
        if known is not None and known in _mro(kind):
            return describe(value)
    return "", "", ""


def _array(value: Any) -> Described:
    ndarray = _attribute("numpy", "ndarray")
    shape, dtype = ndarray.shape.__get__(value), ndarray.dtype.__get__(value)
    few = type(value) is ndarray and ndarray.size.__get__(value) <= _FEW and dtype.kind in "biufc"
    return _shape(shape), str(dtype), repr(value.tolist()) if few else ""


def _scalar(value: Any) -> Described:
    dtype = _attribute("numpy", "generic").dtype.__get__(value)
    return "", str(dtype), repr(value.item()) if dtype.kind in "biufc" else ""


def _tensor(value: Any) -> Described:
    if type(value) not in (_attribute("torch", "Tensor"), _attribute("torch.nn.parameter", "Parameter")):
        return "", "", ""  # a candidate's own kind of tensor may run their code at every touch
    few = (
        value.numel() <= _FEW
        and value.device.type == "cpu"
        and value.layout == _attribute("torch", "strided")
    )
    return (
        _shape(tuple(value.shape)),
        str(value.dtype).removeprefix("torch."),
        repr(value.tolist()) if few else f"on {value.device}",
    )


def _frame(value: Any) -> Described:
    if type(value) is not _attribute("pandas", "DataFrame"):
        return "", "", ""
    columns = [column for column in value.columns[:_FEW].tolist() if type(column) is str]
    more = ", …" if value.shape[1] > len(columns) else ""
    return _shape(value.shape), "", ", ".join(columns) + more


def _series(value: Any) -> Described:
    if type(value) is not _attribute("pandas", "Series"):
        return "", "", ""
    return _shape(value.shape), str(value.dtype), ""


_LIBRARIES: tuple[tuple[str, str, Callable[[Any], Described]], ...] = (
    ("numpy", "ndarray", _array),
    ("numpy", "generic", _scalar),
    ("pandas", "DataFrame", _frame),
    ("pandas", "Series", _series),
    ("torch", "Tensor", _tensor),
)


def _attribute(module: str, name: str) -> Any:
    """An attribute of a module that is imported already, past any `__getattr__`."""
    found = sys.modules.get(module)
    return found.__dict__.get(name) if type(found) is types.ModuleType else None


def _shape(shape: Any) -> str:
    return f"({', '.join(str(side) for side in shape)}{',' if len(shape) == 1 else ''})"


def _items(count: int) -> str:
    return "1 item" if count == 1 else f"{count:,} items"


def _text(text: str) -> str:
    """The text alone, also of a kind of string that a candidate made."""
    return str.__getitem__(text, slice(NAME_CHARS))
