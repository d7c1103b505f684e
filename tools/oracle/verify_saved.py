"""Load the .keras and .h5 files of a folder in real Keras and compare: python tools/oracle/verify_saved.py DIR.

NAME.keras (or NAME.h5) needs a NAME.json with {inputs, predictions, trainBatch?: {y, loss?, predictionsAfter}}; arrays
are {shape, dtype, data}, and lists or objects of arrays stand for several inputs or outputs.
"""

import argparse
import json
import os
import sys
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import keras  # noqa: E402
import numpy as np  # noqa: E402
from record import decode  # noqa: E402

# A training step goes through the optimizer, which divides small numbers by small numbers.
PREDICTION = {"rtol": 1e-5, "atol": 1e-6}
TRAINING = {"rtol": 1e-4, "atol": 1e-5}


def difference(got, wanted, tolerance):
    """The largest difference and whether every leaf is within the tolerance."""
    keras.tree.assert_same_structure(got, wanted)
    pairs = list(zip(keras.tree.flatten(got), keras.tree.flatten(wanted)))
    for one, other in pairs:
        if np.shape(one) != np.shape(other):
            return f"shape {np.shape(one)} != {np.shape(other)}", False
    largest = max(float(np.max(np.abs(np.asarray(one) - other), initial=0.0)) for one, other in pairs)
    fits = all(np.allclose(one, other, equal_nan=True, **tolerance) for one, other in pairs)
    return f"{largest:.2g}", fits


def check(path):
    """(column texts, passed) of one file."""
    expected = decode(json.loads(path.with_suffix(".json").read_text(encoding="utf-8")))
    # Keras 3.15 can neither compile a model of its own .h5 files with loss "mse" nor train it on.
    is_older = path.suffix == ".h5"
    model = keras.saving.load_model(path, compile=not is_older)
    x = expected["inputs"]
    predicted, passed = difference(model.predict(x, verbose=0), expected["predictions"], PREDICTION)
    step = None if is_older else expected.get("trainBatch")
    if not step:
        return [predicted, "-", "-"], passed
    logs = model.train_on_batch(x, step["y"], return_dict=True)
    loss = "-"
    if "loss" in step:
        loss, loss_passed = difference(float(logs["loss"]), float(step["loss"]), TRAINING)
        passed = passed and loss_passed
    after, after_passed = difference(model.predict(x, verbose=0), step["predictionsAfter"], TRAINING)
    return [predicted, loss, after], passed and after_passed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=Path)
    folder = parser.parse_args().directory
    paths = sorted([*folder.glob("*.keras"), *folder.glob("*.h5")])
    if not paths:
        sys.exit("no .keras or .h5 file here")
    failures = 0
    print(f"{'file':36} {'predictions':>14} {'loss':>10} {'after a step':>14}  result")
    for path in paths:
        try:
            columns, passed = check(path)
            problem = ""
        except Exception as error:  # One unreadable file must not hide the others.
            columns, passed = ["-", "-", "-"], False
            problem = f"{type(error).__name__}: {error}"
        failures += not passed
        result = "ok" if passed else "FAILED"
        print(f"{path.name:36} {columns[0]:>14} {columns[1]:>10} {columns[2]:>14}  {result} {problem}")
    print(f"{len(paths) - failures} of {len(paths)} passed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
