package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.fovea.data.Preprocessing;
import dev.fovea.data.Task;
import dev.fovea.engine.Engine;
import dev.fovea.formats.Formats;
import dev.fovea.nn.Model;
import dev.fovea.op.HostCall;
import dev.fovea.op.Value;
import dev.fovea.systems.Detection;
import dev.fovea.systems.detect.Detector;
import dev.fovea.systems.detect.RegionSearcher;
import dev.fovea.systems.detect.SelfSuppressing;
import dev.fovea.systems.label.LabelOptions;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.label.Marking;
import dev.fovea.systems.label.Shapes;
import dev.fovea.systems.net.Plan;
import dev.fovea.systems.net.Setup;
import dev.fovea.systems.net.Systems;
import dev.fovea.systems.net.VisionSystem;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Placement.Size;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Vision systems, and detectors that suppress by themselves, answer the same in ONNX Runtime and
 * when they are read back.
 */
final class DetectorExportTest {
  private static final int SIDE = 64;
  private static final int NUMBERS = 6;

  /** Systems whose scores would all be 0 or 1 with weights far from their usual ones. */
  private static final Set<String> CALM =
      Set.of("faster-rcnn", "ssd300", "yolo-fastest", "yolo-v1", "yolo-v3");

  /** Untrained, it is equally sure of all boxes and classes, of which rounding takes some. */
  private static final String UNDECIDED = "yolo-v3";

  /** Systems whose regions are searched in Java. */
  private static final Set<String> SEARCHING = Set.of("r-cnn-small", "fast-rcnn-small");

  @TempDir private Path folder;

  @TestFactory
  Stream<DynamicTest> everySystemRunsElsewhere() {
    return Systems.all().stream()
        .filter(s -> !SEARCHING.contains(s.name()))
        .map(s -> dynamicTest(s.name(), () -> check(s)));
  }

  private void check(VisionSystem system) throws OrtException {
    if (system.profile().task() == Task.BOXES && !system.name().equals(UNDECIDED)) {
      detector(system.name());
    } else {
      Model model = model(system.name());
      Path file = folder.resolve(system.name() + ".onnx");
      assertAnswersAlike(model, file);
      Tensor x = random(Shape.of(2, SIDE, SIDE, 3));
      List<Tensor> expected = model.run(List.of(x));
      List<Tensor> again = Formats.read(file).model().run(List.of(x));
      for (int i = 0; i < expected.size(); i++) {
        assertThat(again.get(i).data()).containsExactly(expected.get(i).data(), within(1e-4f));
      }
    }
  }

  private static Model model(String name) {
    VisionSystem system = Systems.find(name);
    Preprocessing rule = system.preprocessing(Shape.of(SIDE, SIDE, 3));
    LabelOptions options = LabelOptions.of(rule, system.markings().toArray(Marking[]::new));
    LabelledData scenes = Shapes.load(Seed.of(0), 20, 1, system.scenes(), options).train();
    Plan plan = Plan.of(scenes.things(), rule).width(0.125);
    Setup setup = system.setUp(system.fitted(plan, scenes));
    return disturbed(
        setup.used(setup.model(Seed.of(3), Engine.shared())), CALM.contains(name) ? 0.015f : 0.1f);
  }

  /** Gives weights values that make scores differ. */
  private static Model disturbed(Model model, float much) {
    Rng rng = Seed.of(7).rng();
    model
        .parameters()
        .all()
        .forEach(p -> {
          Tensor t = model.parameters().tensor(p.name());
          float low = p.name().endsWith("var") ? 0 : -much;
          for (int i = 0; i < t.data().length; i++) {
            t.data()[i] += rng.nextFloat(low, much);
          }
          model.parameters().set(p.name(), t);
        });
    return model;
  }

  private void detector(String system) throws OrtException {
    Model raw = model(system);
    assertAnswersAlike(raw, folder.resolve(system + ".onnx"));
    for (double score : new double[] {0, 1}) {
      Model own = SelfSuppressing.of(raw, new Size(SIDE, SIDE), Optional.of(score));
      Path file = folder.resolve(system + score + ".onnx");
      own.save(file);
      Model again = Formats.read(file).model();
      assertIsMadeOfOps(again, system);
      for (int batch : score == 0 ? new int[] {1, 3} : new int[] {1}) {
        Tensor x = random(Shape.of(batch, SIDE, SIDE, 3));
        List<Tensor> expected = own.run(List.of(x));
        assertThat(again.run(List.of(x)).get(0).data())
            .containsExactly(expected.get(0).data(), within(1e-4f));
        assertSame(elsewhere(file, x).get(0), expected.get(0));
        boolean always = own == raw || system.equals("yolo-v1");
        requireObjects(always, score, expected.get(0).data());
      }
      assertDetects(again, raw, score);
    }
  }

