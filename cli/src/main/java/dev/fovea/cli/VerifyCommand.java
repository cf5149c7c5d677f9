package dev.fovea.cli;

import dev.fovea.formats.Formats;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.formats.ReferenceCheck;
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
      "The input is the picture P[i] = 37·i mod 256 (N, C, H, W) of the reference's shape,"
          + " (P · scale − mean) / std per channel. Compared are shape, first 16 values, sum, norm,"
          + " minimum, maximum and its place. Exit code 0 only if all agree, 1 if they do not."
    },
    footer = {
      "",
      "Examples:",
      "  fovea verify model.onnx --reference reference.json",
      "  fovea verify weights.pth --net resnet18 --reference reference.json --tolerance 1e-4"
    })
final class VerifyCommand implements Callable<Integer> {
  private static final double FLOAT_TOLERANCE = 1e-3;
  private static final double INT8_TOLERANCE = 0.05;

  @Parameters(paramLabel = "FILE", description = "A network in a file of any known format.")
  private Path file;

  @Option(
      names = "--reference",
      required = true,
      paramLabel = "JSON",
      description = "The reference: input_shape, preprocess and outputs.")
  private Path reference;

  @Option(
      names = "--tolerance",
      paramLabel = "X",
      description =
          "The largest relative difference that agrees; by default 1e-3, for int8 networks 0.05.")
  private @Nullable Double tolerance;

  @Option(
      names = "--net",
      paramLabel = "NAME",
      description = "The network of the zoo that a file of weights alone belongs to.")
  private @Nullable String net;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Mixin private EngineOptions compute;

  @Override
  public Integer call() {
    ModelFile.requireFile(file);
    ReferenceCheck check = ReferenceCheck.read(reference);
    ImportedNetwork network = Formats.read(file, Optional.ofNullable(net));
    double allowed =
        tolerance == null
            ? network.isQuantized() ? INT8_TOLERANCE : FLOAT_TOLERANCE
            : Range.positive("--tolerance", tolerance);
    List<ReferenceCheck.Difference> all = check.compare(network, network.model(compute.engine()));
    ReferenceCheck.Difference worst =
        all.stream()
            .max(Comparator.comparingDouble(ReferenceCheck.Difference::relative))
            .orElseThrow(() -> new FoveaException(reference + ": compares nothing"));
    List<ReferenceCheck.Difference> bad =
        all.stream().filter(d -> !(d.relative() <= allowed)).toList();
    print(all.size(), worst, bad, allowed);
    return bad.isEmpty() ? 0 : Errors.FAILED;
  }

  private void print(
      int count,
      ReferenceCheck.Difference worst,
      List<ReferenceCheck.Difference> bad,
      double allowed) {
    if (json) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("model", file.toString());
      fields.put("agrees", bad.isEmpty());
      fields.put("compared", count);
      fields.put("tolerance", allowed);
      fields.put("worst", fields(worst));
      fields.put("differences", bad.stream().map(VerifyCommand::fields).toList());
      System.out.println(Json.write(fields));
      return;
    }
    bad.forEach(d -> System.out.println("differs: " + line(d)));
    System.out.println("worst difference: " + line(worst));
    System.out.println(
        String.format(
            Locale.ROOT,
            "%s: %d of %d numbers agree to %.1e",
            Text.oneLine(file.toString()),
            count - bad.size(),
            count,
            allowed));
  }

  private static String line(ReferenceCheck.Difference d) {
    return String.format(
        Locale.ROOT,
        "%.2e relative, %s (expected %.7g, got %.7g)",
        d.relative(),
        Text.oneLine(d.what()),
        d.expected(),
        d.actual());
  }

  private static Map<String, Object> fields(ReferenceCheck.Difference d) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("what", Text.oneLine(d.what()));
    fields.put("expected", JsonReport.number(d.expected()));
    fields.put("actual", JsonReport.number(d.actual()));
    fields.put("relative", JsonReport.number(d.relative()));
    return fields;
  }
}
