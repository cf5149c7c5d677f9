#!/usr/bin/env python3
"""PyTorch's side of `fovea run captions`: the same features, network, steps and beam search.

  captions_twin.py DIR [SEED]
  captions_twin.py SCENES.safetensors [SEED]

DIR has the folders coco-mini and models/squeezenet-imagenet-onnx. Learns from the first 91 pictures with captions and prints BLEU-1 to 4
of the other 20. SCENES.safetensors, drawn scenes as Fovea's network sees them, is what `fovea run bench/peers/captions_scenes.java` writes.
Needs torch and numpy, for photographs Pillow, onnx and onnxruntime.
"""
import collections, json, math, re, sys
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

torch.set_num_threads(1)
folder, seed = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1
UNITS, LONGEST, BATCH = 96, 20, 32
words = lambda text: re.findall("[a-z0-9']+", text.lower())


def photographs():
    import onnx, onnxruntime
    from PIL import Image

    data = json.load(open(f"{folder}/coco-mini/captions.json"))
    texts = collections.defaultdict(list)
    for a in data["annotations"]:
        texts[a["image_id"]].append(words(a["caption"]))
    images = [i for i in data["images"] if texts[i["id"]]]
    said = [texts[i["id"]] for i in images]

    net = onnx.load(f"{folder}/models/squeezenet-imagenet-onnx/squeezenet1.0-deep-compression.onnx")
    maps = next(n.output[0] for n in net.graph.node if n.name == "fire9/concat" or n.output[0] == "fire9/concat")
    net.graph.output.append(onnx.helper.make_tensor_value_info(maps, onnx.TensorProto.FLOAT, None))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(net.SerializeToString(), options)

    def places(image):
        picture = Image.open(f"{folder}/coco-mini/images/{image['file_name']}").convert("RGB").resize((227, 227), Image.BILINEAR)
        x = np.asarray(picture, np.float32)[:, :, ::-1] - np.array([104, 117, 123], np.float32)
        out = session.run([maps], {session.get_inputs()[0].name: x.transpose(2, 0, 1)[None].copy()})[0][0]
        return torch.from_numpy(out.reshape(out.shape[0], -1).T.copy())

    return torch.stack([places(i) for i in images]), said


def scenes():
    with open(folder, "rb") as f:
        header = json.loads(f.read(int.from_bytes(f.read(8), "little")))
        content = f.read()
    begin, end = header["places"]["data_offsets"]
    shape = header["places"]["shape"]
    x = torch.from_numpy(np.frombuffer(content[begin:end], "<f4").reshape(shape[0], -1, shape[-1]).copy())
    texts = header["__metadata__"]
    lines = iter(texts["texts"].split("\n"))
    return x, [[words(next(lines)) for _ in range(int(n))] for n in texts["counts"].split("\n")], int(texts["train"])


if folder.endswith(".safetensors"):
    (features, said, TRAIN), LEAST, EPOCHS = scenes(), 1, 10
else:
    (features, said), TRAIN, LEAST, EPOCHS = photographs(), 91, 3, 40
STEPS = EPOCHS * TRAIN // BATCH
counts = collections.Counter(w for t in said[:TRAIN] for s in t for w in s)
vocabulary = sorted(w for w, c in counts.items() if c >= LEAST)
numbers = {w: i for i, w in enumerate(vocabulary)}
UNKNOWN, END, TOKENS = len(vocabulary), len(vocabulary) + 1, len(vocabulary) + 2


