package dev.fovea.formats.tflite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.flatbuffers.FlatBufferBuilder;
import com.google.flatbuffers.FlexBuffersBuilder;
import dev.fovea.data.Preprocessing;
import dev.fovea.formats.Formats;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.formats.testing.Models;
import dev.fovea.formats.testing.RandomTensors;
import dev.fovea.formats.testing.TfliteFiles;
import dev.fovea.io.Json;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of TensorFlow Lite against loops that follow the documents of its operators. */
final class TfliteTest {
  private static final int ADD = 0;
  private static final int CONCATENATION = 2;
  private static final int CONV_2D = 3;
  private static final int DEPTHWISE_CONV_2D = 4;
  private static final int DEQUANTIZE = 6;
  private static final int FULLY_CONNECTED = 9;
  private static final int RESHAPE = 22;
  private static final int RESIZE_BILINEAR = 23;
  private static final int SOFTMAX = 25;
  private static final int PAD = 34;
  private static final int MEAN = 40;
  private static final int SPLIT = 49;
  private static final int STRIDED_SLICE = 45;
  private static final int TRANSPOSE_CONV = 67;
  private static final int PACK = 83;
  private static final int RESIZE_NEAREST = 97;

  @TempDir Path folder;

  private ImportedNetwork read(byte[] bytes) {
    return Formats.read(Models.write(folder.resolve("x.tflite"), bytes));
  }

  private Tensor run(byte[] bytes, Tensor x) {
    return Models.run(read(bytes), x).get(0);
  }

  private static float[] random(long seed, int n) {
    return RandomTensors.random(seed, n).data();
  }

  private static TfliteFiles.Fields window(
      int padding, int stride, int activation, int dilation, int at) {
    return b -> {
      b.addByte(0, (byte) padding, 0);
      b.addInt(1, stride, 0);
      b.addInt(2, stride, 0);
      b.addByte(at, (byte) activation, 0);
      b.addInt(at + 1, dilation, 1);
      b.addInt(at + 2, dilation, 1);
    };
  }

  /** The windows of SAME start half the missing pixels before the picture, rounded down. */
  private static double[] convolution(
      Tensor x, int kernel, int stride, int dilation, int outputs, Weight weight) {
    int h = x.shape().dim(1);
    int w = x.shape().dim(2);
    int channels = x.shape().dim(3);
    int oh = Math.ceilDiv(h, stride);
    int ow = Math.ceilDiv(w, stride);
    int span = (kernel - 1) * dilation + 1;
    int top = Math.max((oh - 1) * stride + span - h, 0) / 2;
    int left = Math.max((ow - 1) * stride + span - w, 0) / 2;
    double[] y = new double[x.shape().dim(0) * oh * ow * outputs];
    for (int i = 0; i < y.length; i++) {
      int o = i % outputs;
      int place = i / outputs;
      int col = place % ow;
      int row = place / ow % oh;
      int n = place / ow / oh;
      for (int k = 0; k < kernel * kernel; k++) {
        int r = row * stride - top + k / kernel * dilation;
        int c = col * stride - left + k % kernel * dilation;
        for (int ch = 0; r >= 0 && r < h && c >= 0 && c < w && ch < channels; ch++) {
          y[i] += x.data()[((n * h + r) * w + c) * channels + ch] * weight.of(o, k, ch);
        }
      }
    }
    return y;
  }

  /** The weight of an output for a place of the window and a channel. */
  private interface Weight {
    double of(int output, int place, int channel);
  }

