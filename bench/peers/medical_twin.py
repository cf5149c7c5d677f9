#!/usr/bin/env python3
"""PyTorch's side of `fovea run medical`: the same networks, weights of classes, optimisers and numbers of epochs.

  medical_twin.py DIR [SEEDS]

DIR has the folder medmnist. Prints the mean area under the ROC curve of SEEDS (5) trainings. Needs torch and numpy.
"""
import sys
import numpy as np
import torch
from torch import nn

torch.set_num_threads(1)


def network():
    net = nn.Sequential(nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
                        nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(3136, 2))
    for m in net.modules():
        if isinstance(m, (nn.Conv2d, nn.Linear)):
            nn.init.xavier_uniform_(m.weight)
            nn.init.zeros_(m.bias)
    return net


def area(scores, positive):
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    n, m = positive.sum(), (~positive).sum()
    return (ranks[positive].sum() - n * (n + 1) / 2) / (n * m)


def train(data, ill, epochs, seed):
    torch.manual_seed(seed)
    x, tx = (torch.from_numpy(data[p + "_images"]).float()[:, None] / 255 for p in ("train", "test"))
    y, ty = (torch.from_numpy(data[p + "_labels"].reshape(-1)).long() for p in ("train", "test"))
    weights = len(y) / (2 * torch.bincount(y).float())
    net = network()
    loss, optimizer = nn.CrossEntropyLoss(weights), torch.optim.Adam(net.parameters(), 1e-3)
    for _ in range(epochs):
        for at in torch.randperm(len(x)).split(64):
            optimizer.zero_grad()
            loss(net(x[at]), y[at]).backward()
            optimizer.step()
    with torch.no_grad():
        scores = net(tx).softmax(1)[:, ill].double().numpy()
    return area(scores, (ty == ill).numpy())


for name, ill, epochs in (("pneumonia", 1, 6), ("breast", 0, 40)):
    data = np.load(f"{sys.argv[1]}/medmnist/{name}mnist.npz")
    runs = [train(data, ill, epochs, s) for s in range(int(sys.argv[2]) if len(sys.argv) > 2 else 5)]
    print(f"{name}: AUC {np.mean(runs):.4f}, {' '.join(f'{r:.4f}' for r in runs)}")