  /** All that a network tells, suppressed or not, comes out of its file as it is. */
  private static void assertAnswersAlike(Model model, Path file) throws OrtException {
    model.save(file);
    Tensor x = random(Shape.of(2, SIDE, SIDE, 3));
    List<Tensor> expected = model.run(List.of(x));
    List<Tensor> got = elsewhere(file, x);
    assertThat(got).hasSameSizeAs(expected);
    for (int i = 0; i < got.size(); i++) {
      assertSame(got.get(i), expected.get(i));
    }
  }

  /** A second stage that is sure of the background leaves nothing to suppress. */
  @Test
  void picturesWithoutObjectsHaveEmptyRows() throws OrtException {
    Model model = model("faster-rcnn-small");
    Tensor bias = model.parameters().tensor("classes.bias");
    bias.data()[0] = 50;
    model.parameters().set("classes.bias", bias);
    Path file = folder.resolve("nothing.onnx");
    model.save(file);
    for (int batch : new int[] {1, 2}) {
      Tensor x = random(Shape.of(batch, SIDE, SIDE, 3));
      Tensor rows = model.run(List.of(x)).get(0);
      for (int i = 0; i < rows.data().length; i++) {
        assertThat(rows.data()[i]).isEqualTo(i % NUMBERS == NUMBERS - 1 ? -1f : 0f);
      }
      assertSame(elsewhere(file, x).get(0), rows);
    }
  }

  /**
   * The regions of selective search are found in Java, which no other tool runs: there they are a
   * second input.
   */
  @ParameterizedTest
  @FieldSource("SEARCHING")
  void regionsThatJavaSearchesAreAnInputElsewhere(String system) throws OrtException {
    Path file = folder.resolve(system + ".onnx");
    Model own = model(system);
    assertThatThrownBy(() -> own.save(file))
        .isInstanceOf(FoveaException.class)
        .hasMessage("save: " + system + ".onnx: has no form in ONNX for selective_search");
    assertThat(file).doesNotExist();
    Model outside = Systems.forOtherTools(own);
    outside.save(file);
    Model again = Formats.read(file).model();
    assertIsMadeOfOps(again, system);
    RegionSearcher search =
        RegionSearcher.parse(
            outside.metadata().getOrDefault(RegionSearcher.KEY, ""),
            Systems.find(system).profile().preprocessing(Shape.of(SIDE, SIDE, 3)),
            "test");
    for (int batch : new int[] {1, 3}) {
      Tensor x = random(Shape.of(batch, SIDE, SIDE, 3));
      Tensor expected = own.run(List.of(x)).get(0);
      List<Tensor> both = List.of(x, search.find(x));
      assertThat(outside.run(both).get(0).data()).isEqualTo(expected.data());
      assertSame(again.run(both).get(0), expected);
      assertSame(elsewhere(file, both).get(0), expected);
      requireObjects(true, 0, expected.data());
    }
    assertDetects(again, own, 0);
  }

  /**
   * With a least score of 1 a detector finds nothing in any picture.
   *
   * @param always whether it may find something all the same: it suppresses by itself and keeps its
   *     own least score, or its scores are not below 1
   */
  private static void requireObjects(boolean always, double score, float... rows) {
    int found = 0;
    for (int i = NUMBERS - 1; i < rows.length; i += NUMBERS) {
      found += rows[i] >= 0 ? 1 : 0;
    }
    if (score == 0) {
      assertThat(found).isPositive();
    } else if (!always) {
      assertThat(found).isZero();
    }
  }

