"""Makes twin.safetensors: a small network with batch norms and residuals, an input, and what PyTorch says of it.

Guided backpropagation, the deconvnet and the gradient by hooks on ReLU; Grad-CAM by its definition;
integrated gradients by 50 points of Gauss and Legendre. Everything in float64, stored as float32.

    python twin.py      (torch 2.13.0, numpy)
"""
import json
import struct
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(7)
torch.set_default_dtype(torch.float64)


class Block(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.relu1, self.relu2 = nn.ReLU(), nn.ReLU()

    def forward(self, x):
        y = self.relu1(self.bn1(self.conv1(x)))
        return self.relu2(x + self.bn2(self.conv2(y)))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 6, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(6)
        self.relu = nn.ReLU()
        self.block1 = Block(6)
        self.block2 = Block(6)
        self.fc = nn.Linear(6, 4)

    def forward(self, x):
        x = self.relu(self.bn(self.conv(x)))
        x = F.max_pool2d(self.block1(x), 2)
        x = self.maps = self.block2(x)
        return self.fc(x.mean((2, 3)))


net = Net().eval()
for m in net.modules():
    if isinstance(m, nn.BatchNorm2d):
        m.weight.data.uniform_(0.5, 1.5)
        m.bias.data.normal_(0, 0.3)
        m.running_mean.normal_(0, 0.3)
        m.running_var.uniform_(0.5, 1.5)
for p in list(net.parameters()) + list(net.buffers()):
    p.data = p.data.float().to(p.dtype)  # so that both compute with the same numbers
x = torch.randn(1, 3, 10, 8).float().double()
CLASS = 2


def gradient(rule):
    hooks = [m.register_full_backward_hook(rule) for m in net.modules() if isinstance(m, nn.ReLU) and rule]
    at = x.clone().requires_grad_()
    net(at)[0, CLASS].backward()
    for h in hooks:
        h.remove()
    return at.grad[0].permute(1, 2, 0)


out = {"x": x[0].permute(1, 2, 0), "scores": net(x)[0]}
out["gradient"] = gradient(None)
out["guided"] = gradient(lambda m, gi, go: (F.relu(gi[0]),))
out["deconvnet"] = gradient(lambda m, gi, go: (F.relu(go[0]),))

score = net(x)[0, CLASS]
g, = torch.autograd.grad(score, net.maps)
out["grad_cam"] = F.relu((g.mean((2, 3), keepdim=True) * net.maps).sum(1))[0]

nodes, weights = np.polynomial.legendre.leggauss(50)
total = torch.zeros_like(x)
for a, w in zip((nodes + 1) / 2, weights / 2):
    at = (a * x).requires_grad_()
    total += w * torch.autograd.grad(net(at)[0, CLASS], at)[0]
out["integrated"] = (total * x)[0].permute(1, 2, 0)

names = {"conv": "conv", "bn": "bn", "fc": "fc"}
for k, v in net.state_dict().items():
    if k.endswith("num_batches_tracked"):
        continue
    if v.dim() == 4:
        v = v.permute(2, 3, 1, 0)  # kh, kw, in, out
    if v.dim() == 2:
        v = v.t()
    out["net." + k] = v

header, data = {}, b""
for k, v in out.items():
    raw = v.detach().float().contiguous().numpy().tobytes()
    header[k] = {"dtype": "F32", "shape": list(v.shape), "data_offsets": [len(data), len(data) + len(raw)]}
    data += raw
h = json.dumps(header).encode()
h += b" " * (-len(h) % 8)
open("twin.safetensors", "wb").write(struct.pack("<Q", len(h)) + h + data)
print({k: list(v.shape) for k, v in out.items()})
