package dev.fovea.formats.darknet;

import static dev.fovea.formats.testing.Models.fails;
import static dev.fovea.formats.testing.Models.run;
import static dev.fovea.formats.testing.Models.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.formats.Formats;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.formats.testing.DarknetFiles;
import dev.fovea.formats.testing.Numbers;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    Tensor out = run(n, Numbers.random(1, 2, 8, 8, 3)).get(0);
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
    Tensor x = Numbers.random(3, 1, 4, 4, 2);
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
    Tensor x = Numbers.random(5, 1, 4, 4, 2);
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
    Tensor x = Numbers.random(6, 1, 4, 6, 8);
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
        () -> read(NET + "[softmax]\ngroups=2\n", DarknetFiles.weights(List.of())),
        "softmax with groups");
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
