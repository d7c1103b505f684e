"""What keras.saving makes of objects of every kind, and maps of dtype policies: test/golden/objects.json."""

import keras
import numpy as np
from keras import dtype_policies, layers, losses, metrics, optimizers
from precision import widened
from record import array, generator, serialise, uniform, write_cases
from training import fixed_weights, weights_of


def stack():
    model = keras.Sequential([keras.Input((2,)), layers.Dense(1, name="last")], name="stack")
    model.compile(optimizers.SGD(0.5, momentum=0.25), loss=losses.Huber(delta=0.5), metrics=["mae"])
    return model


def graph():
    x = keras.Input((3,), name="x")
    y = layers.Dense(2, activation="tanh", name="y")(x)
    return keras.Model(x, layers.Add(name="sum")([y, layers.Dense(2, name="z")(x)]), name="graph")


def objects():
    schedule = optimizers.schedules.ExponentialDecay(0.5, 10, 0.75, staircase=True)
    yield "layer", layers.Dense(3, activation="relu", kernel_regularizer=keras.regularizers.L1L2(0.5, 0.25), name="head")
    yield "layer in a layer", layers.Bidirectional(layers.LSTM(2, name="inner"), name="both")
    yield "sequential, compiled", stack()
    yield "functional", graph()
    yield "loss", losses.CategoricalCrossentropy(label_smoothing=0.25, reduction="sum")
    yield "metric", metrics.Precision(thresholds=0.25, name="precise")
    yield "optimizer with a schedule", optimizers.SGD(schedule, nesterov=True, momentum=0.5)
    yield "schedule", schedule
    yield "initializer", keras.initializers.VarianceScaling(0.5, "fan_out", "uniform", seed=3)
    yield "regularizer", keras.regularizers.OrthogonalRegularizer(0.5, "columns")
    yield "constraint", keras.constraints.MinMaxNorm(0.25, 0.5, 0.75, 1)
    yield "dtype policy", keras.DTypePolicy("mixed_bfloat16")
    yield "seed generator", keras.random.SeedGenerator(3, name="seeds")
    yield "activation", keras.activations.relu
    yield "loss function", losses.mean_squared_error
    yield "metric function", metrics.binary_accuracy
    yield "tensor", keras.ops.array([[1.5, 2.0], [3.0, -4.0]])
    yield "tensor of whole numbers", keras.ops.array([1, 2, 3], dtype="int32")
    yield "array", np.array([[0.5], [1.5]], dtype="float32")
    yield "plain data", {"list": [1, 2.5, "text", None, True], "record": {"class_name": "only a name"}}
    yield "records and lists of objects", {"loss": [losses.Poisson(), {"then": metrics.Mean(name="average")}], "rate": schedule}


def object_cases():
    for name, thing in objects():
        names = {"utility": "serialize_keras_object", "saving": "deserialize_keras_object"}
        keras.utils.clear_session(free_memory=False)
        yield {"name": name, **names, "saved": serialise(thing)}


def policy_map():
    policies = {"stack/first": "mixed_bfloat16", "stack/.*out": "bfloat16", "alone": "bfloat16", "attend/query": "bfloat16"}
    made = dtype_policies.DTypePolicyMap(default_policy=keras.DTypePolicy("float32"))
    for key, name in policies.items():
        made[key] = name
    return made


def places(model):
    """The dtypes of every layer that has weights of its own, by its path."""
    own = [layer for layer in model._flatten_layers() if layer.path and layer._trainable_variables]
    return {layer.path: [layer.compute_dtype, layer.variable_dtype] for layer in own}


def map_stack():
    dtype = policy_map()
    dense = [layers.Dense(4, activation="tanh", name="first", dtype=dtype), layers.Dense(3, name="second", dtype=dtype)]
    return keras.Sequential([keras.Input((2,)), *dense, layers.Dense(1, name="out", dtype=dtype)], name="stack")


def map_graph():
    x = keras.Input((3, 2), name="x")
    y = layers.MultiHeadAttention(2, 2, name="attend", dtype=policy_map())(x, x)
    return keras.Model(x, layers.Dense(1, name="alone", dtype=policy_map())(y), name="graph")


def map_cases():
    for name, model, shape in (("a stack", map_stack(), (4, 2)), ("a graph with attention", map_graph(), (2, 3, 2))):
        random = generator("policy map")
        x = uniform(random, shape)
        fixed_weights(random, model)
        result = model(x)
        yield {
            "name": f"map of policies in {name}",
            "dtypePolicy": serialise(policy_map()),
            "model": serialise(model),
            "dtypes": places(model),
            "weights": [{**each, "value": widened(v)} for each, v in zip(weights_of(model), model.weights)],
            "x": array(x),
            "resultDtype": keras.backend.standardize_dtype(result.dtype),
            "result": widened(result),
        }


def policy_cases():
    for name, function in (("float32", "get"), ("float16", "serialize"), ("mixed_float16", "deserialize"), ("mixed_bfloat16", "get")):
        policy = dtype_policies.get(name)
        record = {"name": name, "dtypes": [policy.compute_dtype, policy.variable_dtype]}
        yield {**record, "dtypePolicy": dtype_policies.serialize(policy), "policyFunction": function}
    yield {"name": "float policy", "dtypePolicy": serialise(dtype_policies.FloatDTypePolicy("float16")), "dtypes": ["float16", "float16"]}


def generate():
    write_cases("objects", "objects", [*object_cases()])
    write_cases("policies", "policies", [*policy_cases(), *map_cases()])
