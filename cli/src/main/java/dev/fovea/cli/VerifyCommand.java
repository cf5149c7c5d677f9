package dev.fovea.cli;

import dev.fovea.formats.Formats;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.formats.ReferenceCheck;
import dev.fovea.formats.Tolerance;
import dev.fovea.io.Json;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares a network with what another runtime made of it. */
@Command(
    name = "verify",
    header = "Compare a network's outputs with the reference of another runtime.",
    description = {
      "The input is the picture P[i] = 37·i mod 256 (N, C, H, W) of the reference's"
          + " shape, (P · scale − mean) / std per channel. Shape, first 16 values, sum, norm,"
          + " minimum, maximum and the element where the maximum is expected are compared."
          + " Exit code 0 only if all agree, 1 if they do not."
    },
    footer = {
      "",
      "Examples:",
      "  fovea verify model.onnx --reference reference.json",
      "  fovea verify weights.pth --net resnet18 --reference reference.json --rtol 1e-4 --atol 1e-6"
    })
final class VerifyCommand implements Callable<Integer> {
  private static final double FLOAT_SHARE = 1e-3;
  private static final double INT8_SHARE = 0.05;

  @Parameters(
      paramLabel = "FILE",
      converter = ModelPath.class,
      description = "A network in a file of any known format.")
  private Path file;

  @Option(
      names = "--reference",
      required = true,
      paramLabel = "JSON",
      description = "The reference: input_shape, preprocess and outputs.")
  private Path reference;

  @Option(
      names = "--rtol",
      paramLabel = "R",
      description =
          "A number a agrees with the expected b where |a - b| <= A + R * |b|; by default 1e-3, for"
              + " int8 networks 0.05.")
  private @Nullable Double relative;

  @Option(
      names = "--atol",
      paramLabel = "A",
      description =
          "Absolute tolerance; by default 1e-5, times the output's largest magnitude where"
              + " that is above 1. For the sum and the norm of n numbers it is multiplied by √n.")
  private @Nullable Double absolute;

  @Option(
      names = "--net",
      paramLabel = "NAME",
      description = "The network of the zoo to which a file of weights belongs.")
  private @Nullable String net;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Mixin private EngineOptions compute;

  @Override
  public Integer call() {
    ModelFile.requireFile(file);
    ReferenceCheck check = ReferenceCheck.read(reference);
    ImportedNetwork read = Formats.read(file, Optional.ofNullable(net));
    ImportedNetwork network = check.fitting(InputOptions.tellingUnread(file, read));
    Tolerance allowed = tolerance(network.isQuantized());
    List<ReferenceCheck.Difference> all =
        check.compare(network, network.model(compute.engine()), allowed);
    ReferenceCheck.Difference worst =
        all.stream()
            .max(Comparator.comparingDouble(ReferenceCheck.Difference::share))
            .orElseThrow(() -> new FoveaException(reference + ": compares nothing"));
    List<ReferenceCheck.Difference> bad = all.stream().filter(d -> !d.agrees()).toList();
    print(all.size(), worst, bad, allowed, network.isQuantized());
    return bad.isEmpty() ? 0 : Errors.FAILED;
  }

  private Tolerance tolerance(boolean quantized) {
    double share =
        relative != null
            ? Range.notNegative("--rtol", relative)
            : quantized ? INT8_SHARE : FLOAT_SHARE;
    return new Tolerance(
        share,
        absolute == null
            ? OptionalDouble.empty()
            : OptionalDouble.of(Range.notNegative("--atol", absolute)));
  }

  private void print(
      int count,
      ReferenceCheck.Difference worst,
      List<ReferenceCheck.Difference> bad,
      Tolerance allowed,
      boolean quantized) {
    if (json) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("model", file.toString());
      fields.put("agrees", bad.isEmpty());
      fields.put("compared", count);
      fields.put("rtol", allowed.relative());
      fields.put("worst", fields(worst));
      fields.put("differences", bad.stream().map(VerifyCommand::fields).toList());
      System.out.println(Json.write(fields));
      return;
    }
    bad.forEach(d -> System.out.println("differs: " + line(d)));
    if (bad.size() != 1) {
      System.out.println("worst: " + line(worst));
    }
    System.out.println(
        String.format(
            Locale.ROOT,
            "%s: %d of %d numbers agree",
            Text.oneLine(file.toString()),
            count - bad.size(),
            count));
    if (quantized && !bad.isEmpty() && absolute == null) {
      System.out.println(
          "hint: a network of 8 bits gives steps, and a reference in floating point what lies"
              + " between; allow some of them with --atol, such as 0.1 for scores of 0 to 1");
    }
  }

  private static String line(ReferenceCheck.Difference d) {
    String what = Text.oneLine(d.what());
    return d.allowed() == 0 && Double.isNaN(d.actual())
        ? what
        : String.format(
            Locale.ROOT,
            "%s: expected %.7g, got %.7g; %.2e apart, %.2e allowed",
            what,
            d.expected(),
            d.actual(),
            Math.abs(d.expected() - d.actual()),
            d.allowed());
  }

  private static Map<String, Object> fields(ReferenceCheck.Difference d) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("what", Text.oneLine(d.what()));
    fields.put("expected", JsonReport.number(d.expected()));
    fields.put("actual", JsonReport.number(d.actual()));
    fields.put("allowed", d.allowed());
    return fields;
  }
}
