"""Metrics with several results in training: history, evaluation, a CSV file, progress lines: test/golden/several-results.json."""

import contextlib
import io
import tempfile
from pathlib import Path

import keras
import numpy as np
from keras import callbacks, layers, metrics
from record import array, generator, plain_number, serialise, uniform, write_cases
from training import fixed_weights, weights_of


def several():
    return [
        metrics.F1Score(name="f1"),
        metrics.Precision(thresholds=[0.3, 0.5], name="precision"),
        metrics.R2Score(class_aggregation=None, name="r2"),
        metrics.CategoricalAccuracy(name="accuracy"),
    ]


def plain(value):
    """A number, or a list of them."""
    value = np.asarray(value, dtype="float32")
    return [plain(item) for item in value] if value.ndim else plain_number(value[()])


def plain_logs(logs):
    return {key: plain(value) for key, value in logs.items()}


def fit_case():
    keras.utils.clear_session(free_memory=False)
    random = generator("several results")
    x = uniform(random, (12, 2))
    y = np.eye(3, dtype="float32")[random.integers(0, 3, 12)]
    model = keras.Sequential([keras.Input((2,)), layers.Dense(3, activation="softmax")])
    model.compile("sgd", "categorical_crossentropy", metrics=several())
    fixed_weights(random, model)
    record = {"name": "fit", "model": serialise(model), "initialWeights": weights_of(model), "x": array(x), "y": array(y)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "logs.csv"
        history = model.fit(
            x, y, batch_size=4, epochs=2, shuffle=False, validation_data=(x[:6], y[:6]), verbose=0, callbacks=[callbacks.CSVLogger(path)]
        ).history
        record["csv"] = path.read_bytes().decode()
    record["history"] = [plain_logs({key: values[epoch] for key, values in history.items()}) for epoch in range(2)]
    record["evaluate"] = plain_logs(model.evaluate(x, y, batch_size=4, verbose=0, return_dict=True))
    record["trainOnBatch"] = plain_logs(model.train_on_batch(x, y, return_dict=True))
    return record


def progress_case(name, updates, **options):
    """What a bar of two steps prints of `values`; its times are cut off by the test."""
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        bar = keras.utils.Progbar(2, verbose=2, **options)
        for current, values in enumerate(updates):
            bar.update(current + 1, [(key, np.array(value)) for key, value in values.items()])
    shown = text.getvalue().split("/step", 1)[1]
    updates = [{key: np.asarray(value).tolist() for key, value in values.items()} for values in updates]
    return {"name": name, "updates": updates, "stateless": options.get("stateless_metrics"), "shown": shown}


def generate():
    rising = [{"f1": [0.25, 0.5, 0.125], "loss": 2.0}, {"f1": [0.5, 1.0, 0.0], "loss": 1.0}]
    small = [{"f1": [[1e-4, 2e-4], [3e-4, 0.0]]}]
    cases = [
        fit_case(),
        progress_case("progress", rising),
        progress_case("progress, averaged", rising, stateless_metrics=["f1", "loss"]),
        progress_case("progress of a matrix", [*small, *small]),
    ]
    write_cases("several-results", "callbacks", cases)
