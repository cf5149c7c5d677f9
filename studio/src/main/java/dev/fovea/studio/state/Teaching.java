package dev.fovea.studio.state;

import static dev.fovea.nn.Losses.crossEntropy;

import dev.fovea.data.Batch;
import dev.fovea.engine.Engine;
import dev.fovea.insight.explain.RandomisationCheck;
import dev.fovea.nn.Layers;
import dev.fovea.nn.Model;
import dev.fovea.nn.Parameters.Parameter;
import dev.fovea.optim.Optimizers;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.TrainingStep;
import dev.fovea.vision.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Classes that a user shows by examples: the features of a trained network stay as they are, and a
 * new last layer learns.
 *
 * <p>The features of each example are computed once, so the last layer learns in seconds: by full
 * batches, on features of mean 0 and deviation 1, which is put into its weights afterwards. Instead
 * all layers may learn, which takes longer. The same examples give the same bits. Any number of
 * threads may use it at once.
 */
public final class Teaching {
  /** The most classes. */
  public static final int MOST_CLASSES = 20;

  private static final int MOST_EXAMPLES = 2_000;
  private static final long MOST_NUMBERS = 20_000_000;
  private static final long MOST_BYTES = 150_000_000;
  private static final int LEAST_STEPS = 40;
  private static final int MOST_STEPS = 300;
  private static final double WORK = 2e10;
  static final double RATE = 0.02;
  static final double DECAY = 0.01;

  /** A deviation counts as no less than this share of the mean one: such a number says little. */
  static final double LEAST_DEVIATION = 0.05;

  /** One of so many examples of a class is kept back, to be tested with. */
  static final int KEPT_BACK = 5;

  private final Features features;
  private final List<Example> examples = new ArrayList<>();

  /** An example, of no class yet where the label is −1; its picture as bytes of the input. */
  @SuppressWarnings("ArrayRecordComponent") // read, never compared
  private record Example(Tensor features, byte[] picture, int label) {}

  /**
   * An example that is like a picture.
   *
   * @param id its number
   * @param label its class
   * @param distance how far its features are, each brought to the deviation 1
   */
  public record Near(int id, int label, double distance) {}

  /**
   * What was learned.
   *
   * @param model the whole network
   * @param right the share of examples that it learned from and reads correctly
   * @param tested the share of those kept back that it reads correctly; NaN where there are none
   * @param examples how many it learned from
   * @param weights how many numbers have learned
   * @param seconds how long it took
   */
  public record Taught(
      Model model, double right, double tested, int examples, long weights, double seconds) {}

  /** Begins without examples. */
  public Teaching(Features features) {
    this.features = features;
  }

  /** Returns the features that stay as they are. */
  public Features features() {
    return features;
  }

  /**
   * Adds a picture that has no class yet.
   *
   * @param image the picture, [H, W, C] with values 0 … 255
   * @return its number
   * @throws FoveaException if there are too many
   */
  public int add(Tensor image) {
    byte[] picture = bytes(features.base().place(image));
    Tensor row = features.ofInput(features.base().rule().input(picture(picture)));
    synchronized (this) {
      if (examples.size() >= MOST_EXAMPLES
          || (examples.size() + 1L) * row.shape().elements() > MOST_NUMBERS
          || (examples.size() + 1L) * picture.length > MOST_BYTES) {
        throw new FoveaException(
            "teach: there is no room for more than %s examples".formatted(examples.size()));
      }
      examples.add(new Example(row, picture, -1));
      return examples.size() - 1;
    }
  }

  /** Returns values 0 … 255 as bytes. */
  private static byte[] bytes(Tensor picture) {
    byte[] bytes = new byte[picture.shape().elements()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Math.round(Math.clamp(picture.data()[i], 0f, 255f));
    }
    return bytes;
  }

  private Tensor picture(byte[] bytes) {
    Tensor picture = Tensor.zeros(features.base().input());
    for (int i = 0; i < bytes.length; i++) {
      picture.data()[i] = bytes[i] & 0xFF;
    }
    return picture;
  }

  /** Returns an example as the network gets it. */
  private Tensor input(Example example) {
    return features.base().rule().input(picture(example.picture));
  }

  /**
   * Gives an example a class; −1 takes it out.
   *
   * @throws FoveaException if there is no such example
   */
  public synchronized void label(int example, int label) {
    if (example < 0 || example >= examples.size()) {
      throw new FoveaException("teach: there is no example " + example);
    }
    Example e = examples.get(example);
    examples.set(example, new Example(e.features, e.picture, label));
  }

