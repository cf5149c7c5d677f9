#!/usr/bin/env python3
"""PyTorch's side of `fovea run gan`: the same networks, losses and steps.

  gan_twin.py DIR SET WAY STEPS OUT.idx

DIR has the folder SET (mnist or fashion-mnist), WAY is dcgan, sn-gan or wgan-gp. Writes 2,000 drawings, which
`fovea run bench/peers/gan_judge.java DIR SET OUT.idx` judges as the example judges Fovea's. Needs torch and numpy.
"""
import glob, gzip, sys, time
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

torch.set_num_threads(1)
folder, name, way, steps, out = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5]
BATCH, CODE = 64, 64
torch.manual_seed(1)


def idx(path):
    data = (gzip.open if path.endswith(".gz") else open)(path, "rb").read()
    return np.frombuffer(data, np.uint8, offset=16).reshape(-1, 1, 28, 28)


train = idx(sorted(glob.glob(f"{folder}/{name}/train-images*"))[0])
real = torch.from_numpy(train.astype(np.float32) / 127.5 - 1)


def glorot(net):
    for m in net.modules():
        if isinstance(m, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
            nn.init.xavier_uniform_(m.weight)
            nn.init.zeros_(m.bias)
    return net


G = glorot(nn.Sequential(
    nn.Linear(CODE, 7 * 7 * 64), nn.BatchNorm1d(7 * 7 * 64), nn.ReLU(), nn.Unflatten(1, (64, 7, 7)),
    nn.ConvTranspose2d(64, 32, 4, 2, 1), nn.BatchNorm2d(32), nn.ReLU(), nn.ConvTranspose2d(32, 1, 4, 2, 1), nn.Tanh()))
D = glorot(nn.Sequential(
    nn.Conv2d(1, 32, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(32, 64, 4, 2, 1), nn.LeakyReLU(0.2),
    nn.Flatten(), nn.Linear(7 * 7 * 64, 1)))
wasserstein = way == "wgan-gp"
if way == "sn-gan":
    for m in list(D.modules()):
        if isinstance(m, (nn.Conv2d, nn.Linear)):
            nn.utils.parametrizations.spectral_norm(m)
betas = (0.5, 0.9) if wasserstein else (0.5, 0.999)
dOpt, gOpt = (torch.optim.Adam(n.parameters(), 2e-4, betas) for n in (D, G))


def batches():
    while True:
        for at in torch.randperm(len(real)).split(BATCH)[:-1]:
            yield real[at]


def told(logits, right):
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, right))


def judge(x):
    made = G(torch.randn(BATCH, CODE)).detach()
    if not wasserstein:
        return told(D(x), 1.0) + told(D(made), 0.0)
    between = (made + (x - made) * torch.rand(BATCH, 1, 1, 1)).requires_grad_()
    gradient, = torch.autograd.grad(D(between).sum(), between, create_graph=True)
    steep = ((gradient.flatten(1).norm(dim=1) - 1) ** 2).mean()
    return D(made).mean() - D(x).mean() + 10 * steep


began, stream = time.time(), batches()
for i in range(steps):
    for _ in range(3 if wasserstein else 1):
        dOpt.zero_grad()
        loss = judge(next(stream))
        loss.backward()
        dOpt.step()
    gOpt.zero_grad()
    made = D(G(torch.randn(BATCH, CODE)))
    forged = -made.mean() if wasserstein else told(made, 1.0)
    forged.backward()
    gOpt.step()
    if (i + 1) % max(1, steps // 10) == 0:
        print(f"{i + 1}/{steps} discriminator {loss.item():.4f} generator {forged.item():.4f} {time.time() - began:.0f} s", flush=True)
G.eval()
with torch.no_grad():
    drawn = torch.cat([G(torch.randn(100, CODE)) for _ in range(20)])
pixels = ((drawn + 1) * 127.5).round().clamp(0, 255).to(torch.uint8).numpy()
with open(out, "wb") as f:
    f.write(np.array([0x803, len(pixels), 28, 28], ">i4").tobytes() + pixels.tobytes())
