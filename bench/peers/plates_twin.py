#!/usr/bin/env python3
"""PyTorch's side of `fovea run plates`: the same network, loss, optimiser, schedule and about the same augmentation.

  plates_twin.py DIR [EPOCHS]

DIR has the folder license-plates. Prints the share of plates read without an error and of signs. Needs torch, numpy and Pillow.
"""
import csv, math, sys
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

torch.set_num_threads(1)
SIGNS = "京沪津渝冀晋蒙辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川贵云藏陕甘青宁新0123456789ABCDEFGHJKLMNPQRSTUVWXYZIO"
EPOCHS = int(sys.argv[2]) if len(sys.argv) > 2 else 50
folder = sys.argv[1] + "/license-plates/"
rows = list(csv.reader(open(folder + "labels.csv", encoding="utf-8")))[1:]
pictures = torch.from_numpy(np.stack([np.asarray(Image.open(folder + "images/" + f)) for f, _ in rows])).permute(0, 3, 1, 2).float()
texts = [[SIGNS.index(c) for c in t] for _, t in rows]
cut = len(rows) * 4 // 5


class Crnn(nn.Module):
    def __init__(self):
        super().__init__()
        layers, last = [], 3
        for width, pool in ((24, 2), (48, 2), (96, (2, 1)), (96, (3, 1))):
            layers += [nn.Conv2d(last, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU(), nn.MaxPool2d(pool)]
            last = width
        self.features, self.lstm = nn.Sequential(*layers), nn.LSTM(96, 96, batch_first=True, bidirectional=True)
        self.head = nn.Sequential(nn.Dropout(0.3), nn.Linear(192, len(SIGNS) + 1))

    def forward(self, x):
        return self.head(self.lstm(self.features(x).squeeze(2).transpose(1, 2))[0])


def changed(x):
    """Shifts by up to 3 % and turns by up to 3 degrees, then brightness and contrast by up to 30 %."""
    n, turn = len(x), (torch.rand(len(x)) * 2 - 1) * math.radians(3)
    theta, (h, w) = torch.zeros(n, 2, 3), x.shape[2:]
    theta[:, 0, 0], theta[:, 1, 1] = torch.cos(turn), torch.cos(turn)
    theta[:, 0, 1], theta[:, 1, 0] = -torch.sin(turn) * h / w, torch.sin(turn) * w / h
    theta[:, :, 2] = (torch.rand(n, 2) * 2 - 1) * 0.06
    x = F.grid_sample(x, F.affine_grid(theta, x.shape, align_corners=False), align_corners=False)
    x = x * (0.7 + 0.6 * torch.rand(n, 1, 1, 1))
    mean = x.mean((1, 2, 3), keepdim=True)
    return ((x - mean) * (0.7 + 0.6 * torch.rand(n, 1, 1, 1)) + mean).clamp(0, 255)


def wave(a, b, t):
    return b + (a - b) * (1 + math.cos(math.pi * min(1, t))) / 2


def one_cycle(step, total):
    t = step / max(1, total - 1)
    return wave(1 / 25, 1, t / 0.3) if t < 0.3 else wave(1, 4e-6, (t - 0.3) / 0.7)


def best(logits):
    out, last = [], len(SIGNS)
    for c in logits.argmax(1).tolist():
        if c != last and c != len(SIGNS):
            out.append(c)
        last = c
    return out


def distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row, old = [i], row
        for j, y in enumerate(b, 1):
            row.append(min(old[j - 1] + (x != y), old[j] + 1, row[-1] + 1))
    return row[-1]


torch.manual_seed(1)
net = Crnn()
optimizer = torch.optim.Adam(net.parameters(), 2e-3)
step, total = 0, EPOCHS * -(-cut // 32)
for _ in range(EPOCHS):
    for at in torch.randperm(cut).split(32):
        for g in optimizer.param_groups:
            g["lr"] = 2e-3 * one_cycle(step, total)
        step += 1
        logs = net(changed(pictures[at]) / 255).log_softmax(2).transpose(0, 1)
        target = torch.tensor([c for i in at.tolist() for c in texts[i]])
        lengths = torch.tensor([len(texts[i]) for i in at.tolist()])
        loss = F.ctc_loss(logs, target, torch.full((len(at),), 23), lengths, blank=len(SIGNS), reduction="sum") / len(at)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
net.eval()
with torch.no_grad():
    told = [best(y) for y in net(pictures[cut:] / 255)]
errors = [distance(a, b) for a, b in zip(told, texts[cut:])]
print(f"whole plates right {np.mean([e == 0 for e in errors]):.4f}, signs right {1 - sum(errors) / sum(map(len, texts[cut:])):.4f}")