  private static void close(Tensor actual, double[] expected, double tolerance) {
    assertThat(actual.data()).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual.data()[i])
          .as("element %d", i)
          .isCloseTo(expected[i], within(tolerance));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 3", "2, 1, 3", "2, 1, 4", "3, 1, 2", "1, 2, 3"})
  void convolvesWithPaddingAtTheEnd(int stride, int dilation, int kernel) {
    float[] w = random(2, 4 * kernel * kernel * 3);
    float[] bias = random(3, 4);
    TfliteFiles f = new TfliteFiles();
    int x = f.tensor(TfliteFiles.FLOAT32, 1, 7, 6, 3);
    int weights = f.floats(w, 4, kernel, kernel, 3);
    int y = f.tensor(TfliteFiles.FLOAT32, 1, Math.ceilDiv(7, stride), Math.ceilDiv(6, stride), 4);
    f.node(
        CONV_2D,
        6,
        window(0, stride, 3, dilation, 3),
        new int[] {x, weights, f.floats(bias, 4)},
        y);
    Tensor in = RandomTensors.random(1, 2, 7, 6, 3);
    double[] expected =
        convolution(
            in, kernel, stride, dilation, 4, (o, k, c) -> w[(o * kernel * kernel + k) * 3 + c]);
    for (int i = 0; i < expected.length; i++) {
      expected[i] = Math.clamp(expected[i] + bias[i % 4], 0, 6);
    }
    Tensor out = run(f.bytes(new int[] {x}, y), in);
    assertThat(out.shape())
        .isEqualTo(Shape.of(2, Math.ceilDiv(7, stride), Math.ceilDiv(6, stride), 4));
    close(out, expected, 1e-5);
  }

  /** Output o of a depthwise convolution with multiplier 2 reads channel o / 2. */
  @Test
  void convolvesEachChannelSeveralTimes() {
    float[] w = random(2, 9 * 6);
    TfliteFiles f = new TfliteFiles();
    int x = f.tensor(TfliteFiles.FLOAT32, 1, 5, 5, 3);
    int y = f.tensor(TfliteFiles.FLOAT32, 1, 3, 3, 6);
    TfliteFiles.Fields options =
        b -> {
          window(0, 2, 0, 1, 4).add(b);
          b.addInt(3, 2, 0);
        };
    f.node(DEPTHWISE_CONV_2D, 7, options, new int[] {x, f.floats(w, 1, 3, 3, 6), -1}, y);
    Tensor in = RandomTensors.random(1, 1, 5, 5, 3);
    double[] expected = convolution(in, 3, 2, 1, 6, (o, k, c) -> o / 2 == c ? w[k * 6 + o] : 0);
    close(run(f.bytes(new int[] {x}, y), in), expected, 1e-5);
  }

  /** y = clamp(round(Σ (x − zx) · w · sx · sw / sy) + zy), and the network gives sy · (y − zy). */
  @ParameterizedTest
  @CsvSource({"3, 128, 0", "9, -5, 1"})
  void convolvesWholeNumbers(int type, int zero, int activation) {
    byte[] w = new byte[2 * 9 * 3];
    for (int i = 0; i < w.length; i++) {
      w[i] = (byte) (type == TfliteFiles.UINT8 ? i * 37 : i * 37 % 127);
    }
    boolean unsigned = type == TfliteFiles.UINT8;
    float[] scales = unsigned ? new float[] {0.02f} : new float[] {0.01f, 0.03f};
    long[] zeros = unsigned ? new long[] {120} : new long[] {0, 0};
    TfliteFiles f = new TfliteFiles();
    int x = f.tensor(type, 1 / 64.0, zero, 0, 1, 4, 4, 3);
    int weights = f.bytes(type, w, scales, zeros, 0, 2, 3, 3, 3);
    int bias = f.integers(0, new int[] {100, -200}, 2);
    int y = f.tensor(type, 0.05, zero + 3, 0, 1, 4, 4, 2);
    f.node(CONV_2D, 6, window(0, 1, activation, 1, 3), new int[] {x, weights, bias}, y);
    Tensor in = RandomTensors.random(1, 1, 4, 4, 3);
    for (int i = 0; i < in.data().length; i++) {
      in.data()[i] = Math.round(in.data()[i] * 60) / 64f;
    }
    double[] sums =
        convolution(
            in,
            3,
            1,
            1,
            2,
            (o, k, c) -> {
              int q = w[(o * 9 + k) * 3 + c];
              return unsigned ? (q & 255) - 120 : q;
            });
    double[] expected = new double[sums.length];
    for (int i = 0; i < sums.length; i++) {
      int o = i % 2;
      double scale = scales[unsigned ? 0 : o];
      double real = sums[i] * scale + (o == 0 ? 100 : -200) * scale / 64;
      double most = (unsigned ? 255 : 127) - zero - 3;
      double least = (unsigned ? 0 : -128) - zero - 3;
      double steps = Math.rint((activation == 1 ? Math.max(real, 0) : real) / (float) 0.05);
      expected[i] = Math.clamp(steps, least, most) * 0.05;
    }
    ImportedNetwork network = read(f.bytes(new int[] {x}, y));
    assertThat(network.isQuantized()).isTrue();
    close(Models.run(network, in).get(0), expected, 1e-5);
  }

