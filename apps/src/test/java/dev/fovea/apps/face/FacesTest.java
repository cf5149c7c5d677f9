package dev.fovea.apps.face;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.KeyPoint;
import dev.fovea.data.Mark;
import dev.fovea.data.Sample;
import dev.fovea.nn.Layers;
import dev.fovea.nn.Model;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class FacesTest {
  private static Sample drawn(int person, int picture) {
    return DrawnFaces.draw(person, Seed.of(1), 64, Seed.of(picture).rng());
  }

  private static List<KeyPoint> points(Sample s) {
    return s.mark(Mark.KeyPoints.class).orElseThrow().points();
  }

  private static double apart(KeyPoint a, KeyPoint b) {
    return Math.hypot(a.x() - b.x(), a.y() - b.y());
  }

  @Test
  void drawnFacesAreOfTheirPersonAlone() {
    assertThat(drawn(3, 7).picture().data()).isEqualTo(drawn(3, 7).picture().data());
    List<KeyPoint> one = points(drawn(3, 7));
    List<KeyPoint> again = points(drawn(3, 8));
    assertThat(one).hasSize(DrawnFaces.POINTS.size()).isNotEqualTo(again);
    // Proportions stay: eyes and nose of a person make the same triangle in any size and turn.
    double ratio = apart(one.get(0), one.get(1)) / apart(one.get(0), one.get(2));
    double other = apart(again.get(0), again.get(1)) / apart(again.get(0), again.get(2));
    assertThat(ratio).isCloseTo(other, within(1e-6));
    List<KeyPoint> stranger = points(drawn(4, 7));
    assertThat(apart(stranger.get(0), stranger.get(1)) / apart(stranger.get(0), stranger.get(2)))
        .isNotCloseTo(ratio, within(1e-3));
  }

  @Test
  void pupilsAreDark() {
    Sample s = drawn(0, 1);
    KeyPoint pupil = points(s).get(0);
    assertThat(s.picture().get((int) pupil.y(), (int) pupil.x(), 0)).isLessThan(90);
  }

  /** Of 68 landmarks the eyes' middles are the means of points 36 … 41 and 42 … 47. */
  @Test
  void fivePointsAreMadeOfLandmarks() {
    List<KeyPoint> all =
        IntStream.range(0, 68)
            .mapToObj(i -> new KeyPoint(i, 2 * i, i, KeyPoint.Visibility.VISIBLE))
            .toList();
    assertThat(FaceAligner.fivePoints(all).stream().mapToDouble(KeyPoint::x))
        .containsExactly(38.5, 44.5, 30.0, 48.0, 54.0);
  }

  /** A face of half the size, with a white pixel where the left eye is. */
  @Test
  void eyesComeToTheirPlace() {
    Tensor picture = Tensor.zeros(Shape.of(64, 64, 1));
    List<KeyPoint> points =
        IntStream.range(0, 5)
            .mapToObj(i ->
                new KeyPoint(
                    new double[] {38.7946, 74.0318, 56.5252, 42.0493, 71.2299}[i] / 2 + 3,
                    new double[] {52.1963, 52.0014, 72.2366, 92.8655, 92.7041}[i] / 2 + 3,
                    0,
                    KeyPoint.Visibility.VISIBLE))
            .toList();
    int row = (int) points.get(0).y();
    int column = (int) points.get(0).x();
    picture.data()[row * 64 + column] = 255;
    Tensor face = FaceAligner.align(picture, points);
    assertThat(face.shape()).isEqualTo(Shape.of(112, 112, 1));
    assertThat(face.get(52, 38, 0)).isGreaterThan(100);
    assertThat(face.get(60, 60, 0)).isZero();
  }

  @Test
  void otherNetworksAreRefused() {
    Model other = Model.build(Layers.conv2d(3, 3), Shape.of(8, 8, 3), Seed.of(1));
    assertThatThrownBy(() -> FaceAligner.of(other, other))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining("faceapi-detector: one output [H, W, 25] expected");
  }
}
