#!/usr/bin/env python3
"""PyTorch's side of `fovea convert --int8` and `fovea prune` on ResNet-20 and LeNet: the same file, pictures and shares.

  quantize_twin.py WEIGHTS.th CIFAR
  quantize_twin.py LENET.caffemodel MNIST

WEIGHTS.th is `resnet20-12fca82f.th`, CIFAR the folder of the sprites `cifar10_batch_*.png`; LENET.caffemodel is `lenet_iter_10000.caffemodel`,
MNIST the folder of the four .gz files. Prints one line a method: accuracy on the 1,000 or 10,000 test pictures. Needs torch, numpy and pillow.
"""
import gzip, re, sys, warnings
import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.ao.quantization import (
    HistogramObserver, MinMaxObserver, QConfig, QConfigMapping, default_per_channel_weight_observer)
from torch.ao.quantization.quantize_fx import convert_fx, prepare_fx
from torch.nn.utils import prune

warnings.filterwarnings("ignore")
torch.set_num_threads(1)
torch.backends.quantized.engine = "fbgemm"


class Block(nn.Module):
    def __init__(self, c_in, c_out, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(c_in, c_out, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(c_out)
        self.conv2 = nn.Conv2d(c_out, c_out, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(c_out)
        self.stride, self.pad = stride, (c_out - c_in) // 2

    def forward(self, x):
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        if self.pad:
            x = nn.functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.pad, self.pad))
        return torch.relu(x + y)


class ResNet20(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.layer1 = nn.Sequential(*(Block(16, 16, 1) for _ in range(3)))
        self.layer2 = nn.Sequential(Block(16, 32, 2), Block(32, 32, 1), Block(32, 32, 1))
        self.layer3 = nn.Sequential(Block(32, 64, 2), Block(64, 64, 1), Block(64, 64, 1))
        self.linear = nn.Linear(64, 10)

    def forward(self, x):
        x = torch.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.linear(x.mean((2, 3)))


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 20, 5), nn.Conv2d(20, 50, 5)
        self.ip1, self.ip2 = nn.Linear(800, 500), nn.Linear(500, 10)
        self.pool, self.relu = nn.MaxPool2d(2), nn.ReLU()

    def forward(self, x):
        x = self.pool(self.conv2(self.pool(self.conv1(x))))
        return self.ip2(self.relu(self.ip1(x.flatten(1))))


def fields(b):
    """The fields of a message of protobuf: number and content."""
    at = 0

    def varint():
        nonlocal at
        n = shift = 0
        while True:
            n |= (b[at] & 127) << shift
            shift += 7
            at += 1
            if b[at - 1] < 128:
                return n

    while at < len(b):
        key = varint()
        if key & 7 == 2:
            n = varint()
            yield key >> 3, b[at:at + n]
            at += n
        elif key & 7 == 0:
            varint()
        else:
            at += 4 if key & 7 == 5 else 8


def caffe(file):
    """The state of LeNet: the blobs of each layer are its weight and its bias."""
    state, own = {}, LeNet().state_dict()
    for number, layer in fields(open(file, "rb").read()):
        if number == 100:
            parts = list(fields(layer))
            name = next(c for n, c in parts if n == 1).decode()
            blobs = [b"".join(c for k, c in fields(blob) if k == 5) for n, blob in parts if n == 7]
            for part, blob in zip(("weight", "bias"), blobs):
                key = f"{name}.{part}"
                if key in own:
                    state[key] = torch.from_numpy(np.frombuffer(blob, "<f4").copy()).reshape(own[key].shape)
    return state


LENET = sys.argv[1].endswith(".caffemodel")


def net():
    if LENET:
        model = LeNet()
        model.load_state_dict(caffe(sys.argv[1]))
        return model.eval()
    state = torch.load(sys.argv[1], map_location="cpu", weights_only=False)["state_dict"]
    model = ResNet20()
    model.load_state_dict({k.removeprefix("module."): v for k, v in state.items()})
    return model.eval()


def pictures(batch):
    rows = np.asarray(Image.open(f"{sys.argv[2]}/cifar10_batch_{batch}.png").convert("RGB"))
    x = torch.from_numpy(rows.reshape(1000, 32, 32, 3).copy()).permute(0, 3, 1, 2).float() / 255
    mean, std = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    return (x - mean[:, None, None]) / std[:, None, None]


def idx(name, head):
    return np.frombuffer(gzip.open(f"{sys.argv[2]}/{name}.gz").read(), np.uint8)[head:].copy()


def digits(name):
    return torch.from_numpy(idx(name, 16).reshape(-1, 1, 28, 28)).float() / 256


# 200 pictures are taken evenly from those to train on, as convert does.
if LENET:
    labels, test = torch.from_numpy(idx("t10k-labels-idx1-ubyte", 8)).long(), digits("t10k-images-idx3-ubyte")
    calibration = digits("train-images-idx3-ubyte")[::300]
else:
    labels = torch.tensor([int(n) for n in re.findall(r"\d+", open(f"{sys.argv[2]}/cifar10_labels.js").read())][50000:51000])
    test = pictures(50)
    calibration = torch.cat([pictures(b)[::50] for b in range(10)])


def tell(name, model):
    with torch.no_grad():
        right = sum((model(test[i:i + 100]).argmax(1) == labels[i:i + 100]).sum().item() for i in range(0, len(test), 100))
    print(f"{name}: {100 * right / len(test):.{2 if LENET else 1}f} %", flush=True)


tell("floats", net())
for name, observer in (("min-max", MinMaxObserver), ("histogram", HistogramObserver)):
    config = QConfig(activation=observer.with_args(dtype=torch.quint8, reduce_range=False), weight=default_per_channel_weight_observer)
    prepared = prepare_fx(net(), QConfigMapping().set_global(config), (test[:1],))
    with torch.no_grad():
        for i in range(0, 200, 50):
            prepared(calibration[i:i + 50])
    tell(f"int8, {name}", convert_fx(prepared))
for share in (0.3, 0.5, 0.7, 0.9):
    model = net()
    for m in model.modules():
        if isinstance(m, (nn.Conv2d, nn.Linear)):
            prune.l1_unstructured(m, "weight", share)
    tell(f"magnitude {share}, each layer", model)
for share in (0.5, 0.9, 0.97):
    model = net()
    layers = [(m, "weight") for m in model.modules() if isinstance(m, (nn.Conv2d, nn.Linear))]
    prune.global_unstructured(layers, prune.L1Unstructured, amount=share)
    tell(f"magnitude {share}, all layers together", model)
