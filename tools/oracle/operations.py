"""Ops on symbolic tensors, which are nodes of functional models: test/golden/operations.json."""

import json

import keras
import numpy as np
from keras import layers, ops
from record import array, generator, write_cases

# What we write is written next to what Keras writes: a method of a symbolic tensor with its arguments.
# `x` and `y` have the shape (batch, 4, 6).
CASES = (
    ("absolute", "abs", [], lambda x, y: abs(x)),
    ("a sum", "add", ["y"], lambda x, y: x + y),
    ("a number added", "add", [2], lambda x, y: x + 2),
    ("arccos", "acos", [], lambda x, y: ops.arccos(x)),
    ("arctan2", "atan2", ["y"], lambda x, y: ops.arctan2(x, y)),
    ("all", "all", [1], lambda x, y: ops.all(x, axis=1)),
    ("cast", "cast", ["float16"], lambda x, y: ops.cast(x, "float16")),
    ("clip", "clip", [0.25, 0.5], lambda x, y: ops.clip(x, 0.25, 0.5)),
    ("a quotient", "div", ["y"], lambda x, y: x / y),
    ("elu", "elu", [{"alpha": 0.5}], lambda x, y: ops.elu(x, alpha=0.5)),
    ("expand_dims", "expandDims", [2], lambda x, y: ops.expand_dims(x, 2)),
    ("erf", "erf", [], lambda x, y: ops.erf(x)),
    ("flip", "flip", [1], lambda x, y: ops.flip(x, axis=1)),
    ("gelu", "gelu", [{"approximate": True}], lambda x, y: ops.gelu(x)),
    ("gelu, exact", "gelu", [{"approximate": False}], lambda x, y: ops.gelu(x, approximate=False)),
    ("greater", "greater", ["y"], lambda x, y: x > y),
    ("leaky_relu", "leakyRelu", [{"negativeSlope": 0.3}], lambda x, y: ops.leaky_relu(x, 0.3)),
    ("log_softmax", "logSoftmax", [1], lambda x, y: ops.log_softmax(x, axis=1)),
    ("logsumexp", "logSumExp", [-1, True], lambda x, y: ops.logsumexp(x, axis=-1, keepdims=True)),
    ("matmul", "matmul", ["y^T"], lambda x, y: ops.matmul(x, ops.transpose(y, (0, 2, 1)))),
    ("mean", "mean", [[1, 2], True], lambda x, y: ops.mean(x, axis=[1, 2], keepdims=True)),
    ("mod", "mod", [0.25], lambda x, y: x % 0.25),
    ("a product", "mul", ["y"], lambda x, y: x * y),
    ("a difference", "sub", ["y"], lambda x, y: x - y),
    ("negative", "neg", [], lambda x, y: -x),
    ("power", "pow", [3], lambda x, y: x**3),
    ("relu", "relu", [], lambda x, y: ops.relu(x)),
    ("repeat", "repeat", [2, 1], lambda x, y: ops.repeat(x, 2, axis=1)),
    ("reshape", "reshape", [[-1, 24]], lambda x, y: ops.reshape(x, (-1, 24))),
    ("roll", "roll", [1, 2], lambda x, y: ops.roll(x, 1, axis=2)),
    ("round", "round", [1], lambda x, y: ops.round(x, 1)),
    ("rsqrt", "rsqrt", [], lambda x, y: ops.rsqrt(x)),
    ("sigmoid", "sigmoid", [], lambda x, y: ops.sigmoid(x)),
    ("softmax", "softmax", [1], lambda x, y: ops.softmax(x, axis=1)),
    ("standard deviation", "std", [2], lambda x, y: ops.std(x, axis=2)),
    ("stop_gradient", "stopGradient", [], lambda x, y: ops.stop_gradient(x)),
    ("a sum over all", "sum", [[1, 2]], lambda x, y: ops.sum(x, axis=(1, 2))),
    ("swapaxes", "swapAxes", [1, 2], lambda x, y: ops.swapaxes(x, 1, 2)),
    ("tile", "tile", [[1, 2, 1]], lambda x, y: ops.tile(x, (1, 2, 1))),
    ("transpose", "transpose", [[0, 2, 1]], lambda x, y: ops.transpose(x, (0, 2, 1))),
    ("variance", "variance", [1], lambda x, y: ops.var(x, axis=1)),
    ("one column", "getItem", [["all", "all", 0]], lambda x, y: x[:, :, 0]),
    ("a slice and a new axis", "getItem", [["all", {"start": 1, "stop": -1}, "newAxis"]], lambda x, y: x[:, 1:-1, None]),
    ("the last row", "getItem", [["rest", -1]], lambda x, y: x[..., -1]),
    # Without a method of ours: read from files only.
    ("amax", None, [], lambda x, y: ops.amax(x, axis=1)),
    ("argmax", None, [], lambda x, y: ops.argmax(x, axis=-1)),
    ("argmin of all", None, [], lambda x, y: ops.argmin(x, axis=1, keepdims=True)),
    ("broadcast_to", None, [], lambda x, y: ops.broadcast_to(ops.mean(x, axis=0, keepdims=True), (2, 4, 6))),
    ("celu", None, [], lambda x, y: ops.celu(x, alpha=0.5)),
    ("cumsum", None, [], lambda x, y: ops.cumsum(x, axis=1)),
    ("cumprod", None, [], lambda x, y: ops.cumprod(x, axis=2)),
    ("divide_no_nan", None, [], lambda x, y: ops.divide_no_nan(x, y)),
    ("einsum", None, [], lambda x, y: ops.einsum("bij,bkj->bik", x, y)),
    ("glu", None, [], lambda x, y: ops.glu(x, axis=1)),
    ("hard_shrink", None, [], lambda x, y: ops.hard_shrink(x, threshold=0.25)),
    ("hard_silu", None, [], lambda x, y: ops.hard_silu(x * 4)),
    ("hard_tanh", None, [], lambda x, y: ops.hard_tanh(x * 2)),
    ("logaddexp", None, [], lambda x, y: ops.logaddexp(x, y)),
    ("moveaxis", None, [], lambda x, y: ops.moveaxis(x, 1, 2)),
    ("ones_like", None, [], lambda x, y: ops.ones_like(x)),
    ("pad", None, [], lambda x, y: ops.pad(x, ((0, 0), (1, 2), (0, 0)))),
    ("pad with a number", None, [], lambda x, y: ops.pad(x, ((0, 0), (1, 2), (0, 0)), constant_values=0.5)),
    ("pad, reflected", None, [], lambda x, y: ops.pad(x, ((0, 0), (1, 2), (0, 0)), mode="reflect")),
    ("soft_shrink", None, [], lambda x, y: ops.soft_shrink(x, threshold=0.25)),
    ("squareplus", None, [], lambda x, y: ops.squareplus(x, b=2)),
    ("stack", None, [], lambda x, y: ops.stack([x, y], axis=1)),
    ("take", None, [], lambda x, y: ops.take(x, 2, axis=1)),
    ("where", None, [], lambda x, y: ops.where(x > y, x, 0.0)),
    ("zeros_like", None, [], lambda x, y: ops.zeros_like(x)),
)


