package dev.fovea.studio.state;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.convTranspose2d;
import static dev.fovea.nn.Layers.maxPool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.engine.Engine;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.nn.Signal;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.zoo.Scale;
import dev.fovea.zoo.Zoo;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SkipSwitchesTest {
  private static final Shape PICTURE = Shape.of(8, 12, 1);

  /** A U-Net of two levels, the upper of which adds, whose skips carry so much. */
  private static Layer net(float upper, float lower) {
    Layer first = conv2d(3, 3).same().named("first");
    Layer second = conv2d(4, 3).same().named("second");
    Layer bottom = conv2d(4, 3).same().named("bottom");
    Layer up1 = convTranspose2d(4, 2).stride(2).named("up1");
    Layer up0 = convTranspose2d(3, 2).stride(2).named("up0");
    Layer head = conv2d(2, 1).named("head");
    return x -> {
      Signal a = first.apply(x);
      Signal b = second.apply(maxPool(2).apply(a));
      Signal y = up1.apply(bottom.apply(maxPool(2).apply(b)));
      y = up0.apply((lower == 1 ? b : b.times(lower)).concat(y));
      return head.apply((upper == 1 ? a : a.times(upper)).plus(y));
    };
  }

  private static Model model(float upper, float lower) {
    return Model.build(net(upper, lower), PICTURE, Seed.of(3), Engine.shared());
  }

  /** The reference is the same network, written with what it carries multiplied by 0. */
  @Test
  void takesAwayWhatASkipCarries() {
    SkipSwitches switches = SkipSwitches.of(model(1, 1));
    assertThat(switches.skips())
        .containsExactly(
            new SkipSwitches.Skip("block.second", Shape.of(4, 6, 4), false),
            new SkipSwitches.Skip("block.first", Shape.of(8, 12, 3), true));
    Tensor input = Tensor.zeros(PICTURE);
    Rng rng = Seed.of(9).rng();
    for (int i = 0; i < input.data().length; i++) {
      input.data()[i] = rng.nextFloat(-1, 1);
    }
    for (int on = 0; on < 4; on++) {
      boolean lower = (on & 1) != 0;
      boolean upper = (on & 2) != 0;
      Tensor expected =
          model(upper ? 1 : 0, lower ? 1 : 0).run(input.reshape(Shape.of(1, 8, 12, 1)));
      SkipSwitches.Computed computed = switches.run(input, List.of(lower, upper));
      assertThat(computed.outputs().getFirst().data()).containsExactly(expected.data());
      assertThat(computed.carried().get(1).shape()).isEqualTo(Shape.of(1, 8, 12, 3));
    }
  }

  @Test
  void knowsTheSkipsOfPublishedNetworks() {
    Model unet =
        Zoo.find("unet-small")
            .model(new Scale(2, 0.25), Shape.of(32, 32, 3), Seed.of(1), Engine.shared());
    assertThat(SkipSwitches.skips(unet).stream().map(SkipSwitches.Skip::from))
        .containsExactly("block.down3", "block.down2", "block.down1", "block.down0");
    Model resnet =
        Zoo.find("resnet20")
            .model(Scale.full(10), Shape.of(32, 32, 3), Seed.of(1), Engine.shared());
    assertThatThrownBy(() -> SkipSwitches.of(resnet))
        .hasMessage(
            "skips: this network joins no map with one that came back from a lower resolution");
  }
}
