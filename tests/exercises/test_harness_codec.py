"""How values cross between kernels, and what is refused."""

import base64
import contextlib
import io
import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exercises.harness_codec import TEXT_MAX, Reader, Unreadable, Unsendable, Writer

REFUSING = Reader(lambda handle, kind: ("object", handle, kind))
keys = st.one_of(st.integers(-(2**63) + 1, 2**63 - 1), st.text(), st.booleans(), st.none())
leaves = st.one_of(keys, st.floats(allow_nan=False))
values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner), st.tuples(inner, inner), st.dictionaries(keys, inner), st.sets(st.integers(-99, 99))
    ),
    max_leaves=20,
)


def there_and_back(value: object) -> Any:
    return Reader(lambda handle, kind: (handle, kind)).read(Writer().write(value))


@given(values)
def test_plain_values_arrive_as_they_were(value: object) -> None:
    arrived = there_and_back(value)
    assert arrived == value
    assert type(arrived) is type(value)


@pytest.mark.parametrize(
    "dtype", ["float64", "float32", "float16", "int8", "int64", "uint16", "bool", "<U5", "M8[ns]"]
)
def test_arrays_keep_type_and_shape(dtype: str) -> None:
    for shape in ((), (3,), (2, 3), (0, 4)):
        array = np.ones(shape).astype("int64").astype(dtype)
        arrived = there_and_back(array)
        assert arrived.dtype == array.dtype
        assert np.array_equal(arrived, array)
    turned = np.arange(6.0).reshape(2, 3).T
    assert np.array_equal(there_and_back(turned), turned)


def test_special_numbers_and_scalars_arrive() -> None:
    assert math.isnan(there_and_back(math.nan))
    assert there_and_back([math.inf, -math.inf]) == [math.inf, -math.inf]
    assert type(there_and_back(np.float32(2.5))) is np.float32
    objects = np.array([["a", None], [1, 2.5]], dtype=object)
    assert there_and_back(objects).tolist() == objects.tolist()


def test_what_cannot_cross_becomes_a_reference() -> None:
    kept: list[object] = []

    def keep(value: object) -> tuple[int, str]:
        kept.append(value)
        return len(kept) - 1, type(value).__name__

    thing, complex_array = object(), np.ones(2, dtype=complex)
    text = Writer(keep).write({"thing": thing, "more": [complex_array, 10**400]})
    read = Reader(lambda handle, kind: (kept[handle], kind)).read(text)
    assert read == {"thing": (thing, "object"), "more": [(complex_array, "ndarray"), (10**400, "int")]}


def test_too_much_is_not_sent() -> None:
    knot: list[object] = []
    knot.append(knot)
    for value in (np.zeros(TEXT_MAX), "x" * (TEXT_MAX + 1), [0] * 500_000, knot, object()):
        with pytest.raises(Unsendable):
            Writer().write(value)


def npy(array: Any, *, allow_pickle: bool = False) -> str:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=allow_pickle)
    return base64.b64encode(buffer.getvalue()).decode()


@pytest.mark.parametrize(
    "node",
    [
        {"$": "array", "v": npy(np.array([{"a": 1}], dtype=object), allow_pickle=True)},
        {"$": "array", "v": npy(np.zeros(2, dtype="c16"))},
        {"$": "array", "v": npy(np.zeros(2, dtype=[("a", "f8")]))},
        {"$": "array", "v": npy(np.zeros(2, dtype="V8"))},
        {"$": "array", "v": npy(np.zeros(4))[:-8]},
        {"$": "array", "v": "not base64"},
        {"$": "array", "v": 7},
        {"$": "array", "v": base64.b64encode(b"\x80\x04K\x01.").decode()},
        {"$": "scalar", "v": npy(np.zeros(2))},
        {"$": "objects", "v": [1, 2], "shape": [-1]},
        {"$": "objects", "v": [1, 2], "shape": [2**40]},
        {"$": "dict", "v": [[[1], 2]]},
        {"$": "dict", "v": [[1, 2, 3]]},
        {"$": "tuple", "v": {"$": "dict", "v": []}},
        {"$": "float", "v": "1e5"},
        {"$": "ref", "id": -1, "type": "x"},
        {"$": "ref", "id": True, "type": "x"},
        {"$": "ref", "id": 0},
        {"$": "pickle", "v": "gASVAAAA"},
        {"$": "_value", "v": 1},
        {"$": ["array"]},
        {"plain": "object"},
        {
            "$": "frame",
            "names": [],
            "data": [{"dtype": "evil", "v": []}],
            "index": {"dtype": "object", "v": []},
        },
    ],
)
def test_forged_values_are_refused(node: object) -> None:
    with pytest.raises(Unreadable):
        REFUSING.read(json.dumps({"$": "dict", "v": [["value", node]]}))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "NaN",
        "[Infinity]",
        "[" * 100_000,
        "1" * 5_000,
        '"' + "x" * TEXT_MAX + '"',
        "[" + "1," * 450_000 + "1]",
    ],
    ids=["empty", "cut", "nan", "infinity", "deep", "digits", "long", "many"],
)
def test_forged_texts_are_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        Reader(lambda handle, kind: None).read(text)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(Unreadable):
        Reader(lambda handle, kind: None).read(text)
