"""Event files as the tensorboard package writes and reads them. Needs `pip install tensorboard` beside Keras:

python tools/oracle/event_files.py golden    writes test/golden/event-file.json
python tools/oracle/event_files.py DIR       prints what TensorBoard finds below DIR
"""

import io
import json
import struct
import sys
from pathlib import Path

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_pb2, tensor_shape_pb2, types_pb2
from tensorboard.summary.writer.record_writer import RecordWriter

GOLDEN = Path(__file__).resolve().parents[2] / "test" / "golden" / "event-file.json"


def tensor(dtype, sizes, **content):
    shape = tensor_shape_pb2.TensorShapeProto(dim=[tensor_shape_pb2.TensorShapeProto.Dim(size=s) for s in sizes])
    return tensor_pb2.TensorProto(dtype=dtype, tensor_shape=shape, **content)


def metadata(plugin, data_class, content=b""):
    data = summary_pb2.SummaryMetadata.PluginData(plugin_name=plugin, content=content)
    return summary_pb2.SummaryMetadata(plugin_data=data, data_class=data_class)


def values():
    floats = struct.pack("<f", 0.25)
    rows = struct.pack("<6d", 0, 1, 3, 1, 2, 4)
    Value = summary_pb2.Summary.Value
    yield Value(tag="epoch_loss", metadata=metadata("scalars", 1), tensor=tensor(types_pb2.DT_FLOAT, [], tensor_content=floats))
    yield Value(
        tag="dense/kernel/histogram",
        metadata=metadata("histograms", 2),
        tensor=tensor(types_pb2.DT_DOUBLE, [2, 3], tensor_content=rows),
    )
    yield Value(
        tag="dense/kernel/image",
        metadata=metadata("images", 3),
        tensor=tensor(types_pb2.DT_STRING, [3], string_val=[b"2", b"1", b"png"]),
    )
    yield Value(
        tag="keras",
        metadata=metadata("graph_keras_model", 0, b"1"),
        tensor=tensor(types_pb2.DT_STRING, [], string_val=[b"{}"]),
    )


def golden():
    stream = io.BytesIO()
    writer = RecordWriter(stream)
    writer.write(event_pb2.Event(wall_time=1000.5, file_version="brain.Event:2").SerializeToString())
    event = event_pb2.Event(wall_time=1001.25, step=300, summary=summary_pb2.Summary(value=list(values())))
    writer.write(event.SerializeToString())
    GOLDEN.write_text(json.dumps({"family": "event files", "bytes": stream.getvalue().hex()}) + "\n")


def show(folder):
    for path in sorted({file.parent for file in Path(folder).rglob("*tfevents*")}):
        found = EventAccumulator(str(path), size_guidance={"tensors": 0}).Reload()
        for tag in found.Tags()["tensors"]:
            plugin = found.SummaryMetadata(tag).plugin_data.plugin_name
            events = found.Tensors(tag)
            sizes = [dim.size for dim in events[0].tensor_proto.tensor_shape.dim]
            content = events[-1].tensor_proto.tensor_content
            last = struct.unpack("<f", content)[0] if plugin == "scalars" else f"{len(events[-1].tensor_proto.string_val)} strings"
            print(path.name, plugin, tag, sizes, [event.step for event in events], last)


if __name__ == "__main__":
    golden() if sys.argv[1] == "golden" else show(sys.argv[1])
