"""Every layer and optimizer of the goldens in a file: saved by Keras, and read back from what Keratin saved.

    python tools/oracle/saved_layers.py write DIR         Keras saves each case with its predictions
    node --import tsx test/saving/pass-on.ts DIR OUT      Keratin loads, compares, and saves each again
    python tools/oracle/saved_layers.py check DIR OUT     Keras loads, compares, and prints a table
"""

import argparse
import json
import os
import sys
import warnings
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import keras  # noqa: E402
from absl import logging  # noqa: E402
import numpy as np  # noqa: E402
from record import GOLDEN, compact, decode, generator, structure, uniform  # noqa: E402
from verify_saved import PREDICTION, TRAINING  # noqa: E402

# Layers that take lists of strings run before a model in Keratin, so no file holds them in a graph.
GOLDENS = ("layers-*.json", "augmentation.json")


def golden_cases(pattern):
    for path in sorted(GOLDEN.glob(pattern)):
        yield from json.loads(path.read_text(encoding="utf-8"))["cases"]


def is_array(value):
    return isinstance(value, dict) and set(value) == {"shape", "dtype", "data"}


def symbolic(value):
    """An input of the model for an array, with a free batch."""
    return keras.Input(value.shape[1:], dtype=str(value.dtype))


def extra_case(name, layer, *inputs):
    """A class that no golden of layers covers, or whose goldens take lists of strings."""
    random = generator(name)
    arrays = [value if isinstance(value, np.ndarray) else uniform(random, value) for value in inputs]
    node = keras.saving.serialize_keras_object(layer())
    return {"name": name, "layer": node, "inputs": structure(arrays)}


def integers(shape, high):
    return np.random.default_rng(1).integers(0, high, shape).astype("int32")


def extra_cases():
    layers = keras.layers
    numbers = integers((4, 3), 11)
    builders = {
        "masking": (lambda: layers.Masking(0.5), (2, 3, 2)),
        "spatial dropout 1d": (lambda: layers.SpatialDropout1D(0.3, seed=1), (2, 3, 2)),
        "spatial dropout 3d": (lambda: layers.SpatialDropout3D(0.3, seed=1), (2, 2, 3, 2, 2)),
        "stacked cells": (
            lambda: layers.RNN(layers.StackedRNNCells([layers.LSTMCell(2), layers.GRUCell(3)])),
            (2, 4, 3),
        ),
        "integer lookup": (
            lambda: layers.IntegerLookup(vocabulary=[3, 5, 9], output_mode="multi_hot"),
            numbers,
        ),
        "integer lookup int": (lambda: layers.IntegerLookup(vocabulary=[3, 5, 9], mask_token=0), numbers),
        "hashing": (lambda: layers.Hashing(7, salt=3), numbers),
        "hashing multi hot": (lambda: layers.Hashing(7, output_mode="multi_hot"), numbers),
    }
    for name, (build, *inputs) in builders.items():
        try:
            yield extra_case(name, build, *inputs)
        except (ImportError, TypeError) as error:  # Where TensorFlow is missing, for example.
            print(f"left out: {name}: {error}", file=sys.stderr)


def whole_batch(value, batch):
    """What is the same for all samples, once for each."""
    return np.repeat(value, batch, 0) if len(value) == 1 else value


def layer_model(case):
    """(model, arrays to call it on) for a case: arrays among the options become inputs too."""
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
    return model, arrays


def optimizer_model(case):
    """A small model that was trained three steps by this optimizer."""
    random = generator(f"saved {case['name']}")
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4, activation="tanh"), keras.layers.Dense(2)])
    for variable in model.weights:
        variable.assign(uniform(random, variable.shape))
    model.compile(keras.saving.deserialize_keras_object(case["optimizer"]), loss="mse")
    x, y = uniform(random, (5, 3)), uniform(random, (5, 2))
    for _ in range(3):
        model.train_on_batch(x, y)
    return model, x, y


def all_cases():
    """(class name, case name, what makes it)."""
    for pattern in GOLDENS:
        for case in golden_cases(pattern):
            image = {"inputs": [case["input"]], "image": True} if "input" in case else {}
            yield case["layer"]["class_name"], {**case, **image}, False
    for case in extra_cases():
        yield case["layer"]["class_name"], case, False
    for case in golden_cases("optimizers.json"):
        yield case["optimizer"]["class_name"], case, True


def predictions(model, x):
    return structure(keras.tree.flatten(model(x, training=False)))


def difference(got, wanted, tolerance):
    """The largest difference, relative to the largest value where that is above 1, and whether all are near."""
    largest, passed = 0.0, len(got) == len(wanted)
    for one, other in zip(got, wanted):
        one, other = np.asarray(one, dtype="float64"), np.asarray(other, dtype="float64")
        if one.shape != other.shape:
            return 0.0, False
        finite = np.isfinite(other)
        scale = max(1.0, float(np.max(np.abs(other), initial=0.0, where=finite)))
        distances = np.abs(one[finite] - other[finite]) / scale
        largest = max(largest, float(np.max(distances, initial=0.0)))
        near = np.allclose(one / scale, other / scale, equal_nan=True, **tolerance)
        passed = passed and bool(near)
    return largest, passed


def file_name(number, kind):
    return f"{number:04}-{kind}"


def write_layer(folder, name, case):
    model, arrays = layer_model(case)
    model.save(folder / f"{name}.keras")
    older = None
    expected = predictions(keras.saving.load_model(folder / f"{name}.keras"), arrays)
    try:
        model.save(folder / f"{name}.h5")
        again = predictions(keras.saving.load_model(folder / f"{name}.h5", compile=False), arrays)
        if not difference(decode(again), decode(expected), PREDICTION)[1]:
            raise ValueError("Keras predicts something else from its own file")
    except Exception as error:  # The older format cannot hold everything, in Keras either.
        older = f"{type(error).__name__}: {error}"[:200]
        (folder / f"{name}.h5").unlink(missing_ok=True)
    return {"inputs": structure(arrays), "predictions": expected, "olderFailed": older}


