import static dev.fovea.nn.Layers.*;
import static dev.fovea.optim.Optimizers.adam;

import dev.fovea.apps.*;
import dev.fovea.apps.text.*;
import dev.fovea.data.*;
import dev.fovea.formats.Formats;
import dev.fovea.nn.*;
import dev.fovea.optim.Schedules;
import dev.fovea.tensor.*;
import dev.fovea.train.Trainer;
import dev.fovea.vision.*;
import dev.fovea.vision.augment.Augmentations;
import java.nio.file.Path;
import java.util.function.IntFunction;

/**
 * Number plates are read: a convolutional network, an LSTM in both directions and the CTC loss.
 *
 * <p>Nothing tells where the signs are. LPRNet, which was trained on far more plates, stands beside
 * where its file is. Shi et al., CRNN (2017).
 */
static final String CHINESE = "京沪津渝冀晋蒙辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川贵云藏陕甘青宁新0123456789ABCDEFGHJKLMNPQRSTUVWXYZIO";

static final Preprocessing RULE = Preprocessing.scaled(Shape.of(24, 94, 3));

static final int MOST_SIGNS = 8;

/** A plate of 24 × 94 becomes 23 steps of logits: of each sign, and of the blank. */
Layer crnn(int signs) {
  return sequence(
      conv2d(24, 3).same(), batchNorm(), relu(), maxPool(2),
      conv2d(48, 3).same(), batchNorm(), relu(), maxPool(2),
      conv2d(96, 3).same(), batchNorm(), relu(), maxPool(2, 1),
      conv2d(96, 3).same(), batchNorm(), relu(), maxPool(3, 1), reshape(23, 96),
      concat(lstm(96).sequences(), lstm(96).sequences().reversed()),
      dropout(0.3), conv1d(signs + 1, 1));
}

/** How plates were read. */
record Reading(double whole, double signs) {}

/** Judges a reader of plates by those it has read without an error, and by single signs. */
Reading judge(InMemorySamples plates, IntFunction<List<Integer>> reader) {
  int whole = 0;
  int errors = 0;
  int signs = 0;
  for (int i = 0; i < plates.size(); i++) {
    int distance = EditDistance.of(reader.apply(i), TextPictures.text(plates, i));
    whole += distance == 0 ? 1 : 0;
    errors += distance;
    signs += TextPictures.text(plates, i).size();
  }
  return new Reading((double) whole / plates.size(), 1 - (double) errors / signs);
}

Tensor logits(Model model, InMemorySamples plates, int i) {
  return model.run(plates.input(i, Seed.of(i)).reshape(Shape.of(1, 24, 94, 3))).sample(0);
}

/** LPRNet takes blue, green, red as (x − 127.5) / 128 and gives [signs, steps]. */
static final InputRule LPRNET = new InputRule(Preprocessing.unscaled(RULE.shape())
    .withMeanAndStd(List.of(127.5f, 127.5f, 127.5f), List.of(128f, 128f, 128f)), true);

List<Integer> lprNet(Model model, InMemorySamples plates, int i) {
  Tensor input = LPRNET.input(plates.read(i, Seed.of(i)).picture());
  Tensor told = model.run(input.reshape(Shape.of(1, 24, 94, 3))).sample(0);
  Tensor steps = Tensor.zeros(Shape.of(told.shape().dim(1), told.shape().dim(0)));
  for (int k = 0; k < told.data().length; k++) {
    steps.data()[k % steps.shape().dim(0) * steps.shape().dim(1) + k / steps.shape().dim(0)] =
        told.data()[k];
  }
  return CtcDecoder.best(steps);
}

/** Draws plates of five to seven digits, white on blue. */
InMemorySamples drawn(int count, Seed seed) {
  Dataset digits = Digits.load(seed, 7 * count, 1).train();
  List<Tensor> plates = new ArrayList<>();
  List<List<Integer>> texts = new ArrayList<>();
  for (int p = 0; p < count; p++) {
    Rng rng = seed.split(p).rng();
    Tensor plate = Tensor.zeros(RULE.shape());
    List<Integer> text = new ArrayList<>();
    for (int k = 0; k < plate.data().length; k += 3) {
      plate.data()[k + 2] = 110 + rng.nextInt(30);
    }
    for (int k = 5 + rng.nextInt(3); k > 0; k--) {
      Sample digit = digits.read(7 * p + text.size(), seed);
      Tensor small = Images.resize(digit.picture(), 18, 14);
      int left = 3 + 12 * text.size() + rng.nextInt(3);
      int top = rng.nextInt(6);
      for (int y = 0; y < 18; y++) {
        for (int x = 0; x < 14; x++) {
          for (int c = 0; c < 3; c++) {
            int at = ((top + y) * 94 + left + x) * 3 + c;
            plate.data()[at] = Math.max(plate.data()[at], small.get(y, x, 0));
          }
        }
      }
      text.add(digit.label());
    }
    plates.add(plate);
    texts.add(text);
  }
  return TextPictures.of(RULE, plates, texts, MOST_SIGNS);
}

void main(String[] args) {
  Example plates = Example.start("plates", args);
  Optional<Path> folder = plates.data("license-plates");
  Alphabet signs = Alphabet.of(folder.isPresent() ? CHINESE : "0123456789");
  InMemorySamples all = folder
      .map(f -> TextPictures.read(f.resolve("labels.csv"), f.resolve("images"), RULE, signs, 8))
      .orElseGet(() -> drawn(plates.count(2_000), plates.seed()));
  int cut = all.size() * 4 / 5;
  InMemorySamples test = all.part(cut, all.size());

  Model model = Model.build(crnn(signs.size()), RULE.shape(), plates.seed());
  Dataset train = all.part(0, plates.isShort() ? 8 : cut)
      .augment(Augmentations.parse("shift:0.03,rotate:3,brightness:0.3,contrast:0.3"));
  Trainer.of(model, Losses.ctc(MOST_SIGNS), adam(2e-3)).seed(plates.seed())
      .schedule(Schedules.oneCycle()).listeners(plates.listener())
      .fit(train.shuffled().batches(32), plates.epochs(folder.isPresent() ? 50 : 8));

  Reading best = judge(test, i -> CtcDecoder.best(logits(model, test, i)));
  plates.measure("whole plates right", best.whole(), 0.47);
  plates.measure("signs right", best.signs(), 0.9043);
  plates.measure("whole plates right, beam of 8",
      judge(test, i -> CtcDecoder.beam(logits(model, test, i), 8)).whole());
  plates
      .find("models/lprnet-plates-onnx/lprnet.onnx")
      .ifPresent(file -> {
        Model lpr = Formats.read(file).model();
        plates.measure("LPRNet, whole plates right of the same",
            judge(test, i -> lprNet(lpr, test, i)).whole());
        plates.measure("LPRNet, of all 1,000", judge(all, i -> lprNet(lpr, all, i)).whole());
      });
  ContactSheet sheet = new ContactSheet(48, 188);
  for (int i = 0; i < Math.min(24, test.size()); i++) {
    sheet.add(
        test.read(i, Seed.of(i)).picture(), signs.text(CtcDecoder.best(logits(model, test, i))));
  }
  plates.picture("plates.jpg", sheet.toImage());
  plates.end();
}
