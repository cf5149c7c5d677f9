import static dev.fovea.nn.Layers.*;
import static dev.fovea.nn.Losses.meanSquaredError;
import static dev.fovea.optim.Optimizers.adam;

import dev.fovea.apps.Example;
import dev.fovea.apps.Pictures;
import dev.fovea.data.Preprocessing;
import dev.fovea.formats.Formats;
import dev.fovea.nn.*;
import dev.fovea.optim.Schedules;
import dev.fovea.systems.label.*;
import dev.fovea.systems.upscale.*;
import dev.fovea.tensor.*;
import dev.fovea.train.Trainer;
import dev.fovea.vision.*;
import java.nio.file.*;

/**
 * Small pictures are enlarged: SRCNN and ESPCN learn what bicubic interpolation leaves out.
 *
 * <p>Brightness alone; both networks add to the bicubic picture. Judged on pictures that were not
 * learned from, by PSNR and SSIM. Dong et al. (2014), Shi et al. (2016).
 */
static final int PATCH = 24;

static final int WINDOW = 96;

/** SRCNN: the picture is enlarged first, all convolutions see its full size. */
Layer srcnn(int factor) {
  return sequence(
      upsample(factor).bicubic(),
      residual(sequence(
          conv2d(32, 9).same(), relu(), conv2d(16, 1), relu(), conv2d(1, 5).same())));
}

/** ESPCN: all convolutions see the small picture, whose channels become the new pixels. */
Layer espcn(int factor) {
  return add(
      upsample(factor).bicubic(),
      sequence(
          conv2d(48, 5).same(), relu(), conv2d(32, 3).same(), relu(),
          conv2d(factor * factor, 3).same(), pixelShuffle(factor)));
}

/** Returns an upscaler of a network, whose input is larger than the patches it has learned. */
Upscaler learn(Example superres, String name, Layer network, int factor, List<Tensor> pictures) {
  Shape patch = Shape.of(PATCH, PATCH, 1);
  Model model = Model.build(network, patch, superres.seed().split(name));
  System.out.println(name + " ×" + factor);
  Trainer.of(model, meanSquaredError(), adam(1e-3)).seed(superres.seed())
      .schedule(Schedules.cosine()).listeners(superres.listener()).fit(
      UpscalePatches.of(pictures, factor, PATCH, PATCH, superres.count(1_600)).batches(16),
      superres.epochs(name.equals("SRCNN") ? 6 : 12));
  Shape window = Shape.of(WINDOW, WINDOW, 1);
  Model large = Model.build(network, window, superres.seed());
  model.copyTo(large, 1);
  Map<String, String> texts = new HashMap<>(large.metadata());
  new InputRule(Preprocessing.scaled(window), false).put(texts);
  return Upscaler.of(large.withMetadata(texts));
}

/** Returns ESPCN from a file, trained by others. */
Upscaler published(Path file) {
  Model model = Formats.read(file).model();
  Map<String, String> texts = new HashMap<>(model.metadata());
  new InputRule(Preprocessing.scaled(model.inputs().getFirst()), false).put(texts);
  return Upscaler.of(model.withMetadata(texts));
}

void judge(Example superres, String name, Upscaler upscaler, List<Tensor> test) {
  List<UpscaleQuality> all = test.stream().map(p -> UpscaleQuality.of(upscaler, p)).toList();
  String what = name + " ×" + upscaler.factor();
  if (name.equals("SRCNN")) {
    superres.measure(
        "bicubic ×" + upscaler.factor() + ": PSNR", mean(all, UpscaleQuality::bicubic));
    superres.measure(
        "bicubic ×" + upscaler.factor() + ": SSIM", mean(all, UpscaleQuality::bicubicSimilarity));
  }
  superres.measure(what + ": PSNR", mean(all, UpscaleQuality::network));
  superres.measure(what + ": SSIM", mean(all, UpscaleQuality::networkSimilarity));
}

double mean(List<UpscaleQuality> all, java.util.function.ToDoubleFunction<UpscaleQuality> figure) {
  return all.stream().mapToDouble(figure).average().orElse(0);
}

/** Returns the scenes of a drawn data set from one on. */
List<Tensor> drawn(int from, int count) {
  var scenes = Shapes.load(LabelOptions.of(Preprocessing.scaled(Shape.of(144, 144, 3)), Marking.MASK)).train();
  return java.util.stream.IntStream.range(from, from + count)
      .mapToObj(i -> scenes.read(i, Seed.of(i)).picture()).toList();
}

/** Shows a part of a picture as it is and as it is made of a small one. */
java.awt.image.BufferedImage sheet(Tensor picture, Map<String, Upscaler> upscalers) {
  Tensor part = Images.centreCrop(picture, 120, 120);
  ContactSheet sheet = new ContactSheet(240, 240);
  sheet.add(part, "original");
  upscalers.forEach((name, u) -> {
    int side = 120 / u.factor();
    Tensor small = Images.resizeCubic(part, side, side);
    sheet.add(Images.resizeCubic(small, 120, 120), "bicubic ×" + u.factor());
    sheet.add(u.upscale(small), name);
  });
  return sheet.toImage();
}

void main(String[] args) {
  Example superres = Example.start("superres", args);
  superres.twins(Map.of("SRCNN ×2: PSNR", 31.19, "SRCNN ×2: SSIM", 0.8971, "ESPCN ×2: PSNR", 31.66, "ESPCN ×2: SSIM", 0.9071,
      "SRCNN ×3: PSNR", 28.88, "SRCNN ×3: SSIM", 0.8260, "ESPCN ×3: PSNR", 28.95, "ESPCN ×3: SSIM", 0.8267));
  Optional<Path> photos = superres.need("photos");
  List<Tensor> train = photos.isPresent()
      ? Pictures.folder(superres.need("coco-mini/images").get(), superres.count(100))
      : drawn(0, superres.count(100));
  List<Tensor> test = photos.map(f -> Pictures.folder(f, superres.isShort() ? 1 : 7))
      .orElseGet(() -> drawn(500, superres.count(20)));
  Map<String, Upscaler> shown = new LinkedHashMap<>();
  for (int factor : superres.isShort() ? new int[] {2} : new int[] {2, 3}) {
    Upscaler first = learn(superres, "SRCNN", srcnn(factor), factor, train);
    judge(superres, "SRCNN", first, test);
    Upscaler second = learn(superres, "ESPCN", espcn(factor), factor, train);
    judge(superres, "ESPCN", second, test);
    shown.put("ESPCN ×" + factor, second);
  }
  superres.find("models/superres-x3-onnx/super_resolution.onnx")
      .ifPresent(file -> judge(superres, "published ESPCN", published(file), test));
  superres.picture("enlarged.jpg", sheet(test.getFirst(), shown));
  superres.end();
}
