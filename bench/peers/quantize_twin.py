#!/usr/bin/env python3
"""PyTorch's side of `fovea convert --int8` and `fovea prune` on ResNet-20: the same file, pictures and shares.

  quantize_twin.py WEIGHTS.th CIFAR

WEIGHTS.th is `resnet20-12fca82f.th`, CIFAR the folder of the sprites `cifar10_batch_*.png`. Prints one line a method: accuracy on the 1,000
test pictures. Needs torch, numpy and pillow.
"""
import re, sys, warnings
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


def net():
    state = torch.load(sys.argv[1], map_location="cpu", weights_only=False)["state_dict"]
    model = ResNet20()
    model.load_state_dict({k.removeprefix("module."): v for k, v in state.items()})
    return model.eval()


def pictures(batch):
    rows = np.asarray(Image.open(f"{sys.argv[2]}/cifar10_batch_{batch}.png").convert("RGB"))
    x = torch.from_numpy(rows.reshape(1000, 32, 32, 3).copy()).permute(0, 3, 1, 2).float() / 255
    mean, std = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    return (x - mean[:, None, None]) / std[:, None, None]


labels = torch.tensor([int(n) for n in re.findall(r"\d+", open(f"{sys.argv[2]}/cifar10_labels.js").read())][50000:51000])
test = pictures(50)
# 200 taken evenly from the 10,000 to train on, as convert does.
calibration = torch.cat([pictures(b)[::50] for b in range(10)])


def tell(name, model):
    with torch.no_grad():
        right = sum((model(test[i:i + 100]).argmax(1) == labels[i:i + 100]).sum().item() for i in range(0, 1000, 100))
    print(f"{name}: {right / 10:.1f} %", flush=True)


tell("floats", net())
for name, observer in (("min-max", MinMaxObserver), ("histogram", HistogramObserver)):
    config = QConfig(activation=observer.with_args(dtype=torch.quint8, reduce_range=False), weight=default_per_channel_weight_observer)
    prepared = prepare_fx(net(), QConfigMapping().set_global(config), (test[:1],))
    with torch.no_grad():
        for i in range(0, 200, 50):
            prepared(calibration[i:i + 50])
    tell(f"int8, {name}", convert_fx(prepared))
for share in (0.3, 0.5, 0.7):
    model = net()
    for m in model.modules():
        if isinstance(m, (nn.Conv2d, nn.Linear)):
            prune.l1_unstructured(m, "weight", share)
    tell(f"magnitude {share}, each layer", model)
model = net()
prune.global_unstructured([(m, "weight") for m in model.modules() if isinstance(m, (nn.Conv2d, nn.Linear))], prune.L1Unstructured, amount=0.5)
tell("magnitude 0.5, all layers together", model)
