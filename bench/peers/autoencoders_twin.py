#!/usr/bin/env python3
"""PyTorch's side of `fovea run autoencoders`: the same network, loss, optimiser and steps on MNIST.

  autoencoders_twin.py DIR [STEPS]

DIR has the folder mnist. Prints the squared error of a code of 32 numbers and the PSNR of denoised digits. Needs torch and numpy.
"""
import gzip, math, sys
import numpy as np
import torch
from torch import nn

torch.set_num_threads(1)
STEPS = int(sys.argv[2]) if len(sys.argv) > 2 else 2500


def pictures(part):
    data = gzip.open(f"{sys.argv[1]}/mnist/{part}-images-idx3-ubyte.gz").read()
    return torch.from_numpy(np.frombuffer(data, np.uint8, offset=16).copy().reshape(-1, 1, 28, 28)).float() / 255


train, test = pictures("train"), pictures("t10k")[:1000]


def net():
    layers = nn.Sequential(
        nn.Conv2d(1, 16, 3, 2, 1), nn.ReLU(), nn.Conv2d(16, 32, 3, 2, 1), nn.ReLU(), nn.Flatten(), nn.Linear(1568, 32),
        nn.Linear(32, 1568), nn.ReLU(), nn.Unflatten(1, (32, 7, 7)),
        nn.ConvTranspose2d(32, 16, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(16, 1, 4, 2, 1), nn.Sigmoid())
    for m in layers:
        if hasattr(m, "weight"):
            nn.init.xavier_uniform_(m.weight)
            nn.init.zeros_(m.bias)
    return layers


def noisy(x, deviation):
    return (x + deviation * torch.randn_like(x)).clamp(0, 1)


for deviation in (0, 0.4):
    torch.manual_seed(1)
    model = net()
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)
    order = torch.randperm(len(train))
    for i in range(STEPS):
        at = i * 64 % (len(train) - 64)
        x = train[order[at:at + 64]]
        optimizer.zero_grad()
        nn.functional.mse_loss(model(noisy(x, deviation)), x).backward()
        optimizer.step()
    with torch.no_grad():
        error = nn.functional.mse_loss(model(noisy(test, deviation)), test).item()
    print(f"deviation {deviation}: squared error {error:.5f}, PSNR {-10 * math.log10(error):.2f}", flush=True)
