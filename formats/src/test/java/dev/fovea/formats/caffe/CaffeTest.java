package dev.fovea.formats.caffe;

import static dev.fovea.formats.testing.Models.fails;
import static dev.fovea.formats.testing.Models.run;
import static dev.fovea.formats.testing.Models.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.formats.Formats;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.formats.testing.CaffeFiles;
import dev.fovea.formats.testing.Models;
import dev.fovea.formats.testing.RandomTensors;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Prototxt files with caffemodels. */
final class CaffeTest {
  @TempDir private Path folder;

  private ImportedNetwork read(String prototxt, byte[] model) {
    write(folder.resolve("net.caffemodel"), model);
    return Formats.read(write(folder.resolve("net.prototxt"), prototxt));
  }

  private ImportedNetwork one(int height, int width, String layer) {
    String input =
        "input: 'data' input_dim: 1 input_dim: 1 input_dim: " + height + " input_dim: " + width;
    return read(
        input + " layer { name: 'l' bottom: 'data' top: 'l' " + layer + "}",
        CaffeFiles.caffemodel(Map.of()));
  }

  @Test
  void readsTheUsualLayersOfBothVersions() {
    ImportedNetwork n = read(CaffeFiles.prototxt(), CaffeFiles.caffemodel(CaffeFiles.weights()));
    assertThat(n.outputs().get(0).name()).isEqualTo("prob");
    assertThat(n.outputs().get(0).sample()).isEqualTo(Shape.of(3));
    Tensor x = RandomTensors.random(1, 3, 8, 7, 2);
    float[] y = run(n, x).get(0).data();
    assertThat(y[0] + y[1] + y[2]).isCloseTo(1, within(1e-5f));
    String first =
        CaffeFiles.prototxt()
            .replace("layer {", "layers {")
            .replace("\"InnerProduct\"", "INNER_PRODUCT")
            .replace("\"Convolution\"", "CONVOLUTION")
            .replace("\"PReLU\"", "PRELU")
            .replace("\"Softmax\"", "SOFTMAX");
    ImportedNetwork old = read(first, CaffeFiles.firstVersion(CaffeFiles.weights()));
    assertThat(run(old, x).get(0).data()).containsExactly(y);
  }

  /** Caffe rounds the number of windows up; the last must begin inside image and first padding. */
  @ParameterizedTest
  @CsvSource({
    "7,3,2,0,3",
    "8,3,2,0,4",
    "6,2,2,0,3",
    "7,2,2,0,4",
    "5,3,2,1,3",
    "6,3,2,1,4",
    "4,2,3,1,2"
  })
  void roundsPoolingUp(int size, int kernel, int stride, int pad, int expected) {
    for (String kind : List.of("MAX", "AVE")) {
      String pooling =
          "type: 'Pooling' pooling_param { pool: %s kernel_size: %d stride: %d pad: %d }"
              .formatted(kind, kernel, stride, pad);
      ImportedNetwork n = one(size, size, pooling);
      assertThat(n.outputs().get(0).sample()).isEqualTo(Shape.of(expected, expected, 1));
    }
  }

  /**
   * ⌊(size − kernel) / stride⌋ + 1 windows where the file says so, in Caffe's words or a fork's.
   */
  @ParameterizedTest
  @ValueSource(strings = {"ceil_mode: false", "round_mode: FLOOR", "round_mode: 1"})
  void roundsPoolingDownWhereItSays(String setting) {
    for (String kind : List.of("MAX", "AVE")) {
      String pooling =
          "type: 'Pooling' pooling_param { pool: %s kernel_size: 2 stride: 2 %s }"
              .formatted(kind, setting);
      assertThat(one(9, 11, pooling).outputs().get(0).sample()).isEqualTo(Shape.of(4, 5, 1));
    }
    fails(
        () -> one(4, 4, "type: 'Pooling' pooling_param { kernel_size: 2 round_mode: UP }"),
        "round_mode is UP, expected CEIL or FLOOR");
  }

  @Test
  void fieldsThatAreNotKnownAreNamed() {
    fails(
        () -> one(4, 4, "type: 'Pooling' pooling_param { kernel_size: 2 mystery: 3 }"),
        "Pooling with pooling_param.mystery (l)");
    fails(() -> one(4, 4, "type: 'ReLU' twist: true "), "ReLU with twist (l)");
    fails(() -> one(4, 4, "type: 'ReLU' relu_param { a { b: 1 } }"), "ReLU with relu_param.a (l)");
    fails(
        () ->
            one(
                4,
                4,
                "type: 'ReLU' } riddle: 7 layer { name: 'm' bottom: 'l' top: 'm' type: 'ReLU' "),
        "field riddle (net)");
    fails(
        () ->
            read(
                CaffeFiles.prototxt()
                    .replace(
                        "\"BatchNorm\"",
                        "\"BatchNorm\" batch_norm_param { use_global_stats: false }"),
                CaffeFiles.caffemodel(CaffeFiles.weights())),
        "use_global_stats: false");
    one(4, 4, "type: 'ReLU' relu_param { engine: CAFFE } param { lr_mult: 0 } ");
  }

