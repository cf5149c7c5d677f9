#!/usr/bin/env python3
"""PyTorch's side of `fovea train fast-rcnn-small` and `r-cnn-small` with `--data voc --data-dir DIR --input 192x256x3`: torchvision's second
stage over the same layers, initial values and numbers of samples, by the same losses, recipe and changes of pictures.

  regions_twin.py DIR [--net fast-rcnn-small] [--fovea fovea] [--epochs 15 (r-cnn-small: 10)] [--seed 0] [--threads 2] [--limit 0]
                      [--noise 0] [--parameters FILE]

DIR is a folder in the form of Pascal VOC. The regions are those of Fovea's selective search: as Fovea does, it searches each picture anew after
its change, so `--fovea`, the command, runs proposals_writer.java beside this script, which answers pictures with regions. r-cnn-small's epochs
are measured by its softmax; then LIBLINEAR (scikit-learn's) fits machines with hard negatives, a ridge regression fits boxes, and one more
object has the figures with them.

With `--noise N` one more object has means and standard deviations of the figures of N more measurements, before each of which Gaussian noise with a
standard deviation of 0.3 of 255 is added to the pictures to test with: the search finds other regions then. `--parameters` measures the
fast-rcnn-small that Fovea has trained, model.safetensors, instead of training one.

What differs: random numbers; what faster_rcnn_twin.py names of pictures, by which regions differ, too; boxes thinner than a pixel, which Fovea drops
and torchvision keeps down to a hundredth. LIBLINEAR goes through the examples until they are at its tolerance (10,000 times at most), where
Fovea goes through them 300 times, then twice as often, until that changes little. Prints one JSON object per epoch, and at the end one with
the seconds of processor time that the search has taken, its compilation included, which those of the epochs leave out. Needs torch, torchvision, scikit-learn,
pycocotools, safetensors, numpy and pillow, and faster_rcnn_twin.py, mask_twin.py (with one_stage_twin.py) and twins.py beside it.
"""
import json, os, resource, subprocess, time
import numpy as np
import torch
from safetensors.torch import load_file
from sklearn.svm import LinearSVC
from torch import nn
from torchvision.models.detection.generalized_rcnn import GeneralizedRCNN
from torchvision.models.detection.roi_heads import RoIHeads
from torchvision.models.detection.transform import GeneralizedRCNNTransform
from torchvision.ops import box_iou, roi_align, roi_pool
from faster_rcnn_twin import HEIGHT, WIDTH, Recipe, backbone, tensors, train
from mask_twin import second
from twins import arguments

EPOCHS = {"fast-rcnn-small": 15, "r-cnn-small": 10}
REGIONS, STRIDE, BINS = 500, 8, 7
SIDE, AT_ONCE, WIDER = 32, 50, 227 / (227 - 2 * 16)
NEGATIVE, NEAR, LAMBDA, NORM, HARD, EASY, FRESH = 0.3, 0.6, 1000, 20, -1.0001, -1.1, 2000
NOISE = 0.3


# ---- regions

