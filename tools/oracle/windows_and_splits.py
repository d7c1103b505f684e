"""Windows over series and data cut in two: test/golden/windows-and-splits.json. Needs requirements-tensorflow.txt."""

import numpy as np
from keras import utils
from record import array, generator, structure, write_cases

STEPS = np.arange(10, dtype="float32")
VECTORS = np.round(generator("vectors").uniform(-1, 1, (9, 2)), 2).astype("float32")

# Name, series, targets, options of timeseries_dataset_from_array.
WINDOWS = (
    ("windows", STEPS, None, {"sequence_length": 3}),
    ("targets", STEPS, STEPS[::-1], {"sequence_length": 3, "batch_size": 4}),
    ("stride", STEPS, STEPS, {"sequence_length": 3, "sequence_stride": 2, "batch_size": 2}),
    ("rate", STEPS, STEPS, {"sequence_length": 3, "sampling_rate": 3}),
    ("stride and rate", STEPS, STEPS, {"sequence_length": 2, "sequence_stride": 3, "sampling_rate": 2, "batch_size": 1}),
    ("fewer targets", STEPS[:-2], STEPS[4:], {"sequence_length": 2, "batch_size": 4}),
    ("more targets", STEPS[:5], STEPS, {"sequence_length": 2, "batch_size": 4}),
    ("a part", STEPS, None, {"sequence_length": 2, "start_index": 2, "end_index": 7}),
    ("a part with targets", STEPS, STEPS * 10, {"sequence_length": 3, "start_index": 4, "end_index": 9, "batch_size": 2}),
    ("a beginning", STEPS, STEPS, {"sequence_length": 4, "start_index": 0, "end_index": 5}),
    ("an end, strided", STEPS, STEPS, {"sequence_length": 2, "sequence_stride": 2, "sampling_rate": 2, "start_index": 3}),
    ("one window", STEPS, STEPS, {"sequence_length": 10}),
    ("windows of one step", STEPS, None, {"sequence_length": 1, "batch_size": 6}),
    ("vectors", VECTORS, VECTORS[:, :1], {"sequence_length": 2, "sequence_stride": 3, "batch_size": 2}),
    ("whole numbers", np.arange(6, dtype="int32"), np.arange(6, dtype="int32"), {"sequence_length": 2, "sampling_rate": 2}),
    ("single windows", VECTORS[:4], VECTORS[:4], {"sequence_length": 3, "batch_size": None}),
    ("single windows without targets", STEPS[:4], None, {"sequence_length": 3, "batch_size": None}),
)


def window_cases():
    for name, series, targets, options in WINDOWS:
        dataset = utils.timeseries_dataset_from_array(series, targets, **options)
        batches = [one if targets is not None else (one, None) for one in dataset.as_numpy_iterator()]
        yield {
            "name": f"timeseries_dataset_from_array: {name}",
            "utility": "timeseries_dataset_from_array",
            "series": array(series),
            "targets": structure(targets),
            "options": options,
            "batches": [{"x": array(x), "y": structure(y)} for x, y in batches],
        }


FIVE = np.arange(5, dtype="float32")
PAIRS = np.arange(14, dtype="float32").reshape(7, 2)

# Name, data, options of split_dataset. The parts of those that Keras refuses are null.
SPLITS = (
    ("a part", FIVE, {"left_size": 0.4}),
    ("halves go to the even number", FIVE, {"left_size": 0.5}),
    ("a half that goes up", PAIRS, {"left_size": 0.5}),
    ("a part on the right", PAIRS, {"right_size": 0.3}),
    ("a number", FIVE, {"left_size": 3}),
    ("a number on the right", FIVE, {"right_size": 1}),
    ("parts that leave some out", PAIRS, {"left_size": 0.3, "right_size": 0.4}),
    ("numbers that leave some out", FIVE, {"left_size": 1, "right_size": 2}),
    ("a number and a part", FIVE, {"left_size": 1, "right_size": 0.5}),
    ("two arrays", [PAIRS, PAIRS[:, 0]], {"left_size": 0.7}),
    ("two arrays as a tuple", (PAIRS, PAIRS[:, 0]), {"left_size": 2}),
    ("whole numbers", np.arange(5, dtype="int32"), {"left_size": 2}),
    ("mixed", np.arange(12, dtype="float32"), {"left_size": 0.75, "shuffle": True, "seed": 5}),
    ("mixed by another seed", np.arange(12, dtype="float32"), {"left_size": 0.25, "right_size": 3, "shuffle": True, "seed": 2**31 + 7}),
    ("mixed pairs", [PAIRS, PAIRS[:, 0]], {"right_size": 3, "shuffle": True, "seed": 0}),
    ("no size", FIVE, {}),
    ("all on the left", FIVE, {"left_size": 5}),
    ("too many", FIVE, {"left_size": 3, "right_size": 3}),
    ("parts beyond the whole", FIVE, {"left_size": 0.6, "right_size": 0.5}),
    ("parts that only round into the whole", FIVE[:2], {"left_size": 0.55, "right_size": 0.5}),
    ("a part that rounds to nothing", FIVE, {"left_size": 0.05}),
    ("a negative number", FIVE, {"left_size": -1}),
    ("nothing on both sides", FIVE, {"left_size": 0, "right_size": 0}),
)


def parts(dataset):
    samples = list(dataset.as_numpy_iterator())
    if not isinstance(samples[0], tuple):
        return array(np.stack(samples))
    return [array(np.stack(column)) for column in zip(*samples)]


def split_cases():
    for name, data, options in SPLITS:
        row = {"name": f"split_dataset: {name}", "utility": "split_dataset", "data": structure(data), "options": options}
        try:
            both = utils.split_dataset(data, **options, preferred_backend="tensorflow")
        except ValueError:
            yield {**row, "parts": None}
            continue
        yield {**row, "parts": [parts(part) for part in both]}


def generate():
    write_cases("windows-and-splits", "utilities", [*window_cases(), *split_cases()])
