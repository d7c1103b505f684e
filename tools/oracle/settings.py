"""What the settings of keras.config change: test/golden/settings.json."""

import warnings

import keras
import numpy as np
from keras import constraints, layers, losses, metrics
from record import array, write_cases


def epsilon_cases():
    y_true = np.array([[1.0, 0.0], [0.0, 1.0]], "float32")
    y_pred = np.array([[0.0, 1.0], [0.25, 0.75]], "float32")
    values = {
        "binary_crossentropy": losses.BinaryCrossentropy(),
        "categorical_crossentropy": losses.CategoricalCrossentropy(),
        "kl_divergence": losses.KLDivergence(),
        "poisson": losses.Poisson(),
        "mean_absolute_percentage_error": losses.MeanAbsolutePercentageError(),
        "dice": losses.Dice(),
    }
    for name in ("epsilon", "set_epsilon"):
        value = 0.0625 if name == "set_epsilon" else keras.config.epsilon()
        keras.config.set_epsilon(value)
        results = {key: float(loss(y_true, y_pred)) for key, loss in values.items()}
        iou = metrics.MeanIoU(2)
        iou.update_state(np.array([0, 1]), np.array([0, 0]))
        results["mean_io_u"] = float(iou.result())
        results["unit_norm"] = np.asarray(constraints.UnitNorm()(np.array([[3.0], [4.0]], "float32"))).ravel().tolist()
        keras.config.set_epsilon(1e-7)
        yield {"name": name, "setting": name, "epsilon": value, "yTrue": array(y_true), "yPred": array(y_pred), "results": results}


def format_cases():
    for name, data_format in (("image_data_format", "channels_last"), ("set_image_data_format", "channels_first")):
        keras.config.set_image_data_format(data_format)
        made = [
            layers.Conv2D(2, 3),
            layers.MaxPooling2D(),
            layers.GlobalAveragePooling1D(),
            layers.UpSampling2D(),
            layers.ZeroPadding2D(),
            layers.Flatten(),
            layers.SpatialDropout2D(0.5),
            layers.Resizing(2, 2),
            layers.DepthwiseConv1D(3),
        ]
        formats = {layer.__class__.__name__: layer.data_format for layer in made}
        picture = keras.utils.img_to_array(np.zeros((2, 4, 3), "float32")).shape
        keras.config.set_image_data_format("channels_last")
        yield {"name": name, "setting": name, "dataFormat": data_format, "formats": formats, "picture": list(picture)}


class Batches(keras.callbacks.Callback):
    def __init__(self, events):
        super().__init__()
        self.events = events

    def on_epoch_begin(self, epoch, logs=None):
        self.events.append(f"epoch {epoch}")

    def on_train_batch_end(self, batch, logs=None):
        self.events.append(f"train {batch}")

    def on_test_batch_end(self, batch, logs=None):
        self.events.append(f"test {batch}")

    def on_predict_batch_end(self, batch, logs=None):
        self.events.append(f"predict {batch}")


def limit_cases():
    x = np.zeros((8, 1), "float32")
    for name, limits in (
        ("max_epochs", {}),
        ("set_max_epochs", {"epochs": 2}),
        ("max_steps_per_epoch", {"steps": 3}),
        ("set_max_steps_per_epoch", {"steps": 2, "epochs": 1}),
    ):
        model = keras.Sequential([keras.Input((1,)), layers.Dense(1)])
        model.compile("sgd", "mse")
        events = []
        keras.config.set_max_epochs(limits.get("epochs"))
        keras.config.set_max_steps_per_epoch(limits.get("steps"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.fit(x, x, batch_size=2, epochs=3, validation_data=(x, x), callbacks=[Batches(events)], verbose=0)
            model.evaluate(x, x, batch_size=2, callbacks=[Batches(events)], verbose=0)
            model.predict(x, batch_size=2, callbacks=[Batches(events)], verbose=0)
        keras.config.set_max_epochs(None)
        keras.config.set_max_steps_per_epoch(None)
        yield {"name": name, "setting": name, "limits": limits, "events": events}


def generate():
    write_cases("settings", "settings", [*epsilon_cases(), *format_cases(), *limit_cases()])
