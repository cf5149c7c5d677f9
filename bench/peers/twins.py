"""What PyTorch's sides of the vision systems have in common: the steps of a training by Fovea's recipes, and COCO's figures."""
import argparse, collections, contextlib, io, json, math, os, time
import numpy as np
import torch
from PIL import Image
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from torch import nn

Recipe = collections.namedtuple("Recipe", "batch rate decay clip")


def arguments(epochs):
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--epochs", type=int, default=epochs)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--limit", type=int, default=0, help="so many pictures of each part; 0 for all")
    return parser


def begin(a):
    """Sets the threads and the seed, and returns the random numbers of order and changes."""
    torch.manual_seed(a.seed)
    torch.set_num_threads(a.threads)
    return np.random.default_rng(a.seed)


# ---- initial values

def he(layer):
    nn.init.kaiming_normal_(layer.weight)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


def glorot(layer):
    nn.init.xavier_uniform_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


# ---- training

def one_cycle(step, total):
    """Up from 1/25 over 30 % of the steps, then down to 4e-6, both along cosines."""
    t = step / max(1, total - 1)
    a, b, at = (1 / 25, 1, t / 0.3) if t < 0.3 else (1, 4e-6, (t - 0.3) / 0.7)
    return b + (a - b) * (1 + math.cos(math.pi * at)) / 2


def parameters(net):
    return sum(p.numel() for p in net.parameters())


def fit(a, net, recipe, count, rng, loss, figures):
    """Trains with AdamW in one cycle and prints one JSON object per epoch; biases and batch norms learn without decay.

    `loss` is of the numbers of some of `count` samples; `figures` gives what is measured after each epoch. Seconds are those since the
    beginning, figures of the epochs before included.
    """
    decayed = [p for p in net.parameters() if p.dim() > 1]
    others = [p for p in net.parameters() if p.dim() <= 1]
    optimizer = torch.optim.AdamW([dict(params=decayed), dict(params=others, weight_decay=0.0)], lr=recipe.rate, weight_decay=recipe.decay)
    steps = math.ceil(count / recipe.batch)
    step, began = 0, time.time()
    for epoch in range(a.epochs):
        net.train()
        order, losses = rng.permutation(count), 0.0
        for i in range(steps):
            for g in optimizer.param_groups:
                g["lr"] = recipe.rate * one_cycle(step, a.epochs * steps)
            value = loss(order[i * recipe.batch:(i + 1) * recipe.batch])
            optimizer.zero_grad(set_to_none=True)
            value.backward()
            if recipe.clip:
                torch.nn.utils.clip_grad_norm_(net.parameters(), recipe.clip)
            optimizer.step()
            losses += value.item()
            step += 1
        seconds = time.time() - began
        net.eval()
        with torch.inference_mode():
            reached = figures()
        print(json.dumps(dict(epoch=epoch + 1, loss=losses / steps, **reached, seconds=round(seconds, 1),
                              processor=round(time.process_time(), 1), parameters=parameters(net))), flush=True)


# ---- pictures

def lit(pictures, rng, brightness=0.2, contrast=0.25):
    """Pictures [N, 3, H, W] of 0 … 255, each brighter or darker, and with more or less contrast about its mean grey."""
    grey = torch.tensor([0.299, 0.587, 0.114]).reshape(3, 1, 1)
    draw = lambda r: torch.from_numpy(rng.uniform(1 - r, 1 + r, (len(pictures), 1, 1, 1))).float()
    pictures = (pictures * draw(brightness)).clamp(0, 255)
    mean = (pictures * grey).sum(1, keepdim=True).mean((2, 3), keepdim=True)
    return (mean + draw(contrast) * (pictures - mean)).clamp(0, 255)


def drawn(folder, part, limit):
    """Pictures [N, 3, H, W] of 0 … 255 and annotations of a folder in COCO's form."""
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO(os.path.join(folder, "annotations", f"person_keypoints_{part}.json"))
    ids = sorted(coco.getImgIds())[:limit or None]
    if limit:
        coco = of(dict(coco.dataset, images=coco.loadImgs(ids), annotations=coco.loadAnns(coco.getAnnIds(imgIds=ids))))
    files = [os.path.join(folder, "images", part, i["file_name"]) for i in coco.loadImgs(ids)]
    pictures = np.stack([np.asarray(Image.open(f).convert("RGB")) for f in files])
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float(), coco


# ---- figures

def of(dataset):
    """COCO's index of labels."""
    coco = COCO()
    coco.dataset = dict(info={}, **{k: v for k, v in dataset.items() if k != "info"})
    with contextlib.redirect_stdout(io.StringIO()):
        coco.createIndex()
    return coco


def precision(coco, results, kind, sigmas=None):
    """COCO's AP and AP50 of boxes (`bbox`), masks (`segm`) or key points (`keypoints`)."""
    if not results:
        return 0.0, 0.0
    with contextlib.redirect_stdout(io.StringIO()):
        evaluation = COCOeval(coco, coco.loadRes(results), kind)
        if sigmas is not None:
            evaluation.params.kpt_oks_sigmas = np.array(sigmas)
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return float(evaluation.stats[0]), float(evaluation.stats[1])
