package dev.fovea.studio.state;

import dev.fovea.io.Text;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A new last layer as a program of its own, which learns it of pictures in folders. It comes to the
 * same bits as the page where the network's file keeps those of the features.
 */
final class TaughtProgram {
  /** The name of the source file. */
  static final String NAME = "MyClasses.java";

  /** The name of the file of the network whose features stay as they are. */
  static final String NETWORK = "network.onnx";

  /** The name of the folder that holds a folder of pictures for each class. */
  static final String EXAMPLES = "examples";

  private static final Pattern NO_NAME = Pattern.compile("[^\\p{L}\\p{M}\\p{N}_ -]");

  private static final int LONGEST_NAME = 60;

  /** What Windows takes for a device. */
  private static final Pattern DEVICE =
      Pattern.compile("con|prn|aux|nul|(com|lpt)\\d", Pattern.CASE_INSENSITIVE);

  private static final String IMPORTS =
      """
      import static dev.fovea.nn.Losses.crossEntropy;

      import dev.fovea.data.Batch;
      import dev.fovea.formats.Formats;
      import dev.fovea.nn.ClassifierHead;
      import dev.fovea.nn.Layers;
      import dev.fovea.nn.Model;
      import dev.fovea.nn.Observer;
      import dev.fovea.nn.Prediction;
      import dev.fovea.nn.Trace;
      import dev.fovea.optim.Optimizers;
      import dev.fovea.tensor.Seed;
      import dev.fovea.tensor.Shape;
      import dev.fovea.tensor.Tensor;
      import dev.fovea.train.TrainingStep;
      import dev.fovea.vision.InputRule;
      import java.io.IOException;
      import java.nio.file.Files;
      import java.nio.file.Path;
      import java.util.ArrayList;
      import java.util.Comparator;
      import java.util.HashMap;
      import java.util.List;
      import java.util.Map;
      import java.util.stream.Stream;

      """;

  private static final String METHODS =
      """
        /** Computes the features of all pictures, in the order of the names of their files. */
        static List<Example> examples(Path folder, Model whole, InputRule rule) throws IOException {
          List<Trace.Visit> visits = whole.trace(1, false).visits();
          String path = visits.get(visits.size() - 2).path(); // the last one is the new layer
          Observer features = whole.observe(path);
          List<Path> pictures;
          try (Stream<Path> files = Files.walk(folder, 2)) {
            Comparator<Path> byName = Comparator.comparing(Path::getFileName);
            pictures = files.filter(Files::isRegularFile).sorted(byName.thenComparing(f -> f)).toList();
          }
          List<Example> examples = new ArrayList<>();
          for (Path picture : pictures) {
            int label = CLASSES.indexOf(picture.getParent().getFileName().toString());
            if (label >= 0) {
              Tensor input = rule.input(rule.place(picture).input());
              Tensor row = features.of(input.reshape(input.shape().prepend(1))).get(path);
              examples.add(new Example(row.data().clone(), label));
            }
          }
          return examples;
        }

        /** Measures the mean and the deviation of each number of the features. */
        static void measure(List<Example> examples, double[] mean, double[] deviation) {
          int n = examples.size();
          double all = 0;
          for (int i = 0; i < mean.length; i++) {
            double squares = 0;
            for (Example e : examples) {
              mean[i] += e.features[i] / (double) n;
              squares += (double) e.features[i] * e.features[i] / n;
            }
            deviation[i] = Math.sqrt(Math.max(0, squares - mean[i] * mean[i]));
            all += deviation[i] / mean.length;
          }
          for (int i = 0; i < mean.length; i++) {
            deviation[i] = Math.max(deviation[i], Math.max(1e-6, LEAST_DEVIATION * all));
          }
        }

        /** Returns examples as a batch, each number of the features of mean 0 and deviation 1. */
        static Batch batch(List<Example> examples, double[] mean, double[] deviation) {
          int width = mean.length;
          Tensor input = Tensor.zeros(Shape.of(examples.size(), width));
          Tensor target = Tensor.zeros(Shape.of(examples.size()));
          for (int i = 0; i < examples.size(); i++) {
            target.data()[i] = examples.get(i).label;
            for (int j = 0; j < width; j++) {
              input.data()[i * width + j] =
                  (float) ((examples.get(i).features[j] - mean[j]) / deviation[j]);
            }
          }
          return new Batch(input, target, examples.size(), 0);
        }

        /** Returns the share of examples whose class the layer tells. */
        static double right(Model last, Batch batch) {
          List<Prediction> said = last.predictAll(batch.input());
          double right = 0;
          for (int i = 0; i < batch.size(); i++) {
            right += said.get(i).best().index() == batch.target().data()[i] ? 1 : 0;
          }
          return right / batch.size();
        }

        /** Puts the layer, and the scale before it, behind the features: w/σ, b − Σ w·μ/σ. */
        static void put(Model last, double[] mean, double[] deviation, Model whole) {
          String from = ClassifierHead.of(last).path();
          String to = ClassifierHead.of(whole).path();
          Tensor weight = last.parameters().tensor(from + ".weight").copy();
          Tensor bias = last.parameters().tensor(from + ".bias").copy();
          int classes = CLASSES.size();
          for (int i = 0; i < weight.data().length; i++) {
            weight.data()[i] = (float) (weight.data()[i] / deviation[i / classes]);
            bias.data()[i % classes] -= (float) (weight.data()[i] * mean[i / classes]);
          }
          whole.parameters().set(to + ".weight", weight);
          whole.parameters().set(to + ".bias", bias);
        }
      }
      """;

