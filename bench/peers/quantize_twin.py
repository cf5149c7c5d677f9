#!/usr/bin/env python3
"""PyTorch's side of `fovea compress`, `convert --int8` and `prune`: the same networks, pictures and shares.

  quantize_twin.py WEIGHTS.th CIFAR [PICTURES [RATE]]
  quantize_twin.py LENET.caffemodel MNIST [PICTURES [RATE]]
  quantize_twin.py MOBILENET.onnx FOLDER [PICTURES [RATE]]

WEIGHTS.th is `resnet20-12fca82f.th`, CIFAR the folder of the sprites `cifar10_batch_*.png`; LENET.caffemodel is `lenet_iter_10000.caffemodel`,
MNIST the folder of the four .gz files; MOBILENET.onnx is what `fovea train vww_96.h5` wrote for the pictures of FOLDER, in train/CLASS and
test/CLASS. Prints one line a method: accuracy on the test pictures, and where it is another network the bytes of its state and the least
milliseconds of a picture on one thread. With PICTURES, what was changed is trained for one epoch of so many pictures (Adam, rate RATE,
0.001, under a cosine, batch 64). Needs torch, numpy and pillow, for .onnx files onnx.
"""
import copy, glob, gzip, io, os, re, sys, time, warnings
import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.ao.quantization import (
    HistogramObserver, MinMaxObserver, QConfig, QConfigMapping, default_per_channel_weight_observer, get_default_qat_qconfig_mapping)
from torch.ao.quantization.quantize_fx import convert_fx, prepare_fx, prepare_qat_fx
from torch.nn.utils import prune

warnings.filterwarnings("ignore")
torch.set_num_threads(1)
torch.backends.quantized.engine = "fbgemm"


