"""Write the golden files and fixtures: python tools/oracle/generate.py [family ...]."""

import importlib
import os
import sys

# Keras reads these when it is imported, so they come before any family module.
# Models of strings run on TensorFlow only, alone.
ON_TENSORFLOW = ("text_models", "feature_spaces")
alone = sys.argv[1:] and set(sys.argv[1:]) <= set(ON_TENSORFLOW)
os.environ["KERAS_BACKEND"] = "tensorflow" if alone else "jax"
os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ["COLUMNS"] = "80"

FAMILIES = (
    "layers_core",
    "layers_convolution",
    "layers_pooling",
    "layers_combining",
    "layers_recurrent",
    "layers_attention",
    "preprocessing",
    "augmentation",
    "augmentation_boxes",
    "losses",
    "metrics",
    "optimizers",
    "values",
    "training",
    "training_recurrent",
    "precision",
    "several_results",
    "objects",
    "operations",
    "settings",
    "plots",
    "training_whole",
    "training_composed",
    "training_masked",
    "nested_training",
    "own_programs",
    "programs",
    "progress",
    "callback_runs",
    "utilities",
    "datasets_files",
    "fixtures",
    "names",
    "ops_image",
    "ops_bounding_boxes",
    "ops_numpy",
    "ops_nn",
    "ops_linalg",
    "ops_random_calls",
    "ops_dtypes",
    "ops_control",
    "random_laws",
    "ops_further",
    "file_editor",
    "identifiers",
    "trees",
    "subclasses",
    "callback_fits",
    "model_files",
    "seeds",
    "fetched_files",
)

# Keras needs TensorFlow for these: see requirements-tensorflow.txt.
NEED_TENSORFLOW = ("adapted", "windows_and_splits")

# Pillow and grain read pictures and folders: see requirements-pictures.txt.
NEED_PICTURES = ("pictures",)


def main():
    chosen = sys.argv[1:] or FAMILIES
    unknown = sorted(set(chosen) - set(FAMILIES + NEED_TENSORFLOW + NEED_PICTURES + ON_TENSORFLOW))
    if unknown:
        sys.exit(f"unknown family {unknown}; known: {', '.join(FAMILIES)}")
    for family in chosen:
        importlib.import_module(family).generate()


if __name__ == "__main__":
    main()
