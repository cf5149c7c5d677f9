package dev.fovea.apps;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Losses.meanSquaredError;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.nn.Model;
import dev.fovea.nn.Signal;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DiscriminatorTest {
  /** It answers with what it sees: (x − 1)² + (y − 0)². */
  @Test
  void bothSidesPull() {
    Model judge = Model.build(conv2d(1, 1), Shape.of(2, 2, 1), Seed.of(1));
    judge.parameters().set("conv2d.weight", Tensor.full(Shape.of(1, 1, 1, 1), 1));
    Discriminator discriminator = new Discriminator(judge, meanSquaredError());
    Shape one = Shape.of(1, 2, 2, 1);
    Model losses =
        Model.build(
            in -> {
              var judging = discriminator.judging(in.get(0), in.get(1));
              var fooling = discriminator.fooling(in.get(1));
              return List.of(each(judging, in.get(0)), each(fooling, in.get(0)));
            },
            List.of(one.dropFirst(), one.dropFirst()),
            Seed.of(2),
            judge.engine());
    List<Tensor> got = losses.run(List.of(Tensor.full(one, 3), Tensor.full(one, 5)));
    assertThat(got.get(0).data()[0]).isEqualTo(4 + 25);
    assertThat(got.get(1).data()[0]).isEqualTo(16);
  }

  private static Signal each(Signal number, Signal samples) {
    return number.with(number.value().broadcastTo(Shape.of(samples.shape().dim(0))));
  }
}
