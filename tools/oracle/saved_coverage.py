"""Which classes of Keras can be in a file, and why some have no case in saved_cases.py."""

import inspect

import keras

SPACES = ("layers", "optimizers", "optimizers.schedules", "losses", "metrics", "initializers", "regularizers", "constraints")

BASE = "a base class"
FUNCTIONS = "made of Python or of another framework's objects"
REASONS = {
    **dict.fromkeys(("Layer", "Wrapper", "Optimizer", "LearningRateSchedule", "Loss", "Metric"), BASE),
    **dict.fromkeys(("Initializer", "Regularizer", "Constraint"), BASE),
    **dict.fromkeys(("FlaxLayer", "JaxLayer", "TFSMLayer", "TorchModuleWrapper"), FUNCTIONS),
    "Lambda": "holds Python code, which Keratin does not run",
    "InputSpec": "part of a layer while it runs, in no file",
    "OptimizerMap": "in the files of MultiOptimizer",
    "InputLayer": "in every functional file above",
    "StackedRNNCells": "in `stacked cells` of RNN",
    "Mean": "takes values, not targets and predictions, so no model compiles with it",
    "Sum": "takes values, not targets and predictions, so no model compiles with it",
    "MeanMetricWrapper": "holds a function",
    "StringLookup": "takes strings, which no model of Keras on JAX can; in goldens and in the files of test/layers/preprocessing",
    "TextVectorization": "takes strings, which no model of Keras on JAX can; in goldens and in the files of test/layers/preprocessing",
}


def serialisable(space):
    """Public classes of a module that have a configuration: each class with all of its names."""
    module = keras
    for part in space.split("."):
        module = getattr(module, part)
    names = {}
    for name, value in vars(module).items():
        if not name.startswith("_") and inspect.isclass(value) and hasattr(value, "get_config"):
            names.setdefault(value, {value.__name__}).add(name)
    return [sorted(each) for each in names.values()]


def uncovered(kinds):
    """A line for each class without a case."""
    missing = sorted(names for space in SPACES for names in serialisable(space) if not set(names) & set(kinds))
    reasons = {names[0]: next((REASONS[name] for name in names if name in REASONS), "NO REASON KNOWN") for names in missing}
    return [f"- {name}: {reason}" for name, reason in reasons.items()] or ["none"]
