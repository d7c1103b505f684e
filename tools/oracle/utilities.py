"""Plain helpers of keras.utils: test/golden/utilities.json."""

import keras
import numpy as np
from keras import utils
from record import array, write_cases


def pad_cases():
    ragged = [[1], [2, 3], [], [4, 5, 6, 7]]
    vectors = [[[1, 2]], [[3, 4], [5, 6]]]
    for name, sequences, options in (
        ("default", ragged, {}),
        ("post", ragged, {"padding": "post"}),
        ("cut", ragged, {"maxlen": 2}),
        ("cut post", ragged, {"maxlen": 2, "truncating": "post", "padding": "post"}),
        ("longer", ragged, {"maxlen": 6, "value": -1}),
        ("floats", [[0.5], [1.5, 2.5]], {"dtype": "float32", "value": 0.25}),
        ("vectors", vectors, {"maxlen": 3}),
    ):
        result = utils.pad_sequences(sequences, **options)
        yield {"name": f"pad_sequences {name}", "utility": "pad_sequences", "arguments": [sequences], "options": options, "result": array(result)}


def label_cases():
    for name, labels, options in (
        ("default", [0, 2, 1], {}),
        ("more classes", [0, 2], {"num_classes": 4}),
        ("column", [[0], [1]], {}),
        ("matrix", [[0, 1], [2, 0]], {}),
    ):
        result = utils.to_categorical(labels, **options).astype("float32")
        yield {"name": f"to_categorical {name}", "utility": "to_categorical", "arguments": [labels], "options": options, "result": array(result)}


def normalize_cases():
    values = np.array([[3.0, 4.0], [1.0, -2.0]], dtype="float32")
    # For other axes Keras 3.15 divides by the wrong lengths, or fails.
    for axis, order in ((-1, 2), (-1, 1), (-1, np.inf)):
        result = utils.normalize(values, axis=axis, order=order)
        options = {"axis": axis, "order": "inf" if order == np.inf else order}
        yield {"name": f"normalize {options}", "utility": "normalize", "arguments": [values.tolist()], "options": options, "result": array(result)}


class Recorded(utils.PyDataset):
    """Notes the batches that are asked for, and the hooks."""

    def __init__(self, name, length, events):
        super().__init__()
        self.name, self.length, self.events = name, length, events

    def __len__(self):
        return self.length

    def __getitem__(self, index):
        self.events.append(f"{self.name} {index}")
        return np.full((2, 1), index, "float32"), np.ones((2, 1), "float32")

    def on_epoch_begin(self):
        self.events.append(f"{self.name} begins")

    def on_epoch_end(self):
        self.events.append(f"{self.name} ends")


class Epochs(keras.callbacks.Callback):
    def __init__(self, events):
        super().__init__()
        self.events = events

    def on_epoch_begin(self, epoch, logs=None):
        self.events.append(f"epoch {epoch} begins")

    def on_epoch_end(self, epoch, logs=None):
        self.events.append(f"epoch {epoch} ends")


def without_resets(events):
    """Keras ends what it looked at before the first epoch, and what never began; that is its own affair."""
    first = next((at for at, event in enumerate(events) if event == "epoch 0 begins"), 0)
    kept = []
    for event in events[first:]:
        name, _, what = event.partition(" ")
        began = [other for other in kept if other in (f"{name} begins", f"{name} ends")]
        if what != "ends" or name == "epoch" or event.startswith("epoch") or (began and began[-1].endswith("begins")):
            kept.append(event)
    return kept


def dataset_cases():
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    for name, method, length, options in (
        ("fit", "fit", 3, {"epochs": 2, "shuffle": False}),
        ("fit in steps", "fit", 4, {"epochs": 3, "steps_per_epoch": 2, "shuffle": False}),
        ("fit in steps that do not come out even", "fit", 3, {"epochs": 3, "steps_per_epoch": 2, "shuffle": False}),
        ("evaluate", "evaluate", 3, {}),
        ("predict", "predict", 3, {"steps": 2}),
    ):
        events = []
        callbacks = {"callbacks": [Epochs(events)]} if method == "fit" else {}
        validation = {"validation_data": Recorded("held", 2, events)} if name == "fit" else {}
        getattr(model, method)(Recorded("data", length, events), verbose=0, **options, **callbacks, **validation)
        record = {"method": method, "length": length, "validated": bool(validation), "options": options}
        yield {"name": f"PyDataset {name}", "utility": "PyDataset", **record, "events": without_resets(events)}


def generate():
    write_cases("utilities", "utilities", [*pad_cases(), *label_cases(), *normalize_cases()])
    write_cases("py-dataset", "utilities", [*dataset_cases()])
