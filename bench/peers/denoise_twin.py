#!/usr/bin/env python3
"""PyTorch's side of `fovea run denoise`: the same DnCNN, noise, loss, optimiser and steps.

  denoise_twin.py DIR [STEPS]

DIR has coco-mini and photos. Prints the mean PSNR of the middle 256 x 256 pixels of seven photos. Needs torch, numpy, pillow.
"""
import math, pathlib, sys
import numpy as np
import torch
from PIL import Image
from torch import nn

torch.set_num_threads(1)
torch.manual_seed(1)
DIR, STEPS = pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 900
DEVIATION, PATCH, BATCH = 25 / 255, 40, 8


def read(file):
    return torch.from_numpy(np.asarray(Image.open(file).convert("RGB")).copy()).float().permute(2, 0, 1) / 255


layers, channels = [], 3
for _ in range(7):
    layers += [nn.Conv2d(channels, 32, 3, padding=1), nn.ReLU()]
    channels = 32
net = nn.Sequential(*layers, nn.Conv2d(32, 3, 3, padding=1))
for m in net[:-1]:
    if isinstance(m, nn.Conv2d):
        nn.init.kaiming_normal_(m.weight)
        nn.init.zeros_(m.bias)
nn.init.normal_(net[-1].weight, 0, 0.01)
nn.init.zeros_(net[-1].bias)
train = [read(f) for f in sorted((DIR / "coco-mini/images").iterdir())]
optimizer = torch.optim.Adam(net.parameters(), 1e-3)
for i in range(STEPS):
    parts = []
    for _ in range(BATCH):
        p = train[torch.randint(len(train), ())]
        y, x = (int(torch.randint(n - PATCH + 1, ())) for n in p.shape[1:])
        parts.append(p[:, y:y + PATCH, x:x + PATCH])
    clean = torch.stack(parts)
    noisy = clean + DEVIATION * torch.randn_like(clean)
    for g in optimizer.param_groups:
        g["lr"] = 2e-3 * (1 + math.cos(math.pi * i / STEPS)) / 2
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(noisy - net(noisy), clean)
    loss.backward()
    optimizer.step()
    if (i + 1) % (STEPS // 10) == 0:
        print(i + 1, loss.item(), flush=True)
ratios = []
for f in sorted(f for f in (DIR / "photos").iterdir() if f.suffix in (".png", ".jpg")):
    p = read(f)
    y, x = (max(0, n - 256) // 2 for n in p.shape[1:])
    clean = p[None, :, y:y + 256, x:x + 256]
    noisy = clean + DEVIATION * torch.randn_like(clean)
    with torch.no_grad():
        made = (noisy - net(noisy)).clamp(0, 1)
    ratios.append(-10 * math.log10(((made - clean) ** 2).mean().item()))
print(f"DnCNN: PSNR {sum(ratios) / len(ratios):.2f}")
