package dev.fovea.studio.lesson;

import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.data.DataSplit;
import dev.fovea.data.Digits;
import dev.fovea.data.InMemoryImages;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.studio.web.Fields;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * A dense and a convolutional network learn digits, once as they are and once with the pixels of
 * all pictures in the same random order.
 */
final class ShuffledExperiment implements Experiment {
  private static final int TRAIN = 600;
  private static final int TEST = 300;
  private static final int EPOCHS = 6;
  private static final double RATE = 3e-3;

  @Override
  public String name() {
    return "shuffled";
  }

  @Override
  public Figures show(Fields f) {
    int[] order = Seed.of(5).rng().permutation(Digits.SIZE * Digits.SIZE);
    DataSplit plain = SmallDigits.split(TRAIN, TEST, SmallDigits.Change.NONE);
    DataSplit shuffled =
        SmallDigits.split(TRAIN, TEST, (pixels, label, rng) -> moved(pixels, order));
    Layer dense = sequence(flatten(), dense(64), relu(), dense(10));
    Map<String, Double> rights = new LinkedHashMap<>();
    rights.put("dense", learned(dense, plain));
    rights.put("dense, pixels shuffled", learned(dense, shuffled));
    rights.put("convolutional", learned(SmallDigits.cnn(), plain));
    rights.put("convolutional, pixels shuffled", learned(SmallDigits.cnn(), shuffled));
    SequencedMap<String, Tensor> pictures = new LinkedHashMap<>();
    pictures.put("as it is", picture(plain));
    pictures.put("shuffled", picture(shuffled));
    Figures out = new Figures();
    rights.forEach(out::number);
    return out.shares("Share of new digits that are read correctly", rights)
        .pictures("A digit, and the same with its pixels in another order", pictures);
  }

  private static Tensor picture(DataSplit data) {
    return ((InMemoryImages) data.test()).picture(3);
  }

  private static double learned(Layer layer, DataSplit data) {
    Model model = SmallDigits.build(layer);
    return SmallDigits.learn(model, data.train(), EPOCHS, RATE, data.test())
        .last()
        .orElseThrow()
        .validation()
        .orElseThrow()
        .metric("accuracy");
  }

  private static byte[] moved(byte[] pixels, int... order) {
    byte[] to = new byte[pixels.length];
    for (int i = 0; i < to.length; i++) {
      to[i] = pixels[order[i]];
    }
    return to;
  }
}
