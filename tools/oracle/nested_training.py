"""What nested layers are told of `training`, and what they then learn: test/golden/nested-training.json.

The programs hand `training` on by hand, since Keras's `fit` on JAX calls the model past `__call__`: layers
inside of it would be told nothing there."""

import keras
import numpy as np
from keras import layers, ops
from programs import fix_weights, history, numbers, start, weights
from record import array, write_cases

SEEN = []


class Probe(layers.Layer):
    def call(self, x, training=None):
        SEEN.append(bool(training))
        return x


class Augmenting(layers.Layer):
    def call(self, x, training=True):
        SEEN.append(bool(training))
        return x


class Dropping(layers.Layer):
    def call(self, x, training=False):
        SEEN.append(bool(training))
        return x


KINDS = {"plain": Probe, "augmenting": Augmenting, "dropping": Dropping}


class Inner(keras.Model):
    """Calls the first layer with an option or without one, then the others."""

    def __init__(self, stack, option):
        super().__init__()
        self.stack, self.option = stack, option

    def call(self, x):
        for index, layer in enumerate(self.stack):
            x = layer(x, training=self.option) if index == 0 and self.option is not None else layer(x)
        return x


def functional(stack):
    x = keras.Input((2,))
    y = x
    for layer in stack:
        y = layer(y)
    return keras.Model(x, y)


def model_of(form, kinds, option):
    stack = [KINDS[kind]() for kind in kinds]
    if form == "subclass":
        return Inner(stack, option)
    if form == "nested":
        return keras.Sequential([Inner(stack, option), Probe()])
    return keras.Sequential(stack) if form == "sequential" else functional(stack)


STACKS = (("plain", "plain"), ("augmenting", "plain", "dropping"), ("dropping", "augmenting", "plain"))


def told_cases():
    for form in ("subclass", "nested", "sequential", "functional"):
        for kinds in STACKS:
            for option in (None, True, False) if form in ("subclass", "nested") else (None,):
                for told in (None, True, False):
                    model, x = model_of(form, kinds, option), np.ones((1, 2), "float32")
                    model(x)
                    SEEN.clear()
                    model(x, training=told) if told is not None else model(x)
                    name = f"{form} {' '.join(kinds)}: {option} in {told}".lower()
                    yield {"name": name, "form": form, "kinds": kinds, "option": option, "told": told, "seen": list(SEEN)}


def feed_forward(units):
    return keras.Sequential([layers.BatchNormalization(momentum=0.8), layers.Dense(units, activation="gelu")])


class GraphConvolution(layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.prepare, self.update = feed_forward(units), feed_forward(units)

    def call(self, inputs, training=None):
        nodes, edges, strengths = inputs
        messages = self.prepare(ops.take(nodes, edges[1], axis=0), training=training) * ops.expand_dims(strengths, -1)
        sums = ops.segment_sum(messages, edges[0], num_segments=6)
        hidden = self.update(ops.concatenate([nodes, sums], axis=1), training=training)
        return hidden / ops.maximum(ops.norm(hidden, axis=-1, keepdims=True), 1e-12)


class GraphNetwork(keras.Model):
    """Nodes, edges and their strengths belong to the model; the data are numbers of nodes."""

    def __init__(self, nodes, edges, strengths):
        super().__init__()
        self.nodes, self.edges, self.strengths = nodes, edges, strengths
        self.first, self.convolution, self.last = layers.Dense(3, activation="gelu"), GraphConvolution(3), layers.Dense(3)

    def call(self, which, training=None):
        hidden = self.first(self.nodes)
        for _ in range(2):
            hidden = self.convolution((hidden, self.edges, self.strengths), training=training) + hidden
        return self.last(ops.take(hidden, ops.reshape(which, [-1]), axis=0))


def normal_weights(model, random):
    """Variances and scales are positive."""
    fix_weights(model, random)
    for weight in model.weights:
        if "variance" in weight.path or "gamma" in weight.path:
            weight.assign(ops.abs(weight) + 0.5)


def train(model, x, y, loss, optimizers, batch):
    """The history, weights and predictions of a fit with each optimizer, all from the same weights."""
    runs, before = [], model.get_weights()
    for optimizer in optimizers:
        model.set_weights(before)
        model.compile(optimizer, loss)
        fitted = model.fit(x, y, batch_size=batch, epochs=2, shuffle=False, verbose=0, validation_data=(x, y))
        runs.append({"history": history(fitted), "after": weights(model), "predicted": array(model.predict(x, verbose=0))})
    return {"weights": [array(weight) for weight in before], "runs": runs}


# Biases before a normalization have no gradient but rounding errors, which Adam's usual epsilon makes steps of.
def some_optimizers():
    return [keras.optimizers.SGD(0.05, momentum=0.5), keras.optimizers.Adam(0.01, epsilon=0.01)]


def graph_network():
    random = start("graph network")
    nodes, edges, strengths = numbers(random, 6, 4), random.integers(0, 6, (2, 12)).astype("int32"), np.abs(numbers(random, 12))
    model, which, kinds = GraphNetwork(nodes, edges, strengths), np.arange(6), random.integers(0, 3, 6)
    model(which[:2])
    normal_weights(model, random)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    data = {"nodes": array(nodes), "edges": array(edges), "strengths": array(strengths), "kinds": array(kinds.astype("int32"))}
    return {**data, **train(model, which, kinds, loss, some_optimizers(), batch=3)}


class Normalized(keras.Model):
    """One normalization called twice, one for each step, one that masks reach, one frozen, and one deep inside."""

    def __init__(self):
        super().__init__()
        self.embedding = layers.Embedding(6, 3, mask_zero=True)
        self.twice = layers.BatchNormalization(momentum=0.8)
        self.steps = layers.TimeDistributed(keras.Sequential([layers.Dense(3), layers.BatchNormalization(momentum=0.7)]))
        self.frozen = layers.BatchNormalization(momentum=0.6)
        self.frozen.trainable = False
        x = keras.Input((3,))
        inside = keras.Sequential([layers.Dense(2), layers.BatchNormalization(momentum=0.9, scale=False, epsilon=1e-4), layers.Activation("tanh")])
        self.deep = keras.Sequential([keras.Model(x, layers.Concatenate()([inside(x), x])), layers.BatchNormalization(center=False)])
        self.last = layers.Dense(1)

    def call(self, x, training=None):
        hidden = self.twice(self.embedding(x), training=training)
        hidden = self.steps(self.twice(ops.tanh(hidden), training=training), training=training)
        hidden = ops.mean(self.frozen(hidden, training=training), axis=1)
        return self.last(self.deep(hidden, training=training) + self.deep(hidden * 0.5, training=training))


def normalized():
    random = start("normalized")
    x, y = random.integers(1, 6, (12, 4)), numbers(random, 12, 1)
    for row, length in enumerate((2, 4, 3, 1, 4, 2, 3, 4, 2, 4, 1, 3)):
        x[row, length:] = 0
    model = Normalized()
    model(x)
    normal_weights(model, random)
    return {"x": array(x.astype("int32")), "y": array(y), **train(model, x, y, "mse", some_optimizers(), batch=6)}


def generate():
    programs = [{"name": program.__name__, **program()} for program in (graph_network, normalized)]
    write_cases("nested-training", "nested_training", [*told_cases(), *programs])
