"""The exact text of the progress line, with a fake terminal and a clock that we set."""

import io
import sys
import types

from keras.src.callbacks.progbar_logger import ProgbarLogger
from keras.src.utils import progbar
from record import write_cases

START = 1000.0


class FakeTerminal(io.StringIO):
    def __init__(self, terminal):
        super().__init__()
        self.terminal = terminal

    def isatty(self):
        return self.terminal


def captured(terminal, play):
    """Run `play(clock)` with standard output and the clock of Keras replaced; give back the text."""
    clock = types.SimpleNamespace(now=START)
    real_output, real_time = sys.stdout, progbar.time
    sys.stdout = FakeTerminal(terminal)
    # Keras takes every POSIX system for a terminal; without modules it asks the output itself.
    progbar.sys = types.SimpleNamespace(stdout=sys.stdout, modules={})
    progbar.time = types.SimpleNamespace(time=lambda: clock.now)
    try:
        play(clock)
        return sys.stdout.getvalue()
    finally:
        sys.stdout, progbar.time, progbar.sys = real_output, real_time, sys


def bar_case(name, target, updates, terminal=True, **options):
    """An update is (current, values, seconds since the start) and perhaps `finalize`."""
    records = []
    for current, values, seconds, *finalize in updates:
        pairs = [[key, value] for key, value in values.items()]
        record = {"current": current, "values": pairs, "time": START + seconds}
        records.append({**record, "finalize": finalize[0]} if finalize else record)

    def play(clock):
        bar = progbar.Progbar(target, **options)
        for update in records:
            clock.now = update["time"]
            bar.update(update["current"], update["values"], update.get("finalize"))

    return {
        "name": name,
        "kind": "bar",
        "target": target,
        "terminal": terminal,
        "start": START,
        "options": options,
        "updates": records,
        "bytes": captured(terminal, play),
    }


def bars():
    losses = [{"loss": 2 / step, "mae": 1 / step} for step in range(1, 11)]
    steady = [(step, losses[step - 1], step * 0.2) for step in range(1, 11)]
    yield bar_case("ten steps", 10, steady, stateless_metrics=[])
    yield bar_case("ten steps, averaged", 10, steady)
    yield bar_case("ten steps into a file", 10, steady, terminal=False, stateless_metrics=[])
    quick = [(step, losses[step - 1], step * 0.02) for step in range(1, 11)]
    yield bar_case("updates closer than the interval", 10, quick, stateless_metrics=[])
    small = {"loss": 0.0005, "accuracy": 0.0, "rate": -0.25, "big": 123456.789}
    yield bar_case("small and large values", 4, [(1, small, 0.5), (4, small, 2.0)], stateless_metrics=[])
    slow = [(1, {"loss": 1.0}, 30.0), (2, {"loss": 0.5}, 130.0), (50, {"loss": 0.25}, 9000.0)]
    yield bar_case("minutes and hours", 100, slow, stateless_metrics=[])
    yield bar_case("microseconds", 1000, [(1, {}, 0.06), (1000, {}, 0.16)], stateless_metrics=[])
    unknown = [(step, {"loss": 1 / step}, step * 0.3) for step in (1, 2, 3)]
    yield bar_case("unknown length", None, [*unknown, (3, {"loss": 0.3}, 1.2, True)], stateless_metrics=[])
    shrinking = [(1, {"loss": 12345.678}, 0.1), (2, {"loss": 1.5}, 0.2), (3, {"loss": 0.5}, 0.3)]
    yield bar_case("a shorter line over a longer one", 3, shrinking, stateless_metrics=[])
    yield bar_case("one step", 1, [(1, {"loss": 0.5}, 0.012)], stateless_metrics=[])
    yield bar_case("no metrics", 3, [(1, {}, 1.2), (2, {}, 2.5), (3, {}, 3.6)], stateless_metrics=[])
    yield bar_case("verbose 2", 10, steady, verbose=2, stateless_metrics=[])
    yield bar_case("verbose 2 small values", 4, [(4, small, 2.0)], verbose=2, stateless_metrics=[])
    yield bar_case("verbose 0", 10, steady, verbose=0, stateless_metrics=[])
    yield bar_case("width and unit", 10, steady, width=10, unit_name="sample", stateless_metrics=[])


def fit_events(epochs, steps):
    """What fit tells its callbacks; a validation run inside fit is silent."""
    events, seconds = [("trainBegin", None, {}, 0.0)], 0.0
    for epoch in range(epochs):
        events.append(("epochBegin", epoch, {}, seconds))
        for step in range(steps):
            seconds = round(seconds + 0.1, 3)
            value = 1 / (1 + epoch * steps + step)
            events.append(("trainBatchEnd", step, {"accuracy": 1 - value / 2, "loss": value}, seconds))
        events += [("testBegin", None, {}, seconds), ("testBatchEnd", 0, {"loss": 0.5}, seconds + 0.05)]
        events.append(("testEnd", None, {"loss": 0.5}, seconds + 0.05))
        seconds = round(seconds + 0.1, 3)
        logs = {"accuracy": 1 - value / 2, "loss": value, "val_accuracy": 0.75, "val_loss": 0.5}
        events.append(("epochEnd", epoch, logs, seconds))
    return [*events, ("trainEnd", None, logs, seconds)]


def single_events(kind, steps):
    events = [(f"{kind}Begin", None, {}, 0.0)]
    logs = {"accuracy": 0.75, "loss": 0.4}
    events += [(f"{kind}BatchEnd", step, logs, 0.2 * (step + 1)) for step in range(steps)]
    return [*events, (f"{kind}End", None, {} if kind == "predict" else logs, 0.2 * steps)]


def fit_case(name, events, verbose, epochs, steps, terminal=True):
    words = [
        {"event": event, "index": index, "logs": logs, "time": round(START + seconds, 3)}
        for event, index, logs, seconds in events
    ]

    def play(clock):
        logger = ProgbarLogger()
        logger.set_params({"verbose": verbose, "epochs": epochs, "steps": steps})
        for word in words:
            clock.now = word["time"]
            method = "on_" + "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in word["event"])
            arguments = [word["logs"]] if word["index"] is None else [word["index"], word["logs"]]
            getattr(logger, method)(*arguments)

    return {
        "name": name,
        "kind": "logger",
        "verbose": verbose,
        "epochs": epochs,
        "steps": steps,
        "terminal": terminal,
        "events": words,
        "bytes": captured(terminal, play),
    }


def generate():
    cases = list(bars())
    for verbose in (1, 2):
        cases.append(fit_case(f"fit verbose {verbose}", fit_events(2, 3), verbose, 2, 3))
        cases.append(fit_case(f"fit one epoch verbose {verbose}", fit_events(1, 3), verbose, 1, 3))
        cases.append(fit_case(f"evaluate verbose {verbose}", single_events("test", 3), verbose, 1, 3))
        cases.append(fit_case(f"predict verbose {verbose}", single_events("predict", 3), verbose, 1, 3))
    cases.append(fit_case("fit of unknown length", fit_events(2, 3), 1, 2, None))
    cases.append(fit_case("fit into a file", fit_events(2, 3), 1, 2, 3, terminal=False))
    write_cases("progbar", "progress", cases)
