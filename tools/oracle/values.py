"""Plain functions of numbers: schedules, initializers, regularizers, constraints, activations."""

import math

import jax
import jax.numpy as jnp
import keras
import numpy as np
from keras import activations, constraints, initializers, regularizers
from keras.optimizers import schedules
from layers_core import ACTIVATIONS
from record import array, generator, serialise, uniform, write_cases

STEPS = [0, 1, 5, 9, 10, 11, 15, 20, 25, 60, 99, 100, 101, 150, 1000]


def schedule_cases():
    kinds = {
        "exponential": schedules.ExponentialDecay(0.1, 10, 0.5),
        "exponential staircase": schedules.ExponentialDecay(0.1, 10, 0.5, staircase=True),
        "piecewise": schedules.PiecewiseConstantDecay([5, 15], [1.0, 0.5, 0.1]),
        "polynomial": schedules.PolynomialDecay(0.1, 100, 0.01, 2.0),
        "polynomial default": schedules.PolynomialDecay(0.1, 100),
        "polynomial cycle": schedules.PolynomialDecay(0.1, 100, 0.01, 2.0, cycle=True),
        "inverse time": schedules.InverseTimeDecay(0.1, 10, 0.5),
        "inverse time staircase": schedules.InverseTimeDecay(0.1, 10, 0.5, staircase=True),
        "cosine": schedules.CosineDecay(0.1, 100),
        "cosine alpha": schedules.CosineDecay(0.1, 100, alpha=0.1),
        "cosine warm-up": schedules.CosineDecay(0.0, 100, warmup_target=0.1, warmup_steps=20),
        "cosine warm-up from 0.05": schedules.CosineDecay(0.05, 80, 0.2, warmup_target=0.2, warmup_steps=10),
        "cosine restarts": schedules.CosineDecayRestarts(0.1, 10),
        "cosine restarts options": schedules.CosineDecayRestarts(0.1, 10, t_mul=1.5, m_mul=0.8, alpha=0.1),
        "cosine restarts equal": schedules.CosineDecayRestarts(0.1, 10, t_mul=1.0, m_mul=0.9),
    }
    for name, schedule in kinds.items():
        results = np.array([schedule(step) for step in STEPS], dtype="float32")
        yield {"name": name, "schedule": serialise(schedule), "steps": STEPS, "values": array(results)}


def exact_initializers():
    kinds = (
        ("zeros", initializers.Zeros(), (2, 3)),
        ("ones", initializers.Ones(), (2, 3)),
        ("constant", initializers.Constant(0.25), (3,)),
        ("constant default", initializers.Constant(), (2, 2)),
        ("identity", initializers.Identity(), (3, 3)),
        ("identity wide", initializers.Identity(gain=2.0), (2, 4)),
        ("stft", initializers.STFT(), (6, 1, 4)),
        ("stft imag", initializers.STFT("imag", "hamming", "spectrum", True), (6, 1, 4)),
        ("stft blackman", initializers.STFT("real", "blackman", None), (5, 1, 3)),
        ("stft bartlett", initializers.STFT("imag", "bartlett", "density", True), (4, 1, 3)),
        ("stft nuttall", initializers.STFT("real", "nuttall", "spectrum"), (5, 1, 3)),
        ("stft blackmanharris", initializers.STFT("real", "blackmanharris", "density"), (5, 1, 3)),
        ("stft flattop", initializers.STFT("real", "flattop", "density", True), (5, 1, 3)),
        ("stft boxcar", initializers.STFT("imag", "boxcar", "spectrum"), (5, 1, 3)),
        ("stft own window", initializers.STFT("real", [0.5, 1.0, 0.25], "density"), (3, 1, 2)),
        ("stft no window", initializers.STFT("real", None), (3, 1, 2)),
    )
    for name, initializer, shape in kinds:
        value = array(initializer(shape))
        yield {"name": name, "initializer": serialise(initializer), "shape": list(shape), "value": value}


