"""Everything that Keras can save, in files: saved by Keras, and read back from what Keratin saved.

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
from record import compact, decode, plain_number, structure, without_addresses  # noqa: E402
from saved_cases import all_cases  # noqa: E402
from saved_coverage import uncovered  # noqa: E402
from verify_saved import PREDICTION, TRAINING  # noqa: E402

DEFAULTS = {
    "prediction": (PREDICTION["rtol"], PREDICTION["atol"]),
    "training": (TRAINING["rtol"], TRAINING["atol"]),
}


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
        near = np.allclose(one / scale, other / scale, rtol=tolerance[0], atol=tolerance[1], equal_nan=True)
        passed = passed and bool(near)
    return largest, passed


def file_name(number, kind):
    return f"{number:04}-{kind.replace(' ', '-')}"


def described(model):
    """The configuration as JSON has it: of the model, and of what it was compiled with."""
    both = {"model": model.get_config(), "compile": model.get_compile_config() if model.compiled else None}
    return json.loads(json.dumps(without_addresses(both), default=str))


def comparable(node, key=None):
    """Without the shapes that layers were built for, whose batch is that of a call; one input is a list of one."""
    if isinstance(node, dict):
        return {name: comparable(value, name) for name, value in node.items() if name != "build_config"}
    if key in ("input_layers", "output_layers") and isinstance(node, list) and len(node) == 1:
        return comparable(node[0])
    return [comparable(item) for item in node] if isinstance(node, list) else node


def different(got, wanted, path=""):
    """Where two configurations part, or None."""
    if isinstance(got, dict) and isinstance(wanted, dict):
        for key in sorted({*got, *wanted}):
            found = different(got.get(key), wanted.get(key), f"{path}.{key}")
            if found:
                return found
        return None
    if isinstance(got, list) and isinstance(wanted, list) and len(got) == len(wanted):
        return next(filter(None, (different(a, b, f"{path}[{i}]") for i, (a, b) in enumerate(zip(got, wanted)))), None)
    return None if got == wanted else f"{path}: {got!r}, not {wanted!r}"[:200]


def judge(model, x, y):
    """What the model's losses and metrics say, each as a list of numbers."""
    model.run_eagerly = True
    logs = model.evaluate(x, y, batch_size=len(y), verbose=0, return_dict=True)
    return {key: structure(np.asarray(value, dtype="float32")) for key, value in logs.items()}


def write_older(folder, name, model, arrays, expected):
    """The same in the older format, or why Keras cannot."""
    path = folder / f"{name}.h5"
    try:
        model.save(path)
        again = predictions(keras.saving.load_model(path, compile=False), arrays)
        if not difference(decode(again), decode(expected), DEFAULTS["prediction"])[1]:
            raise ValueError("Keras predicts something else from its own file")
    except Exception as error:  # The older format cannot hold everything, in Keras either.
        path.unlink(missing_ok=True)
        return f"{type(error).__name__}: {error}"[:200]
    return None


def write_case(folder, name, case):
    saved = case.build()
    path = folder / f"{name}.keras"
    saved.model.save(path)
    model = keras.saving.load_model(path)
    record = {
        "inputs": structure(saved.x),
        "predictions": predictions(model, saved.x),
        "described": described(model),
        "tolerance": {"prediction": saved.prediction, "training": saved.training},
    }
    if case.group == "layers":
        record["olderFailed"] = write_older(folder, name, saved.model, saved.x, record["predictions"])
    if saved.trains:
        model.train_on_batch(saved.x, saved.y)
        record["trainBatch"] = {"y": structure(saved.y), "predictionsAfter": predictions(model, saved.x)}
    elif saved.y is not None:
        record["evaluate"] = {"y": structure(saved.y), "logs": judge(model, saved.x, saved.y)}
    return record


