package dev.fovea.bench;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a match came to.
 *
 * @param what the case
 * @param samples per contestant, one sample per round
 * @param missing per contestant that is not there, the reason
 */
record Result(Case what, Map<String, List<Measurement>> samples, Map<String, String> missing) {
  private static final MathContext DIGITS = new MathContext(4);

  static final String FOVEA = "fovea";

  /** PyTorch, the faster of its two variants. */
  static final String TORCH = "torch";

  /** Uncompiled PyTorch in its two layouts. */
  static final List<String> TORCH_VARIANTS = List.of("torch-eager", "torch-nhwc");

  /** Returns the result with the faster variant of PyTorch under its name besides. */
  static Result of(Case what, Map<String, List<Measurement>> measured, Map<String, String> failed) {
    Map<String, List<Measurement>> samples = new LinkedHashMap<>(measured);
    Map<String, String> missing = new LinkedHashMap<>(failed);
    TORCH_VARIANTS.stream()
        .filter(samples::containsKey)
        .min(Comparator.comparingDouble(n -> median(measured.get(n), Measurement::ms)))
        .map(measured::get)
        .ifPresent(fastest -> samples.put(TORCH, fastest));
    String why = failed.get(TORCH_VARIANTS.getFirst());
    if (!samples.containsKey(TORCH) && why != null) {
      TORCH_VARIANTS.forEach(missing::remove);
      missing.put(TORCH, why);
    }
    return new Result(what, samples, missing);
  }

  private static double median(
      @Nullable List<Measurement> of, ToDoubleFunction<Measurement> field) {
    List<Measurement> some = of == null ? List.of() : of;
    return StepTimes.median(some.stream().map(field::applyAsDouble).toList());
  }

  /** Returns the contestants that were measured, Fovea first. */
  List<String> names() {
    List<String> names = new ArrayList<>(samples.keySet());
    names.sort(Comparator.comparing((String n) -> !n.equals(FOVEA)));
    return names;
  }

  /** Returns the peers that were measured. */
  List<String> peers() {
    return names().stream().filter(n -> !n.equals(FOVEA)).toList();
  }

  /** Returns the median over the rounds of a contestant's time of a step in milliseconds. */
  double ms(String name) {
    return median(samples.get(name), Measurement::ms);
  }

  /** Returns the shortest and the longest time of the rounds. */
  List<Double> spread(String name) {
    List<Double> times =
        samples.getOrDefault(name, List.of()).stream().map(Measurement::ms).toList();
    return times.isEmpty()
        ? List.of()
        : List.of(
            times.stream().min(Double::compare).orElseThrow(),
            times.stream().max(Double::compare).orElseThrow());
  }

  /** Returns the median over the rounds of a peer's time by Fovea's of the same round. */
  OptionalDouble ratio(String peer) {
    List<Measurement> ours = samples.getOrDefault(FOVEA, List.of());
    List<Measurement> theirs = samples.getOrDefault(peer, List.of());
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
      ratios.add(theirs.get(i).ms() / ours.get(i).ms());
    }
    return ratios.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(StepTimes.median(ratios));
  }

  /** Returns the most memory that a contestant's process had, in MB. */
  OptionalDouble megabytes(String name) {
    return samples.getOrDefault(name, List.of()).stream()
        .flatMapToDouble(s -> s.megabytes().stream())
        .max();
  }

  /** Returns Fovea's GFLOP/s. */
  double gflops() {
    return what.gflop() / ms(FOVEA) * 1e3;
  }

  /** Returns the pictures that Fovea does in a second. */
  double imagesPerSecond() {
    return what.batch() / ms(FOVEA) * 1e3;
  }

  /** Returns Fovea's part of the highest FMA peak of the rounds; empty if none was measured. */
  OptionalDouble fractionOfPeak() {
    OptionalDouble peak =
        samples.getOrDefault(FOVEA, List.of()).stream()
            .flatMapToDouble(s -> s.peakGflops().stream())
            .max();
    return peak.isPresent() ? OptionalDouble.of(gflops() / peak.getAsDouble()) : peak;
  }

  /** Returns the row for JSON. */
  Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("net", what.net());
    fields.put("mode", what.mode().label());
    fields.put("batch", what.batch());
    fields.put("threads", what.threads());
    Map<String, Object> ms = new LinkedHashMap<>();
    Map<String, Object> spread = new LinkedHashMap<>();
    Map<String, Object> ratio = new LinkedHashMap<>();
    Map<String, Object> memory = new LinkedHashMap<>();
    for (String n : names()) {
      ms.put(n, rounded(ms(n)));
      spread.put(n, spread(n).stream().map(Result::rounded).toList());
      megabytes(n).ifPresent(mb -> memory.put(n, Math.round(mb)));
    }
    peers().forEach(n -> ratio(n).ifPresent(r -> ratio.put(n, rounded(r))));
    fields.put("ms", ms);
    fields.put("spread", spread);
    fields.put("ratio", ratio);
    if (samples.containsKey(FOVEA)) {
      fields.put("images_per_s", rounded(imagesPerSecond()));
      fields.put("gflops", rounded(gflops()));
      fractionOfPeak().ifPresent(f -> fields.put("fraction_of_peak", rounded(f)));
    }
    fields.put("peak_mb", memory);
    fields.put("missing", missing);
    return fields;
  }

  /** Rounds to four significant digits. */
  static double rounded(double x) {
    return new BigDecimal(x).round(DIGITS).doubleValue();
  }
}
