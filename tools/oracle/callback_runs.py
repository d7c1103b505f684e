"""What Keras's callbacks do when epochs end with given logs: test/golden/callbacks.json."""

import contextlib
import io
import tempfile
from pathlib import Path

import keras
import numpy as np
from keras import callbacks
from record import write_cases


class Driven:
    """A model of one weight that takes its logs from a list."""

    def __init__(self):
        self.model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")])
        self.model.compile(keras.optimizers.SGD(0.5), loss="mse", metrics=["accuracy"])
        # Builds the metrics, which callbacks ask for their direction.
        self.model.evaluate(np.zeros((1, 1)), np.zeros((1, 1)), verbose=0)
        self.model.stop_training = False

    def run(self, callback, epochs, batches):
        callback.set_model(self.model)
        callback.set_params({"verbose": 0, "epochs": len(epochs), "steps": batches})
        rows = []
        callback.on_train_begin({})
        for epoch, given in enumerate(epochs):
            logs = dict(given)
            callback.on_epoch_begin(epoch, {})
            for batch in range(batches):
                callback.on_train_batch_begin(batch, {})
                callback.on_train_batch_end(batch, {"loss": given["loss"]})
                if self.model.stop_training:
                    break
            self.model.layers[0].kernel.assign([[epoch + 1.0]])
            callback.on_epoch_end(epoch, logs)
            rows.append({"learningRate": round(float(self.model.optimizer.learning_rate.numpy()), 9), "logs": logs})
            if self.model.stop_training:
                break
        callback.on_train_end({})
        return rows, float(self.model.layers[0].kernel.numpy()[0, 0])


def logs_of(losses, **more):
    return [{"loss": loss, **{name: values[index] for name, values in more.items()}} for index, loss in enumerate(losses)]


FALLING = logs_of([1.0, 0.9, 0.8, 0.85, 0.86, 0.87, 0.5], val_loss=[1.0, 0.7, 0.75, 0.8, 0.6, 0.9, 0.95])
FLAT = logs_of([1.0] * 8, val_loss=[0.5, 0.5, 0.49995, 0.5, 0.5, 0.5, 0.5, 0.5])
RISING = logs_of([1.0] * 5, accuracy=[0.1, 0.5, 0.4, 0.45, 0.6])
BROKEN = logs_of([1.0, float("nan"), 0.5])


def case(name, kind, options, epochs, batches=2, files=False):
    with tempfile.TemporaryDirectory() as folder:
        given = dict(options)
        if files:
            given[files] = str(Path(folder) / given[files])
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            rows, weight = Driven().run(getattr(callbacks, kind)(**given), epochs, batches)
        written = {path.name: path.read_text() if path.suffix == ".csv" else None for path in sorted(Path(folder).rglob("*")) if path.is_file()}
        return {
            "name": name,
            "callback": kind,
            "options": options,
            "pathOption": files or None,
            "epochs": [{key: "NaN" if value != value else value for key, value in logs.items()} for logs in epochs],
            "batches": batches,
            "rows": [{**row, "logs": {key: "NaN" if value != value else round(value, 9) for key, value in row["logs"].items()}} for row in rows],
            "weight": weight,
            "files": written,
            "printed": output.getvalue().replace(folder, "FOLDER"),
        }


def cases():
    yield case("stops", "EarlyStopping", {"patience": 2, "verbose": 1}, FALLING)
    yield case("stops and restores", "EarlyStopping", {"patience": 2, "restore_best_weights": True, "verbose": 1}, FALLING)
    yield case("stops at a baseline", "EarlyStopping", {"patience": 1, "baseline": 0.65, "restore_best_weights": True}, FALLING)
    yield case("starts late", "EarlyStopping", {"start_from_epoch": 3}, FALLING)
    yield case("wants more", "EarlyStopping", {"patience": 1, "min_delta": 0.2}, FALLING)
    yield case("looks at accuracy", "EarlyStopping", {"monitor": "accuracy", "patience": 1}, RISING)
    yield case("reduces", "ReduceLROnPlateau", {"patience": 2, "factor": 0.5, "verbose": 1}, FLAT)
    yield case("reduces after a cooldown", "ReduceLROnPlateau", {"patience": 1, "cooldown": 2, "min_lr": 0.01}, FLAT)
    yield case("saves", "ModelCheckpoint", {"filepath": "m{epoch:02d}-{val_loss:.2f}.keras", "verbose": 1}, FALLING[:3], files="filepath")
    yield case("saves the best", "ModelCheckpoint", {"filepath": "m{epoch}.weights.h5", "save_best_only": True, "save_weights_only": True, "verbose": 1}, FALLING, files="filepath")
    yield case("saves batches", "ModelCheckpoint", {"filepath": "m{epoch}-{batch}.weights.h5", "save_weights_only": True, "save_freq": 3}, FALLING[:4], files="filepath")
    yield case("saves below a threshold", "ModelCheckpoint", {"filepath": "m{epoch}.keras", "save_best_only": True, "initial_value_threshold": 0.65}, FALLING, files="filepath")
    yield case("logs", "CSVLogger", {"filename": "log.csv"}, FALLING[:3], files="filename")
    yield case("logs with a separator", "CSVLogger", {"filename": "log.csv", "separator": ";"}, RISING[:2], files="filename")
    yield case("stops at NaN", "TerminateOnNaN", {}, BROKEN)


class OddEpochs(keras.callbacks.LearningRateScheduler):
    """The rate halves after each epoch; functions cannot be written down, so both sides know this one."""

    def __init__(self):
        super().__init__(lambda epoch, rate: rate * 0.5 if epoch else rate, verbose=1)


def scheduler():
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        rows, weight = Driven().run(OddEpochs(), FLAT[:4], 1)
    return {
        "name": "halves the rate",
        "callback": "LearningRateScheduler",
        "options": {},
        "pathOption": None,
        "epochs": FLAT[:4],
        "batches": 1,
        "rows": [{**row, "logs": {key: round(value, 9) for key, value in row["logs"].items()}} for row in rows],
        "weight": weight,
        "files": {},
        "printed": output.getvalue(),
    }


def history():
    """What fit returns: the history of two epochs."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="ones")])
    model.compile(keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.5), loss="mse")
    x = np.array([[0.0], [1.0], [2.0], [3.0]], dtype="float32")
    y = 2 * x + 1
    options = {"epochs": 3, "batch_size": 2, "shuffle": False, "verbose": 0, "validation_data": (x, y)}
    found = model.fit(x, y, callbacks=[callbacks.SwapEMAWeights(swap_on_epoch=True)], **options)
    lists = {name: [round(float(value), 7) for value in values] for name, values in found.history.items()}
    weights = [float(value) for weight in model.get_weights() for value in weight.reshape(-1)]
    shared = {"epoch": found.epoch, "history": lists, "weights": weights}
    return [
        {"name": "swaps averages", "callback": "SwapEMAWeights", **shared},
        {"name": "keeps lists", "callback": "History", **shared},
    ]


def generate():
    write_cases("callbacks", "callbacks", [*cases(), scheduler(), *history()])