  /** Maps have channels first elsewhere. */
  private static void assertSame(Tensor got, Tensor expected) {
    Shape shape = expected.shape();
    boolean maps = !got.shape().equals(shape);
    if (maps) {
      assertThat(got.shape())
          .isEqualTo(Shape.of(shape.dim(0), shape.dim(3), shape.dim(1), shape.dim(2)));
    }
    int channels = maps ? shape.dim(3) : 1;
    int pixels = maps ? shape.dim(1) * shape.dim(2) : 1;
    for (int i = 0; i < got.data().length; i++) {
      int place = i / (channels * pixels) * channels * pixels;
      int from = place + i % channels * pixels + i / channels % pixels;
      float right = expected.data()[i];
      float rounding = 2e-3f + 1e-5f * Math.abs(right);
      assertThat(got.data()[from]).as("number " + i).isEqualTo(right, within(rounding));
    }
  }

  /** Nothing is left to functions in Java, so that a detector that is read back can be trained. */
  private static void assertIsMadeOfOps(Model model, String system) {
    Set<Value> values = new LinkedHashSet<>();
    model.trace(2, false).outputs().forEach(v -> collect(v, values));
    List<String> ops = values.stream().map(v -> v.op().name()).distinct().toList();
    assertThat(values).extracting(Value::op).noneMatch(HostCall.class::isInstance);
    assertThat(ops).contains("suppress", "take", "largest");
    if (system.contains("rcnn")) {
      assertThat(ops).contains(system.startsWith("fast-") ? "region_max_pool" : "region_align");
    }
  }

  private static void collect(Value v, Set<Value> to) {
    if (to.add(v)) {
      v.inputs().forEach(in -> collect(in, to));
    }
  }

  /** The file says by itself how it is used. */
  private static void assertDetects(Model again, Model raw, double score) {
    Tensor picture = Tensor.zeros(Shape.of(90, 120, 3));
    Rng rng = Seed.of(2).rng();
    for (int i = 0; i < picture.data().length; i++) {
      picture.data()[i] = rng.nextFloat(0, 255);
    }
    List<Detection> expected = Detector.of(raw).score(score).detect(picture);
    List<Detection> found = Detector.of(again).score(score).detect(picture);
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i).label()).isEqualTo(expected.get(i).label());
      assertThat(found.get(i).box().left()).isEqualTo(expected.get(i).box().left(), within(0.01));
      assertThat(found.get(i).box().bottom())
          .isEqualTo(expected.get(i).box().bottom(), within(0.01));
    }
  }

  private static Tensor random(Shape shape) {
    Rng rng = Seed.of(shape.dim(0)).rng();
    Tensor t = Tensor.zeros(shape);
    for (int i = 0; i < t.data().length; i++) {
      t.data()[i] = rng.nextFloat(-2, 2);
    }
    return t;
  }

  private static List<Tensor> elsewhere(Path file, Tensor x) throws OrtException {
    return elsewhere(file, List.of(x));
  }

  /**
   * Returns the outputs of a file in ONNX Runtime, where maps have channels first.
   *
   * @param inputs pictures, and regions if the file takes them
   */
  private static List<Tensor> elsewhere(Path file, List<Tensor> inputs) throws OrtException {
    Tensor x = inputs.get(0);
    int pixels = SIDE * SIDE;
    float[] planes = new float[x.data().length];
    for (int i = 0; i < planes.length; i++) {
      planes[(i / (3 * pixels) * 3 + i % 3) * pixels + i / 3 % pixels] = x.data()[i];
    }
    Tensor pictures = Tensor.of(Shape.of(x.shape().dim(0), 3, SIDE, SIDE), planes);
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    List<Tensor> all = new ArrayList<>();
    try (OrtSession session = environment.createSession(file.toString());
        OnnxTensor first = given(environment, pictures);
        OnnxTensor last = given(environment, inputs.getLast());
        OrtSession.Result results =
            session.run(
                inputs.size() == 1
                    ? Map.of("input", first)
                    : Map.of("input0", first, "input1", last))) {
      for (Map.Entry<String, OnnxValue> result : results) {
        OnnxTensor out = (OnnxTensor) result.getValue();
        Shape shape =
            Shape.of(Arrays.stream(out.getInfo().getShape()).mapToInt(d -> (int) d).toArray());
        float[] numbers = new float[shape.elements()];
        out.getFloatBuffer().get(numbers);
        all.add(Tensor.of(shape, numbers));
      }
    }
    return all;
  }

  private static OnnxTensor given(OrtEnvironment environment, Tensor t) throws OrtException {
    long[] dims = Arrays.stream(t.shape().dims()).asLongStream().toArray();
    return OnnxTensor.createTensor(environment, FloatBuffer.wrap(t.data()), dims);
  }
}
