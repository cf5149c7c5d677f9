#!/usr/bin/env python3
"""PyTorch's side of `fovea run fewshot`: the same network, losses, episodes and steps on Omniglot.

  fewshot_twin.py DIR [STEPS [SEEDS]]

DIR has the folder omniglot-small. Prints the 20-way one-shot accuracy of each loss over the 20 runs, means of SEEDS seeds from 1 on (6). Needs
torch, numpy and Pillow.
"""
import io, sys, zipfile
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

torch.set_num_threads(1)
WAYS, EACH = 20, 6
STEPS = int(sys.argv[2]) if len(sys.argv) > 2 else 600
SEEDS = int(sys.argv[3]) if len(sys.argv) > 3 else 6
folder = sys.argv[1] + "/omniglot-small/"


def ink(data):
    return 1 - np.asarray(Image.open(io.BytesIO(data)).convert("L").resize((28, 28), Image.BILINEAR), np.float32) / 255


characters = {}
for f in "12":
    z = zipfile.ZipFile(f"{folder}images_background_small{f}.zip")
    for name in sorted(z.namelist()):
        if name.endswith(".png"):
            _, path = name.split("/", 1)
            characters.setdefault(path.rsplit("/", 1)[0], {})[path] = ink(z.read(name))
classes = [torch.from_numpy(np.stack(list(c.values())))[:, None] for _, c in sorted(characters.items())]
classes = [torch.rot90(c, k, (2, 3)) for k in range(4) for c in classes]
runs = []
z = zipfile.ZipFile(folder + "one-shot-classification_all_runs.zip")
for r in range(1, 21):
    run = f"run{r:02d}/"
    pairs = [l.split() for l in z.read(run + "class_labels.txt").decode().splitlines() if l.strip()]
    names = sorted(n for n in z.namelist() if n.startswith(run + "training/") and n.endswith(".png"))
    stack = lambda ns: torch.from_numpy(np.stack([ink(z.read(n)) for n in ns]))[:, None]
    runs.append((stack(names), stack([a for a, _ in pairs]), torch.tensor([names.index(b) for _, b in pairs])))


def net():
    layers, last = [], 1
    for _ in range(4):
        layers += [nn.Conv2d(last, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2)]
        last = 32
    return nn.Sequential(*layers, nn.Flatten())


def episode(rng):
    chosen = rng.permutation(len(classes))[:WAYS]
    rows = [classes[c][rng.permutation(len(classes[c]))[:EACH]] for c in chosen]
    return torch.stack(rows, 1).flatten(0, 1)


labels = torch.arange(WAYS).repeat(EACH)


def distances(x):
    return ((x[:, None] - x[None]) ** 2).sum(2).clamp_min(1e-12).sqrt()


def contrastive(x):
    d, upper = distances(x), torch.triu(torch.ones(len(x), len(x), dtype=torch.bool), 1)
    same = labels[:, None] == labels[None]
    return torch.where(same, d ** 2, F.relu(4 - d) ** 2)[upper].mean()


def triplet(x):
    d, same = distances(x), labels[:, None] == labels[None]
    far = d.masked_fill(~same, -1).max(1)[0]
    near = d.masked_fill(same, 1e9).min(1)[0]
    return F.relu(2 + far - near).mean()


def prototypes(x):
    asked, means = x[WAYS:], x[:WAYS]
    return F.cross_entropy(-((asked[:, None] - means[None]) ** 2).sum(2), labels[WAYS:])


def judge(f):
    hits = [(torch.cdist(f(b), f(a)).argmin(1) == c).float().mean().item() for a, b, c in runs]
    return sum(hits) / len(hits)


print(f"pixels {judge(lambda x: x.flatten(1)):.4f}")


def learn(loss, seed):
    torch.manual_seed(seed)
    rng, model = np.random.default_rng(seed), net()
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)
    for i in range(STEPS):
        for g in optimizer.param_groups:
            g["lr"] = 1e-3 if i < STEPS * 2 // 3 else 2e-4
        optimizer.zero_grad()
        loss(model(episode(rng))).backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        return judge(model)


for loss in (contrastive, triplet, prototypes):
    found = []
    for seed in range(1, SEEDS + 1):
        found.append(learn(loss, seed))
        print(f"{loss.__name__}, seed {seed}: {found[-1]:.4f}", flush=True)
    print(f"{loss.__name__}, mean of the seeds: {np.mean(found):.4f}", flush=True)
