#!/usr/bin/env python3
"""PyTorch's side of `fovea run superres`: the same networks, pictures, patches, loss, optimiser, schedule and epochs.

  superres_twin.py DIR [EPOCHS]

DIR has the folders coco-mini and photos. EPOCHS are those of SRCNN (6); ESPCN learns for twice as many. Prints PSNR and SSIM of what
bicubic interpolation and both networks make of the seven photos, ×2 and ×3, in brightness. Needs torch, numpy and Pillow.
"""
import math, pathlib, sys
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

torch.set_num_threads(1)
torch.manual_seed(1)
DIR, EPOCHS = pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 6
PATCH, PATCHES, BATCH = 24, 1600, 16


def read(file):
    """The brightness of a picture, 0 … 255, not rounded."""
    rgb = np.asarray(Image.open(file).convert("RGB")).astype(np.float32)
    return rgb @ np.array([0.299, 0.587, 0.114], np.float32)


def folder(path, most):
    return [read(f) for f in sorted(path.iterdir()) if f.suffix in (".jpg", ".png")][:most]


def resized(picture, height, width):
    return np.asarray(Image.fromarray(picture, "F").resize((width, height), Image.BICUBIC))


def pair(picture, factor):
    height, width = (n // factor for n in picture.shape)
    large = picture[:height * factor, :width * factor]
    return np.floor(resized(large, height, width) + 0.5).clip(0, 255), large


class Srcnn(nn.Module):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor
        self.body = nn.Sequential(nn.Conv2d(1, 32, 9, padding=4), nn.ReLU(), nn.Conv2d(32, 16, 1), nn.ReLU(), nn.Conv2d(16, 1, 5, padding=2))

    def forward(self, x):
        large = smooth(x, self.factor)
        return large + self.body(large)


class Espcn(nn.Module):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor
        self.body = nn.Sequential(
            nn.Conv2d(1, 48, 5, padding=2), nn.ReLU(), nn.Conv2d(48, 32, 3, padding=1), nn.ReLU(),
            nn.Conv2d(32, factor * factor, 3, padding=1), nn.PixelShuffle(factor))

    def forward(self, x):
        return smooth(x, self.factor) + self.body(x)


def smooth(x, factor):
    return F.interpolate(x, scale_factor=factor, mode="bicubic", align_corners=False)


def learn(net, pairs, epochs):
    for m in net.modules():
        if isinstance(m, nn.Conv2d):
            nn.init.xavier_uniform_(m.weight)
            nn.init.zeros_(m.bias)
    optimizer, steps, k = torch.optim.Adam(net.parameters(), 1e-3), epochs * PATCHES // BATCH, net.factor
    for i in range(steps):
        small, large = [], []
        for _ in range(BATCH):
            a, b = pairs[torch.randint(len(pairs), ())]
            y, x = (int(torch.randint(n - PATCH + 1, ())) for n in a.shape)
            small.append(a[y:y + PATCH, x:x + PATCH])
            large.append(b[y * k:(y + PATCH) * k, x * k:(x + PATCH) * k])
        small, large = (torch.from_numpy(np.stack(p))[:, None] / 255 for p in (small, large))
        for g in optimizer.param_groups:
            g["lr"] = 1e-3 * (1 + math.cos(math.pi * i / steps)) / 2
        optimizer.zero_grad()
        F.mse_loss(net(small), large).backward()
        optimizer.step()


def ssim(a, b):
    d = torch.arange(11.0) - 5
    w = torch.exp(-d * d / 4.5)
    w = (w[:, None] * w[None] / w.sum() ** 2)[None, None]
    a, b = (torch.from_numpy(np.ascontiguousarray(x))[None, None] for x in (a, b))
    ma, mb = F.conv2d(a, w), F.conv2d(b, w)
    va, vb, ab = F.conv2d(a * a, w) - ma * ma, F.conv2d(b * b, w) - mb * mb, F.conv2d(a * b, w) - ma * mb
    c1, c2 = 2.55 ** 2, 7.65 ** 2
    return ((2 * ma * mb + c1) * (2 * ab + c2) / ((ma * ma + mb * mb + c1) * (va + vb + c2))).mean().item()


def show(name, pairs, enlarge):
    made = [(enlarge(small, large.shape).clip(0, 255), large) for small, large in pairs]
    psnr = [10 * math.log10(255 ** 2 / ((a - b) ** 2).mean()) for a, b in made]
    print(f"{name}: PSNR {sum(psnr) / len(psnr):.2f}, SSIM {sum(ssim(a, b) for a, b in made) / len(made):.4f}", flush=True)


train, test = folder(DIR / "coco-mini/images", 100), folder(DIR / "photos", 7)
for factor in (2, 3):
    pairs, judged = [pair(p, factor) for p in train], [pair(p, factor) for p in test]
    show(f"bicubic ×{factor}", judged, lambda small, size: resized(small, *size))
    for name, net, epochs in (("SRCNN", Srcnn(factor), EPOCHS), ("ESPCN", Espcn(factor), 2 * EPOCHS)):
        learn(net, pairs, epochs)

        def enlarge(small, _):
            with torch.no_grad():
                return 255 * net(torch.from_numpy(small)[None, None] / 255)[0, 0].numpy()

        show(f"{name} ×{factor}", judged, enlarge)
