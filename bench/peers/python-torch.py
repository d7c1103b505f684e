"""PyTorch as a peer. The networks are written as one writes them in PyTorch, with weights in
Keras's shapes turned once.
"""

import os

from python_serve import FOLDER, THREADS, serve

import torch
import torch.nn.functional as F

torch.set_num_threads(THREADS)
DTYPES = {"float32": torch.float32, "int32": torch.int32}


def read(array):
    """A tensor from {file, shape, dtype}."""
    count = 1
    for size in array["shape"]:
        count *= size
    path = os.path.join(FOLDER, array["file"])
    mapped = torch.from_file(path, size=count, dtype=DTYPES[array["dtype"]])
    return mapped.clone().reshape(array["shape"])


def write(name, values):
    """Leaves values in a file; gives how many there are."""
    flat = values.detach().to(torch.float32).contiguous().reshape(-1)
    path = os.path.join(FOLDER, name)
    torch.from_file(path, shared=True, size=flat.numel(), dtype=torch.float32).copy_(flat)
    return flat.numel()


class Weights:
    """Weights in Keras's order, turned into what PyTorch's functions take."""

    def __init__(self, arrays, training):
        self.training = training
        self.parameters = []
        self.buffers = {}
        self.all = {array["path"]: self.turned(array) for array in arrays}

    def turned(self, array):
        value = read(array)
        if value.dim() == 4:
            value = value.permute(3, 2, 0, 1).contiguous(memory_format=torch.channels_last)
        if "moving_" in array["path"]:
            return value
        value = value.requires_grad_(self.training)
        self.parameters.append(value)
        return value

    def __getitem__(self, path):
        return self.all[path]

    def in_order(self):
        return list(self.all.values())


def mlp(weights):
    w = weights.in_order()

    def forward(x):
        h = torch.relu(torch.addmm(w[1], x, w[0]))
        h = torch.relu(torch.addmm(w[3], h, w[2]))
        return torch.addmm(w[5], h, w[4])

    return forward


def cnn(weights):
    w = weights.in_order()

    def forward(x):
        h = F.max_pool2d(torch.relu(F.conv2d(x, w[0], w[1])), 2)
        h = F.max_pool2d(torch.relu(F.conv2d(h, w[2], w[3])), 2)
        h = h.permute(0, 2, 3, 1).reshape(h.shape[0], -1)
        h = torch.relu(torch.addmm(w[5], h, w[4]))
        return torch.addmm(w[7], h, w[6])

    return forward


def resnet50(weights):
    def convolve(x, name, stride=1, padding=0):
        kernel, bias = weights[f"{name}_conv/kernel"], weights[f"{name}_conv/bias"]
        y = F.conv2d(x, kernel, bias, stride=stride, padding=padding)
        norm = f"{name}_bn/"
        return F.batch_norm(
            y,
            weights[norm + "moving_mean"],
            weights[norm + "moving_variance"],
            weights[norm + "gamma"],
            weights[norm + "beta"],
            training=weights.training,
            momentum=0.01,
            eps=1.001e-5,
        )

    def block(x, name, stride, has_shortcut):
        around = convolve(x, f"{name}_0", stride) if has_shortcut else x
        y = torch.relu(convolve(x, f"{name}_1", stride))
        y = torch.relu(convolve(y, f"{name}_2", padding=1))
        return torch.relu(around + convolve(y, f"{name}_3"))

    def forward(x):
        x = torch.relu(convolve(x, "conv1", stride=2, padding=3))
        x = F.max_pool2d(F.pad(x, (1, 1, 1, 1)), 3, 2)
        for stage, blocks in enumerate([3, 4, 6, 3]):
            for index in range(blocks):
                stride = 2 if index == 0 and stage > 0 else 1
                x = block(x, f"conv{stage + 2}_block{index + 1}", stride, index == 0)
        pooled = x.mean(dim=(2, 3))
        return torch.addmm(weights["predictions/bias"], pooled, weights["predictions/kernel"])

    return forward