  @Test
  void readsWeightsOfSixteenAndEightBits() {
    float[] w = {1, -2, 0.5f, 3, 0.25f, -1};
    TfliteFiles f = new TfliteFiles();
    int x = f.tensor(TfliteFiles.FLOAT32, 1, 3);
    int half = f.tensor(TfliteFiles.FLOAT32, 2, 3);
    f.node(DEQUANTIZE, new int[] {f.halves(w, 2, 3)}, half);
    int y = f.tensor(TfliteFiles.FLOAT32, 1, 2);
    f.node(FULLY_CONNECTED, 4, b -> {}, new int[] {x, half, -1}, y);
    int eight =
        f.bytes(
            TfliteFiles.INT8,
            new byte[] {10, -20, 5, 30},
            new float[] {0.1f, 0.5f},
            new long[] {0, 0},
            0,
            2,
            2);
    int z = f.tensor(TfliteFiles.FLOAT32, 1, 2);
    f.node(FULLY_CONNECTED, 4, b -> b.addByte(0, (byte) 1, 0), new int[] {y, eight, -1}, z);
    Tensor out = run(f.bytes(new int[] {x}, z), Tensor.of(Shape.of(1, 3), 1, -2, 0));
    // Rows: 1 + 4 = 5 and 3 − 0.5 = 2.5; then 5 − 5 = 0 and 12.5 + 37.5 = 50.
    close(out, new double[] {0, 50}, 1e-4);
  }

  /** The transpose of a convolution of stride 2 with SAME: every input adds a window. */
  @Test
  void convolvesTransposed() {
    float[] w = random(2, 2 * 9 * 3);
    TfliteFiles f = new TfliteFiles();
    int x = f.tensor(TfliteFiles.FLOAT32, 1, 3, 3, 3);
    int y = f.tensor(TfliteFiles.FLOAT32, 1, 6, 6, 2);
    TfliteFiles.Fields options =
        b -> {
          b.addInt(1, 2, 0);
          b.addInt(2, 2, 0);
        };
    f.node(
        TRANSPOSE_CONV, 3, options, new int[] {f.list(1, 6, 6, 2), f.floats(w, 2, 3, 3, 3), x}, y);
    Tensor in = RandomTensors.random(1, 1, 3, 3, 3);
    double[] expected = new double[6 * 6 * 2];
    // A picture of 6 with windows of 3 each 2 lacks one pixel, which is after the picture.
    for (int i = 0; i < 9 * 9 * 2; i++) {
      int o = i % 2;
      int k = i / 2 % 9;
      int place = i / 18;
      int row = place / 3 * 2 + k / 3;
      int col = place % 3 * 2 + k % 3;
      for (int c = 0; c < 3 && row < 6 && col < 6; c++) {
        expected[(row * 6 + col) * 2 + o] += in.data()[place * 3 + c] * w[(o * 9 + k) * 3 + c];
      }
    }
    close(run(f.bytes(new int[] {x}, y), in), expected, 1e-5);
  }

  /** Pixel 1 of 5 made of 3: at 0.6 by edges, 0.4 by middles, 0.5 by corners. */
  @ParameterizedTest
  @CsvSource({"false, false, 0.6, 0", "false, true, 0.4, 0", "true, false, 0.5, 1"})
  void resizesByEdgesMiddlesAndCorners(boolean corners, boolean middles, double at, int nearest) {
    TfliteFiles.Fields bilinear =
        b -> {
          b.addBoolean(2, corners, false);
          b.addBoolean(3, middles, false);
        };
    TfliteFiles.Fields plain =
        b -> {
          b.addBoolean(0, corners, false);
          b.addBoolean(1, middles, false);
        };
    Tensor in = Tensor.of(Shape.of(1, 1, 3, 1), 10, 20, 40);
    assertThat((double) run(resized(RESIZE_BILINEAR, 4, bilinear), in).data()[1])
        .isCloseTo(10 + 10 * at, within(1e-4));
    assertThat(run(resized(RESIZE_NEAREST, 2, plain), in).data()[1])
        .isEqualTo(nearest == 0 ? 10 : 20);
  }

