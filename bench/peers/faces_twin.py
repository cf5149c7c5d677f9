#!/usr/bin/env python3
"""PyTorch's side of the embedding that `fovea run faces` learns: the same faces, network, loss, optimiser, schedule and about the same changes.

  faces_twin.py FACES.safetensors EMBEDDINGS.safetensors [EPOCHS]

`fovea run bench/peers/faces_judge.java align DIR FACES.safetensors` writes the faces, and `… judge FACES.safetensors EMBEDDINGS.safetensors` judges
what this program has learned from every second person (40 epochs). Needs torch and numpy.
"""
import json, math, sys
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

torch.set_num_threads(1)
torch.manual_seed(1)
EPOCHS, BATCH, RATE = int(sys.argv[3]) if len(sys.argv) > 3 else 40, 32, 2e-3

with open(sys.argv[1], "rb") as f:
    header = json.loads(f.read(int.from_bytes(f.read(8), "little")))
    content = f.read()
begin, end = header["faces"]["data_offsets"]
faces = torch.from_numpy(np.frombuffer(content[begin:end], "<f4").reshape(-1, 1, 56, 56).copy()) / 255
who = [line.split() for line in header["__metadata__"]["faces"].split("\n")]
persons = sorted({(s, int(n)) for s, n, _ in who if int(n) % 2 == 0})
learned = [i for i, (_, n, _) in enumerate(who) if int(n) % 2 == 0]
x, y = faces[learned], torch.tensor([persons.index((who[i][0], int(who[i][1]))) for i in learned])

body = nn.Sequential(
    nn.Conv2d(1, 24, 3, padding=1), nn.BatchNorm2d(24), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(24, 48, 3, padding=1), nn.BatchNorm2d(48), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(48, 64, 3, padding=1), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(64, 96, 3, padding=1), nn.BatchNorm2d(96), nn.ReLU(), nn.Flatten(), nn.Dropout(0.4), nn.Linear(96 * 49, 64))
head = nn.Sequential(nn.BatchNorm1d(64), nn.Linear(64, len(persons)))
net = nn.Sequential(body, head)
for m in net.modules():
    if isinstance(m, (nn.Conv2d, nn.Linear)):
        nn.init.xavier_uniform_(m.weight)
        nn.init.zeros_(m.bias)


def changed(p):
    """Mirrored, moved by up to 5 %, turned by up to 5 degrees, brightness and contrast by up to 30 %."""
    n = len(p)
    a = torch.deg2rad(torch.rand(n) * 10 - 5)
    flip = torch.where(torch.rand(n) < 0.5, -1.0, 1.0)
    move = (torch.rand(n, 2) - 0.5) * 0.2
    turn = torch.stack([torch.stack([flip * a.cos(), -a.sin(), move[:, 0]], 1), torch.stack([flip * a.sin(), a.cos(), move[:, 1]], 1)], 1)
    p = F.grid_sample(p, F.affine_grid(turn, p.shape, align_corners=False), padding_mode="border", align_corners=False)
    bright, contrast = (0.7 + 0.6 * torch.rand(2, n, 1, 1, 1)).unbind()
    p = (p * bright).clamp(0, 1)
    mean = p.mean((1, 2, 3), keepdim=True)
    return (mean + (p - mean) * contrast).clamp(0, 1)


optimizer = torch.optim.Adam(net.parameters(), RATE)
steps, step = EPOCHS * math.ceil(len(x) / BATCH), 0
for epoch in range(EPOCHS):
    for at in torch.randperm(len(x)).split(BATCH):
        for g in optimizer.param_groups:
            g["lr"] = RATE * (1 + math.cos(math.pi * step / steps)) / 2
        optimizer.zero_grad()
        loss = F.cross_entropy(net(changed(x[at])), y[at], label_smoothing=0.1)
        loss.backward()
        optimizer.step()
        step += 1
    print(epoch + 1, round(loss.item(), 4), flush=True)
net.eval()
with torch.no_grad():
    rows = body(faces).numpy().astype("<f4")
text = json.dumps({"embeddings": {"dtype": "F32", "shape": list(rows.shape), "data_offsets": [0, rows.nbytes]}}).encode()
text += b" " * (-len(text) % 8)
with open(sys.argv[2], "wb") as f:
    f.write(len(text).to_bytes(8, "little") + text + rows.tobytes())