class Block(nn.Module):
    def __init__(self, c_in, c_out, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(c_in, c_out, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(c_out)
        self.conv2 = nn.Conv2d(c_out, c_out, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(c_out)
        self.stride, self.pad = stride, (c_out - c_in) // 2

    def forward(self, x):
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        if self.pad:
            x = nn.functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.pad, self.pad))
        return torch.relu(x + y)


class ResNet20(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.layer1 = nn.Sequential(*(Block(16, 16, 1) for _ in range(3)))
        self.layer2 = nn.Sequential(Block(16, 32, 2), Block(32, 32, 1), Block(32, 32, 1))
        self.layer3 = nn.Sequential(Block(32, 64, 2), Block(64, 64, 1), Block(64, 64, 1))
        self.linear = nn.Linear(64, 10)

    def forward(self, x):
        x = torch.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.linear(x.mean((2, 3)))


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 20, 5), nn.Conv2d(20, 50, 5)
        self.ip1, self.ip2 = nn.Linear(800, 500), nn.Linear(500, 10)
        self.pool, self.relu = nn.MaxPool2d(2), nn.ReLU()

    def forward(self, x):
        x = self.pool(self.conv2(self.pool(self.conv1(x))))
        return self.ip2(self.relu(self.ip1(x.flatten(1))))


def fields(b):
    """The fields of a message of protobuf: number and content."""
    at = 0

    def varint():
        nonlocal at
        n = shift = 0
        while True:
            n |= (b[at] & 127) << shift
            shift += 7
            at += 1
            if b[at - 1] < 128:
                return n

    while at < len(b):
        key = varint()
        if key & 7 == 2:
            n = varint()
            yield key >> 3, b[at:at + n]
            at += n
        elif key & 7 == 0:
            varint()
        else:
            at += 4 if key & 7 == 5 else 8


def caffe(file):
    """The state of LeNet: the blobs of each layer are its weight and its bias."""
    state, own = {}, LeNet().state_dict()
    for number, layer in fields(open(file, "rb").read()):
        if number == 100:
            parts = list(fields(layer))
            name = next(c for n, c in parts if n == 1).decode()
            blobs = [b"".join(c for k, c in fields(blob) if k == 5) for n, blob in parts if n == 7]
            for part, blob in zip(("weight", "bias"), blobs):
                key = f"{name}.{part}"
                if key in own:
                    state[key] = torch.from_numpy(np.frombuffer(blob, "<f4").copy()).reshape(own[key].shape)
    return state


class MobileNet(nn.Module):
    """MobileNet of 2017 at a quarter of its width, padded as Keras does: below and to the right where the stride is 2."""

    STRIDES = (2, 1, 1, 2, 1, 1, 1, 2, 1, 1, 1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1)

    def __init__(self, arrays):
        super().__init__()
        layers = []
        convolutions = [n for n in arrays if n.startswith(("conv2d", "depthwise")) and n.endswith("weight")]
        norms = [n for n in arrays if n.startswith("batch_normalization") and n.endswith(".weight")]
        for conv, norm, stride in zip(convolutions, norms, self.STRIDES, strict=True):
            w = arrays[conv]
            deep = conv.startswith("depthwise")
            if w.shape[-1] == 3:
                layers.append(nn.ZeroPad2d((0, 1, 0, 1) if stride == 2 else 1))
            c = nn.Conv2d(w.shape[0] if deep else w.shape[1], w.shape[0], w.shape[-1], stride, groups=w.shape[0] if deep else 1)
            b = nn.BatchNorm2d(w.shape[0], eps=1e-3, momentum=0.01)
            c.load_state_dict({"weight": w, "bias": arrays[conv.replace("weight", "bias")]})
            own = {k: arrays[norm.replace("weight", k)] for k in ("weight", "bias", "running_mean", "running_var")}
            b.load_state_dict(own | {"num_batches_tracked": torch.tensor(0)})
            layers += [c, b, nn.ReLU()]
        self.features = nn.Sequential(*layers)
        self.head = nn.Linear(*arrays["head.weight"].shape)
        self.head.load_state_dict({"weight": arrays["head.weight"].T, "bias": arrays["head.bias"]})

    def forward(self, x):
        return self.head(self.features(x).mean((2, 3)))


LENET, MOBILE = sys.argv[1].endswith(".caffemodel"), sys.argv[1].endswith(".onnx")


def net():
    if LENET:
        model = LeNet()
        model.load_state_dict(caffe(sys.argv[1]))
        return model.eval()
    if MOBILE:
        import onnx
        arrays = {i.name: torch.from_numpy(onnx.numpy_helper.to_array(i).copy()) for i in onnx.load(sys.argv[1]).graph.initializer}
        return MobileNet(arrays).eval()
    state = torch.load(sys.argv[1], map_location="cpu", weights_only=False)["state_dict"]
    model = ResNet20()
    model.load_state_dict({k.removeprefix("module."): v for k, v in state.items()})
    return model.eval()


def pictures(batch):
    rows = np.asarray(Image.open(f"{sys.argv[2]}/cifar10_batch_{batch}.png").convert("RGB"))
    x = torch.from_numpy(rows.reshape(1000, 32, 32, 3).copy()).permute(0, 3, 1, 2).float() / 255
    mean, std = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    return (x - mean[:, None, None]) / std[:, None, None]


def idx(name, head):
    return np.frombuffer(gzip.open(f"{sys.argv[2]}/{name}.gz").read(), np.uint8)[head:].copy()


def digits(name):
    return torch.from_numpy(idx(name, 16).reshape(-1, 1, 28, 28)).float() / 256


def folder(part):
    """Pictures of a folder per class, stretched to 96 x 96, and the numbers of their classes."""
    files = sorted(glob.glob(f"{sys.argv[2]}/{part}/*/*"))
    names = sorted({os.path.basename(os.path.dirname(f)) for f in files})
    x = [np.asarray(Image.open(f).convert("RGB").resize((96, 96), Image.BILINEAR)) for f in files]
    y = [names.index(os.path.basename(os.path.dirname(f))) for f in files]
    return torch.from_numpy(np.stack(x)).permute(0, 3, 1, 2).float() / 255, torch.tensor(y)


# 200 pictures are taken evenly from those to train on, as convert does.
if LENET:
    labels, test = torch.from_numpy(idx("t10k-labels-idx1-ubyte", 8)).long(), digits("t10k-images-idx3-ubyte")
    known, training = torch.from_numpy(idx("train-labels-idx1-ubyte", 8)).long(), digits("train-images-idx3-ubyte")
elif MOBILE:
    test, labels = folder("test")
    training, known = folder("train")
else:
    known = torch.tensor([int(n) for n in re.findall(r"\d+", open(f"{sys.argv[2]}/cifar10_labels.js").read())])
    labels, known = known[50000:51000], known[:10000]
    test = pictures(50)
    training = torch.cat([pictures(b) for b in range(10)])
calibration = training[::len(training) // 200]
FEW = int(sys.argv[3]) if len(sys.argv) > 3 else 0
RATE = float(sys.argv[4]) if len(sys.argv) > 4 else 1e-3


def train(model):
    """One epoch of the first pictures."""
    model.train()
    steps = -(-FEW // 64)
    optimizer = torch.optim.Adam((p for p in model.parameters() if p.requires_grad), RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, max(1, steps))
    order = torch.randperm(len(training), generator=torch.Generator().manual_seed(0)) if MOBILE else torch.arange(FEW)
    order = order[:FEW][torch.randperm(FEW, generator=torch.Generator().manual_seed(1))]
    for i in range(0, FEW, 64):
        some = order[i:i + 64]
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(training[some]), known[some]).backward()
        optimizer.step()
        schedule.step()
    return model.eval()


def tell(name, model, other=True):
    with torch.inference_mode():
        right = sum((model(test[i:i + 100]).argmax(1) == labels[i:i + 100]).sum().item() for i in range(0, len(test), 100))
        text = f"{name}: {100 * right / len(test):.{2 if LENET else 1}f} %"
        if other:
            state = io.BytesIO()
            torch.save(model.state_dict(), state)
            least = float("inf")
            for _ in range(200):
                begin = time.perf_counter()
                model(test[:1])
                least = min(least, time.perf_counter() - begin)
            text += f", {len(state.getvalue()):,} bytes, {1000 * least:.3f} ms"
    print(text, flush=True)


def rounded(model, observer=MinMaxObserver):
    config = QConfig(activation=observer.with_args(dtype=torch.quint8, reduce_range=False), weight=default_per_channel_weight_observer)
    prepared = prepare_fx(model, QConfigMapping().set_global(config), (test[:1],))
    with torch.no_grad():
        for i in range(0, 200, 50):
            prepared(calibration[i:i + 50])
    return convert_fx(prepared)


def weights(model):
    return [m for m in model.modules() if isinstance(m, (nn.Conv2d, nn.Linear))]


def two_of_four(m):
    """Keeps the two larger of each four weights that meet neighbouring input channels."""
    w = m.weight.detach().abs().movedim(1, -1)
    n = w.shape[-1] // 4 * 4
    groups = w[..., :n].unflatten(-1, (-1, 4))
    keep = torch.ones_like(w)
    keep[..., :n] = torch.zeros_like(groups).scatter(-1, groups.topk(2).indices, 1).flatten(-2)
    prune.custom_from_mask(m, "weight", keep.movedim(-1, 1))


def fixed(model):
    """Makes what was pruned a part of the weights."""
    for m in weights(model):
        if prune.is_pruned(m):
            prune.remove(m, "weight")
    return model


def pruned(way):
    model = net()
    for m in weights(model):
        way(m)
    return fixed(train(model)) if FEW else fixed(model)


tell("float", net())
for name, observer in (("min-max", MinMaxObserver), ("histogram", HistogramObserver)):
    tell(f"int8-{name}", rounded(net(), observer))
if FEW:
    tell("fine-tuned", train(net()), False)
    aware = prepare_qat_fx(net().train(), get_default_qat_qconfig_mapping("fbgemm"), (test[:1],))
    tell("qat", convert_fx(train(aware)))
    sparse = pruned(lambda m: prune.l1_unstructured(m, "weight", 0.8))
    tell("magnitude", sparse, False)
    tell("magnitude-int8", rounded(copy.deepcopy(sparse)))
    tell("two-of-four", pruned(two_of_four), False)
    last = labels.max().item() + 1
    tell("channels, set to 0", pruned(lambda m: m.weight.shape[0] == last or prune.ln_structured(m, "weight", 0.5, 1, 0)), False)
else:
    for share in (0.3, 0.5, 0.7, 0.9):
        tell(f"magnitude {share}, each layer", pruned(lambda m: prune.l1_unstructured(m, "weight", share)), False)
    for share in (0.5, 0.9, 0.97):
        model = net()
        prune.global_unstructured([(m, "weight") for m in weights(model)], prune.L1Unstructured, amount=share)
        tell(f"magnitude {share}, all layers together", fixed(model), False)
