"""Programs with layers, losses and callbacks of their own: test/golden/own-programs.json."""

import keras
import numpy as np
from keras import layers, losses, metrics, ops, optimizers
from nested_training import normal_weights
from programs import history, numbers, plain, start, weights
from record import array, write_cases


def outcome(model, fitted, before, **more):
    return {"weights": before, "history": history(fitted), "after": weights(model), **more}


class Encoder(keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden, self.mean, self.spread = layers.Dense(5, activation="tanh"), layers.Dense(2), layers.Dense(2)

    def call(self, x):
        hidden = self.hidden(x)
        return self.mean(hidden), self.spread(hidden)


class Autoencoder(keras.Model):
    """A variational one, whose noise is part of the data; `beta` says how much the divergence counts."""

    def __init__(self):
        super().__init__()
        self.encoder = Encoder()
        self.decoder = keras.Sequential([layers.Dense(5, activation="relu"), layers.Dense(4, activation="sigmoid")])
        self.beta = self.add_weight(name="beta", shape=(), initializer="zeros", trainable=False)

    def call(self, inputs):
        x, noise = inputs
        mean, spread = self.encoder(x)
        divergence = -0.5 * ops.mean(ops.sum(1 + spread - ops.square(mean) - ops.exp(spread), axis=-1))
        self.add_loss(self.beta * divergence)
        return self.decoder(mean + ops.exp(0.5 * spread) * noise)


class Annealing(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        self.model.beta.assign(min(1.0, epoch / 2))


def annealed_autoencoder():
    random = start("annealed autoencoder")
    x, noise = np.abs(numbers(random, 8, 4)), numbers(random, 8, 2)
    model = Autoencoder()
    model([x, noise])
    normal_weights(model, random)
    model.beta.assign(0.0)
    before = weights(model)
    model.compile(optimizers.Adam(0.01), "binary_crossentropy", metrics=["mae"])
    fitted = model.fit([x, noise], x, batch_size=4, epochs=3, shuffle=False, verbose=0, callbacks=[Annealing()], validation_data=([x, noise], x))
    logs = model.evaluate([x, noise], x, verbose=0, return_dict=True)
    return {"x": array(x), "noise": array(noise), **outcome(model, fitted, before, logs=[plain(logs)])}


class Mixture(layers.Layer):
    """The two most likely experts count; a loss keeps the load even."""

    def __init__(self, count, units):
        super().__init__()
        self.count, self.gate = count, layers.Dense(count, use_bias=False)
        self.experts = [layers.Dense(units, activation="relu") for _ in range(count)]

    def call(self, x, training=None):
        chances = ops.softmax(self.gate(x))
        chosen = ops.sum(ops.one_hot(ops.top_k(chances, 2)[1], self.count), axis=1)
        shares = chances * chosen
        shares = shares / ops.sum(shares, axis=-1, keepdims=True)
        if training:
            self.add_loss(0.1 * self.count * ops.sum(ops.mean(chances, axis=0) * ops.mean(chosen, axis=0)))
        each = ops.stack([expert(x) for expert in self.experts], axis=1)
        return ops.sum(each * ops.expand_dims(shares, -1), axis=1)


class MixtureModel(keras.Model):
    def __init__(self):
        super().__init__()
        self.first, self.second, self.last = Mixture(4, 4), Mixture(3, 4), layers.Dense(3)

    def call(self, x, training=None):
        return self.last(self.second(self.first(x, training=training), training=training))


def mixture_of_experts():
    random = start("mixture of experts")
    x, y = numbers(random, 9, 4), random.integers(0, 3, 9)
    model = MixtureModel()
    model(x)
    normal_weights(model, random)
    before = weights(model)
    loss = losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=2)
    model.compile(optimizers.Lion(0.01), loss, metrics=["sparse_categorical_accuracy"])
    fitted = model.fit(x, y, batch_size=6, epochs=2, shuffle=False, verbose=0, validation_data=(x, y))
    return {"x": array(x), "y": array(y.astype("int32")), **outcome(model, fitted, before)}


class Weighing(keras.Model):
    """Learns how much each of its two losses counts (Kendall et al. 2018)."""

    def __init__(self):
        super().__init__()
        self.hidden, self.size, self.kind = layers.Dense(5, activation="swish"), layers.Dense(1), layers.Dense(1)
        self.doubts = self.add_weight(name="doubts", shape=(2,), initializer="zeros")

    def call(self, x):
        hidden = self.hidden(x)
        return {"size": self.size(hidden), "kind": self.kind(hidden)}

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        size = ops.mean(ops.square(y["size"] - y_pred["size"]))
        kind = ops.mean(losses.binary_crossentropy(y["kind"], y_pred["kind"], from_logits=True))
        return ops.exp(-self.doubts[0]) * size + ops.exp(-self.doubts[1]) * kind + ops.sum(self.doubts)


def learnt_loss_weights():
    random = start("learnt loss weights")
    x, size, kind = numbers(random, 8, 3), numbers(random, 8, 1), random.integers(0, 2, (8, 1)).astype("float32")
    model = Weighing()
    model(x)
    normal_weights(model, random)
    before = weights(model)
    kinds = [metrics.BinaryAccuracy(threshold=0, name="accuracy"), metrics.AUC(from_logits=True, name="auc")]
    model.compile(optimizers.Nadam(0.01), metrics={"size": ["mae"], "kind": kinds})
    fitted = model.fit(x, {"size": size, "kind": kind}, batch_size=3, epochs=2, shuffle=False, verbose=0, validation_split=0.25)
    return {"x": array(x), "size": array(size), "kind": array(kind), **outcome(model, fitted, before)}


class Block(layers.Layer):
    """A block of a transformer that hands its mask to the attention inside."""

    def __init__(self):
        super().__init__()
        self.attention, self.first, self.second = layers.MultiHeadAttention(2, 2, use_bias=False), layers.LayerNormalization(), layers.LayerNormalization()
        self.wide, self.narrow = layers.Dense(6, activation="gelu"), layers.Dense(4)
        self.supports_masking = True

    def call(self, x, mask=None):
        near = None if mask is None else mask[:, None, :]
        x = self.first(x + self.attention(x, x, attention_mask=near))
        return self.second(x + self.narrow(self.wide(x)))


def text_classifier():
    """Padding, smoothed labels, class weights, a warm-up, and an end where it gets no better."""
    random = start("text classifier")
    x = random.integers(1, 7, (16, 5))
    for row, length in enumerate((2, 5, 3, 1, 4, 2, 5, 3, 4, 1, 5, 2, 3, 4, 5, 2)):
        x[row, length:] = 0
    y = np.eye(3, dtype="float32")[random.integers(0, 3, 16)]
    ids = keras.Input((5,), dtype="int32")
    hidden = Block()(Block()(layers.Embedding(7, 4, mask_zero=True)(ids)))
    model = keras.Model(ids, layers.Dense(3, activation="softmax")(layers.GlobalAveragePooling1D()(hidden)))
    normal_weights(model, random)
    before = weights(model)
    rate = optimizers.schedules.CosineDecay(0.0, 8, alpha=0.1, warmup_target=0.05, warmup_steps=3)
    optimizer = optimizers.AdamW(rate, weight_decay=0.01, clipnorm=0.5, epsilon=1e-3)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    model.compile(optimizer, losses.CategoricalCrossentropy(label_smoothing=0.1), metrics=["accuracy", metrics.F1Score(average="macro", name="f1")])
    stop = keras.callbacks.EarlyStopping(monitor="val_loss", patience=1, restore_best_weights=True)
    fitted = model.fit(x, y, batch_size=4, epochs=4, shuffle=False, verbose=0, validation_split=0.25, class_weight={0: 1.0, 1: 2.0, 2: 0.5}, callbacks=[stop])
    return {"x": array(x.astype("int32")), "y": array(y), **outcome(model, fitted, before)}


PROGRAMS = (annealed_autoencoder, mixture_of_experts, learnt_loss_weights, text_classifier)


def generate():
    write_cases("own-programs", "own_programs", [{"name": program.__name__, **program()} for program in PROGRAMS])