  private static byte[] resized(int code, int settings, TfliteFiles.Fields options) {
    TfliteFiles f = new TfliteFiles();
    int x = f.tensor(TfliteFiles.FLOAT32, 1, 1, 3, 1);
    int y = f.tensor(TfliteFiles.FLOAT32, 1, 1, 5, 1);
    f.node(code, settings, options, new int[] {x, f.list(1, 5)}, y);
    return f.bytes(new int[] {x}, y);
  }

  /** Pieces, a mean and a softmax of a batch of two are those of each sample. */
  @Test
  void takesAnyBatchThroughPiecesAndShapes() {
    TfliteFiles f = new TfliteFiles();
    int x = f.tensor(TfliteFiles.FLOAT32, 1, 4, 6);
    int padded = f.tensor(TfliteFiles.FLOAT32, 1, 5, 6);
    f.node(PAD, new int[] {x, f.integers(0, new int[] {0, 0, 0, 1, 0, 0}, 3, 2)}, padded);
    int part = f.tensor(TfliteFiles.FLOAT32, 1, 2, 3);
    f.node(
        STRIDED_SLICE,
        6,
        b -> b.addInt(1, 4, 0),
        new int[] {padded, f.list(0, 1, 0), f.list(1, 5, 9), f.list(1, 2, 2)},
        part);
    int a = f.tensor(TfliteFiles.FLOAT32, 1, 1, 3);
    int b1 = f.tensor(TfliteFiles.FLOAT32, 1, 1, 3);
    f.node(SPLIT, 1, o -> o.addInt(0, 2, 0), new int[] {f.integers(0, new int[] {1}), part}, a, b1);
    int packed = f.tensor(TfliteFiles.FLOAT32, 1, 1, 2, 3);
    TfliteFiles.Fields pack =
        o -> {
          o.addInt(0, 2, 0);
          o.addInt(1, 2, 0);
        };
    f.node(PACK, 2, pack, new int[] {a, b1}, packed);
    int flat = f.tensor(TfliteFiles.FLOAT32, 1, 6);
    f.node(RESHAPE, new int[] {packed, f.list(1, 6)}, flat);
    int mean = f.tensor(TfliteFiles.FLOAT32, 1, 1);
    f.node(MEAN, 1, o -> o.addBoolean(0, true, false), new int[] {flat, f.list(1)}, mean);
    int sum = f.tensor(TfliteFiles.FLOAT32, 1, 6);
    f.node(ADD, 2, o -> {}, new int[] {flat, mean}, sum);
    int both = f.tensor(TfliteFiles.FLOAT32, 1, 7);
    f.node(CONCATENATION, 2, o -> o.addInt(0, 1, 0), new int[] {sum, mean}, both);
    int y = f.tensor(TfliteFiles.FLOAT32, 1, 7);
    f.node(SOFTMAX, 1, o -> o.addFloat(0, 2, 0), new int[] {both}, y);
    Tensor in = RandomTensors.random(1, 2, 4, 6);
    Tensor out = run(f.bytes(new int[] {x}, y), in);
    double[] expected = new double[14];
    for (int n = 0; n < 2; n++) {
      double[] v = new double[7];
      for (int i = 0; i < 6; i++) {
        int row = i < 3 ? 1 : 3;
        v[i] = in.data()[n * 24 + row * 6 + i % 3 * 2];
      }
      double m = Arrays.stream(v).sum() / 6;
      double total = 0;
      for (int i = 0; i < 7; i++) {
        v[i] = Math.exp(2 * (i < 6 ? v[i] + m : m));
        total += v[i];
      }
      for (int i = 0; i < 7; i++) {
        expected[7 * n + i] = v[i] / total;
      }
    }
    close(out, expected, 1e-5);
  }

