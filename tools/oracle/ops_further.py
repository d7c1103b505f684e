"""keras.ops that make or tell tensors, whose results other tests cannot hold: test/golden/ops-further.json.

Entries of `arguments` that are {"slice": [start, stop, step]}, "rest" and "newAxis" are keys of get_item."""

import keras
import numpy as np
from keras import ops
from record import array, uniform, generator, write_cases

X = uniform(generator("further ops"), (3, 4))
KEYS = (
    [1],
    [-1],
    [0, 2],
    [slice(None, None, -1)],
    [slice(0, 2), slice(1, 4, 2)],
    [Ellipsis, 0],
    [None, 1],
    [slice(None), None, slice(2, None)],
    [Ellipsis, slice(-3, -1)],
)


def plain_key(key):
    if isinstance(key, slice):
        return {"slice": [key.start, key.stop, key.step]}
    return {Ellipsis: "rest", None: "newAxis"}.get(key, key) if not isinstance(key, int) else key


def item_cases():
    for keys in KEYS:
        given = tuple(keys) if len(keys) > 1 else keys[0]
        plain = [plain_key(key) for key in keys]
        yield {"name": f"get_item {plain}", "op": "get_item", "x": array(X), "keys": plain, "result": array(ops.get_item(X, given))}


def made_cases():
    values = {"floats": [[1.5, 2.0]], "whole": [[1, 2], [3, 4]], "truths": [True, False], "one": 3.5}
    for op in ("array", "convert_to_tensor"):
        for name, value in values.items():
            for dtype in (None, "float32", "int32", "bool"):
                yield {"name": f"{op} {name} {dtype}", "op": op, "value": value, "dtype": dtype, "result": array(getattr(ops, op)(value, dtype=dtype))}
    for dtype in ("float32", "int32", "bool"):
        yield {"name": f"empty {dtype}", "op": "empty", "shape": [2, 3], "dtype": dtype, "of": list(ops.empty((2, 3), dtype=dtype).shape), "got": str(ops.empty((2, 3), dtype=dtype).dtype)}
        like = ops.empty_like(ops.ones((2, 3), "int32"), dtype=dtype)
        yield {"name": f"empty_like {dtype}", "op": "empty_like", "shape": [2, 3], "dtype": dtype, "of": list(like.shape), "got": str(like.dtype)}


def told_cases():
    things = {"tensor": ops.ones(2), "variable": keras.Variable([1.0]), "symbol": keras.Input((2,)), "list": [1.0], "number": 1.0}
    yield {"name": "is_tensor", "op": "is_tensor", "of": {name: bool(ops.is_tensor(thing)) for name, thing in things.items()}}
    counts = np.array([[0, 3, 0], [1.5, 0, -2]], "float32")
    yield {"name": "nonzero", "op": "nonzero", "x": array(counts), "places": [array(each) for each in ops.nonzero(counts)]}
    for kth in (0, 2, -1):
        places = np.asarray(ops.argpartition(X, kth, axis=-1))
        sorted_parts = np.take_along_axis(X, places, -1)
        cut = kth % X.shape[-1]
        parts = [np.sort(part, -1) for part in np.split(sorted_parts, [cut, cut + 1], -1)]
        yield {"name": f"argpartition {kth}", "op": "argpartition", "x": array(X), "kth": kth, "parts": [array(part) for part in parts]}


def gradient_cases():
    """The gradient of x * stop_gradient(x) is x, not 2 x."""
    import jax

    slope = jax.grad(lambda x: ops.sum(x * ops.stop_gradient(x)))(X)
    yield {"name": "stop_gradient", "op": "stop_gradient", "x": array(X), "value": array(ops.stop_gradient(X)), "gradient": array(slope)}


def elastic_cases():
    """Random fields cannot be equal, so that the noise is put in the place of what is drawn."""
    import jax

    random = generator("elastic")
    images = uniform(random, (2, 9, 8, 2), 0, 1)
    noise = np.round(random.normal(size=(2, 9, 8)), 3).astype("float32")
    drawn = jax.random.normal
    jax.random.normal = lambda *_, **__: noise
    try:
        for options in ({"alpha": 3.0, "sigma": 1.0}, {"alpha": 5.0, "sigma": 1.5, "fill_mode": "constant", "fill_value": 0.5}, {"alpha": 4.0, "sigma": 1.0, "interpolation": "nearest", "fill_mode": "wrap"}):
            result = ops.image.elastic_transform(images, seed=1, **options)
            yield {"name": f"elastic_transform {options}", "tests": ["ops.image.elastic_transform", "ops.image"], "images": array(images), "noise": array(noise), "options": options, "result": array(result)}
    finally:
        jax.random.normal = drawn


def generate():
    write_cases("ops-further", "ops further", [*item_cases(), *made_cases(), *told_cases(), *gradient_cases(), *elastic_cases()])
