import static dev.fovea.nn.Layers.*;
import static dev.fovea.nn.Losses.meanSquaredError;
import static dev.fovea.optim.Optimizers.adam;

import dev.fovea.apps.Example;
import dev.fovea.apps.Noise;
import dev.fovea.apps.Pictures;
import dev.fovea.data.Preprocessing;
import dev.fovea.nn.*;
import dev.fovea.optim.*;
import dev.fovea.systems.label.*;
import dev.fovea.tensor.*;
import dev.fovea.train.TrainingStep;
import dev.fovea.vision.*;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Noise is removed from photographs: DnCNN predicts the noise, which is then subtracted.
 *
 * <p>Beside it stand filters that learn nothing: weighted means, medians and non-local means. All
 * are judged on pictures that were not learned from, by PSNR and SSIM. Zhang et al. (2017), here
 * without batch norm, with which so short a training does not come far.
 */
static final float DEVIATION = 25;

static final int PATCH = 40;

static final int BATCH = 8;

/** Returns the noise of a picture: eight convolutions, of which the last begins near 0. */
Layer noise() {
  List<Layer> layers = new ArrayList<>();
  for (int i = 0; i < 7; i++) {
    layers.addAll(List.of(conv2d(32, 3).same().init(Initializer.heNormal()), relu()));
  }
  layers.add(conv2d(3, 3).same().init(Initializer.normal(0.01)));
  return sequence(layers);
}

/** The picture less its noise. */
Layer dnCnn() {
  Layer noise = noise();
  return x -> x.minus(noise.apply(x));
}

/** Returns pictures 0 … 255 as inputs 0 … 1. */
Tensor input(List<Tensor> pictures) {
  Tensor batch = Pictures.batch(pictures);
  for (int i = 0; i < batch.data().length; i++) {
    batch.data()[i] /= 255;
  }
  return batch;
}

Model learn(Example denoise, List<Tensor> pictures) {
  Model model = Model.build(dnCnn(), Shape.of(PATCH, PATCH, 3), denoise.seed());
  TrainingStep step = TrainingStep.of(model, meanSquaredError(), adam(1e-3), BATCH);
  int steps = denoise.steps(900);
  for (int i = 0; i < steps; i++) {
    Seed seed = denoise.seed().split(i);
    Tensor clean = input(Pictures.parts(pictures, PATCH, BATCH, seed));
    float loss = step.gradients(seed, Noise.added(clean, DEVIATION / 255, seed.split("noise")), clean);
    denoise.progress(i, "loss", loss);
    step.apply(2e-3 * (1 + Math.cos(Math.PI * i / steps)) / 2);
  }
  return model;
}

/** Lets a network of any size of pictures denoise one. */
Tensor denoised(Model model, Tensor noisy) {
  Tensor clean = model.withInputs(noisy.shape()).run(input(List.of(noisy)));
  return Pictures.bytes(clean.sample(0), 0, 1);
}

Tensor middle(Tensor picture, int side) {
  Shape s = picture.shape();
  return Images.centreCrop(picture, Math.min(side, s.dim(0)), Math.min(side, s.dim(1)));
}

List<Tensor> drawn(int from, int count) {
  var scenes = Shapes.load(LabelOptions.of(Preprocessing.scaled(Shape.of(96, 96, 3)), Marking.MASK)).train();
  return IntStream.range(from, from + count).mapToObj(i -> scenes.read(i, Seed.of(i)).picture()).toList();
}

void judge(Example denoise, String name, List<Tensor> clean, List<Tensor> made) {
  double noise = 0;
  double alike = 0;
  for (int i = 0; i < clean.size(); i++) {
    noise += PictureSimilarity.peakSignalToNoise(clean.get(i), made.get(i)) / clean.size();
    alike += PictureSimilarity.structural(clean.get(i), made.get(i)) / clean.size();
  }
  denoise.measure(name + ": PSNR", noise);
  denoise.measure(name + ": SSIM", alike);
}

void main(String[] args) {
  Example denoise = Example.start("denoise", args);
  denoise.twins(Map.of("DnCNN: PSNR", 29.29));
  Optional<Path> photos = denoise.need("photos");
  List<Tensor> train = photos.isPresent()
      ? Pictures.folder(denoise.need("coco-mini/images").get(), denoise.count(137))
      : drawn(0, denoise.count(200));
  List<Tensor> clean = photos.map(f -> Pictures.folder(f, denoise.count(7)))
      .orElseGet(() -> drawn(500, denoise.count(20)))
      .stream().map(p -> middle(Images.toRgb(p), 256)).toList();
  List<Tensor> noisy = IntStream.range(0, clean.size())
      .mapToObj(i -> Noise.added(clean.get(i), DEVIATION, denoise.seed().split(i))).toList();
  Model model = learn(denoise, train);
  Map<String, UnaryOperator<Tensor>> ways = new LinkedHashMap<>();
  ways.put("noisy", p -> p);
  ways.put("Gaussian", p -> ImageKernel.gaussian(7, 1.1).correlate(p));
  ways.put("median", p -> Denoising.median(p, 3));
  ways.put("non-local means", p -> Denoising.nonLocalMeans(p, DEVIATION));
  ways.put("DnCNN", p -> denoised(model, p));
  ContactSheet sheet = new ContactSheet(240, 240);
  sheet.add(middle(clean.getFirst(), 120), "original");
  ways.forEach((name, way) -> {
    List<Tensor> made = noisy.stream().map(way).toList();
    judge(denoise, name, clean, made);
    sheet.add(Pictures.bytes(middle(made.getFirst(), 120), 0, 255), name);
  });
  denoise.picture("denoised.jpg", sheet.toImage());
  denoise.end();
}
