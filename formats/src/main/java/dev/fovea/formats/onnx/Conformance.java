package dev.fovea.formats.onnx;

import dev.fovea.engine.Engine;
import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.file.OnnxFile;
import dev.fovea.formats.onnx.file.OnnxModel;
import dev.fovea.formats.onnx.network.GraphRunner;
import dev.fovea.formats.onnx.network.PortValues;
import dev.fovea.formats.onnx.operators.Operators;
import dev.fovea.formats.onnx.proto.Onnx.ValueInfoProto;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.formats.onnx.walk.Operand;
import dev.fovea.formats.weights.Missing;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Runs the tests of the ONNX format: folders with {@code model.onnx} and {@code test_data_set_*},
 * and pairs {@code NET.onnx}, {@code NET_output_0.pb} whose input is x[i] = i / n of shape [1, 3,
 * 224, 224].
 *
 * <p>A result agrees if |result − expected| ≤ 10⁻⁵ + 10⁻³ · |expected| everywhere.
 */
public final class Conformance {
  private static final double RELATIVE = 1e-3;
  private static final double ABSOLUTE = 1e-5;
  private static final Shape LIGHT = Shape.of(1, 3, 224, 224);
  private static final Pattern INPUT = Pattern.compile("input_(\\d{1,3})\\.pb");
  private static final Pattern OUTPUT = Pattern.compile("output_(\\d{1,3})\\.pb");

  /** How a test ended. */
  public enum Outcome {
    /** All results agree. */
    PASSED,
    /** Some result differs, or the graph could not be run. */
    FAILED,
    /** The graph needs operators that are not there. */
    UNSUPPORTED
  }

  /**
   * What came of one test.
   *
   * @param name its folder below the root, or its file
   * @param outcome how it ended
   * @param reason why it did not pass; empty if it did
   * @param operators the operators it uses
   */
  public record Result(String name, Outcome outcome, String reason, Set<String> operators) {}

  /** The inputs and expected outputs of one run. */
  private record Data(List<Operand> inputs, List<Operand> outputs) {}

  private final Path root;
  private final Engine engine;

  /** Creates a run over all tests below a folder. */
  public Conformance(Path root, Engine engine) {
    this.root = root;
    this.engine = engine;
  }

  /**
   * Runs all tests, in the order of their names.
   *
   * @param listener is told each result
   * @return all results
   * @throws FormatException if there is no test
   */
  public List<Result> check(Consumer<Result> listener) {
    List<Result> results = new ArrayList<>();
    for (Path model : models()) {
      Result r = check(model);
      results.add(r);
      listener.accept(r);
    }
    return results;
  }

  private List<Path> models() {
    try (Stream<Path> files = Files.walk(root)) {
      List<Path> found = files.filter(Conformance::isTest).sorted().toList();
      if (found.isEmpty()) {
        throw new FormatException("no test (model.onnx beside test_data_set_0) below " + root);
      }
      return found;
    } catch (IOException | UncheckedIOException e) {
      throw new FormatException("cannot read " + root + ": " + e, e);
    }
  }

  private static boolean isTest(Path file) {
    String name = file.getFileName().toString();
    return name.equals("model.onnx") || (name.endsWith(".onnx") && Files.exists(expected(file)));
  }

  private static Path expected(Path model) {
    String name = model.getFileName().toString();
    return model.resolveSibling(name.substring(0, name.length() - 5) + "_output_0.pb");
  }

  private Result check(Path file) {
    boolean folder = file.getFileName().toString().equals("model.onnx");
    String name = root.relativize(folder ? file.getParent() : file).toString();
    Set<String> operators = Set.of();
    try {
      OnnxModel model = OnnxModel.read(file);
      operators = model.operatorCounts().keySet();
      Missing missing = Operators.missing(model);
      if (!missing.isEmpty()) {
        String reason = "unsupported operator " + String.join(", ", missing.nodes().keySet());
        return new Result(name, Outcome.UNSUPPORTED, reason, operators);
      }
      for (Data data : folder ? sets(file.resolveSibling(""), model) : List.of(light(file))) {
        List<Operand> results = new GraphRunner(model, engine).runAny(data.inputs);
        String difference = compare(results, data.outputs);
        if (!difference.isEmpty()) {
          return new Result(name, Outcome.FAILED, difference, operators);
        }
      }
      return new Result(name, Outcome.PASSED, "", operators);
    } catch (FoveaException e) {
      return new Result(name, Outcome.FAILED, String.valueOf(e.getMessage()), operators);
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      // One test that breaks must not keep the others from being run.
      return new Result(name, Outcome.FAILED, "breaks the run: " + e, operators);
    }
  }