  private TaughtProgram() {}

  /** Returns names of folders, and of classes in the program, that differ on every system. */
  static List<String> folders(List<String> classes) {
    List<String> folders = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (String name : classes) {
      String plain = Text.cut(NO_NAME.matcher(name).replaceAll("-"), LONGEST_NAME).strip();
      plain = plain.isEmpty() || DEVICE.matcher(plain).matches() ? "class " + plain : plain;
      String folder = plain.strip();
      for (int n = 2; !taken.add(folder.toLowerCase(Locale.ROOT)); n++) {
        folder = plain + " " + n;
      }
      folders.add(folder);
    }
    return folders;
  }

  /** Returns the source, which learns for so many steps. */
  static String of(List<String> folders, int steps) {
    String classes = folders.stream().collect(Collectors.joining("\", \"", "\"", "\""));
    return IMPORTS
        + main()
            .formatted(
                classes,
                EXAMPLES,
                NETWORK,
                Integer.toString(Teaching.KEPT_BACK),
                Double.toString(Teaching.RATE),
                Double.toString(Teaching.DECAY),
                Integer.toString(steps),
                Double.toString(Teaching.LEAST_DEVIATION))
        + METHODS;
  }

  /** Returns the class up to its other methods, with places for what differs. */
  private static String main() {
    return """
    /**
     * Teaches a network classes of one's own: its features stay as they are, a new last layer learns.
     * Arguments: a folder with a folder of pictures for each class, and the network.
     */
    public final class MyClasses {
      /** The classes, which are the names of their folders, too. */
      private static final List<String> CLASSES = List.of(%1$s);

      /** A deviation counts as no less than this share of the mean one: such a number says little. */
      private static final double LEAST_DEVIATION = %8$s;

      /** The features of a picture, and the number of its class. */
      record Example(float[] features, int label) {}

      public static void main(String[] args) throws IOException {
        Path folder = Path.of(args.length > 0 ? args[0] : "%2$s");
        Path file = Path.of(args.length > 1 ? args[1] : "%3$s");
        Model network = Formats.read(file).model();
        InputRule rule = InputRule.of(network.metadata(), file.toString()).orElseThrow();
        Model whole = ClassifierHead.of(network).replaced(CLASSES.size(), Seed.of(0));
        List<Example> train = new ArrayList<>();
        List<Example> test = new ArrayList<>();
        int[] seen = new int[CLASSES.size()];
        for (Example e : examples(folder, whole, rule)) {
          seen[e.label]++;
          (seen[e.label] %% %4$s == 0 ? test : train).add(e);
        }
        double[] mean = new double[train.getFirst().features.length];
        double[] deviation = new double[mean.length];
        measure(train, mean, deviation);
        Model last = Model.build(Layers.dense(CLASSES.size()), Shape.of(mean.length), Seed.of(1));
        Batch batch = batch(train, mean, deviation);
        TrainingStep step =
            TrainingStep.of(
                last, crossEntropy(), Optimizers.adamW(%5$s).weightDecay(%6$s), train.size());
        for (int i = 0; i < %7$s; i++) {
          step.trainOn(batch, Seed.of(i));
        }
        System.out.println("right of what it saw " + right(last, batch));
        if (!test.isEmpty()) {
          System.out.println("right of the others " + right(last, batch(test, mean, deviation)));
        }
        put(last, mean, deviation, whole);
        Map<String, String> texts = new HashMap<>(network.metadata());
        texts.put("labels", String.join("\\n", CLASSES));
        whole.withMetadata(texts).save(Path.of("my-classes.onnx"));
      }

    """;
  }
}
