"""Makes keras-layers.json: small networks of Keras and what Keras gives for them.

python keras_layers.py OUT, with keras 3.15.1 (backend jax 0.10.2), numpy 2.4.

Element i of weight k of a network is 0.5 sin(1.7 (i + 1) + k), of variances 0.5 + |that|;
element i of the input is sin(0.37 i) or, for an embedding, i mod 7.
"""
import json, os, sys, tempfile, zipfile, io
os.environ["KERAS_BACKEND"] = "jax"
import h5py, keras, numpy as np
from keras import layers as L

I = (5, 6, 3)
CASES = {}


def seq(name, shape, *layers):
    CASES[name] = (lambda: keras.Sequential([keras.Input(shape), *layers]), shape)


def fun(name, shape, f):
    def build():
        x = keras.Input(shape)
        return keras.Model(x, f(x))

    CASES[name] = (build, shape)


def backbone(name="backbone", shape=I):
    x = keras.Input(shape)
    y = L.ReLU()(L.BatchNormalization(name="b1")(L.Conv2D(2, 3, padding="same", name="c1")(x)))
    return keras.Model(x, L.Conv2D(2, 1, activation="relu", name="c2")(y) + y, name=name)


seq("depthwise", I, L.DepthwiseConv2D(3, padding="same", depth_multiplier=2, activation="relu"))
seq("separable", I, L.SeparableConv2D(2, 3, strides=2, depth_multiplier=2))
seq("groups and dilation", (6, 6, 4), L.Conv2D(2, 3, groups=2, dilation_rate=2))
seq("transposed, same", (2, 3, 2), L.Conv2DTranspose(2, 3, strides=2, padding="same"))
seq("transposed, valid", (2, 2, 2), L.Conv2DTranspose(2, (3, 2), strides=(2, 3)))
seq("transposed, output padding", (2, 2, 2), L.Conv2DTranspose(2, 3, strides=2, padding="same", output_padding=1))
seq("transposed, one axis shorter than its stride", (2, 3, 2), L.Conv2DTranspose(1, (1, 3), strides=2))
seq("transposed, dilated", (3, 3, 2), L.Conv2DTranspose(1, 3, dilation_rate=2, padding="same"))
seq("sequences", (9, 3), L.Conv1D(3, 3, padding="causal", dilation_rate=2), L.Conv1D(2, 2, strides=2, padding="same"))
seq("transposed sequences", (4, 3), L.Conv1DTranspose(2, 3, strides=2, padding="same"))
seq("separable sequences", (5, 3), L.SeparableConv1D(2, 3, padding="same"), L.DepthwiseConv1D(3))
seq("volumes", (4, 4, 5, 2), L.Conv3D(2, (2, 3, 3), strides=(2, 1, 2), padding="same"))
seq("dilated volumes", (4, 4, 3, 1), L.Conv3D(2, 2, dilation_rate=2))
seq("transposed volumes", (2, 2, 2, 2), L.Conv3DTranspose(1, 3, strides=2, padding="same"))
for n, a, b, c in (("maximum", L.MaxPooling1D, L.MaxPooling2D, L.MaxPooling3D), ("mean", L.AveragePooling1D, L.AveragePooling2D, L.AveragePooling3D)):
    seq(n + " of sequences", (7, 2), a(2), a(2, strides=1, padding="same"))
    seq(n + " of images", I, b(3, strides=2, padding="same"))
    seq(n + " of volumes", (4, 4, 5, 1), c((2, 3, 2), strides=(1, 2, 1), padding="same"))