  /**
   * Returns the examples of any class whose features are nearest to those of a picture.
   *
   * @param image the picture, [H, W, C] with values 0 … 255
   */
  public List<Near> nearest(Tensor image, int most) {
    float[] asked = features.of(image).data();
    List<Near> all = new ArrayList<>();
    synchronized (this) {
      List<Example> known = examples.stream().filter(e -> e.label >= 0).toList();
      if (known.isEmpty()) {
        return List.of();
      }
      Scale scale = Scale.of(known);
      for (int i = 0; i < examples.size(); i++) {
        Example e = examples.get(i);
        if (e.label >= 0) {
          all.add(new Near(i, e.label, scale.distance(asked, e.features.data())));
        }
      }
    }
    return all.stream().sorted(Comparator.comparingDouble(Near::distance)).limit(most).toList();
  }

  /**
   * Learns the classes.
   *
   * @param classes their names
   * @throws FoveaException if there are fewer than two, or one without an example
   */
  public Taught learn(List<String> classes, TeachingWay way) {
    long begin = System.nanoTime();
    List<Example> train = new ArrayList<>();
    List<Example> test = new ArrayList<>();
    divide(classes, train, test);
    return way == TeachingWay.FROZEN
        ? lastLayer(classes, train, test, begin)
        : whole(classes, train, test, way, begin);
  }

  /** Trains all layers, as they are or with shuffled weights. */
  private Taught whole(
      List<String> classes, List<Example> train, List<Example> test, TeachingWay way, long begin) {
    Model known = features.withHead(classes.size());
    Model model =
        way == TeachingWay.SCRATCH ? RandomisationCheck.forgotten(known, Seed.of(3)) : known;
    int[] labels = train.stream().mapToInt(Example::label).toArray();
    WholeTraining.train(model, i -> input(train.get(i)), labels, way.rate());
    return new Taught(
        described(model, classes),
        right(model, train),
        test.isEmpty() ? Double.NaN : right(model, test),
        train.size(),
        model.parameters().count(true),
        (System.nanoTime() - begin) / 1e9);
  }

  private double right(Model model, List<Example> examples) {
    long right =
        examples.stream().filter(e -> model.predict(input(e)).best().index() == e.label).count();
    return (double) right / examples.size();
  }

  private Taught lastLayer(
      List<String> classes, List<Example> train, List<Example> test, long begin) {
    Scale scale = Scale.of(train);
    int width = scale.mean.length;
    int k = classes.size();
    Model last = Model.build(Layers.dense(k), Shape.of(width), Seed.of(1), Engine.shared());
    Batch batch = batch(train, scale);
    TrainingStep step =
        TrainingStep.of(
            last, crossEntropy(), Optimizers.adamW(RATE).weightDecay(DECAY), train.size());
    for (int i = 0; i < steps(train.size(), width, k); i++) {
      step.trainOn(batch, Seed.of(i));
    }
    Model whole = whole(last, scale, classes);
    return new Taught(
        whole,
        right(last, train, scale),
        test.isEmpty() ? Double.NaN : right(last, test, scale),
        train.size(),
        last.parameters().count(true),
        (System.nanoTime() - begin) / 1e9);
  }

  /** Returns how many steps a new last layer learns. */
  private static int steps(int examples, int width, int classes) {
    double work = 6.0 * examples * width * classes;
    return Math.clamp((long) (WORK / work), LEAST_STEPS, MOST_STEPS);
  }

  /**
   * Writes a folder from which a program of its own learns the same last layer: {@code
   * MyClasses.java}, the network as {@code network.onnx}, and the pictures in a folder for each
   * class.
   *
   * @param classes their names
   * @throws FoveaException if there are fewer than two, or one without an example
   */
  public void write(Path folder, List<String> classes) throws IOException {
    List<Example> train = new ArrayList<>();
    divide(classes, train, new ArrayList<>());
    List<String> folders = TaughtProgram.folders(classes);
    Path examples = folder.resolve(TaughtProgram.EXAMPLES);
    for (String name : folders) {
      Files.createDirectories(examples.resolve(name));
    }
    List<Example> all = all();
    for (int i = 0; i < all.size(); i++) {
      Example e = all.get(i);
      if (e.label >= 0 && e.label < folders.size()) {
        Path own = examples.resolve(folders.get(e.label));
        Images.writePng(own.resolve(String.format(Locale.ROOT, "%04d.png", i)), picture(e.picture));
      }
    }
    described(features.base().model()).save(folder.resolve(TaughtProgram.NETWORK));
    int width = train.getFirst().features.shape().elements();
    Files.writeString(
        folder.resolve(TaughtProgram.NAME),
        TaughtProgram.of(folders, steps(train.size(), width, folders.size())));
  }

  private synchronized List<Example> all() {
    return List.copyOf(examples);
  }