def attend(x, w, causal):
    """Multi-head attention of x to itself; w holds eight weights in Keras's order."""
    batch, length, size = x.shape
    heads, width = w[0].shape[1:]

    def project(index):
        kernel, bias = w[2 * index].reshape(size, -1), w[2 * index + 1].reshape(-1)
        return (x @ kernel + bias).view(batch, length, heads, width).transpose(1, 2)

    seen = F.scaled_dot_product_attention(project(0), project(1), project(2), is_causal=causal)
    flat = seen.transpose(1, 2).reshape(batch, length, -1)
    return flat @ w[6].reshape(-1, size) + w[7]


def bert(weights):
    w = weights.in_order()

    def forward(x):
        size = x.shape[-1]
        for start in range(0, len(w), 16):
            own = w[start : start + 16]
            x = F.layer_norm(x + attend(x, own[:8], False), (size,), own[8], own[9], 1e-12)
            h = F.gelu(x @ own[10] + own[11]) @ own[12] + own[13]
            x = F.layer_norm(x + h, (size,), own[14], own[15], 1e-12)
        return x

    return forward


def gpt(weights):
    w = weights.in_order()

    def forward(ids):
        x = F.embedding(ids.long(), w[0]) + w[1]
        size = x.shape[-1]
        for start in range(2, len(w) - 3, 16):
            own = w[start : start + 16]
            x = x + attend(F.layer_norm(x, (size,), own[0], own[1], 1e-5), own[2:10], True)
            h = F.layer_norm(x, (size,), own[10], own[11], 1e-5)
            x = x + F.gelu(h @ own[12] + own[13]) @ own[14] + own[15]
        return F.layer_norm(x, (size,), w[-3], w[-2], 1e-5) @ w[-1]

    return forward


def lstm(weights):
    w = weights.in_order()
    units = w[1].shape[0]
    # Its layer wants two biases; the second stays zero and is not trained.
    zero = torch.zeros(4 * units)

    def layer(x, kernel, recurrent, bias):
        state = torch.zeros(1, x.shape[0], units)
        flat = [kernel.t(), recurrent.t(), bias, zero]
        return torch._VF.lstm(
            x, (state, state), flat, True, 1, 0.0, weights.training, False, True
        )[0]

    def forward(x):
        h = layer(x, *w[0:3])
        h = layer(h, *w[3:6])[:, -1]
        return torch.addmm(w[7], h, w[6])

    return forward


NETWORKS = {f.__name__: f for f in (mlp, cnn, resnet50, bert, gpt, lstm)}


def loss_of(name, output, y):
    if name == "probabilities":
        return F.cross_entropy(output, y)
    if name == "squares":
        return F.mse_loss(output, y)
    return F.cross_entropy(output.reshape(-1, output.shape[-1]), y.reshape(-1).long())


def optimizer_of(name, parameters, rate):
    """Keras's settings."""
    if name == "sgd":
        return torch.optim.SGD(parameters, lr=rate)
    if name == "adam":
        return torch.optim.Adam(parameters, lr=rate, eps=1e-7)
    return torch.optim.AdamW(parameters, lr=rate, eps=1e-7, weight_decay=0.004)


def images(x):
    """[n, h, w, c] as PyTorch's images, in the memory order that its processor kernels like."""
    if x.dim() != 4:
        return x
    return x.permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)


def open_training(request):
    weights = Weights(request["weights"], True)
    forward = NETWORKS[request["model"]](weights)
    x, y = images(read(request["x"])), read(request["y"])
    optimizer = optimizer_of(request["optimizer"], weights.parameters, request["rate"])

    def step():
        loss = loss_of(request["loss"], forward(x), y)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return loss

    return step


def open_inference(request):
    weights = Weights(request["weights"], False)
    forward = NETWORKS[request["model"]](weights)
    x = images(read(request["x"]))
    last = (lambda y: torch.softmax(y, -1)) if request["loss"] == "probabilities" else (lambda y: y)

    def run():
        with torch.inference_mode():
            return last(forward(x))

    return run


def open_matmul(request):
    a, b = read(request["a"]), read(request["b"])
    return lambda: a @ b


serve(
    {"training": open_training, "inference": open_inference, "matmul": open_matmul},
    torch.__version__,
    lambda output: output.item() if output.dim() == 0 else 0,
    write,
)
