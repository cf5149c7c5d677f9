package dev.fovea.formats;

import dev.fovea.io.HeapBound;
import dev.fovea.io.Json;
import dev.fovea.io.TextFile;
import dev.fovea.nn.Model;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The reference outputs of another runtime for a synthetic picture, to compare a network's outputs
 * with.
 *
 * <p>Maps may have their channels before the places in the reference and behind them in the file,
 * or the other way about: they are compared in the reference's order.
 *
 * <p>The picture P is N, C, H, W with P[i] = 37·i mod 256, and the input (P · scale − mean) / std
 * per channel. For each output the following are compared: its shape (but for where the channels
 * are), its first 16 values, sum, Euclidean norm, minimum, maximum, and the element where the
 * maximum is expected.
 *
 * @param shape the input's shape N, C, H, W
 * @param scale the factor of each value
 * @param mean the number subtracted from each channel
 * @param std the number that each channel is divided by
 * @param outputs the expected outputs in order
 */
public record ReferenceCheck(
    Shape shape, double scale, List<Double> mean, List<Double> std, List<ExpectedOutput> outputs) {
  private static final int MOST_TEXT = 16_000_000;
  private static final int FACTOR = 37;
  private static final int VALUES = 256;

  /** Copies the lists. */
  public ReferenceCheck {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    outputs = List.copyOf(outputs);
  }

  /**
   * The comparison of one quantity.
   *
   * @param what the name of the output and the quantity, or the index of the element
   * @param expected the number b of the reference
   * @param actual the number a of the network; NaN if the shape differs or there is no such element
   * @param allowed the largest |a − b| allowed
   */
  public record Difference(String what, double expected, double actual, double allowed) {
    /** Returns |a − b| divided by what is allowed: up to 1 agrees; infinite if a is NaN. */
    public double share() {
      double apart = Math.abs(expected - actual);
      double share = apart == 0 ? 0 : apart / allowed;
      return Double.isFinite(actual) && !Double.isNaN(share) ? share : Double.POSITIVE_INFINITY;
    }

    /** Returns whether both agree. */
    public boolean agrees() {
      return share() <= 1;
    }
  }

  /**
   * Reads a reference.
   *
   * @throws FoveaException if the file is missing or not such a reference
   */
  public static ReferenceCheck read(Path file) {
    String text = TextFile.read(file, MOST_TEXT);
    return parse(Json.parseObject(text, file.toString()), file.toString());
  }

  private static ReferenceCheck parse(Map<String, Object> fields, String where) {
    Shape shape = shape(fields, "input_shape", where);
    if (shape.rank() != 4 || shape.elements() == 0) {
      throw new FoveaException(where + ": input_shape " + shape + ", expected [N,C,H,W]");
    }
    HeapBound.ofThisProcess().check(where + ": its input", (long) Float.BYTES * shape.elements());
    Map<String, Object> rule =
        Json.object(Json.member(fields, "preprocess", where), where + " preprocess");
    double scale = Json.number(Json.member(rule, "scale", where), where + " scale");
    List<Double> mean = numbers(rule, "mean", where);
    List<Double> std = numbers(rule, "std", where);
    if (mean.size() != shape.dim(1) || std.size() != shape.dim(1)) {
      throw new FoveaException(
          "%s: %s means and %s standard deviations for %s channels"
              .formatted(where, mean.size(), std.size(), shape.dim(1)));
    }
    List<ExpectedOutput> outputs = new ArrayList<>();
    Json.object(Json.member(fields, "outputs", where), where + " outputs")
        .forEach(
            (name, value) -> outputs.add(ExpectedOutput.parse(name, value, where + " " + name)));
    return new ReferenceCheck(shape, scale, mean, std, outputs);
  }

  static Shape shape(Map<String, Object> fields, String name, String where) {
    int[] dims =
        numbers(fields, name, where).stream()
            .mapToInt(d -> {
              if (d < 0 || d > Integer.MAX_VALUE) {
                throw new FoveaException(where + ": " + name + " holds the extent " + d);
              }
              return d.intValue();
            })
            .toArray();
    return Shape.of(dims);
  }

  static List<Double> numbers(Map<String, Object> fields, String name, String where) {
    String what = where + " " + name;
    return Json.array(Json.member(fields, name, where), what).stream()
        .map(v -> Json.number(v, what))
        .toList();
  }

  /** Returns the input N, C, H, W. */
  public Tensor input() {
    Tensor input = Tensor.zeros(shape);
    int plane = shape.dim(2) * shape.dim(3);
    for (int i = 0; i < input.data().length; i++) {
      int c = i / plane % shape.dim(1);
      long p = (long) FACTOR * i % VALUES;
      input.data()[i] = (float) ((p * scale - mean.get(c)) / std.get(c));
    }
    return input;
  }

  /**
   * Returns a network for the input's height and width if its file leaves them free, otherwise the
   * network itself.
   */
  public ImportedNetwork fitting(ImportedNetwork network) {
    Port port = network.inputs().get(0);
    boolean other = port.sample().rank() == 3 && !port.fileSample().equals(shape.dropFirst());
    if (!other || !(network.network() instanceof Resizable)) {
      return network;
    }
    try {
      return network.at(shape.dim(2), shape.dim(3));
    } catch (FormatException e) {
      // The file fixes them: what is wrong is told when both are compared.
      return network;
    }
  }

  /**
   * Runs a network on the input and compares its outputs.
   *
   * @param network the imported network
   * @param model its model
   * @param tolerance the allowed difference
   * @throws FoveaException if the network takes another input or has another number of outputs
   */
  public List<Difference> compare(ImportedNetwork network, Model model, Tolerance tolerance) {
    if (network.inputs().size() != 1) {
      throw new FoveaException(
          "verify: the reference is of one input, the network has " + network.inputs().size());
    }
    if (network.outputs().size() != outputs.size()) {
      throw new FoveaException(
          "verify: the reference has %s outputs, the network %s"
              .formatted(outputs.size(), network.outputs().size()));
    }
    List<Tensor> results = model.run(List.of(arranged(network.inputs().get(0))));
    List<Difference> differences = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      Tensor lying = network.outputs().get(i).toFile(results.get(i));
      differences.addAll(outputs.get(i).compare(lying, tolerance));
    }
    return differences;
  }

  /** Returns the input with the axes that a port wants. */
  private Tensor arranged(Port port) {
    Shape sample = shape.dropFirst();
    if (port.fileSample().equals(sample)) {
      return port.fromFile(input());
    }
    Port image = Port.image(port.name(), port.sample());
    if (port.sample().rank() == 3 && image.fileSample().equals(sample)) {
      return image.fromFile(input());
    }
    throw new FoveaException(
        "verify: the reference's input is %s, the network takes %s"
            .formatted(shape, port.fileSample().prepend(1).batched()));
  }
}
