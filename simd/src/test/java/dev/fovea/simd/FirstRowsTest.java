package dev.fovea.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class FirstRowsTest {
  private static final int LANES = Species.FLOATS.length();

  /** Loops that note where rows begin and compute nothing. */
  private static final class Noted implements RowLoops {
    private final List<int[]> places = new ArrayList<>();

    @Override
    public boolean takes(RowFormula formula, int length) {
      return length <= 2 * LANES;
    }

    @Override
    public void apply(
        RowFormula formula,
        Extent extent,
        int[] at,
        float[] x,
        float[] other,
        int otherAt,
        float[] y) {
      places.add(at);
    }
  }

  @ParameterizedTest
  @EnumSource(RowFormula.class)
  void rowsAreTakenUntilTheVectorLoopIsCompiled(RowFormula f) {
    List<Runnable> compilations = new ArrayList<>();
    FirstRows rows =
        new FirstRows(
            Optional.of(new Noted()),
            (urgent, m, trial, done) -> {
              assertThat(urgent).isFalse();
              compilations.add(() -> {
                trial.run(MicroTrial.MOST);
                done.run();
              });
            });
    assertThat(rows.takes(f, LANES)).isTrue();
    assertThat(rows.takes(f, 2 * LANES)).isTrue();
    assertThat(rows.takes(f, LANES + 1)).isFalse();
    assertThat(rows.takes(f, 3 * LANES)).isFalse();
    assertThat(compilations).hasSize(1);
    compilations.getFirst().run();
    assertThat(rows.takes(f, LANES)).isFalse();
  }

  @ParameterizedTest
  @EnumSource(RowFormula.class)
  void whereThereAreNoOtherLoopsNoneIsTaken(RowFormula f) {
    FirstRows rows =
        new FirstRows(
            Optional.empty(),
            (_, _, _, _) -> {
              throw new AssertionError("there is nothing to compile for");
            });
    assertThat(rows.takes(f, LANES)).isFalse();
  }

  @ParameterizedTest
  @EnumSource(RowFormula.class)
  void resultsLieAStepApart(RowFormula f) {
    Noted noted = new Noted();
    FirstRows rows = new FirstRows(Optional.of(noted), (_, _, _, _) -> {});
    int[] in = new int[f.inputs()];
    Arrays.setAll(in, i -> 3 * i + 1);
    rows.lines(f, LANES, new float[0], new float[0], 100, 7, in);
    int[] expected = Arrays.copyOf(in, in.length + f.outputs());
    for (int i = 0; i < f.outputs(); i++) {
      expected[in.length + i] = 100 + 7 * i;
    }
    assertThat(noted.places).containsExactly(expected);
  }
}
