package dev.fovea.train;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.globalAvgPool;
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
          "training: needs \\d+ MiB of memory \\(a step of 32 samples (\\d+), evaluation \\d+, batches"
              + " loaded ahead \\d+\\), Java's heap of \\d+ MiB has room for \\d+; use a smaller"
              + " batch, or more heap: java -Xmx(\\d+)m");

  /** Pictures of one shade, the class. */
  private record Shades(int size, int side) implements Dataset {
    @Override
    public Shape inputShape() {
      return Shape.of(side, side, 3);
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

    /** Trains with pictures of some sides in turn; the first is evaluated. */
    @SuppressWarnings("SystemOut")
    public static void main(String[] sides) {
      int side = Integer.parseInt(sides[0]);
      Model model =
          Model.build(
              sequence(
                  conv2d(16, 1),
                  tanh(),
                  conv2d(16, 1),
                  tanh(),
                  globalAvgPool(),
                  flatten(),
                  dense(2)),
              new Shades(1, side).inputShape(),
              Seed.of(1));
      TrainingSize[] others =
          Stream.of(sides)
              .skip(1)
              .map(s -> new Shades(40, Integer.parseInt(s)))
              .map(d ->
                  new TrainingSize(
                      m -> m.withInputs(d.inputShape()), Objective.of(crossEntropy()), d))
              .toArray(TrainingSize[]::new);
      try {
        History history =
            Trainer.of(model, crossEntropy(), adam(1e-3))
                .multiScale(1, others)
                .fit(new Shades(40, side).batches(32), Epochs.epochs(2), new Shades(160, side));
        System.out.println("trained " + history.epochs().size());
      } catch (FoveaException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void whatFitsIsTrainedAndWhatDoesNotIsRefusedBeforeTheFirstStep() throws Exception {
    Matcher refused = REFUSED.matcher(run(64, "96"));
    assertThat(refused.find()).isTrue();
    int enough = Integer.parseInt(refused.group(2));
    assertThat(run(enough, "96")).contains("trained 2");
    assertThat(run(enough * 3 / 4, "96")).matches(s -> REFUSED.matcher(s).find());
    Matcher ofSizes = REFUSED.matcher(run(64, "48", "96", "80", "64"));
    assertThat(ofSizes.find()).isTrue();
    assertThat(ofSizes.group(1)).as("the largest size's step").isEqualTo(refused.group(1));
    int bounded = Integer.parseInt(ofSizes.group(2));
    assertThat(run(bounded, "48", "96", "80", "64")).contains("trained 2");
  }

  private static String run(int megabytes, String... sides) throws Exception {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx" + megabytes + "m",
            "-cp",
            Stream.of(Model.class, Trainer.class, TrainingMemoryTest.class)
                .map(c -> place(c).toString())
                .collect(Collectors.joining(File.pathSeparator)),
            Child.class.getName());
    List<String> all = Stream.concat(command.stream(), Stream.of(sides)).toList();
    Process p = new ProcessBuilder(all).redirectErrorStream(true).start();
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
