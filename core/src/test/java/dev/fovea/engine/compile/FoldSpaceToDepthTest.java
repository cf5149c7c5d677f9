package dev.fovea.engine.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.engine.Engine;
import dev.fovea.engine.compile.StridedView.Run;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.runtime.CompiledFunction;
import dev.fovea.engine.runtime.Device;
import dev.fovea.op.Contraction;
import dev.fovea.op.Epilogue;
import dev.fovea.op.Movement;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FoldSpaceToDepthTest {
  private static final Engine ENGINE = Engine.ofThreads(1);

  /** Returns every rows-th row and columns-th column of an image, by rows first, as readers do. */
  private static Value pixels(Value x, int rows, int columns, int row, int column) {
    Shape s = x.shape();
    int h = s.dim(1) / rows;
    int w = s.dim(2) / columns;
    int line = s.dim(2) * s.dim(3);
    Value some = x.reshape(Shape.of(s.dim(0) * h, rows, line)).slice(1, row, 1);
    return some.reshape(Shape.of(s.dim(0) * h * w, columns, s.dim(3)))
        .slice(1, column, 1)
        .reshape(Shape.of(s.dim(0), h, w, s.dim(3)));
  }

  private static List<Value> blocks(Value x, int rows, int columns) {
    List<Value> all = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        all.add(pixels(x, rows, columns, row, column));
      }
    }
    Collections.shuffle(all, new Random(rows * 7L + columns));
    return all;
  }

  private static Value joined(List<Value> pieces) {
    return Value.of(new Movement.Concat(3), pieces);
  }

  private static Value convolution(Value x, Window2d w, int groups, int out) {
    Shape shape = Shape.of(w.kernelHeight(), w.kernelWidth(), x.shape().dim(3) / groups, out);
    Value weights = Value.constant(random(shape, 3));
    return Value.of(new Contraction.Conv2d(w, groups, Epilogue.NONE, Optional.empty()), x, weights);
  }

  private static Tensor random(Shape shape, int seed) {
    Rng rng = Seed.of(seed).rng();
    float[] data = new float[shape.elements()];
    for (int i = 0; i < data.length; i++) {
      data[i] = rng.nextFloat() - 0.5f;
    }
    return Tensor.of(shape, data);
  }

  private static Graph graph(Value x, Value y) {
    return Graph.of(List.of(x), List.of(y));
  }

  private static boolean folds(Value x, Value y) {
    return folded(x, y).values().stream()
        .anyMatch(v -> v.op() instanceof Contraction.Conv2d && v.input(0) == x);
  }

  private static Graph folded(Value x, Value y) {
    return new FoldSpaceToDepth().apply(graph(x, y));
  }

  /** The right values are those of the graph as it stands in training, where nothing is folded. */
  @ParameterizedTest
  @CsvSource({
    "1, 8, 8, 3, 2, 2, 3, 3, 1, 1",
    "2, 6, 10, 1, 2, 2, 3, 2, 2, 1",
    "2, 9, 8, 4, 3, 2, 1, 3, 1, 2",
    "1, 6, 7, 2, 2, 1, 5, 3, 1, 1",
    "1, 2, 12, 3, 1, 4, 2, 2, 1, 3",
    "3, 2, 3, 2, 2, 3, 1, 1, 1, 1"
  })
  void oneConvolutionOverTheImageSumsTheSame(
      int n, int h, int w, int c, int rows, int columns, int kh, int kw, int down, int right) {
    Value x = Source.Input.sample(0, Shape.of(n, h, w, c));
    Window2d window = Window2d.of(kh, kw).stride(down, right).padding(kh / 2, kh - 1, 0, kw);
    Value y = convolution(joined(blocks(x, rows, columns)), window, 1, 5);
    assertThat(folds(x, y)).isTrue();
    float[] expected = run(graph(x, y), Compiler.Mode.TRAIN);
    assertThat(run(graph(x, y), Compiler.Mode.INFER)).containsExactly(expected, within(2e-6f));
  }

  private static float[] run(Graph g, Compiler.Mode mode) {
    CompiledFunction f = CompiledFunction.of(ENGINE.unwrap(Device.class), g, mode);
    return f.call(random(f.inputs().get(0), 1)).get(0).data();
  }

  @Test
  void whatJoinsNoWholeBlocksStays() {
    Value x = Source.Input.sample(0, Shape.of(1, 8, 8, 3));
    Window2d window = Window2d.of(3, 3).padding(1, 1, 1, 1);
    List<Value> blocks = blocks(x, 2, 2);
    assertThat(folds(x, convolution(joined(blocks), window, 1, 5))).isTrue();
    List<Value> twice = List.of(blocks.get(0), blocks.get(1), blocks.get(2), blocks.get(0));
    assertThat(folds(x, convolution(joined(twice), window, 1, 5))).isFalse();
    assertThat(folds(x, convolution(joined(blocks.subList(0, 3)), window, 1, 5))).isFalse();
    Window2d dilated = window.dilation(2, 2);
    assertThat(folds(x, convolution(joined(blocks), dilated, 1, 5))).isFalse();
    assertThat(folds(x, convolution(joined(blocks), window, 2, 4))).isFalse();
    Value all = joined(blocks);
    Value both = convolution(all, window, 1, 5).sum(0, 1, 2, 3).plus(all.sum(0, 1, 2, 3));
    assertThat(folds(x, both)).isFalse();
    Value many = Source.Input.sample(0, Shape.of(1, 8, 8, 5));
    Value wide = convolution(joined(blocks(many, 2, 2)), window, 1, 5);
    assertThat(folds(many, wide)).isFalse();
    // Halves of an image are no blocks of neighbours.
    Value top = x.slice(1, 0, 4);
    Value bottom = x.slice(1, 4, 4);
    Value halves = convolution(joined(List.of(top, bottom)), window, 1, 5);
    assertThat(folded(x, halves).results().get(0)).isSameAs(halves);
    Value empty = Source.Input.sample(0, Shape.of(1, 4, 4, 0));
    Value none = convolution(joined(List.of(empty, empty)), window, 1, 5);
    assertThat(folded(empty, none).results().get(0)).isSameAs(none);
    Value far = convolution(joined(blocks), window.stride(Window2d.MAX_SPAN, 1), 1, 5);
    assertThat(folded(x, far).results().get(0)).isSameAs(far);
  }

  @Test
  void weightsThatChangeAndPiecesOfSeveralImagesStay() {
    Value x = Source.Input.sample(0, Shape.of(1, 8, 8, 3));
    Value w = Source.Input.sample(1, Shape.of(1, 3, 12, 5));
    Window2d window = Window2d.of(1, 3);
    var op = new Contraction.Conv2d(window, 1, Epilogue.NONE, Optional.empty());
    Value y = Value.of(op, joined(blocks(x, 2, 2)), w);
    Graph changing = Graph.of(List.of(x, w), List.of(y));
    assertThat(new FoldSpaceToDepth().apply(changing).results().get(0)).isSameAs(y);
    Value other = Source.Input.sample(1, Shape.of(1, 8, 8, 3));
    List<Value> mixed = new ArrayList<>(blocks(x, 2, 2));
    mixed.set(2, blocks(other, 2, 2).get(2));
    Value z = convolution(joined(mixed), window, 1, 5);
    Graph two = Graph.of(List.of(x, other), List.of(z));
    assertThat(new FoldSpaceToDepth().apply(two).results().get(0)).isSameAs(z);
  }

  @Test
  void viewsTellWhereNumbersLie() {
    Value x = Source.Input.sample(0, Shape.of(2, 6, 8, 3));
    StridedView v = StridedView.of(pixels(x, 3, 2, 1, 1));
    assertThat(v.root()).isSameAs(x);
    assertThat(v.offset()).isEqualTo(8 * 3 + 3);
    assertThat(v.axes())
        .containsExactly(
            List.of(new Run(2, 6 * 8 * 3)),
            List.of(new Run(2, 3 * 8 * 3)),
            List.of(new Run(4, 2 * 3)),
            List.of(new Run(3, 1)));
    // A slice across an axis of two runs is a value of its own.
    Value columns = x.slice(2, 1, 4).reshape(Shape.of(2, 6 * 4, 3));
    Value across = columns.slice(1, 2, 7);
    assertThat(StridedView.of(across).root()).isSameAs(across);
    assertThat(StridedView.of(columns.slice(0, 1, 1)).offset()).isEqualTo(6 * 8 * 3 + 3);
    Value none = x.slice(1, 2, 0);
    assertThat(StridedView.of(none).root()).isSameAs(none);
  }
}
