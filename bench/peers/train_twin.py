#!/usr/bin/env python3
"""PyTorch's side of the training runs in docs/training.md: the same network, data, recipe and order of steps.

  train_twin.py --net lenet5 --data mnist --data-dir DIR --optimizer adam --lr 4e-3 --schedule one-cycle --batch 64 --epochs 8 --seed 1
  train_twin.py --net resnet20 --data cifar10 --data-dir DIR --augment shift:4,flip --epochs 20 ...

The options have the names of `fovea train` and mean the same, but for --classes, which takes numbers here; there are no recipes, so that
what a network of Fovea's zoo brings along (docs/training.md) has to be given. What the two sides share: initial weights drawn from the same
distributions (Glorot's uniform or He's normal, biases 0), pictures normalised alike, every epoch in a new random order with
the last short batch kept, weight decay on weights only, schedules computed per step, accuracy on all test pictures after each
epoch. The random numbers themselves differ: compare means over seeds.

Prints one JSON object per epoch and one for the result. Needs torch, numpy and pillow.
"""
import argparse, gzip, json, math, os, re, time
import numpy as np
import torch
from torch import nn
import torch.nn.functional as F

RULES = {"mnist": ([0.1307], [0.3081]), "fashion-mnist": ([0.2860], [0.3530]),
         "cifar10": ([0.4914, 0.4822, 0.4465], [0.2470, 0.2435, 0.2616])}


# ---- data

def idx(path):
    with gzip.open(path) as f:
        b = f.read()
    rank = b[3]
    shape = np.frombuffer(b, ">i4", rank, 4)
    return np.frombuffer(b, np.uint8, -1, 4 + 4 * rank).reshape(shape)


def sprites(folder):
    """The subset of CIFAR-10 as PNG files: one picture of 32x32 pixels a row."""
    from PIL import Image
    def rows(name):
        a = np.asarray(Image.open(os.path.join(folder, f"cifar10_batch_{name}.png")).convert("RGB"))
        return a.reshape(-1, 32, 32, 3)
    with open(os.path.join(folder, "cifar10_labels.js")) as f:
        labels = np.array(re.findall(r"\d+", f.read()), np.int64)
    train = np.concatenate([rows(i) for i in range(10)])
    return (train, labels[:len(train)]), (rows(50), labels[50000:51000])


def load(name, folder):
    if name == "cifar10":
        (x, y), (tx, ty) = sprites(folder)
    else:
        x, y = idx(folder + "/train-images-idx3-ubyte.gz")[..., None], idx(folder + "/train-labels-idx1-ubyte.gz")
        tx, ty = idx(folder + "/t10k-images-idx3-ubyte.gz")[..., None], idx(folder + "/t10k-labels-idx1-ubyte.gz")
    mean, std = (np.array(v, np.float32) for v in RULES[name])
    def ready(a):
        return torch.from_numpy(((a / np.float32(255) - mean) / std).astype(np.float32).transpose(0, 3, 1, 2).copy())
    return (ready(x), torch.from_numpy(y.astype(np.int64))), (ready(tx), torch.from_numpy(ty.astype(np.int64)))


def only(split, classes, count):
    """Keeps some classes, numbered anew, and of each the first pictures."""
    x, y = split
    keep = []
    for c in classes:
        found = (y == c).nonzero().flatten()
        keep.append(found[:count] if count else found)
    at = torch.cat(keep).sort().values
    numbers = torch.full((10,), -1)
    numbers[torch.tensor(classes)] = torch.arange(len(classes))
    return x[at], numbers[y[at]]


