package dev.fovea.formats.darknet;

import static dev.fovea.formats.testing.Models.fails;
import static dev.fovea.formats.testing.Models.run;
import static dev.fovea.formats.testing.Models.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.formats.Formats;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.formats.testing.DarknetFiles;
import dev.fovea.formats.testing.RandomTensors;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cfg files with weights. */
final class DarknetTest {
  private static final String NET = "[net]\nwidth=4\nheight=4\nchannels=2\n";

  @TempDir private Path folder;

  private ImportedNetwork read(String cfg, byte[] weights) {
    write(folder.resolve("net.weights"), weights);
    return Formats.read(write(folder.resolve("net.cfg"), cfg));
  }

  @Test
  void readsTheUsualSections() {
    ImportedNetwork n = read(DarknetFiles.cfg(), DarknetFiles.weights());
    assertThat(n.producer()).isEqualTo("darknet 0.2.5");
    assertThat(n.operators()).containsEntry("convolutional", 3).containsEntry("route", 2);
    assertThat(n.outputs()).hasSize(1);
    assertThat(n.outputs().get(0).fileSample()).isEqualTo(Shape.of(6, 8, 8));
    Tensor out = run(n, RandomTensors.random(1, 2, 8, 8, 3)).get(0);
    assertThat(out.shape()).isEqualTo(Shape.of(2, 8, 8, 6));
    // The weights file names the same network.
    assertThat(Formats.read(folder.resolve("net.weights")).operators()).isEqualTo(n.operators());
  }

  /** y = leaky((w·x − mean) / √(variance + 10⁻⁵) · scale + bias), slope 0.1. */
  @Test
  void normalisesThenShiftsThenActivates() {
    String conv = "[convolutional]\nfilters=1\nsize=1\nbatch_normalize=1\nactivation=leaky\n";
    byte[] weights =
        DarknetFiles.weights(
            List.of(
                new float[] {0.5f},
                new float[] {2},
                new float[] {1},
                new float[] {4},
                new float[] {3, -1}));
    Tensor x = Tensor.zeros(Shape.of(1, 4, 4, 2));
    x.data()[0] = 2;
    x.data()[1] = 1;
    float[] y = run(read(NET + conv, weights), x).get(0).data();
    double deviation = Math.sqrt(4 + 1e-5);
    assertThat(y[0]).isCloseTo((float) ((5 - 1) / deviation * 2 + 0.5), within(1e-5f));
    assertThat(y[1]).isCloseTo((float) (0.1 * (-1 / deviation * 2 + 0.5)), within(1e-5f));
  }

  @Test
  void layersOfRoutesAreRelativeOrAbsoluteAndGroupsSplitChannels() {
    String cfg = NET + "[route]\nlayers=-1\n".replace("-1", "0");
    fails(() -> read(cfg, DarknetFiles.weights(List.of())), "net.cfg", "route_0", "layer 0");
    String split =
        NET
            + "[maxpool]\nsize=1\n[route]\nlayers=-1\ngroups=2\ngroup_id=1\n"
            + "[route]\nlayers=-1,0\n";
    Tensor x = RandomTensors.random(3, 1, 4, 4, 2);
    Tensor y = run(read(split, DarknetFiles.weights(List.of())), x).get(0);
    assertThat(y.shape()).isEqualTo(Shape.of(1, 4, 4, 3));
    assertThat(Arrays.copyOf(y.data(), 3))
        .containsExactly(x.get(0, 0, 0, 1), x.data()[0], x.data()[1]);
  }

  /** Padding of size − 1 in all, the smaller half in front: (in + padding − size) / stride + 1. */
  @Test
  void poolsWithPaddingBehind() {
    String pool = NET + "[maxpool]\nsize=2\nstride=2\n[maxpool]\nsize=3\nstride=1\n";
    Tensor x = Tensor.zeros(Shape.of(1, 4, 4, 2));
    x.data()[(2 * 4 + 3) * 2] = 7;
    Tensor y = run(read(pool, DarknetFiles.weights(List.of())), x).get(0);
    assertThat(y.shape()).isEqualTo(Shape.of(1, 2, 2, 2));
    assertThat(y.get(0, 0, 0, 0)).isEqualTo(7);
  }

  @Test
  void denseWeightsLieForImagesOfChannelsFirst() {
    String cfg = NET + "[connected]\noutput=1\nactivation=linear\n";
    float[] w = new float[32];
    w[16 + 5] = 1;
    Tensor x = RandomTensors.random(5, 1, 4, 4, 2);
    byte[] weights = DarknetFiles.weights(List.of(new float[] {0.25f}, w));
    float y = run(read(cfg, weights), x).get(0).data()[0];
    assertThat(y).isCloseTo(x.get(0, 1, 1, 1) + 0.25f, within(1e-6f));
  }

