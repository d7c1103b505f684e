"""What get() makes of every name, and serialize() and deserialize() of objects: test/golden/identifiers.json."""

import copy
import importlib

import keras
from keras import activations, constraints, initializers, layers, losses, metrics, optimizers, regularizers
from record import serialise, without_addresses, write_cases

schedules = optimizers.schedules

# The modules that know names, and objects with options of their own to write and read.
CHANGED = {
    "activations": [activations.relu, activations.log_softmax, activations.hard_silu],
    "constraints": [constraints.MaxNorm(1.5, axis=1), constraints.MinMaxNorm(0.25, 0.5, 0.75, 1), constraints.UnitNorm((0, 1))],
    "initializers": [
        initializers.Constant(0.5),
        initializers.HeNormal(seed=3),
        initializers.OrthogonalInitializer(0.5, seed=1),
        initializers.RandomUniform(-1.0, 2.0, seed=4),
        initializers.VarianceScaling(0.5, "fan_out", "uniform", seed=3),
    ],
    "losses": [
        losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.25, axis=1, name="b"),
        losses.CategoricalFocalCrossentropy(alpha=0.5, gamma=3.0, reduction="sum"),
        losses.Huber(delta=0.5, reduction="mean_with_sample_weight"),
        losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=1),
        losses.Tversky(alpha=0.25, beta=0.75),
    ],
    "metrics": [
        metrics.AUC(num_thresholds=10, curve="PR", name="area"),
        metrics.MeanIoU(3, ignore_class=0),
        metrics.Precision(thresholds=0.25, top_k=2, class_id=1),
        metrics.SparseTopKCategoricalAccuracy(3, name="three"),
        metrics.F1Score(average="macro", threshold=0.5),
    ],
    "optimizers": [
        optimizers.Adam(0.5, beta_1=0.5, amsgrad=True, clipnorm=1.0, name="own"),
        optimizers.SGD(schedules.ExponentialDecay(0.5, 10, 0.75, staircase=True), momentum=0.5, nesterov=True),
        optimizers.AdamW(weight_decay=0.25, use_ema=True, ema_momentum=0.5, ema_overwrite_frequency=3),
        optimizers.LossScaleOptimizer(optimizers.RMSprop(0.25, rho=0.5), initial_scale=4.0),
    ],
    "optimizers.schedules": [
        schedules.CosineDecay(0.5, 10, alpha=0.25, warmup_target=1.5, warmup_steps=3),
        schedules.CosineDecayRestarts(0.5, 10, t_mul=3.0),
        schedules.PiecewiseConstantDecay([10, 20], [0.5, 0.25, 0.125]),
        schedules.PolynomialDecay(0.5, 10, power=2.5, cycle=True),
    ],
    "regularizers": [regularizers.L1(0.5), regularizers.L1L2(0.5, 0.25), regularizers.OrthogonalRegularizer(0.5, "columns")],
    "layers": [
        layers.Dense(3, activation="gelu", kernel_regularizer=regularizers.L2(0.5), bias_constraint="non_neg", name="d"),
        layers.Bidirectional(layers.GRU(2, name="inner"), merge_mode="sum", name="both"),
        layers.Conv2D(2, (3, 1), padding="same", dilation_rate=2, dtype="mixed_bfloat16", name="c"),
        layers.InputLayer(shape=(None, 3), batch_size=2, dtype="int32", name="start"),
        layers.TimeDistributed(layers.BatchNormalization(momentum=0.5, name="norm"), name="each"),
    ],
}


def module_of(name):
    module = keras
    for part in name.split("."):
        module = getattr(module, part)
    return module


def named(name, key):
    """What a name stands for: a class and its config, a function, or nothing that needs no options."""
    try:
        saved = serialise(module_of(name).get(key))
    except (TypeError, ValueError, KeyError, NotImplementedError):
        return None
    return {"function": saved["config"]} if saved["class_name"] == "function" else saved


def identifier_cases():
    for name in CHANGED:
        if not hasattr(module_of(name), "get"):
            continue
        known = importlib.import_module(f"keras.src.{name}").ALL_OBJECTS_DICT
        # Parents are no choice, nor is a function of more than one tensor; some are for use inside Keras.
        others = {"Constraint", "Initializer", "Loss", "Metric", "Optimizer", "Regularizer", "threshold"}
        public = lambda thing: isinstance(thing, type) or hasattr(module_of(name), thing.__name__)
        keys = sorted(key for key, thing in known.items() if thing.__name__ not in others and public(thing))
        # Objects that many names share are written once.
        objects, meaning = {}, {}
        for key in keys:
            keras.utils.clear_session(free_memory=False)
            saved = named(name, key)
            if saved is None:
                continue
            label = saved["function"] + "()" if "function" in saved else saved["class_name"]
            meaning[key] = label
            if "function" not in saved:
                objects[label] = saved
        yield {"name": f"{name} by name", "module": name, "tests": [f"{name}.get", f"{name}.serialize"], "names": meaning, "objects": objects}


def object_cases():
    for name, things in CHANGED.items():
        module = module_of(name)
        keras.utils.clear_session(free_memory=False)
        saved = [module.serialize(thing) for thing in things]
        again = [module.serialize(module.deserialize(copy.deepcopy(each))) for each in saved]
        differing = [[one, other] for one, other in zip(saved, again) if one != other]
        if name != "layers" and differing:
            print(differing)
        tests = [f"{name}.serialize", f"{name}.deserialize"]
        tests += ["layers.InputLayer", "layers.Input"] if name == "layers" else []
        yield {"name": f"{name} with options", "module": name, "tests": tests, "saved": without_addresses(saved)}


def generate():
    write_cases("identifiers", "identifiers", [*identifier_cases(), *object_cases()])