  @Test
  void namesAllOperatorsThatAreMissingAtOnce() {
    TfliteFiles f = new TfliteFiles();
    int x = f.tensor(TfliteFiles.FLOAT32, 1, 4);
    int y = f.tensor(TfliteFiles.FLOAT32, 1, 4);
    int z = f.tensor(TfliteFiles.FLOAT32, 1, 4);
    f.node(27, new int[] {x}, y);
    f.custom("MyOp", new byte[0], new int[] {y}, z);
    byte[] bytes = f.bytes(new int[] {x}, z);
    Models.fails(
        () -> read(bytes),
        "x.tflite: TensorFlow Lite: needs layers that are not known: SVDF (t1), MyOp (t2)");
    assertThat(Formats.description(folder.resolve("x.tflite")).orElseThrow().missing())
        .containsOnlyKeys("SVDF", "MyOp");
  }

  @Test
  void refusesWhatItDoesNotKnowInOneLine() {
    TfliteFiles f = new TfliteFiles();
    int x = f.tensor(TfliteFiles.FLOAT32, 1, 4);
    int y = f.tensor(TfliteFiles.FLOAT32, 1, 4);
    f.node(SOFTMAX, 3, b -> b.addInt(2, 7, 0), new int[] {x}, y);
    byte[] bytes = f.bytes(new int[] {x}, y);
    Models.fails(() -> read(bytes), "x.tflite: SOFTMAX 0: its setting number 2 is not known");
    Models.fails(() -> read(Arrays.copyOf(bytes, 40)), "x.tflite: damaged");
    Models.fails(() -> read(Arrays.copyOf(bytes, 12)), "x.tflite: cut off after 12 bytes");
  }

  /** A list of a million references to one table of a thousand tensors: 4 MB stand for 4 GB. */
  @Test
  void readsNoMoreThanAFileCanHold() {
    FlatBufferBuilder b = new FlatBufferBuilder(1 << 23);
    int shape = b.createVectorOfTables(new int[0]);
    int name = b.createString("n".repeat(100_000));
    b.startTable(8);
    b.addOffset(0, shape, 0);
    b.addOffset(3, name, 0);
    int tensor = b.endTable();
    int[] many = new int[1_000_000];
    Arrays.fill(many, tensor);
    int tensors = b.createVectorOfTables(many);
    b.startTable(5);
    b.addOffset(0, tensors, 0);
    int graphs = b.createVectorOfTables(new int[] {b.endTable()});
    b.startTable(1);
    int buffers = b.createVectorOfTables(new int[] {b.endTable()});
    b.startTable(8);
    b.addInt(0, 3, 0);
    b.addOffset(2, graphs, 0);
    b.addOffset(4, buffers, 0);
    b.finish(b.endTable(), "TFL3");
    Models.fails(() -> read(b.sizedByteArray()), "its parts refer to each other more often");
  }