def fans(shape):
    if len(shape) < 2:
        return (math.prod(shape), math.prod(shape))
    field = math.prod(shape[:-2])
    return (shape[-2] * field, shape[-1] * field)


def scaling_statistics(initializer, shape):
    """The law that a VarianceScaling initializer draws from, by its documented formula."""
    fan_in, fan_out = fans(shape)
    divisor = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[initializer.mode]
    variance = initializer.scale / max(1.0, divisor)
    if initializer.distribution == "uniform":
        limit = math.sqrt(3 * variance)
        return {"mean": 0.0, "variance": variance, "minimum": -limit, "maximum": limit}
    if initializer.distribution == "untruncated_normal":
        return {"mean": 0.0, "variance": variance}
    # Cutting a normal at two deviations shrinks its deviation by this factor; Keras widens it first.
    limit = 2 * math.sqrt(variance) / 0.87962566103423978
    return {"mean": 0.0, "variance": variance, "minimum": -limit, "maximum": limit}


def random_initializers():
    truncated = 0.05 * 0.87962566103423978
    yield "random normal", initializers.RandomNormal(seed=1), (50, 40), {"mean": 0.0, "variance": 0.05**2}
    yield "random normal 1 2", initializers.RandomNormal(1.0, 2.0, seed=1), (50, 40), {"mean": 1.0, "variance": 4.0}
    limits = {"mean": 0.0, "variance": 0.1**2 / 12, "minimum": -0.05, "maximum": 0.05}
    yield "random uniform", initializers.RandomUniform(seed=1), (50, 40), limits
    limits = {"mean": 0.0, "variance": truncated**2, "minimum": -0.1, "maximum": 0.1}
    yield "truncated normal", initializers.TruncatedNormal(seed=1), (50, 40), limits
    names = "GlorotUniform GlorotNormal HeUniform HeNormal LecunUniform LecunNormal VarianceScaling".split()
    for name in names:
        for shape in ((60, 40), (3, 3, 16, 24), (2000,)):
            initializer = getattr(initializers, name)(seed=1)
            yield f"{name} {'x'.join(map(str, shape))}", initializer, shape, scaling_statistics(initializer, shape)
    for mode in ("fan_in", "fan_out", "fan_avg"):
        for distribution in ("uniform", "truncated_normal", "untruncated_normal"):
            initializer = initializers.VarianceScaling(2.0, mode, distribution, seed=1)
            law = scaling_statistics(initializer, (60, 40))
            yield f"VarianceScaling {mode} {distribution}", initializer, (60, 40), law
    for shape in ((30, 20), (20, 30), (3, 3, 4, 8)):
        initializer = initializers.Orthogonal(gain=1.5, seed=1)
        yield f"Orthogonal {'x'.join(map(str, shape))}", initializer, shape, {"orthogonalGain": 1.5}


def check_law(name, value, law):
    """Refuse to write a law that Keras itself does not obey."""
    value = np.asarray(value, dtype="float64")
    if "variance" in law:
        assert abs(value.var() / law["variance"] - 1) < 0.15, (name, value.var(), law)
    if "maximum" in law:
        assert value.max() <= law["maximum"] * (1 + 1e-6) and value.min() >= law["minimum"] * (1 + 1e-6), (name, law)


def initializer_cases():
    yield from exact_initializers()
    for name, initializer, shape, law in random_initializers():
        check_law(name, initializer(shape), law)
        yield {"name": name, "initializer": serialise(initializer), "shape": list(shape), "law": law}


