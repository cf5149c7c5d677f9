import static dev.fovea.nn.Layers.*;
import static dev.fovea.optim.Optimizers.adam;

import dev.fovea.apps.Example;
import dev.fovea.apps.Pictures;
import dev.fovea.apps.style.PerceptualLoss;
import dev.fovea.data.Preprocessing;
import dev.fovea.formats.Formats;
import dev.fovea.nn.*;
import dev.fovea.op.*;
import dev.fovea.systems.label.*;
import dev.fovea.tensor.*;
import dev.fovea.train.TrainingStep;
import dev.fovea.vision.*;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Photographs are repainted in the style of a painting: pixel by pixel, and by a network at once.
 *
 * <p>Content is what SqueezeNet sees and where, style is what it sees together. Without --data-dir
 * the network has random weights, which tell textures too. Gatys et al. (2016), Johnson et al.
 * (2016), Ustyuzhaninov et al. (2016).
 */
static final int PATCH = 96;
static final int BATCH = 4;

/** What SqueezeNet's Caffe model takes: blue, green, red, less the mean of ImageNet. */
Signal caffeInput(Signal x) {
  Value mean = Value.constant(Tensor.of(Shape.of(3), 104, 117, 123));
  Signal reversed = x.channels(2, 1).concat(x.channels(1, 1), x.channels(0, 1));
  return reversed.with(reversed.value().minus(mean));
}

PerceptualLoss squeezeNet(Model network) {
  List<String> style = List.of("relu_conv1", "fire2/concat", "fire4/concat", "fire6/concat");
  return PerceptualLoss.of(network, List.of("fire4/concat"), style).through(this::caffeInput);
}

PerceptualLoss randomNetwork(Seed seed) {
  Layer network = sequence(
      conv2d(32, 5).same(), relu(), avgPool(2),
      conv2d(48, 3).same(), relu(), avgPool(2), conv2d(64, 3).same(), relu());
  Model model = Model.build(network, Shape.of(PATCH, PATCH, 3), seed);
  return PerceptualLoss.of(model, List.of("4"), List.of("1", "4", "7"))
      .through(x -> x.with(x.value().minus(Value.constant(128)).times(1 / 64f)));
}

/** The picture that comes in, changed by a number for each pixel that is learned. */
Layer canvas() {
  return x -> {
    Shape picture = x.shape().dropFirst();
    return x.with(x.value().plus(x.trace().parameter("change", picture, Initializer.zeros())));
  };
}

Layer convolution(int filters, int kernel, int stride) {
  return sequence(conv2d(filters, kernel).stride(stride).same(), instanceNorm(), relu());
}

Layer block(int filters) {
  return residual(sequence(convolution(filters, 3, 1), conv2d(filters, 3).same(), instanceNorm()));
}

/** A network that paints a picture of values 0 … 255, its sides multiples of 4. */
Layer painter() {
  return sequence(
      x -> x.times(1 / 255f),
      convolution(16, 9, 1), convolution(32, 3, 2), convolution(48, 3, 2),
      block(48), block(48), block(48),
      upsample(2), convolution(32, 3, 1), upsample(2), convolution(16, 3, 1),
      conv2d(3, 9).same(), tanh(), x -> x.with(x.value().times(150).plus(Value.constant(127.5f))));
}

/** Lets a model paint with the content of each picture and one style, its neighbours alike. */
void learn(Example style, Model painter, PerceptualLoss loss, List<Tensor> wanted, double rate,
    int full, int size, IntFunction<Tensor> batch) {
  TrainingStep step = TrainingStep.of(
      in -> {
        Signal made = painter.apply(in.getFirst());
        Signal content = loss.content(made, in.getFirst());
        Signal look = loss.style(made, wanted);
        Value smooth = Formulas.totalVariation(made.value()).times(2e-5f).reshape(Shape.scalar());
        Signal all = content.plus(look.times(5));
        return List.of(all.with(all.value().plus(smooth)), content, look);
      },
      painter.inputs(), adam(rate), size, painter);
  int steps = style.steps(full);
  for (int i = 0; i < steps; i++) {
    step.gradients(style.seed().split(i), batch.apply(i));
    style.progress(i, "content", step.output(0).item(), "style", step.output(1).item());
    step.apply();
  }
}

