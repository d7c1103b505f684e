"""Training under each dtype policy: dtypes of weights and results, histories, the loss scale."""

import keras
import numpy as np
from keras import layers, losses, optimizers
from record import array, generator, plain_number, serialise, uniform, write_cases
from training import fixed_weights, numbers, weights_of

POLICIES = ("float32", "mixed_float16", "mixed_bfloat16", "float16", "bfloat16")


def widened(value):
    """Arrays of 16 bits as float32, which holds all of their values."""
    return array(np.asarray(value).astype("float32"))


def build(policy):
    keras.config.set_dtype_policy(policy)
    try:
        inputs = keras.Input((3,), name="inputs")
        x = layers.Dense(8, activation="tanh", name="first")(inputs)
        x = layers.LayerNormalization(name="normal")(x)
        return keras.Model(inputs, layers.Dense(1, name="last")(x), name="model")
    finally:
        keras.config.set_dtype_policy("float32")


def precision_case(policy, epochs=3):
    keras.utils.clear_session(free_memory=False)
    # Of one name, so that all policies start alike.
    random = generator("precision")
    x = uniform(random, (16, 3))
    y = np.round(x[:, :1] - 0.5 * x[:, 1:2] * x[:, 2:], 3).astype("float32")
    model = build(policy)
    fixed_weights(random, model)
    record = {
        "name": policy,
        "layers": [serialise(layer) for layer in model.layers[1:]],
        "dtypePolicy": keras.dtype_policies.serialize(keras.dtype_policies.get(policy)),
        "initialWeights": [{**each, "value": widened(v)} for each, v in zip(weights_of(model), model.weights)],
        "weightDtypes": [variable.dtype for variable in model.weights],
        "resultDtype": keras.backend.standardize_dtype(model(x).dtype),
        "x": array(x),
        "y": array(y),
    }
    model.compile(optimizers.SGD(0.05, momentum=0.9), loss="mse", metrics=["mae"])
    history = model.fit(x, y, batch_size=8, epochs=epochs, shuffle=False, verbose=0)
    record["optimizer"] = serialise(model.optimizer)
    record["history"] = [numbers({key: history.history[key][at] for key in history.history}) for at in range(epochs)]
    record["iterations"] = int(model.optimizer.iterations)
    scale = getattr(model.optimizer, "dynamic_scale", None)
    record["lossScale"] = None if scale is None else float(scale)
    record["finalWeights"] = [{"path": v.path, "value": widened(v.value)} for v in model.weights]
    record["predictions"] = widened(model.predict(x[:3], verbose=0))
    return record


def picture_model(policy):
    """A normalization that computes in float32 inside, whatever the policy. All is smooth: 16 bits make many ties."""
    keras.config.set_dtype_policy(policy)
    try:
        return keras.Sequential(
            [
                keras.Input((6, 6, 1)),
                layers.Conv2D(4, 3, padding="same", activation="tanh", use_bias=False),
                layers.BatchNormalization(momentum=0.9),
                layers.AveragePooling2D(2),
                layers.Flatten(),
                layers.Dense(3),
            ]
        )
    finally:
        keras.config.set_dtype_policy("float32")


def picture_case(policy, epochs=3):
    keras.utils.clear_session(free_memory=False)
    random = generator("precision of pictures")
    x, y = uniform(random, (12, 6, 6, 1)), random.integers(0, 3, (12, 1)).astype("int32")
    model = picture_model(policy)
    fixed_weights(random, model)
    record = {"name": policy, "layers": [serialise(layer) for layer in model.layers]}
    record["initialWeights"] = [{**each, "value": widened(v)} for each, v in zip(weights_of(model), model.weights)]
    record["weightDtypes"] = [variable.dtype for variable in model.weights]
    record.update({"x": array(x), "y": array(y)})
    loss = losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizers.SGD(0.05, momentum=0.9), loss=loss)
    history = model.fit(x, y, batch_size=4, epochs=epochs, shuffle=False, verbose=0)
    record["history"] = [numbers({key: history.history[key][at] for key in history.history}) for at in range(epochs)]
    record["finalWeights"] = [{"path": v.path, "value": widened(v.value)} for v in model.weights]
    # 300 squared is more than float16 holds: the loss is computed in float32.
    far = np.full((12, 3), 300, dtype="float32")
    record["farLoss"] = plain_number(np.float32(losses.MeanSquaredError()(far, model(x))))
    return record


def generate():
    write_cases("precision", "precision", [precision_case(policy) for policy in POLICIES])
    write_cases("precision-pictures", "precision", [picture_case(policy) for policy in POLICIES[:3]])