def regularizer_cases():
    kinds = {
        "L1": regularizers.L1(),
        "L1 0.3": regularizers.L1(0.3),
        "L2": regularizers.L2(),
        "L2 0.3": regularizers.L2(0.3),
        "L1L2": regularizers.L1L2(0.1, 0.2),
        "orthogonal rows": regularizers.OrthogonalRegularizer(0.1),
        "orthogonal columns": regularizers.OrthogonalRegularizer(0.1, mode="columns"),
    }
    for name, regularizer in kinds.items():
        value = uniform(generator(name), (3, 4))
        yield {
            "name": name,
            "regularizer": serialise(regularizer),
            "input": array(value),
            "value": array(regularizer(jnp.asarray(value))),
            "gradient": array(jax.grad(regularizer)(jnp.asarray(value))),
        }
    whole = np.array([[3, -1], [0, 2]], dtype="int32")
    for name, regularizer in {"of whole numbers": kinds["L1L2"], "of whole numbers, 2.5": regularizers.L1L2(2.5, 0.9)}.items():
        value = array(regularizer(jnp.asarray(whole)))
        yield {"name": name, "regularizer": serialise(regularizer), "input": array(whole), "value": value}


def constraint_cases():
    kinds = {
        "max norm": (constraints.MaxNorm(), (4, 3)),
        "max norm 0.5 axis 1": (constraints.MaxNorm(0.5, axis=1), (4, 3)),
        "max norm axes": (constraints.MaxNorm(1.0, axis=[0, 1, 2]), (2, 2, 2, 3)),
        "non-negative": (constraints.NonNeg(), (4, 3)),
        "unit norm": (constraints.UnitNorm(), (4, 3)),
        "unit norm axis 1": (constraints.UnitNorm(axis=1), (4, 3)),
        "min max norm": (constraints.MinMaxNorm(), (4, 3)),
        "min max norm options": (constraints.MinMaxNorm(0.5, 0.8, rate=0.5, axis=1), (4, 3)),
    }
    for name, (constraint, shape) in kinds.items():
        value = uniform(generator(name), shape, -2, 2)
        yield {
            "name": name,
            "constraint": serialise(constraint),
            "input": array(value),
            "value": array(constraint(value)),
        }


def activation_case(name, options, value):
    function = getattr(activations, name)
    result = function(jnp.asarray(value), **options)
    cotangent = uniform(generator(name), result.shape)
    gradient = jax.grad(lambda tensor: jnp.sum(function(tensor, **options) * cotangent))(jnp.asarray(value))
    return {
        "name": " ".join([name, *(f"{key}={item}" for key, item in options.items())]),
        "function": name,
        "options": options,
        "serialised": serialise(function),
        "input": array(value),
        "output": array(result),
        "cotangent": array(cotangent),
        "gradient": array(gradient),
    }


def activation_cases():
    points = np.array([-30, -3, -1.7, -1, -0.5, -0.1, 0.1, 0.5, 1, 2.2, 3, 30], dtype="float32")
    table = np.array([[-3.0, -1.0, -0.5, 0.25], [0.5, 1.0, 3.0, -0.2]], dtype="float32")
    whole = {"softmax", "log_softmax", "glu", "sparsemax"}
    for name in ACTIVATIONS:
        if name != "threshold":
            yield activation_case(name, {}, table if name in whole else points)
    yield activation_case("threshold", {"threshold": 0.3, "default_value": -2.0}, points)
    yield activation_case("relu", {"negative_slope": 0.1, "max_value": 2.0, "threshold": 0.4}, points)
    yield activation_case("gelu", {"approximate": True}, points)
    yield activation_case("elu", {"alpha": 0.5}, points)
    yield activation_case("celu", {"alpha": 0.5}, points)
    yield activation_case("leaky_relu", {"negative_slope": 0.01}, points)
    yield activation_case("softmax", {"axis": 0}, table)


def generate():
    keras.utils.clear_session(free_memory=False)
    write_cases("schedules", "schedules", list(schedule_cases()))
    write_cases("initializers", "initializers", list(initializer_cases()))
    write_cases("regularizers", "regularizers", list(regularizer_cases()))
    write_cases("constraints", "constraints", list(constraint_cases()))
    write_cases("activations", "activations", list(activation_cases()))