def write(folder, only):
    """Goes on where an earlier run stopped."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, case in enumerate(all_cases()):
        if only and not {case.group, case.kind} & set(only):
            continue
        keras.utils.clear_session(free_memory=False)
        keras.utils.set_random_seed(5)
        name = file_name(number, case.kind)
        if (folder / f"{name}.json").exists():
            continue
        head = {"group": case.group, "kind": case.kind, "case": case.name}
        try:
            record = write_case(folder, name, case)
        except Exception as error:  # Recorded, so that the table says what Keras itself cannot save.
            (folder / f"{name}.keras").unlink(missing_ok=True)
            record = {"kerasFailed": f"{type(error).__name__}: {error}".splitlines()[0][:300]}
        (folder / f"{name}.json").write_text(compact({**head, **record}), encoding="utf-8")


def loaded(path, expected):
    """(largest difference, passed) of one file that Keratin wrote."""
    is_older = path.suffix == ".h5"
    tolerance = expected["tolerance"]
    model = keras.saving.load_model(path, compile=not is_older)
    x = decode(expected["inputs"])
    changed = None
    outcomes = [difference(decode(predictions(model, x)), decode(expected["predictions"]), tolerance["prediction"])]
    if not is_older:
        changed = different(comparable(described(model)), comparable(expected["described"]))
        step, evaluated = expected.get("trainBatch"), expected.get("evaluate")
        if step:
            model.train_on_batch(x, decode(step["y"]))
            after = decode(predictions(model, x))
            outcomes.append(difference(after, decode(step["predictionsAfter"]), tolerance["training"]))
        if evaluated:
            logs, wanted = decode(judge(model, x, decode(evaluated["y"]))), decode(evaluated["logs"])
            if logs.keys() != wanted.keys():
                raise ValueError(f"logs {sorted(logs)}, not {sorted(wanted)}")
            outcomes.append(difference([logs[key] for key in wanted], [*wanted.values()], tolerance["prediction"]))
    largest, passed = max(each for each, _ in outcomes), all(each for _, each in outcomes)
    if changed:
        raise ValueError(f"another configuration ({largest:.1g} apart, {passed}): {changed}")
    return largest, passed


def check_one(folder, out, record, name):
    """What both ways gave: a row with `there` and `back`, for .keras and for .h5."""
    here = json.loads((out / f"{name}.here.json").read_text(encoding="utf-8"))
    row = {key: record[key] for key in ("group", "kind", "case")}
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
    ways = (("keras", "there"), ("keras", "back"), ("h5", "there"), ("h5", "back"))
    has_older = any("h5" in row for row in rows)
    titles = ["class", "cases", "Keras -> here", "here -> Keras", ".h5 -> here", "here -> .h5"]
    titles = [*(titles if has_older else titles[:4]), "largest difference"]
    yield f"| {' | '.join(titles)} |"
    yield f"|{' --- |' * len(titles)}"
    for kind in sorted({row["kind"] for row in rows}):
        mine = [row for row in rows if row["kind"] == kind]
        columns = [tally([row[key][way] for row in mine if key in row]) for key, way in ways[: 4 if has_older else 2]]
        results = [row[key][way] for row in mine for key, way in ways if key in row]
        numbers = [result["difference"] for result in results if "difference" in result]
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
    for group in dict.fromkeys(row["group"] for row in rows):
        print(f"\n### {group}\n")
        print("\n".join(table([row for row in rows if row["group"] == group])))
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
    print("\n### classes in no file\n", *uncovered({row["kind"] for row in rows}), sep="\n")
    return 1 if failures else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("action", choices=("write", "check"))
    parser.add_argument("directory", type=Path)
    parser.add_argument("out", type=Path, nargs="?")
    parser.add_argument("--only", nargs="*", help="groups or classes to write; default all")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.set_verbosity(logging.ERROR)
    if arguments.action == "write":
        write(arguments.directory, arguments.only)
        return
    sys.exit(check(arguments.directory, arguments.out))


if __name__ == "__main__":
    main()