def augmented(x, shift, flip, rng):
    n, c, h, w = x.shape
    if shift:
        padded = F.pad(x, (shift,) * 4)
        dy, dx = (torch.randint(0, 2 * shift + 1, (n,), generator=rng) for _ in range(2))
        rows = (dy[:, None] + torch.arange(h))[:, None, :, None]
        columns = (dx[:, None] + torch.arange(w))[:, None, None, :]
        x = padded[torch.arange(n)[:, None, None, None], torch.arange(c)[None, :, None, None], rows, columns]
    if flip:
        mirrored = torch.rand(n, generator=rng) < 0.5
        x = torch.where(mirrored[:, None, None, None], x.flip(3), x)
    return x


# ---- networks

def lenet5(c, classes):
    return nn.Sequential(nn.Conv2d(c, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Tanh(),
                         nn.AvgPool2d(2), nn.Flatten(), nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(),
                         nn.Linear(84, classes))


def cnn(c, classes):
    return nn.Sequential(nn.Conv2d(c, 24, 5), nn.MaxPool2d(2), nn.ReLU(), nn.Conv2d(24, 32, 3), nn.MaxPool2d(2), nn.ReLU(),
                         nn.Flatten(), nn.Linear(800, 256), nn.ReLU(), nn.Linear(256, classes))


class Block(nn.Module):
    """Two convolutions and a shortcut: every second pixel and zeros in the new channels (option A)."""
    def __init__(self, cin, cout, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(cin, cout, 3, stride, 1, bias=False), nn.BatchNorm2d(cout)
        self.conv2, self.bn2 = nn.Conv2d(cout, cout, 3, 1, 1, bias=False), nn.BatchNorm2d(cout)
        self.stride, self.more = stride, cout - cin

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.more:
            x = F.pad(x[:, :, ::self.stride, ::self.stride], (0, 0, 0, 0, self.more // 2, self.more - self.more // 2))
        return F.relu(x + y)


def resnet(depth):
    def build(c, classes):
        layers, cin = [nn.Conv2d(c, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU()], 16
        for stage, width in enumerate((16, 32, 64)):
            for i in range((depth - 2) // 6):
                layers.append(Block(cin, width, 2 if stage and i == 0 else 1))
                cin = width
        return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, classes))
    return build


class Divide(nn.Module):
    def __init__(self, by):
        super().__init__()
        self.by = by

    def forward(self, x):
        return x / self.by


def conv_norm_relu(cin, cout):
    return [nn.Conv2d(cin, cout, 3, padding=1, bias=False), nn.BatchNorm2d(cout), nn.ReLU()]


class Residual(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.body = nn.Sequential(*conv_norm_relu(c, c), *conv_norm_relu(c, c))

    def forward(self, x):
        return x + self.body(x)


def resnet9(widths):
    def build(c, classes):
        a, b, d, e = widths
        return nn.Sequential(*conv_norm_relu(c, a), *conv_norm_relu(a, b), nn.MaxPool2d(2), Residual(b),
                             *conv_norm_relu(b, d), nn.MaxPool2d(2), *conv_norm_relu(d, e), nn.MaxPool2d(2), Residual(e),
                             nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(e, classes, bias=False), Divide(8))
    return build


def airbench(c, classes):
    layers, cin = [nn.Conv2d(c, 8 * c, 2), nn.GELU()], 8 * c
    for width in (64, 256, 256):
        first = nn.Conv2d(cin, width, 3, padding=1, bias=False)
        first.passes_on = True
        layers += [first, nn.MaxPool2d(2), nn.BatchNorm2d(width, momentum=0.4), nn.GELU(),
                   nn.Conv2d(width, width, 3, padding=1, bias=False), nn.BatchNorm2d(width, momentum=0.4), nn.GELU()]
        cin = width
    return nn.Sequential(*layers, nn.MaxPool2d(3), nn.Flatten(), nn.Linear(256, classes, bias=False), Divide(9))


def whiten(conv, x):
    """Gives a convolution the filters that whiten patches of the pictures."""
    k, c = conv.kernel_size[0], conv.in_channels
    patches = F.unfold(x[:5000], k).transpose(1, 2).reshape(-1, c * k * k).double()
    values, vectors = torch.linalg.eigh(patches.T @ patches / len(patches))
    filters = (vectors / torch.sqrt(values + 5e-4)).T.flip(0).reshape(-1, c, k, k).float()
    conv.weight.data = torch.cat([filters, -filters])
    conv.weight.requires_grad = False


class Muon(torch.optim.Optimizer):
    """Momentum made orthogonal for weights, Adam for parameters of one axis; see Fovea's Muon."""
    def __init__(self, groups, lr):
        super().__init__(groups, dict(lr=lr, top=lr))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for w in group["params"]:
                if w.grad is None:
                    continue
                state, g, lr = self.state[w], w.grad, group["lr"]
                m = state.setdefault("m", torch.zeros_like(w))
                if w.dim() > 1:
                    m.mul_(0.95).add_(g)
                    d = (g + 0.95 * m).flatten(1)
                    w.sub_(lr * max(1, d.shape[0] / d.shape[1]) ** 0.5 * orthogonal(d).view_as(w))
                    continue
                v, t = state.setdefault("v", torch.zeros_like(w)), state.get("t", 0) + 1
                state["t"] = t
                m.mul_(0.9).add_(g, alpha=0.1)
                v.mul_(0.95).addcmul_(g, g, value=0.05)
                rate = lr / group["top"] * 3e-4
                w.sub_(rate * (m / (1 - 0.9 ** t)) / ((v / (1 - 0.95 ** t)).sqrt() + 1e-8))


def orthogonal(x):
    turned = x.shape[0] > x.shape[1]
    x = (x.T if turned else x) / (x.norm() + 1e-7)
    for _ in range(5):
        a = x @ x.T
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
    return x.T if turned else x


NETS = {"airbench": airbench, "lenet5": lenet5, "cnn": cnn, "resnet8": resnet(8), "resnet20": resnet(20), "resnet9": resnet9((64, 128, 256, 512)),
        "resnet9-narrow": resnet9((16, 32, 64, 128))}


def initialise(net, residual):
    """Fovea's defaults: Glorot's uniform, in residual networks He's normal for convolutions; biases 0."""
    for m in net.modules():
        if isinstance(m, nn.Conv2d) and residual:
            nn.init.kaiming_normal_(m.weight, mode="fan_in", nonlinearity="relu")
        elif isinstance(m, (nn.Conv2d, nn.Linear)):
            nn.init.xavier_uniform_(m.weight)
        if hasattr(m, "passes_on"):
            nn.init.dirac_(m.weight)
        if isinstance(m, (nn.Conv2d, nn.Linear)) and m.bias is not None:
            nn.init.zeros_(m.bias)


def begin(net, file):
    """Takes tensors of a checkpoint of the same architecture in their order, where the shapes are the same."""
    saved = [v for k, v in torch.load(file, map_location="cpu", weights_only=True)["state_dict"].items() if "num_batches" not in k]
    own = [v for k, v in net.state_dict().items() if "num_batches" not in k]
    with torch.no_grad():
        for mine, theirs in zip(own, saved, strict=True):
            if mine.shape == theirs.shape:
                mine.copy_(theirs)


# ---- training

def wave(a, b, t):
    return b + (a - b) * (1 + math.cos(math.pi * min(1, t))) / 2


def factor(schedule, step, total):
    if schedule == "cosine":
        return wave(1, 0, step / total)
    if schedule == "one-cycle":
        t = step / max(1, total - 1)
        return wave(1 / 25, 1, t / 0.3) if t < 0.3 else wave(1, 4e-6, (t - 0.3) / 0.7)
    return 1


def accuracy(net, x, y, tta):
    net.eval()
    with torch.inference_mode():
        def scores(v):
            return torch.cat([net(b) for b in v.split(256)])
        s = scores(x)
        if tta:
            s = s.softmax(1) + scores(x.flip(3)).softmax(1)
    net.train()
    return 100 * (s.argmax(1) == y).float().mean().item()


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--net", choices=NETS, required=True)
    p.add_argument("--data", choices=RULES, required=True)
    p.add_argument("--data-dir", required=True)
    p.add_argument("--optimizer", choices=["sgd", "adam", "adamw", "muon"], default="sgd")
    p.add_argument("--lr", type=float, required=True)
    p.add_argument("--schedule", choices=["constant", "cosine", "one-cycle"], required=True)
    p.add_argument("--weight-decay", type=float, default=0)
    p.add_argument("--label-smoothing", type=float, default=0)
    p.add_argument("--batch", type=int, required=True)
    p.add_argument("--epochs", type=int, required=True)
    p.add_argument("--augment", default="", help="shift:N and flip")
    p.add_argument("--weights", help="a state dict to begin with; a head of other classes begins at random")
    p.add_argument("--classes", default="", help="numbers of the classes to keep")
    p.add_argument("--per-class", type=int, default=0, help="training pictures of each class")
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--threads", type=int, default=0)
    p.add_argument("--channels-last", action="store_true")
    o = p.parse_args()
    torch.manual_seed(o.seed)
    if o.threads:
        torch.set_num_threads(o.threads)
    train, test = load(o.data, o.data_dir)
    classes = 10
    if o.classes:
        kept = [int(c) for c in o.classes.split(",")]
        train, test, classes = only(train, kept, o.per_class), only(test, kept, 0), len(kept)
    shift = next((int(a.split(":")[1]) for a in o.augment.split(",") if a.startswith("shift:")), 0)
    flip = "flip" in o.augment.split(",")
    net = NETS[o.net](train[0].shape[1], classes)
    initialise(net, o.net.startswith("resnet"))
    if o.weights:
        begin(net, o.weights)
    if o.net == "airbench":
        whiten(net[0], train[0])
    if o.channels_last:
        net = net.to(memory_format=torch.channels_last)
    groups = [{"params": [w for w in net.parameters() if w.dim() > 1 and w.requires_grad], "weight_decay": o.weight_decay},
              {"params": [w for w in net.parameters() if w.dim() <= 1], "weight_decay": 0}]
    optimizer = (torch.optim.Adam(groups, o.lr) if o.optimizer == "adam" else
                 torch.optim.AdamW(groups, o.lr) if o.optimizer == "adamw" else Muon(groups, o.lr) if o.optimizer == "muon"
                 else torch.optim.SGD(groups, o.lr, momentum=0.9, nesterov=True))
    rng = torch.Generator().manual_seed(o.seed)
    x, y = train
    steps = (len(x) + o.batch - 1) // o.batch
    step, seconds, reached = 0, 0.0, 0.0
    for epoch in range(1, o.epochs + 1):
        began, loss_sum = time.time(), 0.0
        order = torch.randperm(len(x), generator=rng)
        for at in order.split(o.batch):
            b = augmented(x[at], shift, flip, rng)
            if o.channels_last:
                b = b.contiguous(memory_format=torch.channels_last)
            for g in optimizer.param_groups:
                g["lr"] = o.lr * factor(o.schedule, step, steps * o.epochs)
            loss = F.cross_entropy(net(b), y[at], label_smoothing=o.label_smoothing)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            loss_sum += loss.item() * len(at)
            step += 1
        reached = accuracy(net, *test, False)
        seconds += time.time() - began
        print(json.dumps({"event": "epoch", "epoch": epoch, "loss": round(loss_sum / len(x), 4),
                          "test_accuracy": round(reached, 2), "seconds": round(seconds, 1)}), flush=True)
    print(json.dumps({"event": "result", "net": o.net, "data": o.data, "seed": o.seed, "test_accuracy": round(reached, 2),
                      "flipped_too": round(accuracy(net, *test, True), 2), "seconds": round(seconds, 1)}), flush=True)


if __name__ == "__main__":
    main()
