"""Plain helpers of keras.utils: test/golden/utilities.json."""

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


def generate():
    write_cases("utilities", "utilities", [*pad_cases(), *label_cases(), *normalize_cases()])