  private static Data light(Path file) {
    int n = LIGHT.elements();
    HostTensor x = new HostTensor(DataType.FLOAT, LIGHT, i -> (float) ((double) i / n));
    HostTensor y = OnnxFile.tensor(expected(file));
    return new Data(List.of(new Operand.Known(x, "")), List.of(new Operand.Known(y, "")));
  }

  private static List<Data> sets(Path folder, OnnxModel model) {
    List<Data> sets = new ArrayList<>();
    for (int i = 0; Files.isDirectory(folder.resolve("test_data_set_" + i)); i++) {
      Path set = folder.resolve("test_data_set_" + i);
      sets.add(
          new Data(
              values(set, INPUT, model.given()),
              values(set, OUTPUT, model.graph().getOutputList())));
    }
    if (sets.isEmpty()) {
      throw new FormatException("has no test_data_set_0");
    }
    return sets;
  }

  private static List<Operand> values(Path folder, Pattern pattern, List<ValueInfoProto> ports) {
    List<Operand> values = new ArrayList<>();
    String kind = pattern == INPUT ? "input_" : "output_";
    try (Stream<Path> files = Files.list(folder)) {
      long count =
          files
              .map(f -> pattern.matcher(f.getFileName().toString()))
              .filter(Matcher::matches)
              .count();
      if (count > ports.size()) {
        throw new FormatException("has " + count + " files " + kind + " for " + ports.size());
      }
      for (int i = 0; i < count; i++) {
        values.add(PortValues.read(folder.resolve(kind + i + ".pb"), ports.get(i).getType()));
      }
    } catch (IOException e) {
      throw new FormatException("cannot read " + folder + ": " + e, e);
    }
    return values;
  }

  /** Returns what differs, or an empty text. */
  private static String compare(List<Operand> results, List<Operand> expected) {
    if (results.size() < expected.size()) {
      return "gives " + results.size() + " outputs, expected " + expected.size();
    }
    for (int i = 0; i < expected.size(); i++) {
      String difference = compare(results.get(i), expected.get(i));
      if (!difference.isEmpty()) {
        return "output " + i + " " + difference;
      }
    }
    return "";
  }

  private static String compare(Operand result, Operand expected) {
    if (result instanceof Operand.Known a && expected instanceof Operand.Known b) {
      return compare(a.tensor(), b.tensor());
    } else if (result instanceof Operand.Sequence a
        && expected instanceof Operand.Sequence b
        && a.items().size() == b.items().size()) {
      String difference = compare(a.items(), b.items());
      return difference.isEmpty() ? "" : "differs: " + difference;
    }
    boolean alike = result instanceof Operand.Nothing && expected instanceof Operand.Nothing;
    return alike ? "" : "is " + result + ", expected " + expected;
  }

  static String compare(HostTensor result, HostTensor expected) {
    if (!result.shape().equals(expected.shape())) {
      return "has shape " + result.shape() + ", expected " + expected.shape();
    }
    if (result.type() != expected.type()) {
      return "has type " + result.type() + ", expected " + expected.type();
    }
    double worst = 0;
    int at = -1;
    for (int i = 0; i < expected.size(); i++) {
      double a = result.at(i);
      double b = expected.at(i);
      boolean same = a == b || (Double.isNaN(a) && Double.isNaN(b));
      double excess = same ? 0 : Math.abs(a - b) - ABSOLUTE - RELATIVE * Math.abs(b);
      if (!(excess <= 0) && !(excess <= worst)) {
        worst = excess;
        at = i;
      }
    }
    return at < 0
        ? ""
        : "differs most at "
            + at
            + ": "
            + (float) result.at(at)
            + ", expected "
            + (float) expected.at(at);
  }
}
