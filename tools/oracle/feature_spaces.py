"""FeatureSpace: what it learns and encodes, its files, and a model built on one."""

import keras
import numpy as np
import tensorflow
from keras import layers
from keras.utils import FeatureSpace
from record import array, generator, structure, uniform, write_cases
from text_models import save

TABLE = {
    "age": [31.0, 54.0, 18.5, 77.0, 40.0, 23.0],
    "city": ["Oslo", "Rome", "Oslo", "Bern", "Rome", "Oslo"],
    "code": [12, 36, 7, 36, 12, 12],
    "floor": [1, 2, 0, 2, 5, 1],
    "income": [0.5, 2.25, -1.0, 4.0, 0.0, 3.5],
    "street": ["a 1", "b 2", "a 1", "c 33", "é", ""],
}
NEW = {
    "age": [20.0, 60.0],
    "city": ["Bern", "Kyiv"],
    "code": [36, 99],
    "floor": [2, 9],
    "income": [9.0, 0.25],
    "street": ["b 2", "z"],
}
KINDS = {
    "age": "float_normalized",
    "city": "string_categorical",
    "code": "integer_categorical",
    "floor": "integer_hashed",
    "income": "float_discretized",
    "street": "string_hashed",
}


def everything():
    return FeatureSpace(
        features={
            **KINDS,
            "income": FeatureSpace.float_discretized(num_bins=3),
            "floor": FeatureSpace.integer_hashed(num_bins=5),
            "street": FeatureSpace.string_hashed(num_bins=4),
            "code": FeatureSpace.integer_categorical(max_tokens=4, num_oov_indices=2),
            "plain": "float",
            "scaled": FeatureSpace.float_rescaled(scale=0.5, offset=1.0),
        },
        crosses=[("city", "code"), FeatureSpace.cross(("floor", "income"), crossing_dim=6)],
        crossing_dim=7,
    )


def numbers():
    return FeatureSpace(
        features={
            "city": FeatureSpace.string_categorical(output_mode="int"),
            "age": FeatureSpace.float_normalized(),
            "income": FeatureSpace.float_discretized(num_bins=4, output_mode="int"),
            "floor": FeatureSpace.integer_hashed(num_bins=3, output_mode="int"),
        },
        crosses=[
            FeatureSpace.cross(("city", "floor"), crossing_dim=9, output_mode="int"),
            FeatureSpace.cross(("floor", "city"), crossing_dim=5),
        ],
        output_mode="dict",
    )


def custom():
    words = layers.TextVectorization(output_mode="tf_idf")
    return FeatureSpace(
        features={
            "street": FeatureSpace.feature(preprocessor=words, dtype="string", output_mode="float"),
            "age": FeatureSpace.feature(
                preprocessor=layers.Normalization(mean=40.0, variance=9.0), dtype="float32", output_mode="float"
            ),
        },
        # Keras 3.15 gives the symbolic texts a wrong shape, so that they cannot be joined with others.
        output_mode="dict",
    )


def kinds():
    return FeatureSpace(features=KINDS, hashing_dim=3, num_discretization_bins=2)


def with_columns(table):
    """The features that are taken as they are are columns of numbers too."""
    return {**table, "plain": table["income"], "scaled": table["age"]}


def chosen(space, table):
    return {name: np.array(values) for name, values in table.items() if name in space.features}


def case(name, build, batch=None):
    keras.utils.clear_session(free_memory=False)
    space = build()
    before = keras.saving.serialize_keras_object(space)
    del before["build_config"]
    table, new = (chosen(space, with_columns(one)) for one in (TABLE, NEW))
    data = tensorflow.data.Dataset.from_tensor_slices(table)
    space.adapt(data if batch is None else data.batch(batch))
    first = {key: value[0] for key, value in new.items()}
    return space, {
        "name": name,
        "space": before,
        "batch": batch,
        "after": keras.saving.serialize_keras_object(space),
        "encoded": structure(space(new)),
        "single": structure(space(first)),
    }


def generate():
    space, one = case("everything", everything)
    save(space, "feature-space")
    inputs = space.get_inputs()
    hidden = layers.Dense(3, activation="relu")(space.get_encoded_features())
    model = keras.Model(inputs, layers.Dense(1)(hidden))
    for index, weight in enumerate(model.trainable_weights):
        weight.assign(uniform(generator(f"feature space {index}"), weight.shape))
    feed = {name: tensorflow.constant(values)[:, None] for name, values in chosen(space, with_columns(NEW)).items()}
    predictions = array(model.predict(feed, verbose=0))
    save(model, "feature-space-model")
    cases = [one]
    for name, build, batch in (("numbers", numbers, None), ("custom", custom, None), ("kinds", kinds, 4)):
        cases.append(case(name, build, batch)[1])
    model_case = {"name": "model", "table": with_columns(TABLE), "new": with_columns(NEW), "predictions": predictions}
    write_cases("feature-spaces", "feature spaces", [model_case, *cases])
