package dev.fovea.formats.darknet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.FoveaException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the sections yolo of a cfg file say of boxes. */
final class YoloSectionsTest {
  private static final String COARSE =
      "[yolo]\nmask=2,3\nanchors=10,13, 16,30, 33,23, 30,61\nclasses=7\nscale_x_y=1.05\n";
  private static final String FINE =
      "[yolo]\nmask=0\nanchors=10,13, 16,30, 33,23, 30,61\nclasses=7\nscale_x_y=1.05\n";

  private static Optional<String> text(String... ends) {
    String cfg = "[net]\nwidth=32\nheight=32\n[convolutional]\nfilters=24\n";
    return YoloSections.text(Section.parse(cfg + String.join("", ends)));
  }

  @Test
  void anchorsOfEachEndAreThoseOfItsMask() {
    assertThat(text(COARSE, FINE))
        .hasValue("{\"anchors\":[[[33,23],[30,61]],[[10,13]]],\"classes\":7,\"stretch\":1.05}");
  }

  @Test
  void withoutScaleTheMiddleStaysInItsCell() {
    assertThat(text(FINE.replace("scale_x_y=1.05\n", "")).orElseThrow()).contains("\"stretch\":1");
  }

  @Test
  void endsThatDifferSayNothing() {
    assertThat(text(COARSE, FINE.replace("classes=7", "classes=8"))).isEmpty();
    assertThat(text(COARSE, FINE.replace("1.05", "1.1"))).isEmpty();
  }

  @Test
  void otherCodesOfBoxesSayNothing() {
    assertThat(text(COARSE, FINE + "new_coords=1\n")).isEmpty();
    assertThat(text(COARSE.replace("yolo", "region"))).isEmpty();
    assertThat(text(FINE.replace("mask=0\n", ""))).isEmpty();
  }

  @Test
  void maskOutsideTheAnchorsIsNamed() {
    assertThatThrownBy(() -> text(FINE.replace("mask=0", "mask=4")))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining("mask has anchor 4, there are 4");
  }
}
