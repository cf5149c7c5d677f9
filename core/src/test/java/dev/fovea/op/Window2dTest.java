package dev.fovea.op;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sizes of results and of weights. */
final class Window2dTest {

  /** ⌊(in − kernel + 2·pad) / stride⌋ + 1. */
  @ParameterizedTest(name = "output size: {0}, k {1}, s {2}, pad {3} → {4}")
  @CsvSource({
    "512, 5, 1, 0, 508",
    "227, 11, 4, 0, 55",
    "10, 5, 1, 0, 6",
    "7, 3, 2, 0, 3",
    "10, 5, 1, 2, 10",
    "10, 5, 2, 0, 3",
    "5, 3, 1, 2, 7",
    "5, 3, 1, 0, 3",
    "4, 2, 2, 0, 2",
    "3, 5, 1, 0, -1",
    "3, 4, 4, 0, 0",
  })
  void outputSize(int in, int kernel, int stride, int pad, int out) {
    Window2d w = Window2d.of(kernel, 1).stride(stride, 1).padding(pad, pad, 0, 0);
    assertThat(w.outputHeight(in)).isEqualTo(out);
    assertThat(w.outputWidth(9)).isEqualTo(9);
    Window2d turned = Window2d.of(1, kernel).stride(1, stride).padding(0, 0, pad, pad);
    assertThat(turned.outputWidth(in)).isEqualTo(out);
    assertThat(turned.outputHeight(9)).isEqualTo(9);
  }

  /** "Same" gives ⌈in / stride⌉ results, and pads one more below than above where it must. */
  @ParameterizedTest(name = "same: {0}, k {1}, s {2}, d {3}")
  @CsvSource({
    "5, 3, 1, 1, 1, 1",
    "5, 3, 2, 1, 1, 1",
    "6, 3, 2, 1, 0, 1",
    "5, 2, 1, 1, 0, 1",
    "224, 7, 2, 1, 2, 3",
    "9, 3, 1, 3, 3, 3",
    "9, 1, 4, 1, 0, 0",
    "8, 2, 2, 1, 0, 0",
    "1, 5, 1, 1, 2, 2",
  })
  void same(int in, int kernel, int stride, int dilation, int before, int after) {
    Window2d w =
        Window2d.of(kernel, kernel)
            .stride(stride, stride)
            .dilation(dilation, dilation)
            .same(in, in);
    assertThat(w.outputHeight(in)).isEqualTo((in + stride - 1) / stride);
    assertThat(w.outputWidth(in)).isEqualTo((in + stride - 1) / stride);
    assertThat(List.of(w.padTop(), w.padBottom())).containsExactly(before, after);
    assertThat(List.of(w.padLeft(), w.padRight())).containsExactly(before, after);
  }

  @Test
  void outputSizeWithDilation() {
    // (10 − 2·(3 − 1) − 1) / 1 + 1 = 6
    assertThat(Window2d.of(3, 3).dilation(2, 2).outputHeight(10)).isEqualTo(6);
    assertThat(Window2d.of(3, 3).dilation(2, 2).spanHeight()).isEqualTo(5);
  }

  /** Returns how many weights there are: the elements of the gradient to the weights. */
  private static int weights(int kernel, int cin, int cout, int groups) {
    Window2d w = Window2d.of(kernel, kernel);
    Shape x = Shape.of(1, kernel, kernel, cin);
    var gradient = new Contraction.ConvWeightGradient(w, groups);
    return gradient.shape(List.of(x, Shape.of(1, 1, 1, cout))).elements();
  }

  @Test
  void weightsOfConvolutions() {
    assertThat(weights(3, 3, 10, 1)).as("3→10 channels, 3×3, no bias").isEqualTo(270);
    assertThat(weights(5, 3, 5, 1)).as("5 filters of 5×5×3").isEqualTo(375);
    assertThat(weights(3, 3, 1, 1) + 1).as("a 3×3 filter over RGB: 27 + 1").isEqualTo(28);
    assertThat(weights(11, 3, 96, 1) + 96).as("AlexNet's first layer").isEqualTo(34_944);
    assertThat(weights(5, 96, 256, 2) + 256).as("5×5, 96→256 in 2 groups").isEqualTo(307_456);
    assertThat(weights(5, 3, 1, 1)).as("one 5×5 filter over RGB").isEqualTo(75);
  }

  @Test
  void flopsCountAMultiplyAddTwice() {
    var conv = new Contraction.Conv2d(Window2d.of(5, 5), 1);
    List<Shape> in = List.of(Shape.of(1, 32, 32, 1), Shape.of(5, 5, 1, 6));
    // 28 · 28 · 6 results of 25 multiply-adds
    assertThat(conv.flops(in, conv.shape(in))).isEqualTo(2L * 28 * 28 * 6 * 25);
  }
}
