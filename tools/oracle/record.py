"""Shared helpers: encode arrays and Keras objects, seed by name, write golden files."""

import json
import math
import zlib
from pathlib import Path

import keras
import numpy as np

REPOSITORY = Path(__file__).resolve().parents[2]
GOLDEN = REPOSITORY / "test" / "golden"
FIXTURES = REPOSITORY / "test" / "fixtures"


def plain_number(value):
    """A JSON value; JSON has no NaN or infinity, so those become strings."""
    if isinstance(value, (np.bool_, bool)):
        return bool(value)
    if isinstance(value, (np.integer, int)):
        return int(value)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    # The shortest decimal (at most 9 digits) that reads back as the same float32.
    text = str(value) if isinstance(value, np.float32) else f"{float(value):.17g}"
    number = float(text)
    return int(number) if number.is_integer() and abs(number) < 2**53 and str(number) != "-0.0" else number


def array(value):
    """{shape, dtype, data} of a tensor; float64 is narrowed because goldens are float32."""
    value = np.asarray(value)
    if value.dtype == np.float64:
        value = value.astype(np.float32)
    return {
        "shape": list(value.shape),
        "dtype": str(value.dtype),
        "data": [plain_number(item) for item in value.reshape(-1)],
    }


def structure(value):
    """Encode a nested list, tuple or dict of tensors, keeping the nesting."""
    if isinstance(value, dict):
        return {key: structure(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [structure(item) for item in value]
    return None if value is None else array(value)


def decode(value):
    """The inverse of `structure`."""
    if isinstance(value, list):
        return [decode(item) for item in value]
    if isinstance(value, dict) and set(value) == {"shape", "dtype", "data"}:
        data = [float(item) if isinstance(item, str) else item for item in value["data"]]
        return np.array(data, dtype=value["dtype"]).reshape(value["shape"])
    if isinstance(value, dict):
        return {key: decode(item) for key, item in value.items()}
    return value


def serialise(thing):
    """The Keras-serialised object without process addresses, which change at every run."""
    return without_addresses(keras.saving.serialize_keras_object(thing))


def without_addresses(node):
    if isinstance(node, dict):
        return {key: without_addresses(item) for key, item in node.items() if key != "shared_object_id"}
    if isinstance(node, (list, tuple)):
        return [without_addresses(item) for item in node]
    if isinstance(node, (np.floating, np.integer, np.bool_)):
        return node.item()
    return node


def generator(name):
    """A random generator that depends on the case name only, so a new case moves no other."""
    return np.random.default_rng(zlib.crc32(name.encode()))


def uniform(random, shape, low=-1.0, high=1.0):
    """Three decimals keep the files small and are far enough apart to make ties rare."""
    return np.round(random.uniform(low, high, shape), 3).astype("float32")


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def write_cases(name, family, cases):
    """One case a line, so that a change of one case is one changed line."""
    GOLDEN.mkdir(parents=True, exist_ok=True)
    head = compact({"family": family, "keras": keras.__version__})[:-1]
    lines = ",\n".join(compact(case) for case in cases)
    path = GOLDEN / f"{name}.json"
    path.write_text(f'{head},"cases":[\n{lines}\n]}}\n', encoding="utf-8")
    print(f"{path.relative_to(REPOSITORY)}: {len(cases)} cases, {path.stat().st_size} bytes")