  /** Squeeze and excitation: a convolution on the average of an image. */
  @Test
  void averagesCanBeConvolved() {
    String cfg =
        NET
            + "[avgpool]\n[convolutional]\nfilters=2\nsize=1\nactivation=linear\n"
            + "[scale_channels]\nfrom=-3\n";
    String shown = cfg.replace("[avgpool]", "[maxpool]\nsize=1\n[avgpool]");
    byte[] weights = DarknetFiles.weights(List.of(new float[2], new float[] {2, 0, 0, 3}));
    Tensor x = Tensor.full(Shape.of(1, 4, 4, 2), 1);
    Tensor y = run(read(shown, weights), x).get(0);
    assertThat(y.shape()).isEqualTo(Shape.of(1, 4, 4, 2));
    assertThat(Arrays.copyOf(y.data(), 2)).containsExactly(2, 3);
  }

  /** The loop of Darknet's reorg_cpu on numbers in the order C, H, W. */
  @Test
  void reorgReadsTheNumbersAsDarknetDoes() {
    String cfg = "[net]\nwidth=6\nheight=4\nchannels=8\n[reorg]\nstride=2\n";
    Tensor x = RandomTensors.random(6, 1, 4, 6, 8);
    float[] flat = new float[x.data().length];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = x.get(0, i / 6 % 4, i % 6, i / 24);
    }
    float[] out = new float[flat.length];
    for (int k = 0; k < 8; k++) {
      for (int j = 0; j < 4; j++) {
        for (int i = 0; i < 6; i++) {
          int w2 = i * 2 + k / 2 % 2;
          int h2 = j * 2 + k / 2 / 2;
          out[i + 6 * (j + 4 * k)] = flat[w2 + 12 * (h2 + 8 * (k % 2))];
        }
      }
    }
    Tensor y = run(read(cfg, DarknetFiles.weights(List.of())), x).get(0);
    assertThat(y.shape()).isEqualTo(Shape.of(1, 2, 3, 32));
    for (int i = 0; i < out.length; i++) {
      assertThat(y.get(0, i / 3 % 2, i % 3, i / 6)).isEqualTo(out[i]);
    }
  }

  @Test
  void settingsThatWouldChangeTheNumbersAreNamed() {
    fails(
        () -> read(NET + "[maxpool]\nmaxpool_depth=1\n", DarknetFiles.weights(List.of())),
        "maxpool with maxpool_depth (maxpool_0)");
    fails(
        () -> read(NET + "[softmax]\ntree=a.tree\n", DarknetFiles.weights(List.of())),
        "softmax with tree");
    // Whatever is not asked for, but not what is for training or 0.
    fails(
        () -> read(NET + "[route]\nlayers=-1\n[maxpool]\nmystery=3\n", DarknetFiles.weights()),
        "route_0");
    fails(
        () -> read(NET + "[maxpool]\nmystery=3\n", DarknetFiles.weights(List.of())),
        "maxpool with mystery (maxpool_0)");
    read(NET + "[maxpool]\nmystery=0\nstopbackward=1\n", DarknetFiles.weights(List.of()));
  }

  /**
   * Darknet's shortcut_cpu: out[j·sample][i·sample] += from[j·stride][i·stride] of the channels
   * that both have, stride and sample the ratio of the sizes, at least 1.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shortcutsBetweenSizesMeetEverySecondPixel(boolean shrinks) {
    String change = shrinks ? "[maxpool]\nsize=2\nstride=2\n" : "[upsample]\nstride=2\n";
    String cfg =
        NET + "[maxpool]\nsize=1\n" + change + "[route]\nlayers=-1,-1\n[shortcut]\nfrom=0\n";
    Tensor x = RandomTensors.random(7, 1, 4, 4, 2);
    Tensor y = run(read(cfg, DarknetFiles.weights(List.of())), x).get(0);
    int size = shrinks ? 2 : 8;
    assertThat(y.shape()).isEqualTo(Shape.of(1, size, size, 4));
    for (int i = 0; i < y.data().length; i++) {
      int row = i / 4 / size;
      int column = i / 4 % size;
      int c = i % 2;
      float before = shrinks ? largest(x, row, column, c) : x.get(0, row / 2, column / 2, c);
      boolean met = i % 4 < 2 && (shrinks || (row % 2 == 0 && column % 2 == 0));
      int r = shrinks ? 2 * row : row / 2;
      int k = shrinks ? 2 * column : column / 2;
      assertThat(y.data()[i]).isEqualTo(met ? before + x.get(0, r, k, c) : before);
    }
  }

  private static float largest(Tensor x, int row, int column, int c) {
    float most = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < 4; i++) {
      most = Math.max(most, x.get(0, 2 * row + i / 2, 2 * column + i % 2, c));
    }
    return most;
  }

  /** Over the channels of a pixel when spatial, else over all numbers, in groups of C, H, W. */
  @ParameterizedTest
  @CsvSource({"spatial=1, 2", "groups=2, 16", "groups=1, 32", "temperature=2, 32"})
  void softmaxIsOverWhatItSays(String setting, int together) {
    Tensor x = RandomTensors.random(8, 1, 4, 4, 2);
    String cfg = NET + "[softmax]\n" + setting + "\n";
    float[] y = run(read(cfg, DarknetFiles.weights(List.of())), x).get(0).data();
    double heat = setting.startsWith("temp") ? 2 : 1;
    double sum = 0;
    for (int i = 0; i < 32; i++) {
      boolean own = together == 2 ? i / 2 == 0 : together == 32 || i % 2 == 0;
      sum += own ? Math.exp(x.data()[i] / heat) : 0;
    }
    assertThat((double) y[0]).isCloseTo(Math.exp(x.data()[0] / heat) / sum, within(1e-6));
  }

  /** Weights [places, Cout, Cin, kh, kw] and biases [Cout, H, W], as forward_local_layer has it. */
  @Test
  void localLayersHaveWeightsAtEachPlace() {
    String cfg = NET + "[local]\nfilters=3\nsize=3\npad=1\nactivation=linear\n";
    float[] biases = RandomTensors.random(9, 3 * 16).data();
    float[] w = RandomTensors.random(10, 16 * 3 * 2 * 9).data();
    Tensor x = RandomTensors.random(11, 1, 4, 4, 2);
    byte[] weights = DarknetFiles.weights(List.of(biases, w));
    Tensor y = run(read(cfg, weights), x).get(0);
    for (int i = 0; i < y.data().length; i++) {
      int place = i / 3;
      int f = i % 3;
      double sum = biases[f * 16 + place];
      for (int t = 0; t < 18; t++) {
        int row = place / 4 + t % 9 / 3 - 1;
        int column = place % 4 + t % 3 - 1;
        boolean inside = Math.min(row, column) >= 0 && Math.max(row, column) < 4;
        sum += inside ? w[(place * 3 + f) * 18 + t] * x.get(0, row, column, t / 9) : 0;
      }
      assertThat((double) y.data()[i]).isCloseTo(sum, within(1e-5));
    }
  }

  /** vgg-16.cfg begins with it: 2x − 1 of the middle. */
  @Test
  void cropTakesTheMiddleWhenPredicting() {
    String cfg = NET + "[crop]\ncrop_height=2\ncrop_width=3\nflip=1\nangle=0\nexposure=1\n";
    Tensor x = RandomTensors.random(12, 1, 4, 4, 2);
    Tensor y = run(read(cfg, DarknetFiles.weights(List.of())), x).get(0);
    assertThat(y.shape()).isEqualTo(Shape.of(1, 2, 3, 2));
    assertThat(y.get(0, 0, 0, 1)).isEqualTo(2 * x.get(0, 1, 0, 1) - 1);
  }

  @Test
  void weightsMustBeAsManyAsTheLayersTake() {
    byte[] all = DarknetFiles.weights();
    fails(
        () -> read(DarknetFiles.cfg(), Arrays.copyOf(all, all.length - 4)),
        "net.weights",
        "ends early");
    fails(
        () -> read(DarknetFiles.cfg(), Arrays.copyOf(all, all.length + 8)),
        "8 bytes more",
        "do not belong together");
  }

  @Test
  void namesAllThatIsNotKnown() {
    String cfg = NET + "[crnn]\n[lstm]\n[crnn]\n[convolutional]\nactivation=magic\n";
    fails(
        () -> read(cfg, DarknetFiles.weights()),
        "net.cfg",
        "crnn (crnn_0, crnn_2)",
        "lstm (lstm_1)",
        "activation magic");
  }

  @Test
  void saysWhichLineOrOptionIsWrong() {
    byte[] w = DarknetFiles.weights();
    fails(() -> read("width=3\n", w), "net.cfg", "line 1");
    fails(() -> read("[convolutional]\n", w), "must begin with [net]");
    fails(() -> read(NET + "[convolutional]\nfilters=many\n", w), "filters=many");
    fails(() -> read(NET + "[upsample]\nstride=100000\n", w), "net");
    fails(() -> read("[net]\nwidth=4\n", w), "height is missing");
  }

  @Test
  void bothFilesAreNeeded() {
    Path cfg = write(folder.resolve("alone.cfg"), NET);
    fails(() -> Formats.read(cfg), "alone.cfg", "alone.weights", "none beside it");
  }
}
