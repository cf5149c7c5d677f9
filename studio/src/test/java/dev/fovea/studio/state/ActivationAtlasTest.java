package dev.fovea.studio.state;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Atlases: cells hold what lies in them, and neighbours are alike. */
final class ActivationAtlasTest {
  private static final int SIDE = 6;
  private static final Model NET =
      Model.build(
          sequence(conv2d(5, 5), relu(), flatten()),
          Shape.of(28, 28, 1),
          Seed.of(1),
          Engine.shared());
  private static final OpenModel OPEN = OpenModel.of("", "", NET, OpenModel.rule(NET));

  private static ActivationAtlas atlas() {
    return ActivationAtlas.of(OPEN, List.of(), "1", SIDE, "pca");
  }

  /** 250 digits with three places each; a cell with one place alone is left out. */
  @Test
  void cellsHoldThePlacesOfDigits() {
    ActivationAtlas atlas = atlas();
    assertThat(atlas.places()).isEqualTo(750);
    int held = atlas.cells().stream().mapToInt(ActivationAtlas.Cell::count).sum();
    assertThat(held).isBetween(750 - SIDE * SIDE, 750);
    assertThat(atlas.cells())
        .allMatch(c -> c.count() > 1 && c.row() < SIDE && c.column() < SIDE)
        .allMatch(c -> c.patch().shape().equals(Shape.of(5, 5, 1)))
        .allMatch(c -> c.mean().shape().equals(Shape.of(5)));
    ActivationAtlas again = atlas();
    assertThat(IntStream.range(0, atlas.cells().size()))
        .allMatch(i ->
            Arrays.equals(atlas.cells().get(i).mean().data(), again.cells().get(i).mean().data()));
  }

  /** From the first to the last column, activations go one way along the first component. */
  @Test
  void columnsFollowTheFirstComponent() {
    ActivationAtlas atlas = atlas();
    double[] first = column(atlas, 0);
    double[] middle = column(atlas, SIDE / 2);
    double[] last = column(atlas, SIDE - 1);
    double along = 0;
    double all = 0;
    for (int c = 0; c < first.length; c++) {
      along += (middle[c] - first[c]) * (last[c] - first[c]);
      all += (last[c] - first[c]) * (last[c] - first[c]);
    }
    assertThat(along / all).isStrictlyBetween(0.1, 0.9);
  }

  /** Returns the mean of the places in a column. */
  private static double[] column(ActivationAtlas atlas, int column) {
    double[] mean = new double[5];
    double count = 0;
    for (ActivationAtlas.Cell cell : atlas.cells()) {
      for (int c = 0; c < mean.length && cell.column() == column; c++) {
        mean[c] += (double) cell.count() * cell.mean().data()[c];
      }
      count += cell.column() == column ? cell.count() : 0;
    }
    for (int c = 0; c < mean.length; c++) {
      mean[c] /= count;
    }
    return mean;
  }

  @Test
  void refusesALayerWithoutPlaces() {
    assertThatThrownBy(() -> ActivationAtlas.of(OPEN, List.of(), "2", SIDE, "pca"))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining("atlas: the places of 2 see no part of a picture");
  }
}
