"""Classes of a program's own, made of every parent that Keras offers: test/golden/subclasses.json.

test/training/own-classes.ts has the same classes in TypeScript."""

import keras
import numpy as np
from keras import constraints, initializers, layers, losses, metrics, ops, optimizers, regularizers
from record import array, generator, plain_number, uniform, write_cases

REDUCTIONS = ("sum", "mean", "sum_over_batch_size", "mean_with_sample_weight", "none")


class Ramp(initializers.Initializer):
    def __init__(self, slope):
        self.slope = slope

    def __call__(self, shape, dtype=None):
        return ops.reshape(self.slope * ops.arange(int(np.prod(shape)), dtype="float32"), shape)


class Quartic(regularizers.Regularizer):
    def __init__(self, factor):
        self.factor = factor

    def __call__(self, x):
        return self.factor * ops.sum(x**4)


class Capped(constraints.Constraint):
    def __init__(self, cap):
        self.cap = cap

    def __call__(self, w):
        return ops.minimum(w, self.cap)


class Doubled(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def build(self, shape):
        self.w = self.add_weight(name="w", shape=(shape[-1], self.units), initializer=Ramp(0.1), regularizer=Quartic(0.01), constraint=Capped(0.5))
        self.offset = self.add_weight(name="offset", shape=(self.units,), initializer="zeros")

    def call(self, x):
        return 2 * ops.matmul(x, self.w) + self.offset


class PlusOne(layers.Wrapper):
    def call(self, x):
        return self.layer(x) + 1


class Cubed(losses.Loss):
    def call(self, y_true, y_pred):
        return ops.mean(ops.abs(y_true - y_pred) ** 3, axis=-1)


class Worst(metrics.Metric):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.worst = self.add_variable(shape=(), initializer="zeros", name="worst")

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.worst.assign(ops.maximum(self.worst, ops.max(ops.abs(y_true - y_pred))))

    def result(self):
        return ops.convert_to_tensor(self.worst)


def signed(y_true, y_pred):
    return ops.mean(y_pred - y_true, axis=-1)


class Heavy(optimizers.Optimizer):
    """Momentum of one half."""

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        self.velocities = [self.add_variable_from_reference(each, name="velocity") for each in variables]

    def update_step(self, gradient, variable, learning_rate):
        velocity = self.velocities[self._get_variable_index(variable)]
        new = velocity * 0.5 + gradient
        self.assign(velocity, new)
        self.assign_sub(variable, learning_rate * new)


class Slowing(optimizers.schedules.LearningRateSchedule):
    def __call__(self, step):
        return 0.05 / (1.0 + ops.cast(step, "float32"))


class Stack(keras.Model):
    def __init__(self):
        super().__init__()
        self.first = PlusOne(Doubled(3))
        self.last = Doubled(1)

    def call(self, x):
        return self.last(ops.tanh(self.first(x)))


def training_case():
    random = generator("own classes")
    x, y = uniform(random, (10, 2)), uniform(random, (10, 1))
    model = Stack()
    model.compile(Heavy(Slowing(), weight_decay=0.01, clipnorm=0.5, name="heavy"), loss=Cubed(), metrics=[Worst(name="worst"), metrics.MeanMetricWrapper(signed, name="signed")])
    model.build((None, 2))
    history = model.fit(x, y, batch_size=4, epochs=3, shuffle=False, verbose=0).history
    parents = [
        "initializers.Initializer", "regularizers.Regularizer", "constraints.Constraint", "layers.Layer", "layers.Wrapper", "losses.Loss", "metrics.Metric",
        "metrics.MeanMetricWrapper", "optimizers.Optimizer", "optimizers.schedules.LearningRateSchedule", "models.Model",
    ]  # fmt: skip
    yield {
        "name": "training",
        "tests": parents,
        "x": array(x),
        "y": array(y),
        "history": {key: [plain_number(np.float32(value)) for value in values] for key, values in history.items()},
        "weights": [{"name": weight.name, "value": array(weight)} for weight in model.weights],
        "state": [{"name": variable.name, "value": array(variable)} for variable in model.optimizer.variables],
        "predictions": array(model.predict(x[:3], verbose=0)),
    }


def loss_cases():
    random = generator("own loss")
    y_true, y_pred, weights = uniform(random, (3, 2)), uniform(random, (3, 2)), np.array([1, 0, 0.5], "float32")
    for reduction in REDUCTIONS:
        loss = Cubed(reduction=reduction, name="cubed")
        values = [array(loss(y_true, y_pred)), array(loss(y_true, y_pred, sample_weight=weights))]
        yield {"name": f"loss {reduction}", "tests": ["losses.Loss"], "reduction": reduction, "yTrue": array(y_true), "yPred": array(y_pred), "sampleWeight": array(weights), "values": values}


def generate():
    write_cases("subclasses", "subclasses", [*training_case(), *loss_cases()])