  /** Comments in other encodings than UTF-8: é in Latin-1, a character of GBK. */
  @Test
  void commentsMayBeOfAnyEncoding() {
    byte[] comment = {'#', ' ', (byte) 0xe9, ' ', (byte) 0xce, (byte) 0xd2, '\n'};
    byte[] text = CaffeFiles.prototxt().getBytes(java.nio.charset.StandardCharsets.UTF_8);
    byte[] all = java.util.Arrays.copyOf(comment, comment.length + text.length);
    System.arraycopy(text, 0, all, comment.length, text.length);
    write(folder.resolve("net.caffemodel"), CaffeFiles.caffemodel(CaffeFiles.weights()));
    assertThat(Formats.read(write(folder.resolve("net.prototxt"), all)).outputs()).hasSize(1);
    byte[] wide = CaffeFiles.prototxt().getBytes(java.nio.charset.StandardCharsets.UTF_16);
    assertThat(Formats.read(write(folder.resolve("net.prototxt"), wide)).outputs()).hasSize(1);
    fails(
        () -> Formats.read(write(folder.resolve("net.prototxt"), new byte[9])), "not a text file");
  }

  /** The mean of the last window is over what lies inside the image and its padding. */
  @Test
  void meansCountPaddingButNothingBeyond() {
    ImportedNetwork n =
        one(
            1,
            4,
            "type: 'Pooling' pooling_param { pool: AVE kernel_h: 1 kernel_w: 3 stride: 2 pad_h: 0"
                + " pad_w: 1 }");
    Tensor x = Tensor.of(Shape.of(1, 1, 4, 1), 3, 6, 9, 12);
    float[] y = run(n, x).get(0).data();
    // Windows at −1, 1 and 3: (0 + 3 + 6)/3, (6 + 9 + 12)/3 and (12 + 0)/2.
    assertThat(y).containsExactly(3, 9, 6);
  }

  @Test
  void batchNormAndScaleBecomeOneLayer() {
    ImportedNetwork n = read(CaffeFiles.prototxt(), CaffeFiles.caffemodel(CaffeFiles.weights()));
    assertThat(n.operators()).containsEntry("BatchNorm", 1).doesNotContainKey("Scale");
    // Mean and variance are stored as multiples of the third array's number, here 2.
    float mean = CaffeFiles.blob("bn", 0).data()[1] / 2;
    assertThat(Models.weight(n, "bn.running_mean").data()[1]).isEqualTo(mean);
    assertThat(Models.weight(n, "bn.weight").data())
        .containsExactly(CaffeFiles.blob("scale", 0).data());
  }

  @Test
  void statisticsWithoutTheirNumberOfBatchesAreRefused() {
    Map<String, List<Tensor>> weights = new java.util.HashMap<>(CaffeFiles.weights());
    List<Tensor> norm = new java.util.ArrayList<>(weights.get("bn"));
    norm.set(2, Tensor.of(Shape.of(2), 1, 1));
    weights.put("bn", norm);
    fails(() -> read(CaffeFiles.prototxt(), CaffeFiles.caffemodel(weights)), "third array");
  }

  @Test
  void scaleOfTwoInputsWithABiasIsNotKnown() {
    fails(
        () -> one(4, 4, "type: 'Scale' bottom: 'data' scale_param { axis: 0 bias_term: true } "),
        "Scale (l)");
  }

  @Test
  void innerProductTakesImagesOfChannelsFirst() {
    String net =
        "input: 'data' input_shape { dim: 1 dim: 2 dim: 2 dim: 2 } layer { name: 'ip' type:"
            + " 'InnerProduct' bottom: 'data' top: 'ip' inner_product_param { num_output: 1"
            + " bias_term: false } }";
    float[] w = new float[8];
    w[4 + 2] = 1;
    Map<String, List<Tensor>> weights = Map.of("ip", List.of(Tensor.of(Shape.of(1, 8), w)));
    Tensor x = RandomTensors.random(4, 1, 2, 2, 2);
    assertThat(run(read(net, CaffeFiles.caffemodel(weights)), x).get(0).data())
        .containsExactly(x.get(0, 1, 0, 1));
  }

  @Test
  void leavesOutWhatIsOnlyForTraining() {
    ImportedNetwork n = read(CaffeFiles.prototxt(), CaffeFiles.caffemodel(CaffeFiles.weights()));
    assertThat(n.operators()).doesNotContainKey("SoftmaxWithLoss");
    fails(
        () -> one(2, 2, "} layer { name: 'd' type: 'Data' top: 'x' "),
        "reads training data",
        "deployment");
  }

  @Test
  void saysWhatIsMissing() {
    fails(() -> one(4, 4, "type: 'Magic' "), "net.prototxt", "Magic (l)");
    fails(
        () -> one(4, 4, "type: 'InnerProduct' inner_product_param { num_output: 2 }"), "2 arrays");
    fails(() -> one(4, 4, "type: 'ReLU' bottom: 'nowhere' "), "nowhere");
    fails(() -> one(4, 4, "type: 'ReLU' { "), "line 1");
    Map<String, List<Tensor>> wrong = new java.util.HashMap<>(CaffeFiles.weights());
    wrong.put("ip", List.of(RandomTensors.random(1, 3, 7), RandomTensors.random(2, 3)));
    fails(() -> read(CaffeFiles.prototxt(), CaffeFiles.caffemodel(wrong)), "[3,7]");
  }

  @Test
  void refusesBlobsThatClaimMoreThanThereIs() {
    byte[] model = CaffeFiles.caffemodel(Map.of("ip", List.of(RandomTensors.random(1, 4))));
    fails(
        () -> read(CaffeFiles.prototxt(), java.util.Arrays.copyOf(model, model.length - 9)),
        "net.caffemodel");
  }
}
