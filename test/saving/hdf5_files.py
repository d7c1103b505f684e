"""Writes hdf5-files.json: small HDF5 files that only h5py can make, honest and hostile, gzipped in base64.

python test/saving/hdf5_files.py
"""

import base64
import gzip
import json
import tempfile
from pathlib import Path

import h5py
import numpy as np


def honest(file):
    group = file.create_group("layers/dense/vars")
    group.attrs["name"] = "dense"
    group["0"] = np.arange(6, dtype="f4").reshape(2, 3)
    group["1"] = np.float32(3)
    file["big_endian"] = np.arange(3, dtype=">f4")
    file["int64"] = np.arange(3, dtype="i8")
    file["half"] = np.arange(3, dtype="f2")
    file["bool"] = np.array([True, False])
    bfloat16 = file.create_dataset("bfloat16", data=np.array([0x3F80, 0xC000], dtype="u2").view("V2"))
    bfloat16.attrs["dtype"] = "bfloat16"
    values = np.arange(35 * 7, dtype="f4").reshape(35, 7)
    file.create_dataset("all_filters", data=values, chunks=(10, 5), compression="gzip", shuffle=True, fletcher32=True)
    file.attrs["layer_names"] = ["conv", "dense"]
    file.attrs["fixed"] = np.array([b"x", b"yy"])
    file.attrs["number"] = 2.5


def external_storage(file):
    file.create_dataset("a", (4,), "f4", external=[("/etc/passwd", 0, 16)])


def virtual_dataset(file):
    layout = h5py.VirtualLayout((4,), "f4")
    layout[:] = h5py.VirtualSource("/etc/passwd", "a", (4,))
    file.create_virtual_dataset("a", layout)


def huge_whole(file):
    file.create_dataset("a", (2**40,), "f4")


def huge_chunked(file):
    file.create_dataset("a", (2**50,), "f4", chunks=(1024,))


def huge_chunk(file):
    file.create_dataset("a", (2**29,), "f4", chunks=(2**29,))


def shared_type(file):
    file["type"] = np.dtype("f4")
    file.create_dataset("a", (2,), dtype=file["type"])


def unknown_filter(file):
    file.create_dataset("a", data=np.zeros(100, "f4"), compression="lzf")


def references(file):
    file["a"] = np.zeros(2, "f4")
    file.create_dataset("b", data=np.array([file["a"].ref], dtype=h5py.ref_dtype))


def many_names_for_one(file):
    file["a0"] = np.zeros(100, "f4")
    for index in range(1, 50):
        file[f"a{index}"] = file["a0"]


def written(make, version):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.h5"
        with h5py.File(path, "w", libver=version) as file:
            make(file)
        return base64.b64encode(gzip.compress(path.read_bytes(), mtime=0)).decode()


def main():
    hostile = [
        external_storage,
        virtual_dataset,
        huge_whole,
        huge_chunked,
        huge_chunk,
        shared_type,
        unknown_filter,
        references,
        many_names_for_one,
    ]
    versions = {"old": None, "new": ("v108", "v108")}
    result = {
        "honest": {name: written(honest, version) for name, version in versions.items()},
        "hostile": {
            f"{make.__name__} ({name})": written(make, version)
            for make in hostile
            for name, version in versions.items()
            if make is not virtual_dataset or name == "old"
        },
    }
    path = Path(__file__).with_name("hdf5-files.json")
    path.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
