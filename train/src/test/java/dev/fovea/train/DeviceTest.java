package dev.fovea.train;

import static dev.fovea.nn.Losses.crossEntropy;
import static dev.fovea.optim.Optimizers.adam;
import static dev.fovea.train.Epochs.epochs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.engine.Engine;
import dev.fovea.engine.Engines;
import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Kernel;
import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Signature;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.engine.kernel.scalar.ScalarProvider;
import dev.fovea.engine.runtime.Device;
import dev.fovea.engine.runtime.Workers;
import dev.fovea.nn.Model;
import dev.fovea.op.ConvolutionAlgorithm;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.train.testing.TrainFixtures;
import dev.fovea.train.testing.TrainFixtures.Quarters;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Another device than threads runs the programs that the same compiler makes. */
final class DeviceTest {
  private static final KernelProvider SCALAR = new ScalarProvider();

  /** Code that threads cannot run: this device alone knows what is in it. */
  private record LoopKernel(TaskKernel code) implements Kernel {
    @Override
    public String algorithm() {
      return "loop";
    }

    @Override
    public Footprint footprint() {
      return code.footprint();
    }
  }

  /** Gives this device's kernels. */
  private static final class Loops implements KernelProvider {
    @Override
    public String name() {
      return "loops";
    }

    @Override
    public int priority() {
      return 0;
    }

    @Override
    public Optional<String> problem() {
      return Optional.empty();
    }

    @Override
    public int vectorBits() {
      return 32;
    }

    @Override
    public Optional<Kernel> kernel(Signature signature) {
      return SCALAR.kernel(signature).map(k -> new LoopKernel((TaskKernel) k));
    }
  }

  /** Runs each step on the caller's thread, its tasks from the last to the first, and notes it. */
  private static final class LoopDevice implements Device {
    private final List<String> ran = new ArrayList<>();

    @Override
    public List<KernelProvider> providers() {
      return List.of(new Loops());
    }

    @Override
    public Device with(ConvolutionAlgorithm algorithm) {
      return this;
    }

    @Override
    public Runnable bind(Kernel kernel, Operands operands, Span scratch) {
      TaskKernel code = ((LoopKernel) kernel).code();
      return () -> {
        ran.add(kernel.algorithm());
        for (int phase = 0; phase < code.phases(); phase++) {
          for (int task = code.tasks(phase) - 1; task >= 0; task--) {
            code.compute(phase, task, operands, scratch);
          }
        }
      };
    }
  }

  private static float[] trained(Engine engine) {
    Model model = TrainFixtures.convnet(engine);
    Trainer.of(model, crossEntropy(), adam(0.01))
        .seed(Seed.of(3))
        .fit(new Quarters(60, 1).shuffled().batches(12), epochs(1), new Quarters(10, 2));
    return TrainFixtures.weights(model);
  }

  @Test
  void anotherDeviceTrainsToTheSameBits() {
    LoopDevice device = new LoopDevice();
    try (Workers workers = new Workers(1)) {
      float[] expected = trained(Engines.of(List.of(SCALAR), workers));
      assertThat(trained(Engines.of(device, workers))).isEqualTo(expected);
    }
    assertThat(device.ran).hasSizeGreaterThan(5 * 20).containsOnly("loop");
  }

  @Test
  void threadsRefuseKernelsOfAnotherDevice() {
    try (Workers workers = new Workers(1)) {
      Model model = TrainFixtures.convnet(Engines.of(List.of(new Loops()), workers));
      assertThatThrownBy(() -> trained(model.engine()))
          .isInstanceOf(FoveaException.class)
          .hasMessage("device: threads cannot run a kernel of another device, loop");
    }
  }
}
