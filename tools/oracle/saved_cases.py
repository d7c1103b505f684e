"""What saved_layers.py saves: a model for each layer, optimizer, schedule, loss, metric, part of a layer and dtype."""

import json
import sys
from dataclasses import dataclass
from typing import Callable

import keras
import numpy as np
from keras.src.metrics import ALL_OBJECTS_DICT as METRIC_NAMES
from record import GOLDEN, decode, generator, structure, uniform
from verify_saved import PREDICTION, TRAINING

# Layers that take lists of strings run before a model in Keratin, so no file holds them in a graph.
LAYER_GOLDENS = ("layers-*.json", "augmentation.json")

# Relative and absolute: a few steps of 16 bits, as in the golden tests of precision.
HALF = {"mixed_float16": (4e-3, 2e-3), "float16": (8e-3, 8e-3), "mixed_bfloat16": (3.2e-2, 1.6e-2), "bfloat16": (6.4e-2, 6.4e-2)}


@dataclass
class Saved:
    """A model, what it is called on, targets (None: it is not evaluated), and what is done with them."""

    model: keras.Model
    x: object
    y: object = None
    trains: bool = False
    prediction: tuple = (PREDICTION["rtol"], PREDICTION["atol"])
    training: tuple = (TRAINING["rtol"], TRAINING["atol"])


@dataclass
class Case:
    """One row's file: its group, the class that it is about, and what makes it."""

    group: str
    kind: str
    name: str
    build: Callable[[], Saved]


def golden_cases(pattern):
    for path in sorted(GOLDEN.glob(pattern)):
        yield from json.loads(path.read_text(encoding="utf-8"))["cases"]


def is_array(value):
    return isinstance(value, dict) and set(value) == {"shape", "dtype", "data"}


def symbolic(value):
    """An input of the model for an array, with a free batch."""
    return keras.Input(value.shape[1:], dtype=str(value.dtype))


def whole_batch(value, batch):
    """What is the same for all samples, once for each."""
    return np.repeat(value, batch, 0) if len(value) == 1 else value


def layer_model(case):
    """A model of one layer: arrays among the options of the call become inputs too."""
    layer = keras.saving.deserialize_keras_object(case["layer"])
    arrays = [decode(value) for value in case["inputs"]]
    if case.get("image") and arrays[0].ndim == 3:
        arrays = [arrays[0][None]]
    inputs = [symbolic(value) for value in arrays]
    options = {}
    for key, value in case.get("options", {}).items():
        several = isinstance(value, list) and value and all(is_array(item) for item in value)
        if isinstance(value, list) and not several:
            value = structure(np.array(value, dtype=bool if "mask" in key else np.float32))
        if not is_array(value) and not several:
            options[key] = value
            continue
        more = [whole_batch(decode(item), len(arrays[0])) for item in (value if several else [value])]
        made = [symbolic(item) for item in more]
        arrays, inputs = arrays + more, inputs + made
        options[key] = made if several else made[0]
    first = len(case["inputs"])
    calling = case.get("calling", "single")
    if calling == "cell":
        outputs = layer(inputs[0], inputs[1:first], **options)
    elif calling == "list":
        outputs = layer(inputs[:first], **options)
    else:
        outputs = layer(*inputs[:first], **options)
    model = keras.Model(inputs, keras.tree.flatten(outputs))
    if case.get("weights"):
        layer.set_weights([decode(weight["value"]) for weight in case["weights"]])
    return Saved(model, arrays)


def integers(shape, high):
    return np.random.default_rng(1).integers(0, high, shape).astype("int32")


def extra_layers():
    """Classes that no golden of layers covers, or whose goldens take lists of strings: name, layer, inputs."""
    layers = keras.layers
    numbers = integers((4, 3), 11)
    yield "masking", lambda: layers.Masking(0.5), (2, 3, 2)
    yield "spatial dropout 1d", lambda: layers.SpatialDropout1D(0.3, seed=1), (2, 3, 2)
    yield "spatial dropout 3d", lambda: layers.SpatialDropout3D(0.3, seed=1), (2, 2, 3, 2, 2)
    cells = lambda: [layers.LSTMCell(2), layers.GRUCell(3)]  # noqa: E731
    yield "stacked cells", lambda: layers.RNN(layers.StackedRNNCells(cells())), (2, 4, 3)
    yield "integer lookup", lambda: layers.IntegerLookup(vocabulary=[3, 5, 9], output_mode="multi_hot"), numbers
    yield "integer lookup int", lambda: layers.IntegerLookup(vocabulary=[3, 5, 9], mask_token=0), numbers
    yield "hashing", lambda: layers.Hashing(7, salt=3), numbers
    yield "hashing multi hot", lambda: layers.Hashing(7, output_mode="multi_hot"), numbers
    yield "hashed crossing", lambda: layers.HashedCrossing(5), numbers[:, 0], numbers[:, 1]
    yield "separable 1d valid", lambda: layers.SeparableConv1D(3, 2, depth_multiplier=2), (2, 5, 2)
    yield "max bounding boxes", lambda: layers.MaxNumBoundingBoxes(3), (2, 5, 4)


