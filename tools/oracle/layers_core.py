"""Dense, activations as layers, shape layers, Embedding, Dropout, Rescaling."""

import numpy as np
from keras import initializers, layers, regularizers
from layer_runs import layer_case
from record import write_cases

ACTIVATIONS = (
    "elu relu relu6 selu gelu silu softplus softsign hard_sigmoid hard_silu mish leaky_relu tanh sigmoid exponential "
    "linear softmax log_softmax celu glu hard_shrink hard_tanh log_sigmoid soft_shrink sparse_plus sparse_sigmoid "
    "sparsemax squareplus tanh_shrink threshold"
).split()
# These need an argument that Activation cannot carry, so they are in activations.json only.
NOT_AS_LAYER = ("threshold",)


def activation_cases():
    for name in ACTIVATIONS:
        if name not in NOT_AS_LAYER:
            yield layer_case(f"activation {name}", lambda: layers.Activation(name), [(3, 4)])
    yield layer_case("relu default", lambda: layers.ReLU(), [(2, 5)])
    yield layer_case("relu slope, maximum, threshold", lambda: layers.ReLU(0.6, 0.1, 0.2), [(4, 6)])
    yield layer_case("leaky relu default", lambda: layers.LeakyReLU(), [(2, 5)])
    yield layer_case("leaky relu 0.05", lambda: layers.LeakyReLU(negative_slope=0.05), [(2, 5)])
    yield layer_case("elu default", lambda: layers.ELU(), [(2, 5)])
    yield layer_case("elu 0.5", lambda: layers.ELU(alpha=0.5), [(2, 5)])
    yield layer_case("prelu", lambda: layers.PReLU(), [(2, 3, 2)])
    yield layer_case("prelu shared axis", lambda: layers.PReLU(shared_axes=[1]), [(2, 3, 2)])
    yield layer_case("softmax default", lambda: layers.Softmax(), [(2, 5)])
    yield layer_case(
        "softmax masked", lambda: layers.Softmax(), [(2, 3)], masks=[np.array([[True, False, True], [False] * 3])]
    )
    yield layer_case("softmax two axes", lambda: layers.Softmax(axis=(1, 2)), [(2, 3, 2)])
    yield layer_case("softmax axis 1", lambda: layers.Softmax(axis=1), [(2, 3, 2)])


def dense_cases():
    yield layer_case("dense", lambda: layers.Dense(4), [(3, 5)])
    yield layer_case("dense without bias", lambda: layers.Dense(4, use_bias=False), [(3, 5)])
    yield layer_case("dense relu", lambda: layers.Dense(6, activation="relu"), [(3, 5)])
    yield layer_case("dense tanh", lambda: layers.Dense(2, activation="tanh"), [(3, 5)])
    yield layer_case("dense softmax", lambda: layers.Dense(3, activation="softmax"), [(4, 5)])
    yield layer_case("dense gelu", lambda: layers.Dense(3, activation="gelu"), [(4, 5)])
    yield layer_case("dense rank 3", lambda: layers.Dense(4, activation="sigmoid"), [(2, 3, 5)])
    yield layer_case("dense adapted", lambda: layers.Dense(4, lora_rank=2, lora_alpha=6), [(3, 5)])
    yield layer_case("dense rank 4", lambda: layers.Dense(2), [(2, 2, 3, 4)])
    yield layer_case(
        "dense with options",
        lambda: layers.Dense(
            3,
            kernel_initializer=initializers.HeNormal(seed=3),
            bias_initializer="ones",
            kernel_regularizer=regularizers.L1L2(0.1, 0.2),
            bias_regularizer="l2",
            kernel_constraint="non_neg",
        ),
        [(2, 4)],
    )


