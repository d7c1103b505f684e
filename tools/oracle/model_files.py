"""Copies of models, their JSON, what is saved of them, and names of registered objects: test/golden/model-files.json."""

import io
import json
import tempfile
import zipfile

import h5py
import keras
import numpy as np
from keras import layers, saving
from record import FIXTURES, array, generator, serialise, uniform, write_cases
from training import fixed_weights


def stack():
    dense = layers.Dense(3, activation="relu", kernel_regularizer="l2", name="d")
    model = keras.Sequential([keras.Input((4,)), dense, layers.BatchNormalization(name="n"), layers.Dense(1, name="last")], name="stack")
    model.compile(keras.optimizers.Adam(0.25), loss="mse", metrics=["mae"])
    return model


def graph():
    a, b = keras.Input((3,), name="a"), keras.Input((3,), name="b")
    shared = layers.Dense(2, name="shared")
    inner = keras.Sequential([keras.Input((2,)), layers.Dense(2, activation="tanh", name="inside")], name="inner")
    both = layers.Bidirectional(layers.LSTM(2, name="memory"), name="both")
    joined = layers.Concatenate(name="joined")([shared(a), inner(shared(b))])
    out = layers.Dense(1, name="out")(both(layers.Reshape((2, 2), name="folded")(joined)))
    return keras.Model([a, b], [out, joined], name="graph")


MODELS = {"stack": stack, "graph": graph}


def made(name):
    keras.utils.clear_session(free_memory=False)
    model = MODELS[name]()
    fixed_weights(generator(f"file {name}"), model)
    return model


def inputs_of(model, name):
    random = generator(f"inputs {name}")
    return [uniform(random, (2, *each.shape[1:])) for each in model.inputs]


def plain_dense(layer):
    """Dense layers without a bias, everything else as it is."""
    config = layer.get_config()
    return layers.Dense.from_config({**config, "use_bias": False}) if isinstance(layer, layers.Dense) else layer.__class__.from_config(config)


def copy_cases():
    for name in MODELS:
        for what, options, arguments in (("plain", {}, {}), ("other layers", {"clone_function": plain_dense}, {}), ("other layers inside", {"clone_function": plain_dense}, {"recursive": True})):
            model = made(name)
            copy = keras.models.clone_model(model, **options, **arguments)
            shapes = [[weight.name, list(weight.shape)] for weight in copy.weights]
            record = {"tests": ["models.clone_model"], "of": name, "cloned": what, "shapes": shapes}
            # The graph is large, and its clone says the same of it.
            record["config"] = serialise(copy)["config"] if name == "stack" else None
            yield {"name": f"clone of {name}: {what}", **record}


def json_cases():
    for name in MODELS:
        text = made(name).to_json()
        keras.utils.clear_session(free_memory=False)
        again = keras.models.model_from_json(text)
        assert json.loads(again.to_json()) == json.loads(text)
        fixed_weights(generator(f"file {name}"), again)
        x = inputs_of(again, name)
        outputs = again(x if len(x) > 1 else x[0])
        outputs = outputs if isinstance(outputs, list) else [outputs]
        weights = [array(weight) for weight in again.weights]
        yield {"name": f"JSON of {name}", "tests": ["models.model_from_json"], "json": text, "weights": weights, "x": [array(each) for each in x], "outputs": [array(each) for each in outputs]}


def content_of(file):
    """Groups with the names that they carry, and arrays."""
    names, arrays = {}, {}

    def visit(path, thing):
        if isinstance(thing, h5py.Dataset):
            arrays[path] = array(thing[()])
        elif "name" in thing.attrs:
            names[path] = thing.attrs["name"]

    file.visititems(visit)
    return {"names": names, "arrays": arrays}


def saved_cases():
    for name in MODELS:
        model = made(name)
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/model.keras"
            keras.saving.save_model(model, path)
            with zipfile.ZipFile(path) as archive:
                config = json.loads(archive.read("config.json"))
                members = sorted(archive.namelist())
                with h5py.File(io.BytesIO(archive.read("model.weights.h5"))) as file:
                    content = content_of(file)
        tests = ["models.save_model", "saving.save_model", "saving.save_weights", "saving.serialize_keras_object", "utils.serialize_keras_object"]
        yield {"name": f"file of {name}", "tests": tests, "weights": [array(weight) for weight in model.weights], "members": members, "config": config, **content}


class Box:
    def get_config(self):
        return {}


