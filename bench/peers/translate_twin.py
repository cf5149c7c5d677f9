#!/usr/bin/env python3
"""PyTorch's side of `fovea run translate`: the same U-Nets, discriminators, losses, optimisers and steps on emoji.

  translate_twin.py DIR [STEPS [CYCLE_STEPS]]

DIR has emoji-pairs. Prints L1 of the held-out pairs for pix2pix and CycleGAN. SSIM is that of Fovea, see ssim below. Needs torch, numpy, pillow.
"""
import pathlib, sys
import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm

torch.set_num_threads(1)
torch.manual_seed(1)
DIR = pathlib.Path(sys.argv[1]) / "emoji-pairs"
STEPS = int(sys.argv[2]) if len(sys.argv) > 2 else 600
CYCLE = int(sys.argv[3]) if len(sys.argv) > 3 else 300
BATCH, RATE = 4, 1e-3


def emoji(style):
    cells = []
    for k in range(4):
        sheet = np.asarray(Image.open(DIR / f"{style}_{k}.png").convert("RGB")).copy()
        cells.append(torch.from_numpy(sheet.reshape(16, 64, 16, 64, 3).transpose(0, 2, 4, 1, 3).reshape(256, 3, 64, 64)))
    return torch.cat(cells).float() / 127.5 - 1


def started(net):
    for m in net.modules():
        if isinstance(m, (nn.Conv2d, nn.ConvTranspose2d)):
            nn.init.xavier_uniform_(m.weight)
            nn.init.zeros_(m.bias)
    return net


def down(i, o):
    return nn.Sequential(nn.Conv2d(i, o, 4, 2, 1), nn.InstanceNorm2d(o, affine=True), nn.LeakyReLU(0.2))


def up(i, o):
    return nn.Sequential(nn.ConvTranspose2d(i, o, 4, 2, 1), nn.InstanceNorm2d(o, affine=True), nn.ReLU())


class Beside(nn.Module):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        return torch.cat([x, self.inner(x)], 1)


def generator():
    inner = Beside(nn.Sequential(down(64, 96), up(96, 96)))
    middle = Beside(nn.Sequential(down(32, 64), inner, up(160, 64)))
    outer = Beside(nn.Sequential(
        nn.Conv2d(3, 32, 4, 2, 1), nn.LeakyReLU(0.2), middle, nn.ConvTranspose2d(96, 24, 4, 2, 1), nn.ReLU()))
    return started(nn.Sequential(outer, nn.Conv2d(27, 3, 3, padding=1), nn.Tanh()))


def discriminator(channels):
    net = started(nn.Sequential(
        nn.Conv2d(channels, 32, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(32, 64, 4, 2, 1), nn.LeakyReLU(0.2),
        nn.Conv2d(64, 64, 3, padding=1), nn.LeakyReLU(0.2), nn.Conv2d(64, 1, 3, padding=1)))
    return nn.Sequential(*[spectral_norm(m) if isinstance(m, nn.Conv2d) else m for m in net])


def adam(*nets):
    return torch.optim.Adam([p for n in nets for p in n.parameters()], RATE, (0.5, 0.999))


def judging(loss, judge, real, made):
    a, b = judge(real), judge(made)
    return (loss(a, torch.ones_like(a)) + loss(b, torch.zeros_like(b))) / 2


def fooling(loss, judge, made):
    a = judge(made)
    return loss(a, torch.ones_like(a))


def step(optimizer, loss, done):
    for g in optimizer.param_groups:
        g["lr"] = RATE * min(1, 2 - 2 * done)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def ssim(a, b):
    d = torch.arange(11.0) - 5
    w = torch.exp(-d * d / 4.5)
    w = (w[:, None] * w[None] / w.sum() ** 2).expand(3, 1, 11, 11)
    mean = lambda x: F.conv2d(x, w, groups=3)
    ma, mb = mean(a), mean(b)
    va, vb, ab = mean(a * a) - ma * ma, mean(b * b) - mb * mb, mean(a * b) - ma * mb
    c1, c2 = 2.55 ** 2, 7.65 ** 2
    return ((2 * ma * mb + c1) * (2 * ab + c2) / ((ma * ma + mb * mb + c1) * (va + vb + c2))).mean().item()


def show(name, made):
    a, b = (made.clamp(-1, 1) + 1) * 127.5, (right + 1) * 127.5
    print(f"{name}: L1 {(a - b).abs().mean().item() / 255:.4f}, SSIM {ssim(a, b):.4f}", flush=True)


first, second = emoji("noto"), emoji("twemoji")
test = torch.arange(len(first)) % 10 == 0
given, right = first[test], second[test]
first, second = first[~test], second[~test]
show("untouched", given)

there, judge = generator(), discriminator(6)
make, decide, real = adam(there), adam(judge), F.binary_cross_entropy_with_logits
for i in range(STEPS):
    at = torch.randint(len(first), (BATCH,))
    x, y = first[at], second[at]
    with torch.no_grad():
        made = there(x)
    step(decide, judging(real, judge, torch.cat([x, y], 1), torch.cat([x, made], 1)), i / STEPS)
    made = there(x)
    step(make, fooling(real, judge, torch.cat([x, made], 1)) + 100 * F.l1_loss(made, y), i / STEPS)
with torch.no_grad():
    show("pix2pix", there(given))

there, back, judge_a, judge_b = generator(), generator(), discriminator(3), discriminator(3)
make, decide, real, near = adam(there, back), adam(judge_a, judge_b), F.mse_loss, F.l1_loss
firsts, seconds = first[::2], second[1::2]
for i in range(CYCLE):
    x, y = firsts[torch.randint(len(firsts), (BATCH,))], seconds[torch.randint(len(seconds), (BATCH,))]
    with torch.no_grad():
        made, made_back = there(x), back(y)
    step(decide, judging(real, judge_a, x, made_back) + judging(real, judge_b, y, made), i / CYCLE)
    made, made_back = there(x), back(y)
    cycle = near(back(made), x) + near(there(made_back), y)
    same = near(made, x) + near(made_back, y)
    step(make, fooling(real, judge_b, made) + fooling(real, judge_a, made_back) + 10 * cycle + 5 * same, i / CYCLE)
with torch.no_grad():
    show("CycleGAN", there(given))