def write_optimizer(folder, name, case):
    model, x, y = optimizer_model(case)
    model.save(folder / f"{name}.keras")
    model = keras.saving.load_model(folder / f"{name}.keras")
    record = {"inputs": structure(x), "predictions": predictions(model, x)}
    model.train_on_batch(x, y)
    return {**record, "trainBatch": {"y": structure(y), "predictionsAfter": predictions(model, x)}}


def write(folder):
    """Goes on where an earlier run stopped."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, (kind, case, is_optimizer) in enumerate(all_cases()):
        keras.utils.clear_session(free_memory=False)
        keras.utils.set_random_seed(5)
        name = file_name(number, kind)
        if (folder / f"{name}.json").exists():
            continue
        head = {"kind": kind, "case": case["name"], "optimizer": is_optimizer}
        try:
            record = (write_optimizer if is_optimizer else write_layer)(folder, name, case)
        except Exception as error:  # Recorded, so that the table says what Keras itself cannot save.
            (folder / f"{name}.keras").unlink(missing_ok=True)
            record = {"kerasFailed": f"{type(error).__name__}: {error}".splitlines()[0][:300]}
        (folder / f"{name}.json").write_text(compact({**head, **record}), encoding="utf-8")


def loaded(path, expected):
    """(largest difference, passed) of one file that Keratin wrote."""
    is_older = path.suffix == ".h5"
    model = keras.saving.load_model(path, compile=not is_older)
    x = decode(expected["inputs"])
    got = decode(predictions(model, x))
    largest, passed = difference(got, decode(expected["predictions"]), PREDICTION)
    step = expected.get("trainBatch")
    if not step or is_older:
        return largest, passed
    model.train_on_batch(x, decode(step["y"]))
    after, after_passed = difference(decode(predictions(model, x)), decode(step["predictionsAfter"]), TRAINING)
    return max(largest, after), passed and after_passed


def check_one(folder, out, record, name):
    """What both ways gave: a row with `there` and `back`, for .keras and for .h5."""
    here = json.loads((out / f"{name}.here.json").read_text(encoding="utf-8"))
    row = {"kind": record["kind"], "case": record["case"], "optimizer": record["optimizer"]}
    for ending, key in ((".keras", "keras"), (".h5", "h5")):
        if not (folder / f"{name}{ending}").exists():
            continue
        there = here.get(key, {"problem": "not looked at"})
        back = {"problem": "not written"}
        if (out / f"{name}{ending}").exists():
            try:
                largest, passed = loaded(out / f"{name}{ending}", record)
                back = {"difference": largest, "passed": passed}
            except Exception as error:  # One unreadable file must not hide the others.
                back = {"problem": f"{type(error).__name__}: {error}"[:300]}
        row[key] = {"there": there, "back": back}
    return row


def tally(results):
    """`passed/all` of one direction."""
    return f"{sum(result.get('passed', False) for result in results)}/{len(results)}" if results else "-"


def table(rows):
    yield "| class | cases | Keras -> here | here -> Keras | .h5 -> here | here -> .h5 | largest difference |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for kind in sorted({row["kind"] for row in rows}):
        mine = [row for row in rows if row["kind"] == kind]
        columns = [
            tally([row[key][way] for row in mine if key in row]) for key in ("keras", "h5") for way in ("there", "back")
        ]
        numbers = [
            row[key][way]["difference"]
            for row in mine
            for key in ("keras", "h5")
            for way in ("there", "back")
            if key in row and "difference" in row[key][way]
        ]
        largest = f"{max(numbers):.1g}" if numbers else "-"
        yield f"| {kind} | {len(mine)} | {' | '.join(columns)} | {largest} |"


def check(folder, out):
    rows, unsaved, older = [], [], []
    for path in sorted(folder.glob("*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        if "kerasFailed" in record:
            unsaved.append(f"- {record['kind']}, {record['case']}: {record['kerasFailed']}")
            continue
        if record.get("olderFailed"):
            older.append(f"- {record['kind']}, {record['case']}: {record['olderFailed'].splitlines()[0]}")
        keras.utils.clear_session(free_memory=False)
        rows.append(check_one(folder, out, record, path.stem))
    for title, wanted in (("layers", False), ("optimizers", True)):
        print(f"\n### {title}\n")
        print("\n".join(table([row for row in rows if row["optimizer"] == wanted])))
    failures = [
        f"- {row['kind']}, {row['case']}, {key} {way}: {row[key][way].get('problem', row[key][way].get('difference'))}"
        for row in rows
        for key in ("keras", "h5")
        for way in ("there", "back")
        if key in row and not row[key][way].get("passed", False)
    ]
    print("\n### not passed\n", *(failures or ["none"]), sep="\n")
    print("\n### what Keras itself cannot save and load\n", *(unsaved or ["none"]), sep="\n")
    print("\n### what Keras itself cannot save as .h5 and load\n", *(older or ["none"]), sep="\n")
    return 1 if failures else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("action", choices=("write", "check"))
    parser.add_argument("directory", type=Path)
    parser.add_argument("out", type=Path, nargs="?")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.set_verbosity(logging.ERROR)
    if arguments.action == "write":
        write(arguments.directory)
        return
    sys.exit(check(arguments.directory, arguments.out))


if __name__ == "__main__":
    main()