seq("global over time", (5, 3), L.GlobalAveragePooling1D())
seq("global over time, kept", (5, 3), L.GlobalMaxPooling1D(keepdims=True))
seq("global over volumes", (2, 3, 2, 2), L.GlobalAveragePooling3D())
seq("global over images, kept", I, L.GlobalMaxPooling2D(keepdims=True))
seq("longer", (3, 2), L.UpSampling1D(2), L.ZeroPadding1D((1, 2)), L.Cropping1D((0, 1)))
seq("larger", (2, 2, 2), L.UpSampling2D((2, 3), interpolation="bilinear"))
seq("borders", (3, 4, 1), L.ZeroPadding2D(((1, 2), (0, 3))), L.Cropping2D(((1, 0), (2, 1))))
seq("borders of volumes", (2, 2, 2, 1), L.ZeroPadding3D(((1, 0), (0, 2), (1, 1))), L.Cropping3D((1, 0, 1)), L.UpSampling3D((1, 1, 2)))
seq("permuted", (2, 3, 2), L.Permute((3, 1, 2)), L.Flatten(), L.Dense(2))
seq("repeated", (4,), L.RepeatVector(3))
seq("reshaped", (2, 3, 2), L.Reshape((-1, 2)), L.Dense(2, activation="tanh"))
seq("layer norm", (3, 4), L.LayerNormalization())
seq("layer norm over all", (2, 2, 3), L.LayerNormalization(axis=[1, 2, 3], epsilon=1e-2))
seq("layer norm over two", (2, 2, 3), L.LayerNormalization(axis=[2, 3], scale=False))
seq("layer norm over rows", (3, 4), L.LayerNormalization(axis=1, center=False))
seq("rms norm", (3, 4), L.RMSNormalization())
seq("group norm", (2, 2, 6), L.GroupNormalization(groups=3))
seq("instance norm", (2, 2, 3), L.GroupNormalization(groups=-1, center=False))
seq("unit norm", (4, 3), L.UnitNormalization(), L.UnitNormalization(axis=[1, 2]))
seq("batch norm over axis 1", (3, 2, 2), L.BatchNormalization(axis=1, scale=False))
seq("batch norm of sequences", (3, 4), L.BatchNormalization(center=False))
for k in (L.LSTM, L.GRU):
    n = k.__name__ + " "
    seq(n + "last", (4, 3), k(2))
    seq(n + "all", (4, 3), k(2, return_sequences=True))
    seq(n + "backwards", (4, 3), k(2, go_backwards=True))
    seq(n + "backwards, all", (4, 3), k(2, go_backwards=True, return_sequences=True))
    seq(n + "without bias", (4, 3), k(2, use_bias=False))
    seq(n + "other functions", (4, 3), k(2, activation="relu", recurrent_activation="hard_sigmoid"))
    seq(n + "both ways", (4, 3), L.Bidirectional(k(2)))
    seq(n + "both ways, all, summed", (4, 3), L.Bidirectional(k(2, return_sequences=True), merge_mode="sum"))
seq("GRU reset before", (4, 3), L.GRU(2, reset_after=False, return_sequences=True))
seq("simple recurrent", (4, 3), L.SimpleRNN(2, return_sequences=True), L.SimpleRNN(2, activation="relu", go_backwards=True))
seq("softmax over rows", (3, 4), L.Softmax(axis=1))
seq("softmax over two", (2, 3, 2), L.Softmax(axis=[1, 2]))
seq("capped relu", (8,), L.ReLU(max_value=0.5, negative_slope=0.1))
seq("leaky relu", (8,), L.LeakyReLU(negative_slope=0.2), L.ELU(alpha=0.7))
seq("slopes per place", (2, 3, 2), L.PReLU())
seq("slopes shared by rows", (2, 3, 2), L.PReLU(shared_axes=[1]))
for a in ("hard_tanh", "log_sigmoid", "tanh_shrink", "soft_shrink", "squareplus", "glu", "celu", "hard_sigmoid", "gelu", "leaky_relu"):
    seq("function " + a, (8,), L.Activation(a))
seq("function as a layer", (6,), L.Dense(2, activation=L.LeakyReLU(negative_slope=0.4)))
seq("dense at each place", (3, 4), L.TimeDistributed(L.Dense(2, activation="relu")))
seq("convolution at each place", (2, 4, 4, 1), L.TimeDistributed(L.Conv2D(2, 3)), L.TimeDistributed(L.Flatten()), L.LSTM(2))
seq("embedding", (4,), L.Embedding(7, 3), L.Conv1D(2, 2), L.GlobalMaxPooling1D())
seq("augmentation", I, L.RandomFlip("horizontal"), L.RandomRotation(0.1), L.RandomZoom(0.1), L.RandomTranslation(0.1, 0.1), L.RandomContrast(0.1), L.GaussianNoise(0.1), L.Conv2D(1, 3))
seq("rescaled by channel", I, L.Rescaling([0.5, 0.25, 2.0], offset=[0.1, 0.2, 0.3]))
seq("normalized", (2, 2, 3), L.Normalization(mean=[0.1, 0.2, 0.3], variance=[1.0, 2.0, 3.0]))
seq("denormalized", (2, 2, 3), L.Normalization(mean=[0.1, 0.2, 0.3], variance=[1.0, 2.0, 3.0], invert=True))
seq("normalized by adapted numbers", (2, 2, 3), L.Normalization(), L.Conv2D(1, 1))
seq("normalized by place", (2, 2, 3), L.Normalization(axis=(2, 3)))
seq("resized, bilinear", I, L.Resizing(3, 8))
seq("resized, nearest", I, L.Resizing(4, 4, interpolation="nearest"))
seq("center", I, L.CenterCrop(2, 3))
fun("joined over rows", I, lambda x: L.Concatenate(axis=1)([L.Conv2D(3, 1)(x), x]))
fun("dot", (3, 4), lambda x: L.Dot(axes=(2, 2))([x, L.Dense(4)(x)]))
fun("cosine", (4,), lambda x: L.Dot(axes=1, normalize=True)([x, L.Dense(4)(x)]))
fun("numbers as arguments", (4,), lambda x: 1.0 - (x * 2.0 + 0.5))
fun("two results", (4,), lambda x: [L.Dense(2)(x), L.Dense(1)(x)])
seq("model in a sequence", I, backbone(), L.GlobalAveragePooling2D(), L.Dense(2))
fun("model in a model", I, lambda x: L.Dense(2)(L.GlobalAveragePooling2D()(backbone()(x))))


