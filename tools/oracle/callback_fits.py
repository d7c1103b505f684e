"""Callbacks during real runs: the order of hooks, what is sent, written and restored: test/golden/callbacks-fit.json."""

import contextlib
import json
import sys
import tempfile
import types

import keras
import numpy as np
from keras import callbacks
from record import plain_number, write_cases

X = np.array([[0.0], [0.5], [1.0], [1.5], [2.0], [-1.0], [-0.5], [0.25]], dtype="float32")
Y = 2 * X + 1
HOOKS = [f"on_{what}_{when}" for what in ("train", "epoch", "train_batch", "test", "test_batch", "predict", "predict_batch") for when in ("begin", "end")]


def small(optimizer=None):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="ones")])
    model.compile(optimizer or keras.optimizers.SGD(0.1), loss="mse", metrics=["mae"])
    return model


def numbers(values):
    return [plain_number(np.float32(value)) for value in values]


def note(events, name):
    def hook(*index, logs=None):
        # LambdaCallback hands the logs over without a name.
        *index, logs = (*index, logs) if logs is not None or not index or not isinstance(index[-1], dict) else index
        events.append([name, index[0] if index else None, sorted(logs or {})])

    return hook


def recorder(events):
    callback = callbacks.Callback()
    for name in HOOKS:
        setattr(callback, name, note(events, name))
    return callback


def run_all(callback):
    model = small()
    model.fit(X, Y, batch_size=4, epochs=2, shuffle=False, validation_data=(X[:4], Y[:4]), validation_batch_size=2, callbacks=[callback], verbose=0)
    model.evaluate(X, Y, batch_size=4, callbacks=[callback], verbose=0)
    model.predict(X, batch_size=4, callbacks=[callback], verbose=0)


def hook_cases():
    events = []
    run_all(recorder(events))
    yield {"name": "hooks", "callback": "Callback", "events": events}
    events = []
    names = ["on_epoch_begin", "on_epoch_end", "on_train_begin", "on_train_end", "on_train_batch_begin", "on_train_batch_end"]
    run_all(callbacks.LambdaCallback(**{name: note(events, name) for name in names}))
    yield {"name": "functions", "callback": "LambdaCallback", "events": events}
    events = []
    both = callbacks.CallbackList([recorder(events), recorder(events)], model=small(), epochs=3)
    both.on_train_begin()
    both.on_epoch_begin(2)
    both.on_train_batch_begin(1)
    both.on_train_batch_end(1, {"loss": 0.5})
    both.on_epoch_end(2, {"loss": 0.5})
    both.on_train_end()
    yield {"name": "lists", "callback": "CallbackList", "events": events}


class Cut(callbacks.Callback):
    def __init__(self, batches):
        super().__init__()
        self.batches = batches

    def on_train_batch_end(self, batch, logs=None):
        self.batches -= 1
        if self.batches == 0:
            raise InterruptedError


def backup_cases():
    options = {"batch_size": 2, "epochs": 4, "shuffle": False, "verbose": 0}
    for name, cut in (("in the third epoch", 10), ("in the first epoch", 3)):
        with tempfile.TemporaryDirectory() as folder:
            backup = f"{folder}/backup"
            with contextlib.suppress(InterruptedError):
                small(keras.optimizers.Adam(0.1)).fit(X, Y, callbacks=[callbacks.BackupAndRestore(backup), Cut(cut)], **options)
            second = small(keras.optimizers.Adam(0.1))
            history = second.fit(X, Y, callbacks=[callbacks.BackupAndRestore(backup)], **options)
        yield {
            "name": f"goes on after a cut {name}",
            "callback": "BackupAndRestore",
            "cut": cut,
            "epoch": history.epoch,
            "history": {key: numbers(values) for key, values in history.history.items()},
            "weights": [numbers(weight.reshape(-1)) for weight in second.get_weights()],
            "iterations": int(second.optimizer.iterations),
        }


def remote_cases():
    """What RemoteMonitor hands to `requests`, which is not needed for it."""
    import keras.src.callbacks.remote_monitor as home

    sent = []
    post = lambda url, data=None, json=None, headers=None: sent.append({"url": url, "form": data, "json": json, "headers": headers})
    home.requests = types.SimpleNamespace(post=post, exceptions=types.SimpleNamespace(RequestException=OSError))
    for name, options in (("a form", {}), ("JSON", {"path": "/p", "send_as_json": True}), ("another field", {"field": "logs", "headers": {"x-key": "k"}})):
        sent.clear()
        small().fit(X, Y, batch_size=4, epochs=2, shuffle=False, verbose=0, callbacks=[callbacks.RemoteMonitor(root="http://host", **options)])
        told = [{**each, "form": each["form"] and {key: json.loads(value) for key, value in each["form"].items()}} for each in sent]
        yield {"name": f"sends {name}", "callback": "RemoteMonitor", "options": options, "sent": [rounded(each) for each in told]}


def rounded(value):
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    return round(value, 7) if isinstance(value, float) else value


class Writer:
    def __init__(self, folder):
        self.folder = folder.rsplit("/", 1)[-1]

    @contextlib.contextmanager
    def as_default(self, step=None):
        writers.append(self)
        yield
        writers.pop()

    def flush(self):
        pass

    close = flush


writers, conditions, written = [], [lambda: True], []


@contextlib.contextmanager
def record_if(condition):
    conditions.append(condition)
    yield
    conditions.pop()


def scalar(tag, value, step=None):
    if writers and conditions[-1]():
        written.append([writers[-1].folder, tag, int(step), plain_number(np.float32(value))])


def board_cases():
    """The scalars that TensorBoard writes, taken where it hands them to TensorFlow."""
    summary = types.SimpleNamespace(create_file_writer=Writer, record_if=record_if, scalar=scalar)
    sys.modules["tensorflow"] = types.SimpleNamespace(summary=summary)
    sys.modules["tensorflow.summary"] = summary
    for name, options in (("epochs", {}), ("batches", {"update_freq": "batch"}), ("every third batch", {"update_freq": 3})):
        written.clear()
        board = callbacks.TensorBoard("logs", write_graph=False, **options)
        fit = {"batch_size": 2, "epochs": 2, "shuffle": False, "validation_data": (X[:4], Y[:4]), "verbose": 0}
        small().fit(X, Y, callbacks=[board], **fit)
        yield {"name": f"writes {name}", "callback": "TensorBoard", "options": options, "scalars": list(written)}
    del sys.modules["tensorflow"], sys.modules["tensorflow.summary"]


def generate():
    data = {"x": X.reshape(-1).tolist(), "y": Y.reshape(-1).tolist()}
    cases = [*hook_cases(), *backup_cases(), *remote_cases(), *board_cases()]
    write_cases("callbacks-fit", "callbacks", [{**case, **data} for case in cases])
