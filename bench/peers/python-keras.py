"""Keras on TensorFlow as a peer: loads `.keras` files, and runs the steps of its fit and predict."""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

from python_serve import FOLDER, THREADS, serve

import keras
import numpy as np
import tensorflow as tf

tf.config.threading.set_intra_op_parallelism_threads(THREADS)
tf.config.threading.set_inter_op_parallelism_threads(THREADS)


class Positions(keras.layers.Layer):
    """Adds a learnt vector for each position, as the network of that name here does."""

    def build(self, shape):
        self.table = self.add_weight(shape=(shape[-2], shape[-1]), name="positions")

    def call(self, x):
        return x + self.table


def read(array):
    values = np.fromfile(os.path.join(FOLDER, array["file"]), dtype=array["dtype"])
    return tf.constant(values.reshape(array["shape"]))


def write(name, output):
    flat = np.asarray(output, dtype="float32").reshape(-1)
    flat.tofile(os.path.join(FOLDER, name))
    return int(flat.size)


def load(request):
    path = os.path.join(FOLDER, request["model"])
    return keras.saving.load_model(path, custom_objects={"Positions": Positions})


def open_training(request):
    model = load(request)
    batch = (read(request["x"]), read(request["y"]))
    train_step = tf.function(model.train_step, jit_compile=True, reduce_retracing=True)

    def step():
        # Metrics are means since they were last reset.
        model.reset_metrics()
        return train_step(batch)["loss"]

    return step


def open_inference(request):
    model = load(request)
    x = read(request["x"])
    predict_step = tf.function(model.predict_step, jit_compile=True, reduce_retracing=True)
    return lambda: predict_step((x,))


serve(
    {"training": open_training, "inference": open_inference},
    f"{keras.__version__} on TensorFlow {tf.__version__}",
    lambda output: float(output) if output.shape.rank == 0 else float(tf.reshape(output, [-1])[0]),
    write,
)