def extra_cases():
    for name, build, *inputs in extra_layers():
        try:
            node = keras.saving.serialize_keras_object(build())
        except (ImportError, TypeError) as error:  # Where TensorFlow is missing, for example.
            print(f"left out: {name}: {error}", file=sys.stderr)
            continue
        random = generator(name)
        arrays = [value if isinstance(value, np.ndarray) else uniform(random, value) for value in inputs]
        calling = "list" if len(arrays) > 1 else "single"
        yield {"name": name, "layer": node, "inputs": structure(arrays), "calling": calling}


def adapted_model(name, build, x):
    """A layer with LoRA whose thin weights have left 0; a file holds the merged weight."""
    random = generator(f"lora {name}")
    layer = build()
    inputs = symbolic(x)
    model = keras.Model(inputs, layer(inputs))
    layer.enable_lora(2, lora_alpha=3)
    for variable in model.weights:
        variable.assign(uniform(random, variable.shape))
    return Saved(model, x)


def adapted_cases():
    layers = keras.layers
    random = generator("lora")
    choices = {
        "Dense": (lambda: layers.Dense(3), uniform(random, (4, 5))),
        "EinsumDense": (lambda: layers.EinsumDense("abc,cd->abd", (None, 4), bias_axes="d"), uniform(random, (2, 3, 5))),
        "Embedding": (lambda: layers.Embedding(7, 4), integers((3, 4), 7)),
        "Conv1D": (lambda: layers.Conv1D(4, 2), uniform(random, (2, 6, 3))),
        "Conv2D": (lambda: layers.Conv2D(4, 2), uniform(random, (2, 5, 5, 3))),
        "Conv3D": (lambda: layers.Conv3D(4, 2), uniform(random, (2, 3, 3, 3, 3))),
    }
    for kind, (build, x) in choices.items():
        yield Case("layers", f"{kind} after enable_lora", kind, lambda b=build, x=x, k=kind: adapted_model(k, b, x))


def two_layers(**options):
    return keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(4, activation="tanh", **options), keras.layers.Dense(2)]
    )


def trained(name, model, optimizer, loss="mse"):
    """The model after three steps."""
    random = generator(f"saved {name}")
    for variable in model.weights:
        variable.assign(uniform(random, variable.shape))
    model.compile(optimizer, loss=loss)
    x, y = uniform(random, (5, *model.input_shape[1:])), uniform(random, (5, 2))
    for _ in range(3):
        model.train_on_batch(x, y)
    return Saved(model, x, y, trains=True)


def restored(node):
    return keras.saving.deserialize_keras_object(node)


def optimizer_cases():
    for case in golden_cases("optimizers.json"):
        node, name = case["optimizer"], case["name"]
        build = lambda node=node, name=name: trained(name, two_layers(), restored(node))  # noqa: E731
        yield Case("optimizers", node["class_name"], name, build)
    for case in golden_cases("schedules.json"):
        node, name = case["schedule"], case["name"]
        build = lambda node=node, name=name: trained(  # noqa: E731
            name, two_layers(), keras.optimizers.SGD(restored(node), momentum=0.9)
        )
        yield Case("schedules", node["class_name"], name, build)


def part_model(shape, **options):
    """A layer whose kernel has this shape, or a small one where no kernel has."""
    layers = keras.layers
    if len(shape) < 3:
        return two_layers(**options)
    convolutions = {3: layers.Conv1D, 4: layers.Conv2D, 5: layers.Conv3D}
    *window, channels, filters = shape
    first = convolutions[len(shape)](filters, tuple(window), **options)
    inputs = keras.Input((*(size + 1 for size in window), channels))
    return keras.Sequential([inputs, first, layers.Flatten(), layers.Dense(2)])


def steady_rate(shape):
    """A rate at which steps do not multiply errors of rounding: sums over many weights have steep losses."""
    return 0.0001 if len(shape) > 2 else 0.001


def part_cases():
    """Initializers, regularizers, constraints of a layer that trains on."""
    options = {"initializer": "kernel_initializer", "regularizer": "kernel_regularizer", "constraint": "kernel_constraint"}
    for part, option in options.items():
        for case in golden_cases(f"{part}s.json"):
            node = case[part]
            shape = case["shape"] if "shape" in case else case["input"]["shape"]
            build = lambda node=node, option=option, name=case["name"], shape=shape: trained(  # noqa: E731
                name, part_model(shape, **{option: restored(node)}), keras.optimizers.SGD(steady_rate(shape))
            )
            yield Case(f"{part}s", node["class_name"], case["name"], build)