  /** Keeps every fifth example of a class back. */
  private synchronized void divide(List<String> classes, List<Example> train, List<Example> test) {
    int[] seen = new int[classes.size()];
    for (Example e : examples) {
      if (e.label >= 0 && e.label < seen.length) {
        seen[e.label]++;
        (seen[e.label] % KEPT_BACK == 0 ? test : train).add(e);
      }
    }
    if (classes.size() < 2) {
      throw new FoveaException("teach: at least two classes are needed");
    }
    for (int c = 0; c < seen.length; c++) {
      if (seen[c] == 0) {
        throw new FoveaException("teach: " + classes.get(c) + " has no example yet");
      }
    }
  }

  /** Brings each number of the features to the mean 0 and the deviation 1. */
  private static final class Scale {
    private final double[] mean;
    private final double[] deviation;

    private Scale(double[] mean, double[] deviation) {
      this.mean = mean;
      this.deviation = deviation;
    }

    static Scale of(List<Example> examples) {
      int width = examples.getFirst().features.shape().elements();
      double[] mean = new double[width];
      double[] deviation = new double[width];
      int n = examples.size();
      double all = 0;
      for (int i = 0; i < width; i++) {
        double squares = 0;
        for (Example e : examples) {
          mean[i] += e.features.data()[i] / (double) n;
          squares += (double) e.features.data()[i] * e.features.data()[i] / n;
        }
        deviation[i] = Math.sqrt(Math.max(0, squares - mean[i] * mean[i]));
        all += deviation[i] / width;
      }
      for (int i = 0; i < width; i++) {
        deviation[i] = Math.max(deviation[i], Math.max(1e-6, LEAST_DEVIATION * all));
      }
      return new Scale(mean, deviation);
    }

    /** Returns how far two features are from each other, each number in its deviations. */
    double distance(float[] a, float[] b) {
      double sum = 0;
      for (int i = 0; i < a.length; i++) {
        double far = (a[i] - b[i]) / deviation[i];
        sum += far * far;
      }
      return Math.sqrt(sum);
    }
  }

  private static Batch batch(List<Example> examples, Scale scale) {
    int width = scale.mean.length;
    Tensor input = Tensor.zeros(Shape.of(examples.size(), width));
    Tensor target = Tensor.zeros(Shape.of(examples.size()));
    for (int i = 0; i < examples.size(); i++) {
      target.data()[i] = examples.get(i).label;
      for (int j = 0; j < width; j++) {
        input.data()[i * width + j] =
            (float) ((examples.get(i).features.data()[j] - scale.mean[j]) / scale.deviation[j]);
      }
    }
    return new Batch(input, target, examples.size(), 0);
  }

  private static double right(Model last, List<Example> examples, Scale scale) {
    Batch batch = batch(examples, scale);
    var said = last.predictAll(batch.input());
    int right = 0;
    for (int i = 0; i < said.size(); i++) {
      right += said.get(i).best().index() == examples.get(i).label ? 1 : 0;
    }
    return (double) right / said.size();
  }

  /** Puts the layer, and the scale before it, behind the features: w/σ, b − Σ w·μ/σ. */
  private Model whole(Model last, Scale scale, List<String> classes) {
    int k = classes.size();
    Map<String, float[]> values = new LinkedHashMap<>();
    for (Parameter p : last.parameters().all()) {
      values.put(end(p), last.parameters().tensor(p.name()).data());
    }
    float[] weight = values.getOrDefault("weight", new float[0]).clone();
    float[] bias = values.getOrDefault("bias", new float[0]).clone();
    for (int i = 0; i < weight.length; i++) {
      int j = i / k;
      weight[i] = (float) (weight[i] / scale.deviation[j]);
      bias[i % k] -= (float) (weight[i] * scale.mean[j]);
    }
    Model whole = features.withHead(k);
    List<Parameter> own = List.copyOf(whole.parameters().all());
    for (Parameter p : own.subList(own.size() - 2, own.size())) {
      whole
          .parameters()
          .set(p.name(), Tensor.of(p.shape(), end(p).equals("weight") ? weight : bias));
    }
    return described(whole, classes);
  }

  /** Returns a network that tells its classes and how pictures become its inputs. */
  private Model described(Model whole, List<String> classes) {
    Map<String, String> texts = new LinkedHashMap<>(features.base().model().metadata());
    texts.remove("net"); // it is no longer that of the zoo
    texts.put("labels", String.join("\n", classes));
    return described(whole.withMetadata(texts));
  }

  /** Returns a network that tells how pictures become its inputs. */
  private Model described(Model model) {
    Map<String, String> texts = new LinkedHashMap<>(model.metadata());
    features.base().rule().put(texts);
    return model.withMetadata(texts);
  }

  private static String end(Parameter p) {
    return p.name().substring(p.name().lastIndexOf('.') + 1);
  }
}