Tensor square(Tensor picture, int side) {
  return Images.fit(Preprocessing.unscaled(Shape.of(side, side, 3)).withResize(Preprocessing.Resize.CROP), picture);
}

Tensor drawnScene(int i) {
  var input = Preprocessing.scaled(Shape.of(PATCH, PATCH, 3));
  return Shapes.load(LabelOptions.of(input, Marking.MASK)).train().read(i, Seed.of(i)).picture();
}

/** Draws a painting of blue and yellow waves. */
Tensor waves() {
  Tensor waves = Tensor.zeros(Shape.of(PATCH, PATCH, 3));
  for (int i = 0; i < waves.data().length; i++) {
    double turn = i / 3 / PATCH + 4 * Math.sin(i / 3 % PATCH * 0.3) + (i % 3 == 2 ? 3 : 0);
    waves.data()[i] = (float) (128 + 110 * Math.sin(turn * 0.8));
  }
  return waves;
}

void main(String[] args) {
  Example style = Example.start("style", args);
  style.twins(Map.of("photo: style loss", 0.7127, "pixel by pixel: content loss", 0.5816, "pixel by pixel: style loss", 0.0499,
      "network: content loss", 1.4777, "network: style loss", 0.1402));
  PerceptualLoss loss = style.need("models/squeezenet-imagenet-onnx/squeezenet1.0-deep-compression.onnx")
      .map(file -> squeezeNet(Formats.read(file).model())).orElseGet(() -> randomNetwork(Seed.of(3)));
  int side = style.need("photos/chelsea.png").isPresent() ? 192 : style.isShort() ? 32 : PATCH;
  Tensor photo = square(style.need("photos/chelsea.png").map(Images::read).orElseGet(() -> drawnScene(500)), side);
  Tensor painting = square(style.need("style-paintings/wave.jpg").map(Images::read).orElseGet(this::waves), side);
  List<Tensor> train = style.need("coco-mini/images").map(f -> Pictures.folder(f, 128))
      .orElseGet(() -> IntStream.range(0, style.count(128)).mapToObj(this::drawnScene).toList())
      .stream().map(p -> square(p, style.isShort() ? 32 : PATCH)).toList();
  List<Tensor> wanted = loss.styleOf(painting);
  Tensor one = Pictures.batch(List.of(photo));
  Map<String, Tensor> made = new LinkedHashMap<>(Map.of("photo", photo));
  Model canvas = Model.build(canvas(), photo.shape(), style.seed());
  learn(style, canvas, loss, wanted, 4, 120, 1, i -> one);
  made.put("pixel by pixel", canvas.run(one).sample(0));
  Model painter = Model.build(painter(), train.getFirst().shape(), style.seed());
  learn(style, painter, loss, wanted, 2e-3, 400, BATCH, i -> {
    int first = style.seed().split(i).rng().nextInt(Math.max(1, train.size() - BATCH));
    return Pictures.batch(IntStream.range(first, first + BATCH).mapToObj(j -> train.get(j % train.size())).toList());
  });
  made.put("network", painter.withInputs(photo.shape()).run(one).sample(0));
  style.find("models/fast-style-wave-onnx/wave.onnx").ifPresent(file ->
      made.put("published network", Formats.read(file).at(side, side).model().run(one).sample(0)));
  ContactSheet sheet = new ContactSheet(192, 192);
  sheet.add(painting, "style");
  made.forEach((name, picture) -> {
    style.measure(name + ": content loss", loss.content(picture, photo));
    style.measure(name + ": style loss", loss.style(picture, wanted));
    sheet.add(Pictures.bytes(picture, 0, 255), name);
  });
  style.picture("styles.jpg", sheet.toImage());
  style.end();
}
