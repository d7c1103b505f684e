"""What KerasFileEditor finds in files, makes of edits, and says of models: test/golden/file-editor.json."""

import io
import tempfile
from pathlib import Path

import keras
import numpy as np
import rich.console
from keras.saving import KerasFileEditor
from record import FIXTURES, REPOSITORY, array, serialise, write_cases

READ = ("sequential-mlp.keras", "sequential-convolution.weights.h5", "functional-two-inputs.keras", "functional-nested.keras", "recurrent-text.keras")
EXTRA = np.array([[0.5, -1.5], [2.0, 0.25]], "float32")
# Whole paths: Keras 3.15 counts a name again for every object behind it, and refuses most of them.
EDITS = (
    ("rename_object", "layers/dense_1", "hidden"),
    ("delete_weight", "layers/dense", "1"),
    ("add_weights", "layers/dense", {"5": EXTRA}),
    ("delete_object", "optimizer"),
    ("add_object", "layers/extra", {"0": EXTRA[0], "kernel": EXTRA}),
)
REFUSED = (
    ("rename_object", "dense_7", "x"),
    ("rename_object", "layers/nothing/dense", "x"),
    ("rename_object", "dense", "layers/other"),
    ("delete_object", "nothing"),
    ("delete_weight", "layers/dense", "9"),
    ("add_weights", "layers/dense", [EXTRA]),
    ("add_object", "nothing/extra", {"0": EXTRA}),
    ("add_object", "extra", EXTRA),
    ("save", "edited.h5"),
)


def opened(path):
    editor = KerasFileEditor(str(path))
    editor.console = rich.console.Console(file=io.StringIO(), width=200, color_system=None, highlight=False)
    return editor


def tree_of(node, path=""):
    """Shape, dtype and sum of every weight."""
    found = {}
    for key, value in node.items():
        inner = f"{path}/{key}" if path else key
        if isinstance(value, dict):
            found.update(tree_of(value, inner))
        else:
            found[inner] = [list(value.shape), str(value.dtype), round(float(np.sum(value, dtype="float64")), 5)]
    return found


def plain(arguments):
    return [{key: array(value) for key, value in each.items()} if isinstance(each, dict) else each for each in arguments]


def read_cases():
    for name in READ:
        editor = opened(FIXTURES / name)
        yield {"name": f"reads {name}", "saving": "KerasFileEditor", "file": name, "tree": tree_of(editor.weights_dict), "version": (editor.metadata or {}).get("keras_version")}


def edit_case():
    editor = opened(FIXTURES / READ[0])
    for method, *arguments in EDITS:
        getattr(editor, method)(*arguments)
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "edited.weights.h5")
        editor.save(path)
        again = opened(path)
    yield {"name": "edits", "saving": "KerasFileEditor", "file": READ[0], "edits": [[method, plain(rest)] for method, *rest in EDITS], "tree": tree_of(again.weights_dict)}


def refused_case():
    refused = []
    for method, *arguments in REFUSED:
        editor = opened(FIXTURES / READ[0])
        try:
            getattr(editor, method)(*arguments)
        except ValueError:
            given = [array(each) if isinstance(each, np.ndarray) else [array(each[0])] if isinstance(each, list) else each for each in plain(arguments)]
            refused.append([method, given])
    assert len(refused) == len(REFUSED), refused
    yield {"name": "refuses", "saving": "KerasFileEditor", "file": READ[0], "refused": refused}


def differences(text):
    """What the lines that `compare` prints say."""
    lines = text.splitlines()
    found = []
    for at, line in enumerate(lines):
        words = line.split()
        if line.startswith("...Weight shape mismatch"):
            found.append([words[-1].strip("/"), "shape"])
        elif line.startswith("..."):
            found.append([words[1].strip("/"), "notInFile" if line.endswith("missing from saved file") else "notInModel"])
    return sorted(found)


def changed(model, change):
    config = model.get_config()
    layers = change(config["layers"])
    copy = keras.Sequential.from_config({**config, "layers": layers})
    copy.compile(optimizer=keras.optimizers.deserialize(keras.optimizers.serialize(model.optimizer)), loss="mse")
    copy.optimizer.build(copy.trainable_variables)
    return copy


def wider(layers):
    last = layers[-1]
    return [*layers[:-1], {**last, "config": {**last["config"], "units": last["config"]["units"] + 1}}]


def compare_cases():
    model = keras.saving.load_model(FIXTURES / READ[0])
    plain_copy = keras.Sequential.from_config(model.get_config())
    for name, reference in (
        ("the model itself", model),
        ("a model that was not compiled", plain_copy),
        ("another width", changed(model, wider)),
        ("a layer less", changed(model, lambda layers: layers[:-1])),
    ):
        editor = opened(FIXTURES / READ[0])
        result = editor.compare(reference)
        found = differences(editor.console.file.getvalue())
        compiled = reference is not plain_copy
        yield {"name": f"compares {name}", "saving": "KerasFileEditor", "file": READ[0], "model": serialise(reference), "compiled": compiled, "status": result["status"], "differences": found}


def generate():
    cases = [*read_cases(), *edit_case(), *refused_case(), *compare_cases()]
    write_cases("file-editor", "saving", cases)
