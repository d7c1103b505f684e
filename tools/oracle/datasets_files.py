"""Keras's loaders on small files made up here, of the same formats: test/golden/datasets.json."""

import base64
import gzip
import io
import pickle
import struct
import tarfile
import tempfile
from pathlib import Path

import numpy as np
from keras.src.datasets import boston_housing, california_housing, cifar100, fashion_mnist, imdb, mnist, reuters
from keras.src.datasets.cifar import load_batch
from record import array, write_cases

random = np.random.RandomState(11)


def npz(**arrays):
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)
    return stream.getvalue()


def lists(count):
    result = np.empty(count, dtype="object")
    for row in range(count):
        result[row] = random.randint(1, 300, random.randint(1, 9)).tolist()
    result[0] = [70000, -1, 2**40]
    return result


def old_text(text):
    """A `str` of Python 2, as the pickles of CIFAR hold them."""
    return b"U" + struct.pack("<B", len(text)) + text


def old_pickle(entries):
    """A dictionary with keys of Python 2; values were pickled apart."""
    content = b"\x80\x02}q\x01("
    for key, value in entries.items():
        content += old_text(key.encode())
        if isinstance(value, np.ndarray):
            content += (
                b"cnumpy.core.multiarray\n_reconstruct\nq\x10cnumpy\nndarray\nK\x00\x85" + old_text(b"b") + b"\x87Rq\x11"
                + b"(K\x01" + b"".join(b"M" + struct.pack("<H", size) for size in value.shape) + b"\x86"
                + b"cnumpy\ndtype\n" + old_text(b"u1") + b"K\x00K\x01\x87R(K\x03" + old_text(b"|") + b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
                + b"\x89T" + struct.pack("<I", value.nbytes) + value.tobytes() + b"tb"
            )
        else:
            content += pickle.dumps(value, protocol=2)[2:-1]
    return content + b"u."


def cifar(count, **labels):
    planes = random.randint(0, 4, (count, 3072)).astype("uint8")
    return old_pickle({"batch_label": "some batch", **labels, "data": planes})


def parts(loaded):
    def plain(x):
        return array(x) if x.dtype != object else [list(row) for row in x]

    return [{"x": plain(np.asarray(x)), "y": array(np.asarray(y).astype("float32"))} for x, y in loaded]


def summary(loaded):
    """Pictures are many: their shape, and the mean of each channel and of one column."""
    return [
        {"shape": list(x.shape), "channels": array(x.mean((0, 1, 2))), "column": array(x[:, :, 5].mean((0, 1))), "y": array(y.astype("int32"))}
        for x, y in loaded
    ]


def case(module, file, content, options):
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / file
        path.write_bytes(content)
        module.get_file = lambda *_, **__: str(path)
        loaded = module.load_data(**options)
    dataset = module.__name__.split(".")[-1]
    return {"name": f"{dataset} {options}", "dataset": dataset, "options": options, "parts": parts(loaded)}


def folder_case(module, folder, contents, options):
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / folder).mkdir()
        for file, content in contents.items():
            (Path(name) / folder / file).write_bytes(content)
        module.get_file = lambda *_, **__: name
        loaded = module.load_data(**options)
    dataset = module.__name__.split(".")[-1]
    return {"name": f"{dataset} {options}", "dataset": dataset, "options": options, "pictures": summary(loaded)}


def archive_of(folder, contents):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, content in contents.items():
            member = tarfile.TarInfo(f"{folder}/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return gzip.compress(stream.getvalue(), mtime=0)


def ten_case():
    """CIFAR-10. Keras's loader wants 10,000 pictures a file, so its parts are called on smaller files."""
    names = [*(f"data_batch_{number}" for number in range(1, 6)), "test_batch"]
    contents = {name: cifar(2, labels=[at % 10, 9 - at]) for at, name in enumerate(names)}
    with tempfile.TemporaryDirectory() as folder:
        batches = []
        for name, content in contents.items():
            (Path(folder) / name).write_bytes(content)
            batches.append(load_batch(str(Path(folder) / name)))
    training, test = batches[:-1], batches[-1]
    x = [np.concatenate([data for data, _ in training]), test[0]]
    y = [np.concatenate([labels for _, labels in training]), np.array(test[1])]
    loaded = [(pixels.transpose(0, 2, 3, 1), labels.reshape(-1, 1)) for pixels, labels in zip(x, y)]
    yield {"name": "cifar10", "archive": base64.b64encode(archive_of("cifar-10-batches-py", contents)).decode()}
    yield {"name": "cifar10 {}", "dataset": "cifar10", "options": {}, "pictures": summary(loaded)}


def idx(values):
    """The format of MNIST's own files, packed."""
    header = bytes((0, 0, 8, values.ndim)) + b"".join(struct.pack(">I", size) for size in values.shape)
    return gzip.compress(header + values.tobytes(), mtime=0)


def fashion_cases():
    files = {}
    for part, count in (("train", 2), ("t10k", 1)):
        files[f"{part}-images-idx3-ubyte.gz"] = idx((random.randint(0, 4, (count, 28, 28)) * 85).astype("uint8"))
        files[f"{part}-labels-idx1-ubyte.gz"] = idx(random.randint(0, 10, count).astype("uint8"))
    yield {"name": "fashion_mnist", "folder": "fashion-mnist", "files": {name: base64.b64encode(content).decode() for name, content in files.items()}}
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        fashion_mnist.get_file = lambda fname, **_: str(Path(folder) / fname)
        yield {"name": "fashion_mnist {}", "dataset": "fashion_mnist", "options": {}, "parts": parts(fashion_mnist.load_data())}


def file_cases(module, content, choices):
    dataset = module.__name__.split(".")[-1]
    yield {"name": dataset, "file": dataset, "base64": base64.b64encode(content).decode()}
    for options in choices:
        yield case(module, "file.npz", content, options)


def generate():
    bytes_of = lambda *shape: random.randint(0, 256, shape).astype("uint8")
    digits = npz(x_train=bytes_of(3, 28, 28), y_train=bytes_of(3) % 10, x_test=bytes_of(2, 28, 28), y_test=bytes_of(2) % 10)
    houses = npz(x=random.normal(size=(11, 4)), y=random.normal(size=11))
    reviews = npz(x_train=lists(9), y_train=random.randint(0, 2, 9), x_test=lists(7), y_test=random.randint(0, 2, 7))
    news = npz(x=lists(13), y=random.randint(0, 46, 13))
    words = ({}, {"num_words": 50, "skip_top": 6}, {"maxlen": 6, "seed": 4}, {"start_char": None, "oov_char": None, "num_words": 99, "index_from": 0})
    cases = [
        *file_cases(mnist, digits, [{}]),
        *file_cases(boston_housing, houses, [{}, {"test_split": 0.45, "seed": 2}]),
        *file_cases(california_housing, houses, [{}, {"version": "small"}]),
        *file_cases(imdb, reviews, words),
        *file_cases(reuters, news, [*words, {"test_split": 0.5}]),
    ]
    hundred = {name: cifar(2, fine_labels=[99, 4], coarse_labels=[1, 19]) for name in ("train", "test")}
    cases.append({"name": "cifar100", "folder": "cifar-100-python", "files": {name: base64.b64encode(content).decode() for name, content in hundred.items()}})
    for options in ({}, {"label_mode": "coarse"}):
        cases.append(folder_case(cifar100, "cifar-100-python", hundred, options))
    cases.extend(ten_case())
    cases.extend(fashion_cases())
    write_cases("datasets", "datasets", cases)