def shape_cases():
    yield layer_case("identity", lambda: layers.Identity(), [(2, 3)])
    yield layer_case("dropout inference", lambda: layers.Dropout(0.4, seed=1), [(2, 5)])
    yield layer_case("spatial dropout inference", lambda: layers.SpatialDropout2D(0.4, seed=1), [(1, 2, 2, 3)])
    yield layer_case("spatial dropout 1d inference", lambda: layers.SpatialDropout1D(0.4, seed=1), [(1, 3, 2)])
    yield layer_case("spatial dropout 3d inference", lambda: layers.SpatialDropout3D(0.4, seed=1), [(1, 2, 1, 2, 2)])
    yield layer_case("masking", lambda: layers.Masking(0.5), [(2, 3, 2)])
    yield layer_case("gaussian dropout inference", lambda: layers.GaussianDropout(0.4, seed=1), [(2, 5)])
    yield layer_case("gaussian noise inference", lambda: layers.GaussianNoise(0.4, seed=1), [(2, 5)])
    yield layer_case("alpha dropout inference", lambda: layers.AlphaDropout(0.4, seed=1), [(2, 5)])
    yield layer_case("activity regularization", lambda: layers.ActivityRegularization(l1=0.1, l2=0.2), [(2, 5)])
    yield layer_case("flatten", lambda: layers.Flatten(), [(2, 3, 4)])
    yield layer_case("flatten rank 1", lambda: layers.Flatten(), [(3,)])
    yield layer_case("reshape", lambda: layers.Reshape((4, 3)), [(2, 3, 4)])
    yield layer_case("reshape unknown", lambda: layers.Reshape((-1, 2, 2)), [(2, 3, 4)])
    yield layer_case("permute", lambda: layers.Permute((2, 1)), [(2, 3, 4)])
    yield layer_case("permute rank 4", lambda: layers.Permute((3, 1, 2)), [(2, 2, 3, 4)])
    yield layer_case("repeat vector", lambda: layers.RepeatVector(3), [(2, 4)])
    yield layer_case("rescaling", lambda: layers.Rescaling(1 / 127.5, offset=-1.0), [(2, 3)])
    yield layer_case("zero padding 1d", lambda: layers.ZeroPadding1D(2), [(2, 3, 2)])
    yield layer_case("zero padding 1d pair", lambda: layers.ZeroPadding1D((1, 0)), [(2, 3, 2)])
    yield layer_case("zero padding 2d", lambda: layers.ZeroPadding2D(1), [(1, 2, 3, 2)])
    yield layer_case("zero padding 2d uneven", lambda: layers.ZeroPadding2D(((1, 0), (2, 1))), [(1, 2, 3, 2)])
    yield layer_case("zero padding 3d", lambda: layers.ZeroPadding3D((1, 0, 1)), [(1, 2, 2, 2, 1)])
    yield layer_case("cropping 1d", lambda: layers.Cropping1D((1, 2)), [(2, 6, 2)])
    yield layer_case("cropping 2d", lambda: layers.Cropping2D(1), [(1, 4, 5, 2)])
    yield layer_case("cropping 2d uneven", lambda: layers.Cropping2D(((1, 0), (0, 2))), [(1, 4, 5, 2)])
    yield layer_case("cropping 3d", lambda: layers.Cropping3D(1), [(1, 3, 4, 3, 2)])
    yield layer_case("up sampling 1d", lambda: layers.UpSampling1D(2), [(2, 3, 2)])
    yield layer_case("up sampling 2d nearest", lambda: layers.UpSampling2D(2), [(1, 2, 3, 2)])
    yield layer_case("up sampling 2d uneven", lambda: layers.UpSampling2D((3, 1)), [(1, 2, 3, 2)])
    yield layer_case(
        "up sampling 2d bilinear", lambda: layers.UpSampling2D((2, 3), interpolation="bilinear"), [(1, 3, 2, 2)]
    )
    yield layer_case("up sampling 3d", lambda: layers.UpSampling3D((2, 1, 2)), [(1, 2, 2, 2, 1)])


def embedding_cases():
    identifiers = np.array([[1, 0, 4], [4, 2, 1]], dtype="int32")
    yield layer_case("embedding", lambda: layers.Embedding(5, 3), [identifiers])
    yield layer_case("embedding with mask", lambda: layers.Embedding(5, 3, mask_zero=True), [identifiers])
    yield layer_case("embedding adapted", lambda: layers.Embedding(5, 3, lora_rank=2), [identifiers])
    yield layer_case("embedding of one column", lambda: layers.Embedding(6, 2), [identifiers[:, :1]])


def reversible_cases():
    identifiers = np.array([[1, 0, 4], [4, 2, 1]], dtype="int32")
    reverse = {"reverse": True}

    def make(**options):
        return layers.ReversibleEmbedding(5, 3, **options)

    yield layer_case("reversible embedding", lambda: make(mask_zero=True), [identifiers])
    yield layer_case("reversible embedding back", lambda: make(), [(2, 2, 3)], options=reverse)
    yield layer_case("reversible embedding capped", lambda: make(logit_soft_cap=0.5), [(2, 3)], options=reverse)
    yield layer_case("reversible embedding untied", lambda: make(tie_weights=False), [(2, 3)], options=reverse)


def generate():
    write_cases("layers-activations", "layers", list(activation_cases()))
    write_cases("layers-core", "layers", [*dense_cases(), *shape_cases(), *embedding_cases(), *reversible_cases()])
