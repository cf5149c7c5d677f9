package dev.fovea.train;

import static dev.fovea.nn.Layers.avgPool;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Layers.tanh;
import static dev.fovea.nn.Losses.crossEntropy;
import static dev.fovea.optim.Optimizers.adam;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.data.Dataset;
import dev.fovea.data.Mark;
import dev.fovea.data.Sample;
import dev.fovea.nn.Model;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Trainings in processes with little heap: those that fit are trained, others refused at once. */
final class TrainingMemoryTest {
  private static final Pattern REFUSED =
      Pattern.compile(
          "training: needs \\d+ MiB of memory \\(a step of 32 samples \\d+, evaluation \\d+, batches"
              + " loaded ahead \\d+\\), Java's heap of \\d+ MiB has room for \\d+; use a smaller"
              + " batch, or more heap: java -Xmx(\\d+)m");

  /** Pictures of one shade, the class. */
  private record Shades(int size) implements Dataset {
    @Override
    public Shape inputShape() {
      return Shape.of(96, 96, 3);
    }

    @Override
    public List<String> classes() {
      return List.of("dark", "light");
    }

    @Override
    public Sample read(int index, Seed seed) {
      return Sample.of(Tensor.full(inputShape(), index % 2), new Mark.Label(index % 2));
    }
  }

  static final class Child {
    private Child() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] args) {
      Model model =
          Model.build(
              sequence(
                  conv2d(16, 1), tanh(), conv2d(16, 1), tanh(), avgPool(8), flatten(), dense(2)),
              new Shades(1).inputShape(),
              Seed.of(1));
      try {
        History history =
            Trainer.of(model, crossEntropy(), adam(1e-3))
                .fit(new Shades(40).batches(32), Epochs.epochs(2), new Shades(160));
        System.out.println("trained " + history.epochs().size());
      } catch (FoveaException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void whatFitsIsTrainedAndWhatDoesNotIsRefusedBeforeTheFirstStep() throws Exception {
    Matcher refused = REFUSED.matcher(run(64));
    assertThat(refused.find()).isTrue();
    int enough = Integer.parseInt(refused.group(1));
    assertThat(run(enough)).contains("trained 2");
    assertThat(run(enough * 3 / 4)).matches(s -> REFUSED.matcher(s).find());
  }

  private static String run(int megabytes) throws Exception {
    Process p =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + megabytes + "m",
                "-cp",
                Stream.of(Model.class, Trainer.class, TrainingMemoryTest.class)
                    .map(c -> place(c).toString())
                    .collect(Collectors.joining(File.pathSeparator)),
                Child.class.getName())
            .redirectErrorStream(true)
            .start();
    String out = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(p.waitFor()).as(out).isZero();
    return out;
  }

  private static Path place(Class<?> c) {
    try {
      return Path.of(c.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
