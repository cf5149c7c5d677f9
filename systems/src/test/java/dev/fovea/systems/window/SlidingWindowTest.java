package dev.fovea.systems.window;

import static dev.fovea.nn.Layers.avgPool;
import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.globalAvgPool;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Layers.softmax;
import static dev.fovea.nn.Layers.tanh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Preprocessing;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.systems.Detection;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.InputRule;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A classifier asked about windows one by one, and in one pass: the same scores. */
final class SlidingWindowTest {
  private static final int SIDE = 20;

  static Map<String, Layer> nets() {
    return Map.of(
        "dense layers",
        sequence(
            conv2d(4, 5),
            tanh(),
            avgPool(2),
            conv2d(6, 3),
            relu(),
            maxPool(2),
            flatten(),
            dense(10),
            relu(),
            dense(3)),
        "averages",
        sequence(
            conv2d(4, 3),
            batchNorm(),
            relu(),
            maxPool(2),
            conv2d(5, 3),
            globalAvgPool(),
            dense(3),
            softmax()),
        "a branch",
        sequence(
            conv2d(4, 3).stride(2),
            x -> x.plus(conv2d(4, 1).named("beside").apply(x)),
            flatten(),
            dense(3)));
  }

  static List<String> names() {
    return nets().keySet().stream().sorted().toList();
  }

  private static SlidingWindow sliding(Layer net, int step, double... scales) {
    Model model = Model.build(net, Shape.of(SIDE, SIDE, 3), Seed.of(1), Engine.ofThreads(2));
    Preprocessing rule =
        Preprocessing.scaled(Shape.of(SIDE, SIDE, 3))
            .withMeanAndStd(List.of(.5f, .5f, .5f), List.of(.3f, .2f, .4f));
    return new SlidingWindow(
        model, new InputRule(rule, false), step, Arrays.stream(scales).boxed().toList());
  }

  private static Tensor picture(int height, int width) {
    Rng rng = Seed.of(height + width).rng();
    Tensor picture = Tensor.zeros(Shape.of(height, width, 3));
    for (int i = 0; i < picture.data().length; i++) {
      picture.data()[i] = 255 * rng.nextFloat();
    }
    return picture;
  }

  @ParameterizedTest
  @MethodSource("names")
  void onePassGivesTheScoresOfEachWindow(String name) {
    SlidingWindow sliding = sliding(Objects.requireNonNull(nets().get(name)), 4, 1, 0.7, 0.4, 0.1);
    Tensor picture = picture(61, 50);
    SlidingWindow.Scores each = sliding.each(picture);
    SlidingWindow.Scores pass = sliding.pass(picture);
    // 61 × 50: 11 · 8 windows; 43 × 35: 6 · 4; 24 × 20: 2; 6 × 5: none
    assertThat(each.boxes().size()).isEqualTo(88 + 24 + 2);
    assertThat(pass.boxes()).isEqualTo(each.boxes());
    for (int i = 0; i < each.boxes().size(); i++) {
      assertThat(pass.probabilities().get(i))
          .containsExactly(each.probabilities().get(i), within(1e-5f));
    }
  }

  @Test
  void surestOfOverlappingWindowsStays() {
    SlidingWindow.Scores scores =
        new SlidingWindow.Scores(
            BoxArray.of(0, 0, 10, 10, 1, 0, 11, 10, 30, 0, 40, 10, 0, 0, 10, 10),
            List.of(
                new float[] {.6f, .1f, .3f},
                new float[] {.9f, .1f, 0},
                new float[] {0, .2f, .8f},
                new float[] {.5f, .5f, 0}));
    List<Detection> found = scores.detections(List.of("a", "b", "none"), "none", 0.5, 0.3);
    assertThat(found).extracting(Detection::label).containsExactly("a", "b");
    assertThat(found.get(0).box().left()).isEqualTo(1);
    assertThat(found.get(0).score()).isEqualTo(0.9f);
  }

  @Test
  void whatCannotBeDoneForAllAtOnceIsRefused() {
    Tensor picture = picture(40, 40);
    Layer pads = sequence(conv2d(4, 3).same(), flatten(), dense(2));
    assertThatThrownBy(() -> sliding(pads, 1, 1).pass(picture))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            "fully convolutional: conv2d of [1,20,20,3] pads: for each window there are zeros where"
                + " the picture goes on; use valid padding");
    Layer strided = sequence(conv2d(2, 3), maxPool(2), flatten(), dense(2));
    assertThatThrownBy(() -> sliding(strided, 3, 1).pass(picture))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            "sliding window: in one pass windows are 2 pixels apart, or a multiple; 3 are asked for");
    Layer map = conv2d(2, 3);
    assertThatThrownBy(() -> sliding(map, 1, 1).pass(picture))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining("the network answers with a map of 18×18, not with classes");
    assertThatThrownBy(() -> sliding(strided, 0, 1))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            "sliding window: need a step from 1 on and scales above 0 up to 64, got 0 and [1.0]");
  }
}
