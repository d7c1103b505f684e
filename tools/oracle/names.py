"""Every public name of Keras by module, for docs/compatibility.md: test/golden/keras-names.json."""

import importlib
import inspect
import json

import keras

from record import GOLDEN, REPOSITORY, compact

MODULES = (
    "activations",
    "callbacks",
    "config",
    "constraints",
    "datasets",
    "dtype_policies",
    "initializers",
    "layers",
    "losses",
    "metrics",
    "models",
    "ops",
    "ops.image",
    "ops.linalg",
    "ops.nn",
    "ops.numpy",
    "optimizers",
    "optimizers.schedules",
    "preprocessing.image",
    "preprocessing.sequence",
    "random",
    "regularizers",
    "saving",
    "tree",
    "utils",
    "utils.bounding_boxes",
)


def kind_of(thing):
    if inspect.isclass(thing):
        return "class"
    return "module" if inspect.ismodule(thing) else "function" if callable(thing) else "value"


def names_of(module):
    """Rows {name, kind, sameAs?}: `sameAs` is the name of the module under which the thing was defined."""
    public = {name: getattr(module, name) for name in dir(module) if not name.startswith("_")}
    rows = []
    for name, thing in sorted(public.items()):
        row = {"name": name, "kind": kind_of(thing)}
        own_name = getattr(thing, "__name__", name)
        if own_name != name and public.get(own_name) is thing:
            row["sameAs"] = own_name
        rows.append(row)
    return rows


def generate():
    lines = []
    for name in MODULES:
        module = importlib.import_module(f"keras.{name}")
        rows = names_of(module)
        lines.append(f" {json.dumps(name)}:[\n  " + ",\n  ".join(compact(row) for row in rows) + "\n ]")
    head = json.dumps(keras.__version__)
    path = GOLDEN / "keras-names.json"
    path.write_text(f'{{"keras":{head},"modules":{{\n' + ",\n".join(lines) + "\n}}\n", encoding="utf-8")
    print(f"{path.relative_to(REPOSITORY)}: {len(lines)} modules, {path.stat().st_size} bytes")