class Decoder(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.norm, self.keys = nn.LayerNorm(channels), nn.Linear(channels, UNITS)
        self.words, self.query = nn.Embedding(TOKENS + 1, UNITS, padding_idx=TOKENS), nn.Linear(UNITS, UNITS, bias=False)
        self.energies, self.lstm = nn.Linear(UNITS, 1, bias=False), nn.Linear(2 * UNITS + channels, 4 * UNITS)
        self.logits, self.dropout = nn.Linear(UNITS + channels, TOKENS), nn.Dropout(0.3)
        for m in self.modules():
            if isinstance(m, nn.Linear):
                nn.init.xavier_uniform_(m.weight)
                if m.bias is not None:
                    nn.init.zeros_(m.bias)

    def step(self, word, a, keys, h, c):
        attention = self.energies(torch.tanh(keys + self.query(h)[:, None])).squeeze(2).softmax(1)
        seen = (a * attention[:, :, None]).sum(1)
        i, f, g, o = self.lstm(torch.cat([self.words(word), seen, h], 1)).chunk(4, 1)
        c = torch.sigmoid(f + 1) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        return self.logits(self.dropout(torch.cat([h, seen], 1))), h, c

    def start(self, x):
        a = self.norm(x)
        zeros = torch.zeros(len(x), UNITS)
        return a, self.keys(a), zeros, zeros


torch.manual_seed(seed)
rng = np.random.default_rng(seed)
model = Decoder(features.shape[2])
optimizer = torch.optim.Adam(model.parameters(), 2e-3)
for i in range(STEPS):
    for g in optimizer.param_groups:
        g["lr"] = 2e-3 if i < STEPS * 3 // 4 else 4e-4
    chosen = rng.integers(TRAIN, size=BATCH)
    after = torch.full((BATCH, LONGEST + 1), -1)
    for k, p in enumerate(chosen):
        tokens = [numbers.get(w, UNKNOWN) for w in said[p][rng.integers(len(said[p]))]] + [END]
        tokens = tokens[:LONGEST + 1]
        after[k, :len(tokens)] = torch.tensor(tokens)
    before = torch.full_like(after, TOKENS)
    before[:, 1:] = torch.where(after[:, :-1] < 0, TOKENS, after[:, :-1])
    a, keys, h, c = model.start(features[chosen])
    told = []
    for t in range(LONGEST + 1):
        logits, h, c = model.step(before[:, t], a, keys, h, c)
        told.append(logits)
    loss = F.cross_entropy(torch.stack(told, 1).flatten(0, 1), after.flatten(), ignore_index=-1)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if (i + 1) % (STEPS // 10) == 0:
        print(f"{i + 1}/{STEPS} loss {loss.item():.4f}", flush=True)


def tell(x, width, power):
    done, beam = [], [([], 0.0, *model.start(x[None])[2:])]
    a, keys, _, _ = model.start(x[None])
    for _ in range(LONGEST):
        choices = []
        for tokens, log, h, c in beam:
            logits, h, c = model.step(torch.tensor([tokens[-1] if tokens else TOKENS]), a, keys, h, c)
            logits[0, UNKNOWN] = -math.inf
            logs = logits[0].double().log_softmax(0)
            for l, t in zip(*logs.topk(width)):
                choices.append((tokens, log + l.item(), t.item(), h, c))
        choices.sort(key=lambda x: -x[1])
        beam = []
        for tokens, log, t, h, c in choices[:width - len(done)]:
            if t == END:
                done.append((tokens, log, len(tokens) + 1))
            else:
                beam.append((tokens + [t], log, h, c))
        if not beam:
            break
    done += [(tokens, log, len(tokens)) for tokens, log, _, _ in beam]
    return [vocabulary[t] for t in max(done, key=lambda d: d[1] / d[2] ** power)[0]]


def bleu(told, references, n):
    logs, own = 0, sum(map(len, told))
    near = sum(min((abs(len(r) - len(t)), len(r)) for r in rs)[1] for t, rs in zip(told, references))
    for k in range(1, n + 1):
        runs = lambda s: collections.Counter(tuple(s[i:i + k]) for i in range(len(s) - k + 1))
        hits = sum(min(v, max(runs(r)[g] for r in rs)) for t, rs in zip(told, references) for g, v in runs(t).items())
        every = sum(sum(runs(t).values()) for t in told)
        if not hits:
            return 0.0
        logs += math.log(hits / every) / n
    return (1 if own >= near else math.exp(1 - near / own)) * math.exp(logs)


model.eval()
with torch.no_grad():
    told = [tell(x, 5, 1) for x in features[TRAIN:]]
    for n in range(1, 5):
        print(f"BLEU-{n} {bleu(told, said[TRAIN:], n):.4f}")
    print(f"BLEU-4, word by word {bleu([tell(x, 1, 0) for x in features[TRAIN:]], said[TRAIN:], 4):.4f}")
for t in told[:5]:
    print(" ".join(t))
