#!/usr/bin/env python3
"""The other side of `fovea bench --task detect`: torchvision's operators and detectors, and ONNX Runtime on published networks.

  detect_peer.py faster-rcnn train 2 2 [DIR]      network, mode, batch, threads and the folder of networks in files

Prints one JSON object when it is ready, then reads a number of seconds from each line of its input, runs for about so long, and prints
{"ms": median}. Networks have the sizes, anchors, numbers of regions and the input of Fovea's systems of the same name; both sides take
pictures of noise with boxes. Needs torch and torchvision, or onnxruntime for networks in files.
"""
import argparse, json, os, sys, time


def say(**fields):
    print(json.dumps(fields), flush=True)


def settings():
    p = argparse.ArgumentParser()
    p.add_argument("net")
    p.add_argument("mode", choices=["infer", "train"])
    p.add_argument("batch", type=int)
    p.add_argument("threads", type=int)
    p.add_argument("models", nargs="?", default="../shared/data/models")
    return p.parse_args()


def normalized(cin, cout, kernel, stride=1):
    from torch import nn
    return nn.Sequential(nn.Conv2d(cin, cout, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(cout), nn.LeakyReLU(0.1))


def faster_rcnn(classes):
    from torch import nn
    from torchvision.models.detection import FasterRCNN
    from torchvision.models.detection.anchor_utils import AnchorGenerator
    from torchvision.models.detection.backbone_utils import resnet_fpn_backbone
    backbone = resnet_fpn_backbone(backbone_name="resnet18", weights=None, trainable_layers=5, norm_layer=nn.BatchNorm2d)
    anchors = AnchorGenerator(((16,), (32,), (64,), (128,), (256,)), ((0.5, 1.0, 2.0),) * 5)
    return FasterRCNN(backbone, classes + 1, min_size=256, max_size=256, rpn_anchor_generator=anchors,
                      rpn_pre_nms_top_n_train=500, rpn_pre_nms_top_n_test=500, rpn_post_nms_top_n_train=300,
                      rpn_post_nms_top_n_test=300, box_batch_size_per_image=128, box_score_thresh=0.01)


def mask_rcnn_small(classes):
    import torch
    from torch import nn
    from torchvision.models.detection import MaskRCNN
    from torchvision.models.detection.anchor_utils import AnchorGenerator
    from torchvision.models.detection.faster_rcnn import FastRCNNPredictor, TwoMLPHead
    from torchvision.models.detection.mask_rcnn import MaskRCNNHeads, MaskRCNNPredictor
    from torchvision.ops import FeaturePyramidNetwork, MultiScaleRoIAlign

    class Backbone(nn.Module):
        out_channels = 64

        def __init__(self):
            super().__init__()
            self.stages = nn.ModuleList([
                nn.Sequential(normalized(3, 24, 5, 2), normalized(24, 48, 3, 2), normalized(48, 64, 3)),
                nn.Sequential(normalized(64, 128, 3, 2), normalized(128, 128, 3)),
                nn.Sequential(normalized(128, 128, 3, 2), normalized(128, 128, 3))])
            self.pyramid = FeaturePyramidNetwork([64, 128, 128], 64)

        def forward(self, x):
            maps = {}
            for i, stage in enumerate(self.stages):
                x = stage(x)
                maps[str(i)] = x
            return self.pyramid(maps)

    names = ["0", "1", "2"]
    anchors = AnchorGenerator(((10, 17), (27, 41), (61, 90)), ((0.6, 1.0, 1.67),) * 3)
    return MaskRCNN(Backbone(), min_size=128, max_size=128, rpn_anchor_generator=anchors,
                    rpn_pre_nms_top_n_train=300, rpn_pre_nms_top_n_test=300, rpn_post_nms_top_n_train=150,
                    rpn_post_nms_top_n_test=150, rpn_batch_size_per_image=128, box_batch_size_per_image=64,
                    box_positive_fraction=0.4, box_score_thresh=0.01, box_detections_per_img=50,
                    box_roi_pool=MultiScaleRoIAlign(names, 7, 2, canonical_scale=112), box_head=TwoMLPHead(64 * 49, 256),
                    box_predictor=FastRCNNPredictor(256, classes + 1),
                    mask_roi_pool=MultiScaleRoIAlign(names, 14, 2, canonical_scale=224),
                    mask_head=MaskRCNNHeads(64, (48, 48), 1), mask_predictor=MaskRCNNPredictor(48, 48, classes + 1))


def detector(net, side, a):
    import torch
    torch.manual_seed(1)
    classes, objects = 4, 4
    model = net(classes)
    pictures = [torch.randn(3, side, side) for _ in range(a.batch)]
    if a.mode == "infer":
        model.eval()

        def infer():
            with torch.inference_mode():
                model(pictures)
        return infer
    targets = []
    for _ in range(a.batch):
        corner, size = torch.rand(objects, 2) * side * 0.6, torch.rand(objects, 2) * side * 0.25 + side * 0.1
        boxes = torch.cat([corner, corner + size], 1)
        masks = torch.zeros(objects, side, side, dtype=torch.uint8)
        for mask, (l, t, r, b) in zip(masks, boxes.int().tolist()):
            mask[t:b, l:r] = 1
        targets.append({"boxes": boxes, "labels": torch.randint(1, classes + 1, (objects,)), "masks": masks})
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), 1e-5)

    def train():
        optimizer.zero_grad()
        sum(model(pictures, targets).values()).backward()
        optimizer.step()
    return train


