package dev.fovea.systems.box;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.SharedData;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Sizes of anchors from sizes of boxes. */
final class AnchorClustersTest {
  /** Three kinds of boxes, each ± 5 %: their means come out. */
  @Test
  void findsTheKindsThereAre() {
    double[][] kinds = {{10, 20}, {60, 60}, {200, 90}};
    double[][] sizes = new double[300][];
    Rng rng = new Rng(5);
    for (int i = 0; i < sizes.length; i++) {
      double[] kind = kinds[i % 3];
      sizes[i] = new double[] {kind[0] * (0.95 + rng.nextDouble() / 10), kind[1]};
    }
    AnchorClusters.Found found = AnchorClusters.of(sizes, 3, Seed.of(1));
    for (int k = 0; k < 3; k++) {
      assertThat(found.sizes()[k]).containsExactly(kinds[k], within(2.0));
    }
    assertThat(found.meanIou()).isGreaterThan(0.95);
    assertThat(found.covered()).isEqualTo(1);
    assertThat(AnchorClusters.of(sizes, 3, Seed.of(1)).sizes()).isDeepEqualTo(found.sizes());
  }

  /** Others found mean IoUs of .775, .837 and .864 for 2, 4 and 6 anchors of two of its parts. */
  @Test
  void fitsBloodCellsAsWellAsOthersFound() throws IOException {
    Optional<Path> set = SharedData.find("bccd-detection");
    if (set.isEmpty()) {
      return;
    }
    double[][] sizes = sizes(set.get());
    assertThat(AnchorClusters.of(sizes, 2, Seed.of(1)).meanIou()).isGreaterThan(0.772);
    assertThat(AnchorClusters.of(sizes, 4, Seed.of(1)).meanIou()).isGreaterThan(0.835);
    assertThat(AnchorClusters.of(sizes, 4, Seed.of(1)).covered()).isGreaterThan(0.98);
    assertThat(AnchorClusters.of(sizes, 6, Seed.of(1)).meanIou()).isGreaterThan(0.86);
  }

  private static double[][] sizes(Path set) throws IOException {
    Pattern corner = Pattern.compile("<(xmin|ymin|xmax|ymax)>(\\d+)<");
    List<double[]> sizes = new ArrayList<>();
    try (Stream<Path> files = Files.walk(set)) {
      for (Path file : files.filter(p -> p.toString().endsWith(".xml")).sorted().toList()) {
        Matcher m = corner.matcher(Files.readString(file));
        double[] c = new double[4];
        for (int i = 0; m.find(); i++) {
          c[i % 4] = Double.parseDouble(m.group(2));
          if (i % 4 == 3 && c[2] > c[0] && c[3] > c[1]) {
            sizes.add(new double[] {c[2] - c[0], c[3] - c[1]});
          }
        }
      }
    }
    return sizes.toArray(double[][]::new);
  }

  /** Of 40,001 boxes every third is looked at, those between do not matter. */
  @Test
  void looksAtSomeOfMany() {
    double[][] sizes = new double[40_001][];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = i % 3 == 0 ? new double[] {10 + i % 2, 20} : new double[] {300, 300};
    }
    assertThat(AnchorClusters.of(sizes, 2, Seed.of(1)).sizes())
        .isDeepEqualTo(new double[][] {{10, 20}, {11, 20}});
  }

  @Test
  void refusesMoreAnchorsThanSizes() {
    assertThatThrownBy(() -> AnchorClusters.of(new double[][] {{1, 2}, {1, 2}}, 2, Seed.of(1)))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            "anchors: different sizes of boxes: 1, 2 or more expected for as many anchors; give"
                + " sizes of your own, such as 10x13,16x30");
    assertThatThrownBy(() -> AnchorClusters.of(new double[][] {{0, 2}, {1, 2}}, 1, Seed.of(1)))
        .hasMessage("anchors: a box of 0.0 × 2.0 has no size");
  }
}