class Search(nn.Module):
    """The regions that Fovea searches, in place of a network that proposes them."""

    def __init__(self, fovea):
        super().__init__()
        file = os.path.join(os.path.dirname(os.path.abspath(__file__)), "proposals_writer.java")
        self.java = subprocess.Popen([fovea, "run", file, str(HEIGHT), str(WIDTH)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def of(self, picture):
        """The regions of a normalised picture [3, H, W]."""
        self.java.stdin.write(picture.permute(1, 2, 0).contiguous().numpy().tobytes())
        self.java.stdin.flush()
        answer = self.java.stdout.read(16 * REGIONS)
        if len(answer) < 16 * REGIONS:
            raise SystemExit(f"proposals_writer has ended: {self.java.wait()}")
        boxes = torch.frombuffer(bytearray(answer), dtype=torch.float32).reshape(REGIONS, 4)
        return boxes[(boxes[:, 2:] > boxes[:, :2]).all(1)]

    def forward(self, images, features, targets=None):
        return [self.of(x) for x in images.tensors], {}

    def end(self):
        """Ends the search; returns how many seconds of processor time it has taken."""
        self.java.stdin.close()
        self.java.wait()
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime


class Pool(nn.Module):
    """RoIPool of the map."""

    def forward(self, features, regions, shapes):
        return roi_pool(features["0"], regions, BINS, 1 / STRIDE)


class Crops(nn.Module):
    """Squares of the pictures themselves, with as much around regions as R-CNN has; the mean lies outside of pictures."""

    def forward(self, features, regions, shapes):
        wider = []
        for r in regions:
            middle, reach = (r[:, :2] + r[:, 2:]) / 2, (r[:, 2:] - r[:, :2]) / 2 * WIDER
            wider.append(torch.cat((middle - reach, middle + reach), 1))
        return roi_align(features["0"], wider, SIDE, aligned=True)


# ---- networks

class Squares(nn.Module):
    """The whole network up to the last hidden layer; as it is used, of some squares at a time."""

    def __init__(self, head):
        super().__init__()
        self.layers = nn.Sequential(backbone(), head)

    def forward(self, x):
        return self.layers(x) if self.training else torch.cat([self.layers(some) for some in x.split(AT_ONCE)])


class Classes(nn.Module):
    """Logits of classes, and boxes that are those of the regions."""

    def __init__(self, logits):
        super().__init__()
        self.logits = logits

    def forward(self, x):
        logits = self.logits(x)
        return logits, logits.new_zeros(len(x), 4 * logits.shape[1])


class Fitted(nn.Module):
    """Margins of classes and codes of their boxes, without those of a background."""

    def __init__(self, machines, boxes):
        super().__init__()
        self.machines, self.boxes = machines, boxes

    def forward(self, x):
        return tuple((x.double() @ weight + bias).float() for weight, bias in (self.machines, self.boxes))


class ClassHeads(RoIHeads):
    """A second stage that learns classes alone; once machines are fitted, the sigmoid of its margin says how sure a class is."""

    def forward(self, *inputs):
        found, losses = super().forward(*inputs)
        losses.pop("loss_box_reg", None)
        return found, losses

    def postprocess_detections(self, logits, codes, regions, shapes):
        if not isinstance(self.box_predictor, Fitted):
            return super().postprocess_detections(logits, codes, regions, shapes)
        parts = []
        for c in range(logits.shape[1]):
            # The softmax of 0 and a margin is its sigmoid.
            two, own = logits[:, c:c + 1], codes[:, 4 * c:4 * c + 4]
            one = torch.cat((torch.zeros_like(two), two), 1), torch.cat((torch.zeros_like(own), own), 1)
            boxes, scores, labels = super().postprocess_detections(*one, regions, shapes)
            parts.append((boxes, scores, [label + c for label in labels]))
        found = [[torch.cat([part[kind][i] for part in parts]) for i in range(len(shapes))] for kind in range(3)]
        best = [s.argsort(descending=True)[:self.detections_per_img] for s in found[1]]
        return tuple([x[b] for x, b in zip(rows, best)] for rows in found)


def network(net, count, search):
    transform = GeneralizedRCNNTransform(HEIGHT, WIDTH, [0.5] * 3, [0.25] * 3, size_divisible=STRIDE)
    if net == "fast-rcnn-small":
        body = backbone()
        head, told = second(count + 1, body.out_channels * BINS ** 2)
        heads = RoIHeads(Pool(), head, told, 0.5, 0.5, 64, 0.4, None, 0.01, 0.5, 100)
    else:
        body = nn.Identity()
        head, told = second(count + 1, 128 * (SIDE // STRIDE) ** 2)
        heads = ClassHeads(Crops(), Squares(head), Classes(told.cls_score), 0.5, 0.5, 32, 0.4, (1.0, 1.0, 1.0, 1.0), 0.01, 0.3, 100)
    return GeneralizedRCNN(body, search, heads, transform)


def load(net, file):
    """Takes over the parameters of a fast-rcnn-small of Fovea, whose convolutions are [H, W, I, O] and whose dense layers [I, O]."""
    heads = {"regions.0": "box_head.fc6", "regions.2": "box_head.fc7", "classes": "box_predictor.cls_score", "boxes": "box_predictor.bbox_pred"}
    own = net.state_dict()
    for name, value in load_file(file).items():
        layer, kind = name.rsplit(".", 1)
        if name == "regions.0.weight":
            # What is read of a region is [H, W, C] there, and [C, H, W] here.
            value = value.reshape(BINS, BINS, -1, value.shape[1]).permute(2, 0, 1, 3).flatten(0, 2)
        value = value.permute(3, 2, 0, 1) if value.dim() == 4 else value.t()
        own[("roi_heads." + heads[layer] if layer in heads else layer) + "." + kind].copy_(value)


# ---- R-CNN's machines and boxes

class HardNegatives:
    """A machine that meets negatives picture by picture, and keeps those that are not clear."""

    def __init__(self, examples):
        self.examples, self.kept, self.fresh, self.plane = examples, examples[:0], 0, None

    def margins(self, x):
        return x @ self.plane[0] + self.plane[1]

    def meet(self, negatives):
        if len(self.examples):
            hard = negatives if self.plane is None else negatives[self.margins(negatives) > HARD]
            self.kept, self.fresh = np.concatenate((self.kept, hard)), self.fresh + len(hard)
            if self.fresh >= FRESH:
                self.fit()

    def fit(self):
        machine = LinearSVC(C=1e-3, loss="hinge", dual=True, tol=1e-2, class_weight={1: 2}, intercept_scaling=10, max_iter=10_000, random_state=0)
        machine.fit(np.concatenate((self.examples, self.kept)), np.repeat((1, -1), (len(self.examples), len(self.kept))))
        self.plane, self.fresh = (machine.coef_[0], machine.intercept_[0]), 0
        self.kept = self.kept[self.margins(self.kept) >= EASY]


def ridge(x, y):
    """W and b of least |x W + b - y|² + λ|W|²."""
    middle = x - x.mean(0)
    weight = np.linalg.solve(middle.T @ middle + LAMBDA * np.eye(x.shape[1]), middle.T @ (y - y.mean(0)))
    return weight, y.mean(0) - x.mean(0) @ weight


def fit_machines(net, pictures, boxes, count):
    """What is to stand in place of the softmax, fitted to the pictures as they are."""
    heads = net.roi_heads

    def normalised(picture):
        return net.transform(tensors([picture]))[0].tensors

    def hidden(x, regions):
        return heads.box_head(heads.box_roi_pool({"0": x}, [regions], None)).double().numpy()

    truth = [(torch.from_numpy(b[:, :4].copy()), b[:, 4].astype(int)) for b in boxes]
    objects = np.concatenate([hidden(normalised(p), own) for p, (own, _) in zip(pictures, truth)])
    scale = NORM / np.linalg.norm(objects, axis=1).mean()
    of_class = np.concatenate([labels for _, labels in truth])
    machines = [HardNegatives(scale * objects[of_class == c]) for c in range(count)]
    near = [([], []) for _ in range(count)]
    for picture, (own, labels) in zip(pictures, truth):
        x = normalised(picture)
        regions = net.rpn.of(x[0])
        features = scale * hidden(x, regions)
        for c in range(count):
            mine = own[torch.from_numpy(labels == c)]
            most, nearest = torch.cat((box_iou(mine, regions), torch.zeros(1, len(regions)))).max(0)
            machines[c].meet(features[(most < NEGATIVE).numpy()])
            close = most > NEAR
            near[c][0].append(features[close.numpy()])
            near[c][1].append(heads.box_coder.encode([mine[nearest[close]]], [regions[close]])[0].double().numpy())
    margins, codes = np.zeros((len(objects[0]) + 1, count)), np.zeros((len(objects[0]) + 1, 4 * count))
    for c, machine in enumerate(machines):
        if machine.fresh:
            machine.fit()
        # A class of which nothing was learned is not found.
        margins[:-1, c], margins[-1, c] = (scale * machine.plane[0], machine.plane[1]) if machine.plane else (0, -100)
        x, y = (np.concatenate(of) for of in near[c])
        if len(x):
            weight, codes[-1, 4 * c:4 * c + 4] = ridge(x, y)
            codes[:-1, 4 * c:4 * c + 4] = scale * weight
    return Fitted(*((torch.from_numpy(p[:-1]), torch.from_numpy(p[-1])) for p in (margins, codes)))


def with_noise(seed):
    """What adds noise to pictures, each time another."""
    rng = np.random.default_rng(seed)
    return lambda p: (p + rng.normal(0, NOISE, p.shape)).clip(0, 255).astype(np.float32)


def main():
    parser = arguments(epochs=0)
    parser.add_argument("--net", choices=EPOCHS, default="fast-rcnn-small")
    parser.add_argument("--fovea", default="fovea")
    parser.add_argument("--noise", type=int, default=0, metavar="N")
    parser.add_argument("--parameters", metavar="FILE")
    parser.set_defaults(seed=0)
    a = parser.parse_args()
    if a.parameters and a.net != "fast-rcnn-small":
        parser.error("--parameters: those of a fast-rcnn-small are read")
    a.epochs = 0 if a.parameters else a.epochs or EPOCHS[a.net]
    search = Search(a.fovea)
    net, pictures, boxes, figures = train(a, lambda count: network(a.net, count, search), Recipe(8, 1.5e-3, False))
    if a.parameters:
        load(net, a.parameters)
        net.eval()
        with torch.inference_mode():
            print(json.dumps(dict(parameters=a.parameters, **figures())), flush=True)
    if a.net == "r-cnn-small":
        began = time.process_time()
        with torch.inference_mode():
            net.roi_heads.box_predictor = fit_machines(net, pictures, boxes, net.roi_heads.box_predictor.logits.out_features - 1)
            fitted = time.process_time() - began
            print(json.dumps(dict(machines=True, **figures(), fitting=round(fitted, 1), processor=round(time.process_time(), 1))), flush=True)
    if a.noise:
        with torch.inference_mode():
            noisy = [figures(with_noise(i)) for i in range(a.noise)]
        means = {k: float(np.mean([n[k] for n in noisy])) for k in noisy[0]}
        spread = {"std_" + k: float(np.std([n[k] for n in noisy])) for k in noisy[0]}
        print(json.dumps(dict(noise=a.noise, **means, **spread)), flush=True)
    print(json.dumps(dict(search=round(search.end(), 1))))


if __name__ == "__main__":
    main()