def nms(a):
    import torch
    from torchvision.ops import nms as suppress
    g = torch.Generator().manual_seed(1)
    middle, size = torch.rand(10000, 2, generator=g) * 1000, torch.rand(10000, 2, generator=g) * 100 + 10
    boxes, scores = torch.cat([middle - size / 2, middle + size / 2], 1), torch.rand(10000, generator=g)
    return lambda: suppress(boxes, scores, 0.5)


def roi_align(a):
    import torch
    from torchvision.ops import roi_align as align
    g = torch.Generator().manual_seed(1)
    x = torch.randn(1, 256, 50, 50, generator=g)
    corner, size = torch.rand(512, 2, generator=g) * 600, torch.rand(512, 2, generator=g) * 180 + 20
    regions = torch.cat([torch.zeros(512, 1), corner, corner + size], 1)

    def run():
        with torch.inference_mode():
            align(x, regions, 7, 1 / 16, 2, True)
    return run


def onnx(a, path):
    import numpy as np
    import onnxruntime as ort
    options = ort.SessionOptions()
    options.intra_op_num_threads = a.threads
    session = ort.InferenceSession(os.path.join(a.models, path), options, providers=["CPUExecutionProvider"])
    given = session.get_inputs()[0]
    shape = [a.batch if i == 0 else d for i, d in enumerate(given.shape)]
    x = np.random.default_rng(1).random(shape, np.float32)
    return lambda: session.run(None, {given.name: x})


def work(a):
    if a.net == "yolox-nano":
        return onnx(a, "yolox-nano-onnx/yolox_nano.onnx")
    if a.net == "deeplab-voc":
        return onnx(a, "deeplab-voc-onnx/deeplabv3_257_mv_gpu.onnx")
    import torch
    torch.set_num_threads(a.threads)
    if a.net == "nms":
        return nms(a)
    if a.net == "roi-align":
        return roi_align(a)
    if a.net == "faster-rcnn":
        return detector(faster_rcnn, 256, a)
    if a.net == "mask-rcnn-small":
        return detector(mask_rcnn_small, 128, a)
    raise ValueError("no row " + a.net)


def main():
    a = settings()
    try:
        step = work(a)
        for _ in range(3):
            step()
    except (ImportError, RuntimeError, OSError, ValueError) as e:
        say(missing=(type(e).__name__ + ": " + str(e)).splitlines()[0][:200])
        return
    say(ready=True)
    for line in sys.stdin:
        times, begin = [], time.perf_counter()
        while len(times) < 3 or time.perf_counter() - begin < float(line):
            start = time.perf_counter()
            step()
            times.append(1000 * (time.perf_counter() - start))
        say(ms=sorted(times)[len(times) // 2])


if __name__ == "__main__":
    main()