  @Test
  void tellsHowBoxesOfADetectorAreRead() {
    FlexBuffersBuilder settings = new FlexBuffersBuilder();
    int start = settings.startMap();
    settings.putFloat("h_scale", 5.0f);
    settings.putInt("max_detections", 10);
    settings.putFloat("nms_iou_threshold", 0.5f);
    settings.putFloat("nms_score_threshold", 0.0f);
    settings.putInt("num_classes", 2);
    settings.putFloat("w_scale", 5.0f);
    settings.putFloat("x_scale", 10.0f);
    settings.putFloat("y_scale", 10.0f);
    settings.endMap(null, start);
    ByteBuffer flex = settings.finish();
    byte[] bytes = new byte[flex.remaining()];
    flex.get(bytes);
    TfliteFiles f = new TfliteFiles();
    int x = f.tensor(TfliteFiles.FLOAT32, 1, 2, 5, 1);
    int boxes = f.tensor(TfliteFiles.FLOAT32, 1, 1, 4);
    int scores = f.tensor(TfliteFiles.FLOAT32, 1, 1, 3);
    int flat = f.tensor(TfliteFiles.FLOAT32, 1, 10);
    f.node(RESHAPE, new int[] {x, f.list(1, 10)}, flat);
    dense(f, flat, boxes, 4);
    dense(f, flat, scores, 3);
    int anchors = f.floats(new float[] {0.5f, 0.25f, 1, 0.5f}, 1, 4);
    int[] out = {
      f.tensor(TfliteFiles.FLOAT32, 1, 10, 4),
      f.tensor(TfliteFiles.FLOAT32, 1, 10),
      f.tensor(TfliteFiles.FLOAT32, 1, 10),
      f.tensor(TfliteFiles.FLOAT32, 1)
    };
    f.custom("TFLite_Detection_PostProcess", bytes, new int[] {boxes, scores, anchors}, out);
    ImportedNetwork network = read(f.bytes(new int[] {x}, out));
    assertThat(network.outputs().stream().map(p -> p.sample()).toList())
        .containsExactly(Shape.of(1, 4), Shape.of(1, 3));
    Map<String, Object> rule =
        Json.parseObject(Objects.requireNonNull(network.metadata().get("detector")), "test");
    assertThat(rule).containsEntry("kind", "priors").containsEntry("background", true);
    assertThat(
            Json.array(Objects.requireNonNull(rule.get("priors")), "test").stream()
                .map(v -> Json.number(v, "test"))
                .toList())
        .isEqualTo(List.of(0.5, 0.25, 1.0, 0.5));
  }

  /** Metadata: graph 3 of the model, input 2 of it, its unit 4 of type 1 with mean and std. */
  @Test
  void takesPreprocessingAndNamesFromItsMetadata() throws IOException {
    TfliteFiles f = new TfliteFiles();
    int x = f.tensor(TfliteFiles.FLOAT32, 1, 2, 1, 1);
    int y = f.tensor(TfliteFiles.FLOAT32, 1, 2);
    f.node(RESHAPE, new int[] {x, f.list(1, 2)}, y);
    FlatBufferBuilder b = new FlatBufferBuilder(256);
    int mean = numbers(b, 127.5f);
    int std = numbers(b, 64);
    b.startTable(2);
    b.addOffset(0, mean, 0);
    b.addOffset(1, std, 0);
    int options = b.endTable();
    b.startTable(2);
    b.addByte(0, (byte) 1, 0);
    b.addOffset(1, options, 0);
    int tensor = listing(b, 7, 4, b.endTable());
    b.finish(listing(b, 8, 3, listing(b, 7, 2, tensor)));
    f.part("TFLITE_METADATA", b.sizedByteArray());
    byte[] network = f.bytes(new int[] {x}, y);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(network);
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("labels.txt"));
      zip.write("cat\ndog\n".getBytes(StandardCharsets.UTF_8));
    }
    ImportedNetwork read = read(out.toByteArray());
    assertThat(read.metadata()).containsEntry("labels", "cat\ndog");
    Preprocessing rule =
        Preprocessing.parse(Objects.requireNonNull(read.metadata().get("preprocessing")), "test");
    assertThat(rule.normalize(255, 0)).isEqualTo(127.5f / 64);
    assertThat(read(network).metadata()).doesNotContainKey("labels");
  }

  private static int numbers(FlatBufferBuilder b, float value) {
    b.startVector(Float.BYTES, 1, Float.BYTES);
    b.addFloat(value);
    return b.endVector();
  }

  /** Returns a table with a list of one table. */
  private static int listing(FlatBufferBuilder b, int fields, int field, int table) {
    int list = b.createVectorOfTables(new int[] {table});
    b.startTable(fields);
    b.addOffset(field, list, 0);
    return b.endTable();
  }

  private static void dense(TfliteFiles f, int x, int y, int units) {
    int flat = f.tensor(TfliteFiles.FLOAT32, 1, units);
    f.node(
        FULLY_CONNECTED,
        4,
        b -> {},
        new int[] {x, f.floats(random(units, 10 * units), units, 10), -1},
        flat);
    f.node(RESHAPE, new int[] {flat, f.list(1, 1, units)}, y);
  }
}
