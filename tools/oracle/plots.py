"""The boxes and arrows that keras.utils.model_to_dot draws, noted by a stand-in for pydot, and those in the files
that plot_model writes through pydot: test/golden/plots.json."""

import tempfile
from pathlib import Path

import keras
import pydot
from keras import layers
from keras.src.utils import model_visualization
from record import write_cases


class Settings:
    def __init__(self, **settings):
        self.settings = settings

    def set(self, key, value):
        self.settings[key] = value


class Node(Settings):
    def __init__(self, identity, label):
        super().__init__(label=label)
        self.identity = identity


class Edge(Settings):
    def __init__(self, source, target):
        super().__init__()
        self.ends = (source, target)


class Dot(Settings):
    def __init__(self, **settings):
        super().__init__(**settings)
        self.nodes, self.edges, self.inside = [], [], []

    def set_node_defaults(self, **settings):
        self.defaults = settings

    def add_node(self, node):
        self.nodes.append(node)

    def get_edge(self, source, target):
        return [edge for edge in self.edges if edge.ends == (source, target)]

    def add_edge(self, edge):
        self.edges.append(edge)

    def add_subgraph(self, cluster):
        self.inside.append(cluster)


class PyDot:
    Dot, Cluster, Node, Edge = Dot, Dot, Node, Edge


def numbers_of(dot, found):
    """Process addresses become numbers, in the order of the boxes."""
    for node in dot.nodes:
        found.setdefault(node.identity, len(found))
    for cluster in dot.inside:
        numbers_of(cluster, found)
    return found


def noted(dot, numbers):
    return {
        "settings": dot.settings,
        "nodes": {numbers[node.identity]: node.settings["label"] for node in dot.nodes},
        "edges": [[numbers[end] for end in edge.ends] for edge in dot.edges],
        "inside": [noted(cluster, numbers) for cluster in dot.inside],
    }


def stack():
    shapes = [keras.Input((4,)), layers.Dense(3, activation="relu", name="first"), layers.Dropout(0.5, name="drop")]
    return keras.Sequential([*shapes, layers.Dense(1, name="last", trainable=False)], name="stack")


def branches():
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    shared = layers.Dense(3, activation="tanh", name="shared")
    both = layers.Concatenate(name="both")([shared(a), shared(b)])
    return keras.Model([a, b], layers.Dense(2, name="head")(both), name="branches")


def nested():
    x = keras.Input((4,), name="x")
    h = keras.Input((3,), name="h")
    inner = keras.Model(h, layers.Dense(3, activation="relu", name="inside")(h), name="inner")
    y = stack()(x)
    z = inner(layers.Dense(3, name="before")(y))
    return keras.Model(x, layers.Dense(1, name="after")(z), name="outer")


def nested_stack():
    return keras.Sequential([keras.Input((4,)), layers.Dense(4, name="before"), stack(), layers.Dense(1, name="after")], name="nest")


def plain(text):
    return text.strip('"') if isinstance(text, str) else text


def read(graph):
    """The graph of a file, in the form of a Dot. pydot reads nodes and edges of a graph, and its subgraphs."""
    found = Dot(**{key: plain(value) for one in graph.get_node("graph") for key, value in one.get_attributes().items()})
    found.settings.update({key: plain(value) for key, value in graph.get_attributes().items()})
    for node in graph.get_node_list():
        if node.get_name() not in ("node", "graph"):
            found.add_node(Node(node.get_name().strip('"'), node.get_label()))
    for edge in graph.get_edge_list():
        found.add_edge(Edge(edge.get_source().strip('"'), edge.get_destination().strip('"')))
    found.inside = [read(cluster) for cluster in graph.get_subgraph_list()]
    return found


def plotted(model, options):
    """What is in the file that plot_model writes, as it is before Graphviz lays it out."""
    write = pydot.Dot.write
    model_visualization.pydot, model_visualization.check_graphviz = pydot, lambda: True
    pydot.Dot.write = lambda dot, path, format: write(dot, path, format="raw")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.dot"
        keras.utils.plot_model(model, path, **options)
        [graph] = pydot.graph_from_dot_file(path)
    pydot.Dot.write, model_visualization.pydot = write, PyDot
    return read(graph)


def generate():
    model_visualization.pydot = PyDot
    everything = {"show_shapes": True, "show_dtype": True, "show_layer_activations": True, "show_trainable": True}
    cases = []
    for name, make, options in (
        ("a stack", stack, {}),
        ("a stack with everything", stack, everything),
        ("branches", branches, {"show_shapes": True, "rankdir": "LR", "dpi": 96, "splines": "curved"}),
        ("branches without names", branches, {"show_layer_names": False, "show_dtype": True}),
        ("nested", nested, {}),
        ("nested, expanded", nested, {"expand_nested": True, "show_trainable": True}),
        ("a nested stack, expanded", nested_stack, {"expand_nested": True}),
    ):
        keras.utils.clear_session(free_memory=False)
        model = make()
        dot = keras.utils.model_to_dot(model, **options)
        graph = noted(dot, numbers_of(dot, {}))
        cases.append({"name": name, "utility": "model_to_dot", "model": model.name, "options": options, "dot": graph})
    for name, make, options in (
        ("a stack", stack, {}),
        ("a stack with everything", stack, {**everything, "show_layer_names": True}),
        ("branches", branches, {"show_shapes": True, "rankdir": "LR", "dpi": 96, "splines": "curved"}),
        ("nested, expanded", nested, {"expand_nested": True, "show_layer_names": True}),
    ):
        keras.utils.clear_session(free_memory=False)
        model = make()
        dot = plotted(model, options)
        graph = noted(dot, numbers_of(dot, {}))
        cases.append({"name": f"{name}, as a file", "utility": "plot_model", "model": model.name, "options": options, "dot": graph})
    write_cases("plots", "plots", cases)