def shared(x):
    b = backbone()
    return L.Add()([b(x), b(x * 0.5)])


def two(x):
    i = keras.Input(I)
    m = keras.Model(i, [L.Conv2D(2, 1, name="p")(i), L.Conv2D(2, 1, name="q")(i)], name="twin")
    a, b = m(x)
    return L.Subtract()([b, L.Activation("relu")(a)])


def pair(x):
    a = keras.Input(I)
    b = keras.Input(I)
    return keras.Model([a, b], L.Subtract()([L.Conv2D(3, 1, name="p")(a), b]), name="pair")([x, x])


def deep(x):
    i = keras.Input(I)
    return L.Flatten()(keras.Model(i, L.Conv2D(2, 1, name="c1")(backbone("inner")(i)), name="outer")(x))


def twice(x):
    d = L.Dense(4)
    return d(d(x))


fun("model used twice", I, shared)
fun("model of two results", I, two)
fun("model of two inputs", I, pair)
fun("model in a model in a model", I, deep)
fun("sequence in a model", I, lambda x: L.Dense(2)(keras.Sequential([L.Conv2D(2, 3), L.Flatten(), L.Dense(3)], name="inner")(x)))
fun("layer used twice", (4,), twice)
FIRST = dict(data_format="channels_first")
seq("channels first", (3, 6, 6), L.Conv2D(2, 3, padding="same", activation="relu", **FIRST), L.BatchNormalization(axis=1), L.MaxPooling2D(2, **FIRST), L.Flatten(), L.Dense(2))
seq("channels first, means", (3, 4, 4), L.ZeroPadding2D(1, **FIRST), L.UpSampling2D(2, **FIRST), L.GlobalAveragePooling2D(**FIRST))
seq("channels first, flat", (3, 2, 2), L.DepthwiseConv2D(2, **FIRST), L.Flatten(**FIRST))

DROPPED = ("_initializer", "_regularizer", "_constraint")
NAMES = {"module", "registered_name", "build_config", "dtype", "trainable", "shared_object_id", "compile_config", "sparse", "ragged", "optional"}


def small(v):
    if isinstance(v, dict):
        return {k: small(x) for k, x in v.items() if k not in NAMES and not k.endswith(DROPPED) and x is not None}
    return [small(x) for x in v] if isinstance(v, list) else v


def numbers(a):
    return [float("%.6g" % v) for v in np.asarray(a, np.float64).ravel()]


out = []
for name, (build, shape) in CASES.items():
    keras.backend.clear_session()
    model = build()
    x = np.arange(2 * np.prod(shape))
    x = (x % 7 if name == "embedding" else np.sin(0.37 * x)).astype(np.float32).reshape((2,) + shape)
    with tempfile.TemporaryDirectory() as d:
        f = os.path.join(d, "m.keras")
        model.save(f)
        z = zipfile.ZipFile(f)
        config = small(json.loads(z.read("config.json")))
        h = h5py.File(io.BytesIO(z.read("model.weights.h5")))
    found = {}
    h.visititems(lambda n, o: found.update({n: o.shape}) if isinstance(o, h5py.Dataset) and o.dtype.kind == "f" else None)
    weights = {w.path: w for w in model.weights}
    values, paths = {}, []
    for k, (path, s) in enumerate(sorted(found.items())):
        v = 0.5 * np.sin(1.7 * (np.arange(int(np.prod(s))) + 1) + k)
        values[path] = v.reshape(s)
        paths.append(path)
    # Through a changed file, so that paths and numbers belong together.
    with tempfile.TemporaryDirectory() as d:
        f = os.path.join(d, "m.weights.h5")
        model.save_weights(f)
        kinds = {}
        with h5py.File(f, "r+") as g:
            for p in paths:
                kinds[p] = "plain"
                g[p][...] = values[p]
        model.load_weights(f)
        for w in model.weights:
            if "variance" in w.path:
                for p in paths:
                    if w.shape == values[p].shape and np.allclose(np.asarray(w), values[p]):
                        kinds[p] = "positive"
                        values[p] = 0.5 + np.abs(values[p])
        with h5py.File(f, "r+") as g:
            for p in paths:
                g[p][...] = values[p]
        model.load_weights(f)
        for l in model.layers:
            if hasattr(l, "finalize_state"):
                l.finalize_state()
    y = model.predict(x, verbose=0)
    ys = y if isinstance(y, (list, tuple)) else [y]
    out.append({
        "name": name,
        "config": config,
        "weights": [{"path": p, "shape": list(found[p]), "positive": kinds[p] == "positive"} for p in paths],
        "input": [2] + list(shape),
        "outputs": [{"shape": list(v.shape), "values": numbers(v)[:48]} for v in ys],
    })
with open(sys.argv[1], "w") as f:
    f.write("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in out) + "\n]\n")
