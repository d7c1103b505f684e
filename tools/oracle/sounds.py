"""Folders of sounds, resampled by TensorFlow I/O: test/golden/sounds.json. Needs requirements-sounds.txt.

    python tools/oracle/sounds.py
"""

import base64
import io
import os
import tempfile
import wave
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"

import numpy as np  # noqa: E402
from keras import utils  # noqa: E402
from record import array, write_cases  # noqa: E402

random = np.random.RandomState(3)


def wav(samples, rate):
    stream = io.BytesIO()
    with wave.open(stream, "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.astype("<i2").tobytes())
    return stream.getvalue()


def noise(frames, channels=1):
    return random.randint(-20000, 20001, (frames, channels))


FOLDERS = {
    "mono": {"a/1.wav": wav(noise(90), 8000), "a/2.wav": wav(noise(40), 8000), "b/3.wav": wav(noise(70), 8000)},
    "stereo": {"a/1.wav": wav(noise(120, 2), 44100), "b/2.wav": wav(noise(200, 2), 44100)},
    "mixed": {"a/1.wav": wav(noise(60), 11025), "b/2.wav": wav(noise(90), 24000)},
}

# Without output_sequence_length, batches of resampled sounds have no known rank, and Keras cannot fill them.
CASES = (
    ("mono", {}),
    ("mono", {"output_sequence_length": 50}),
    ("mono", {"labels": None, "batch_size": 2}),
    ("mono", {"sampling_rate": 8000, "output_sequence_length": 70}),
    ("mono", {"sampling_rate": 16000, "output_sequence_length": 60}),
    ("mono", {"sampling_rate": 4000, "output_sequence_length": 99, "label_mode": "categorical"}),
    ("mono", {"sampling_rate": 500, "output_sequence_length": 320}),
    ("mono", {"sampling_rate": 11025, "output_sequence_length": 64, "label_mode": "binary"}),
    ("stereo", {"sampling_rate": 16000, "output_sequence_length": 300}),
    ("stereo", {"sampling_rate": 48000, "output_sequence_length": 100}),
    ("stereo", {"sampling_rate": 22050, "batch_size": None}),
    ("mixed", {"sampling_rate": 16000, "batch_size": None}),
)


def parts(dataset, options):
    has_labels = options.get("labels", "inferred") is not None
    for batch in dataset:
        x, y = batch if has_labels else (batch, None)
        yield {"x": array(x), "y": None if y is None else array(y)}


def generate():
    cases = []
    with tempfile.TemporaryDirectory() as name:
        for folder, files in FOLDERS.items():
            for place, content in files.items():
                path = Path(name) / folder / place
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            packed = {place: base64.b64encode(content).decode() for place, content in files.items()}
            cases.append({"name": folder, "folder": folder, "files": packed})
        for folder, options in CASES:
            dataset = utils.audio_dataset_from_directory(
                Path(name) / folder, shuffle=False, verbose=False, **options
            )
            batches = list(parts(dataset, options))
            utility = "audio_dataset_from_directory"
            cases.append({"name": f"{folder} {options}", "utility": utility, "of": folder, "options": options, "batches": batches})
    write_cases("sounds", "sounds", cases)


if __name__ == "__main__":
    generate()