def halved(x):
    return x / 2


def registration_case():
    steps = []

    def look(about):
        known = sorted(key for key in saving.get_custom_objects())
        names = [saving.get_registered_name(thing) for thing in (Box, halved)]
        found = [None if saving.get_registered_object(key) is None else saving.get_registered_object(key).__name__ for key in ("Custom>Box", "tests>Half", "Box", "lent")]
        steps.append({"after": about, "known": known, "names": names, "found": found})

    look("nothing")
    saving.register_keras_serializable()(Box)
    look("a class")
    saving.register_keras_serializable(package="tests", name="Half")(halved)
    look("a function")
    with saving.custom_object_scope({"lent": halved}):
        look("a scope")
    look("the scope")
    names = ["register_keras_serializable", "get_custom_objects", "get_registered_name", "get_registered_object", "custom_object_scope", "CustomObjectScope"]
    tests = [f"{home}.{name}" for home in ("saving", "utils") for name in names]
    yield {"name": "names of objects", "tests": tests, "steps": steps}


def source_case():
    model = made("graph")
    names = [[each.name for each in keras.utils.get_source_inputs(output)] for output in model.outputs]
    kinds = [keras.utils.is_keras_tensor(each) for each in (model.inputs[0], model.outputs[0], np.ones(2), keras.ops.ones(2))]
    yield {"name": "sources", "tests": ["utils.get_source_inputs", "utils.is_keras_tensor"], "of": "graph", "sources": names, "isSymbolic": kinds}


def session_case():
    keras.utils.clear_session(free_memory=False)
    first = [layers.Dense(1).name, layers.Dense(1).name, layers.Conv2D(1, 1).name, keras.Sequential().name]
    keras.utils.clear_session(free_memory=False)
    yield {"name": "names anew", "tests": ["utils.clear_session"], "first": first, "after": [layers.Dense(1).name, keras.Sequential().name]}


def load_cases():
    files = {"sequential-mlp.keras": None, "functional-two-inputs.keras": None, "sequential-convolution.keras": "sequential-convolution.weights.h5"}
    for name, weights in files.items():
        model = saving.load_model(FIXTURES / name)
        x = inputs_of(model, name)
        tests = ["models.load_model", "saving.load_model"]
        if weights is not None:
            model.set_weights([0 * weight for weight in model.get_weights()])
            saving.load_weights(model, FIXTURES / weights)
            tests.append("saving.load_weights")
        outputs = model(x if len(x) > 1 else x[0])
        outputs = outputs if isinstance(outputs, list) else [outputs]
        yield {"name": f"loads {name}", "tests": tests, "fixture": name, "weightsFile": weights, "x": [array(each) for each in x], "predictions": [array(each) for each in outputs]}


def process_cases():
    config = keras.config
    logging = [config.is_interactive_logging_enabled()]
    config.disable_interactive_logging()
    logging.append(config.is_interactive_logging_enabled())
    config.enable_interactive_logging()
    logging.append(config.is_interactive_logging_enabled())
    names = ["is_interactive_logging_enabled", "disable_interactive_logging", "enable_interactive_logging"]
    yield {"name": "logging", "tests": [f"{home}.{name}" for home in ("config", "utils") for name in names], "logging": logging}
    policies = []
    for name in ("float32", "mixed_bfloat16", "float64"):
        config.set_dtype_policy(name)
        layer = layers.Dense(1)
        policies.append([config.dtype_policy().name, layer.compute_dtype, layer.variable_dtype, config.floatx()])
    config.set_dtype_policy("float32")
    yield {"name": "policies", "tests": ["config.dtype_policy", "config.set_dtype_policy", "config.floatx"], "policies": policies}
    a, b, c = "x", "y", "weights"
    packed = [keras.utils.pack_x_y_sample_weight(*given) for given in ((a,), (a, b), (a, b, c))]
    unpacked = [keras.utils.unpack_x_y_sample_weight(given) for given in packed]
    yield {"name": "packing", "tests": ["utils.pack_x_y_sample_weight", "utils.unpack_x_y_sample_weight"], "packed": packed, "unpacked": unpacked}


def generate():
    models = {"name": "models", "models": {name: serialise(made(name)) for name in MODELS}}
    cases = [models, *copy_cases(), *json_cases(), *saved_cases(), *registration_case(), *source_case(), *session_case(), *process_cases(), *load_cases()]
    write_cases("model-files", "saving", cases)