def masked():
    """As an op is no layer, a mask ends at it."""
    ids = keras.Input((4,), dtype="int32", name="x")
    table = layers.Embedding(5, 2, mask_zero=True, embeddings_initializer=keras.initializers.Constant(1.0))
    shifted = table(ids) + keras.ops.cast(keras.ops.expand_dims(ids, -1), "float32")
    return keras.Model(ids, layers.GlobalAveragePooling1D()(shifted), name="operations")


# Of these only numbers above 0 have results.
POSITIVE = ("rsqrt",)


def parts(model):
    """The layers that are not inputs, and the place of the result."""
    config = json.loads(model.to_json())["config"]
    inner = [layer for layer in config["layers"] if layer["class_name"] != "InputLayer"]
    return {"layers": inner, "result": config["output_layers"]}


def case(name, method, arguments, build):
    keras.utils.clear_session(free_memory=False)
    x, y = keras.Input((4, 6), name="x"), keras.Input((4, 6), name="y")
    result = build(x, y)
    inputs = keras.utils.get_source_inputs(result)
    model = keras.Model(inputs, result, name="operations")
    numbers = generator(name)
    low = 0.1 if name in POSITIVE else -0.9
    values = [numbers.uniform(low, 0.9, (2, 4, 6)).astype("float32") for _ in inputs]
    return {
        "name": name,
        "method": method,
        "arguments": arguments,
        **parts(model),
        "inputs": {one.name: array(value) for one, value in zip(inputs, values)},
        "output": array(np.asarray(model(values)).astype("float32")),
    }


def mask_case():
    keras.utils.clear_session(free_memory=False)
    model = masked()
    ids = np.array([[1, 2, 0, 0], [3, 0, 0, 0]], dtype="int32")
    return {
        "name": "a mask ends at an op",
        "method": None,
        "arguments": [],
        **parts(model),
        "inputs": {"x": array(ids)},
        "output": array(model(ids)),
    }


def generate():
    write_cases("operations", "operations", [*(case(*row) for row in CASES), mask_case()])