def judged(y_true, y_pred, **compiled):
    """A model that passes its input on, evaluated. Its penalty is the loss where there is no other."""
    inputs = symbolic(y_pred)
    model = keras.Model(inputs, keras.layers.ActivityRegularization(l2=0.01)(inputs))
    model.compile(**compiled)
    return Saved(model, y_pred, y_true)


def loss_cases():
    names = set()
    for case in golden_cases("losses.json"):
        y_true, y_pred = decode(case["yTrue"]), decode(case["yPred"])
        for result in case["results"]:
            node, reduction = result["loss"], result["reduction"]
            # A model adds losses up, so one number is wanted.
            if result["weighted"] or reduction == "none":
                continue
            build = lambda node=node, a=y_true, b=y_pred: judged(a, b, loss=restored(node))  # noqa: E731
            yield Case("losses", node["class_name"], f"{case['name']}, {reduction}", build)
        name = getattr(getattr(restored(node), "fn", None), "__name__", None)
        if name and name not in names:
            names.add(name)
            yield Case("losses", "by name", name, lambda n=name, a=y_true, b=y_pred: judged(a, b, loss=n))


def names_of(kind):
    """What Keras calls a class of metrics in `compile`."""
    return [name for name, value in METRIC_NAMES.items() if name.islower() and value.__name__ == kind]


def metric_cases():
    seen = set()
    for case in golden_cases("metrics.json"):
        node, first = case["metric"], case["updates"][0]
        # Mean and Sum take values rather than targets and predictions: no model compiles with them.
        if len(first["arguments"]) < 2 or first["sampleWeight"] is not None:
            continue
        y_true, y_pred = [decode(value) for value in first["arguments"]]
        build = lambda node=node, a=y_true, b=y_pred: judged(a, b, metrics=[restored(node)])  # noqa: E731
        yield Case("metrics", node["class_name"], case["name"], build)
        build = lambda node=node, a=y_true, b=y_pred: judged(a, b, weighted_metrics=[restored(node)])  # noqa: E731
        yield Case("metrics", node["class_name"], f"{case['name']}, among weighted metrics", build)
        for name in () if node["class_name"] in seen else names_of(node["class_name"]):
            yield Case("metrics", "by name", name, lambda n=name, a=y_true, b=y_pred: judged(a, b, metrics=[n]))
        seen.add(node["class_name"])


def policy_model(policy):
    """Layers of several kinds under one policy, trained on."""
    layers = keras.layers
    keras.config.set_dtype_policy(policy)
    try:
        inputs = keras.Input((3,), name="inputs")
        x = layers.LayerNormalization()(layers.Dense(8, activation="tanh")(inputs))
        x = layers.BatchNormalization()(layers.Reshape((4, 2))(x))
        x = layers.Flatten()(layers.Conv1D(2, 2)(x))
        model = keras.Model(inputs, layers.Dense(2)(x), name="model")
    finally:
        keras.config.set_dtype_policy("float32")
    return model


def policy_case(policy):
    saved = trained(policy, policy_model(policy), keras.optimizers.SGD(0.05, momentum=0.9))
    if policy in HALF:
        saved.prediction = saved.training = HALF[policy]
    return saved


def policies_of_layers():
    """Each layer with a policy of its own."""
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((3,)),
            layers.Dense(4, dtype=keras.dtype_policies.DTypePolicy("mixed_float16")),
            layers.Dense(4, activation="tanh", dtype="mixed_bfloat16"),
            layers.Dense(2, dtype="float32"),
        ]
    )
    saved = trained("policies of layers", model, keras.optimizers.Adam(0.01))
    saved.prediction = saved.training = HALF["mixed_bfloat16"]
    return saved


def policy_cases():
    for policy in ("float32", *HALF):
        yield Case("dtype policies", policy, "a model of it", lambda policy=policy: policy_case(policy))
    yield Case("dtype policies", "several", "a policy for each layer", policies_of_layers)


def all_cases():
    for pattern in LAYER_GOLDENS:
        for case in golden_cases(pattern):
            image = {"inputs": [case["input"]], "image": True} if "input" in case else {}
            yield Case("layers", case["layer"]["class_name"], case["name"], lambda c={**case, **image}: layer_model(c))
    for case in extra_cases():
        yield Case("layers", case["layer"]["class_name"], case["name"], lambda c=case: layer_model(c))
    yield from adapted_cases()
    yield from part_cases()
    yield from optimizer_cases()
    yield from loss_cases()
    yield from metric_cases()
    yield from policy_cases()
