#!/usr/bin/env python3
"""PyTorch's side of `bench/run TwoTasks`: digits and their quarter turns, learned at once and apart.

  bench/run TwoTasks 0 DIR
  two_tasks_twin.py DIR [SEED]

The folder has the pictures; training ones are turned anew in every epoch, as there. Prints a line per training. Needs torch and numpy.
"""
import math, sys, time
import numpy as np
import torch
from torch import nn
import torch.nn.functional as F

SIZE, EPOCHS, BATCH, RATE = 28, 8, 64, 4e-3


def load(name):
    a = torch.from_numpy(np.fromfile(f"{sys.argv[1]}/{name}.f32", "<f4").reshape(-1, SIZE * SIZE + 2).copy())
    return a[:, :-2].reshape(-1, 1, SIZE, SIZE), a[:, -2].long(), a[:, -1].long()


def turned(x, turns):
    return torch.stack([torch.rot90(p, -int(t), (1, 2)) for p, t in zip(x, turns)])


class Net(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.shared = nn.Sequential(nn.Conv2d(1, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
                                    nn.Flatten(), nn.Linear(800, 128), nn.ReLU())
        self.digit, self.turn = nn.Linear(128, classes), nn.Linear(128, 4)
        for m in self.modules():
            if isinstance(m, (nn.Conv2d, nn.Linear)):
                nn.init.xavier_uniform_(m.weight)
                nn.init.zeros_(m.bias)

    def forward(self, x):
        f = self.shared(x)
        return self.digit(f), self.turn(f)


def wave(a, b, t):
    return b + (a - b) * (1 + math.cos(math.pi * min(1, t))) / 2


def one_cycle(step, total):
    t = step / max(1, total - 1)
    return wave(1 / 25, 1, t / 0.3) if t < 0.3 else wave(1, 4e-6, (t - 0.3) / 0.7)


def train(weights, seed):
    torch.manual_seed(seed)
    (x, y, _), (tx, ty, tt) = load("train"), load("test")
    net = Net(int(y.max()) + 1)
    optimizer = torch.optim.Adam(net.parameters(), RATE)
    step, total, began = 0, EPOCHS * -(-len(x) // BATCH), time.time()
    for _ in range(EPOCHS):
        for at in torch.randperm(len(x)).split(BATCH):
            turns = torch.randint(0, 4, (len(at),))
            digit, turn = net(turned(x[at], turns))
            loss = weights[0] * F.cross_entropy(digit, y[at]) + weights[1] * F.cross_entropy(turn, turns)
            for g in optimizer.param_groups:
                g["lr"] = RATE * one_cycle(step, total)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            step += 1
    net.eval()
    with torch.inference_mode():
        digit, turn = net(tx)
    right = [100 * (a.argmax(1) == b).float().mean().item() for a, b in ((digit, ty), (turn, tt))]
    print(f"{weights[0]} and {weights[1]}   digit {right[0]:.2f} %   turn {right[1]:.2f} %   {time.time() - began:.1f} s", flush=True)


for weights in ((1, 1), (1, 0), (0, 1)):
    train(weights, int(sys.argv[2]) if len(sys.argv) > 2 else 0)
