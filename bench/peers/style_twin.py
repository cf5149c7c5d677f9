#!/usr/bin/env python3
"""PyTorch's side of `fovea run style`: the same network that sees, losses, painters, optimiser and steps.

  style_twin.py DIR

DIR has models/squeezenet-imagenet-onnx, photos, style-paintings and coco-mini. Prints content and style loss of the photo, of
the picture made pixel by pixel, of what the trained network paints and of the published network. Needs torch, onnx, numpy, pillow.
"""
import pathlib, sys
import numpy as np
import onnx
import torch
from onnx import numpy_helper
from PIL import Image
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(1)
DIR = pathlib.Path(sys.argv[1])
CONTENT, STYLE = ["fire4/concat"], ["relu_conv1", "fire2/concat", "fire4/concat", "fire6/concat"]
MEAN = torch.tensor([104.0, 117.0, 123.0]).view(1, 3, 1, 1)
graph = onnx.load(DIR / "models/squeezenet-imagenet-onnx/squeezenet1.0-deep-compression.onnx").graph
weights = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in graph.initializer}


def seen(x, names):
    values = {"data": x.flip(1) - MEAN}
    for node in graph.node:
        a = {k.name: list(k.ints) or k.i for k in node.attribute}
        given = [values[i] if i in values else weights[i] for i in node.input]
        if node.op_type == "Conv":
            y = F.conv2d(*given, stride=a["strides"], padding=a["pads"][:2])
        elif node.op_type == "Relu":
            y = F.relu(given[0])
        elif node.op_type == "MaxPool":
            y = F.max_pool2d(given[0], a["kernel_shape"], a["strides"], ceil_mode=True)
        else:
            y = torch.cat(given, 1)
        values[node.output[0]] = y
        if all(n in values for n in names):
            return [values[n] for n in names]
    raise ValueError(names)


def gram(x):
    rows = x.flatten(2)
    return rows @ rows.transpose(1, 2) / rows.shape[2]


def relative(now, wanted):
    return sum(((a - b.expand_as(a)) ** 2).sum() / (b.expand_as(a) ** 2).sum() for a, b in zip(now, wanted)) / len(now)


def losses(made, photo, grams):
    return relative(seen(made, CONTENT), seen(photo, CONTENT)), relative([gram(x) for x in seen(made, STYLE)], grams)


def smooth(x):
    return ((x[:, :, 1:] - x[:, :, :-1]) ** 2).mean() + ((x[:, :, :, 1:] - x[:, :, :, :-1]) ** 2).mean()


def square(file, side):
    image = Image.open(file).convert("RGB")
    w, h = image.size
    least = min(w, h)
    left, top = (w - least) // 2, (h - least) // 2
    image = image.crop((left, top, left + least, top + least)).resize((side, side), Image.BILINEAR)
    return torch.from_numpy(np.asarray(image).copy()).float().permute(2, 0, 1)[None]


def convolution(i, o, kernel, stride):
    pad = nn.ZeroPad2d((0, 1, 0, 1)) if stride == 2 else nn.ZeroPad2d(kernel // 2)  # as "same" pads
    return nn.Sequential(pad, nn.Conv2d(i, o, kernel, stride), nn.InstanceNorm2d(o, affine=True), nn.ReLU())


class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.inner = nn.Sequential(
            convolution(c, c, 3, 1), nn.Conv2d(c, c, 3, padding=1), nn.InstanceNorm2d(c, affine=True))

    def forward(self, x):
        return x + self.inner(x)


class Painter(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            convolution(3, 16, 9, 1), convolution(16, 32, 3, 2), convolution(32, 48, 3, 2), Block(48), Block(48), Block(48),
            nn.Upsample(scale_factor=2), convolution(48, 32, 3, 1), nn.Upsample(scale_factor=2), convolution(32, 16, 3, 1),
            nn.Conv2d(16, 3, 9, padding=4))
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.xavier_uniform_(m.weight)
                nn.init.zeros_(m.bias)

    def forward(self, x):
        return torch.tanh(self.net(x / 255)) * 150 + 127.5


def learn(paint, parameters, rate, steps, batch):
    optimizer = torch.optim.Adam(parameters, rate)
    for i in range(steps):
        x = batch()
        made = paint(x)
        content, style = losses(made, x, grams)
        optimizer.zero_grad()
        (content + 5 * style + 2e-5 * smooth(made)).backward()
        optimizer.step()


def show(name, made):
    with torch.no_grad():
        content, style = losses(made, photo, grams)
    print(f"{name}: content loss {content.item():.4f}, style loss {style.item():.4f}", flush=True)


torch.manual_seed(1)
photo = square(DIR / "photos/chelsea.png", 192)
with torch.no_grad():
    grams = [gram(x) for x in seen(square(DIR / "style-paintings/wave.jpg", 192), STYLE)]
show("photo", photo)
change = torch.zeros_like(photo, requires_grad=True)
learn(lambda x: x + change, [change], 4, 120, lambda: photo)
show("pixel by pixel", photo + change.detach())
train = torch.cat([square(f, 96) for f in sorted((DIR / "coco-mini/images").iterdir())[:128]])
painter = Painter()


def four():
    at = int(torch.randint(len(train) - 4, ()))
    return train[at:at + 4]


learn(painter, painter.parameters(), 2e-3, 400, four)
show("network", painter(photo).detach())
