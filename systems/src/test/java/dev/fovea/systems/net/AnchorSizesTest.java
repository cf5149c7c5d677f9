package dev.fovea.systems.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.data.Box;
import dev.fovea.data.Preprocessing;
import dev.fovea.systems.label.LabelNames;
import dev.fovea.systems.label.LabelOptions;
import dev.fovea.systems.label.LabelReport;
import dev.fovea.systems.label.LabelSet;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.label.LabelledObject;
import dev.fovea.systems.label.LabelledPicture;
import dev.fovea.systems.label.Marking;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import dev.fovea.vision.Placement.Size;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Anchors that fit the objects of samples. */
final class AnchorSizesTest {
  private static final int SIDE = 64;

  @TempDir private Path dir;

  /** A picture with objects of six sizes, and a crowd that is none of them. */
  private LabelSet set() {
    Path file = dir.resolve("a.png");
    Images.writePng(file, Tensor.zeros(Shape.of(SIDE, SIDE, 3)));
    List<LabelledObject> objects = new ArrayList<>();
    for (int i = 1; i <= 6; i++) {
      objects.add(new LabelledObject(new Box(0, 0, 4 * i, 5 * i, 0)));
    }
    Box wide = new Box(0, 30, SIDE, 40, 0);
    objects.add(new LabelledObject(wide, Optional.empty(), wide.area(), true, false));
    LabelledPicture picture =
        new LabelledPicture(
            file, Optional.empty(), new Size(SIDE, SIDE), objects, Optional.empty(), List.of());
    return new LabelSet("test", LabelNames.of(List.of("cat")), List.of(picture), List.of());
  }

  @Test
  void crowdsAreNoObjects() {
    Preprocessing rule = Preprocessing.scaled(Shape.of(SIDE, SIDE, 3));
    LabelledData samples = set().unseen(LabelOptions.of(rule, Marking.BOXES), p -> {});
    Plan plan = AnchorSizes.fittedUnlessNamed(Plan.of(List.of("cat"), rule), samples, 6);
    assertThat(plan.text(AnchorSizes.KEY))
        .contains("4.0x5.0,8.0x10.0,12.0x15.0,16.0x20.0,20.0x25.0,24.0x30.0");
    double[][] told = LabelReport.of(set()).anchors().orElseThrow().sizes();
    assertThat(Arrays.stream(told).mapToDouble(s -> s[0]).max()).hasValue(24);
  }
}
