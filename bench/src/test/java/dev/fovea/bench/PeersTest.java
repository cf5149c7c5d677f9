package dev.fovea.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.bench.TorchContestant.Torch;
import dev.fovea.op.Precision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PeersTest {
  private static final Case LENET = new Case("lenet5", Mode.INFER, 1, 1);

  static Peers peers() {
    Path nowhere = Path.of("no", "such", "script.py");
    return new Peers(Path.of("."), Torch.find(nowhere), Precision.FLOAT32);
  }

  /** A contestant whose times are known. */
  private static final class Known implements Contestant {
    private final String name;
    private double ms;

    Known(String name, double ms) {
      this.name = name;
      this.ms = ms;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public void open(Case c) {}

    @Override
    public Measurement measure(double seconds) {
      ms++;
      return new Measurement(ms, OptionalDouble.of(100), OptionalDouble.of(10));
    }

    @Override
    public void close() {}
  }

  @Test
  void peersThatAreNotThereAreNamedAndTheRestGoesOn() {
    List<Contestant> all =
        List.of(
            new Known("fovea", 1),
            peers().contestants(List.of("torch")).get(1),
            peers().contestants(List.of("torch-compile")).get(1));
    Result r = new Match(LENET, all, what -> {}).compare(2, 0.01);
    assertThat(r.names()).containsExactly("fovea");
    assertThat(r.missing().values())
        .hasSize(2)
        .allMatch(why -> why.startsWith("no script ") && why.endsWith("--torch-script names it"));
    assertThat(new BenchText().row(r)).contains("torch-compile is missing: no script ");
  }

  @Test
  void ratiosAreOfTheSameRoundAndTheFasterTorchCounts() {
    List<Contestant> all =
        List.of(new Known("fovea", 1), new Known("torch-eager", 19), new Known("torch-nhwc", 9));
    Result r = new Match(LENET, all, what -> {}).compare(3, 0.01);
    assertThat(r.ms("fovea")).isEqualTo(3);
    assertThat(r.spread("fovea")).containsExactly(2.0, 4.0);
    assertThat(r.ms("torch")).isEqualTo(11);
    assertThat(r.ratio("torch")).hasValue(11 / 3.0);
    assertThat(r.ratio("torch-eager")).hasValue(21 / 3.0);
  }

  @Test
  void jsonHasTheFieldsOfARow() {
    List<Contestant> all = List.of(new Known("fovea", 1), new Known("ort", 3));
    Result r = new Match(LENET, all, what -> {}).compare(1, 0.01);
    assertThat(dev.fovea.io.Json.write(r.fields()))
        .isEqualTo(
            "{\"net\":\"lenet5\",\"mode\":\"infer\",\"batch\":1,\"threads\":1,"
                + "\"ms\":{\"fovea\":2.0,\"ort\":4.0},"
                + "\"spread\":{\"fovea\":[2.0,2.0],\"ort\":[4.0,4.0]},\"ratio\":{\"ort\":2.0},"
                + "\"images_per_s\":500.0,\"gflops\":0.4165,\"fraction_of_peak\":0.04165,"
                + "\"peak_mb\":{\"fovea\":100,\"ort\":100},\"missing\":{}}");
  }

  @Test
  void aRowIsOneLine() {
    List<Contestant> all = List.of(new Known("fovea", 1), new Known("ort", 3));
    Result r = new Match(LENET, all, what -> {}).compare(1, 0.01);
    assertThat(new BenchText().row(r))
        .startsWith("lenet5     infer     1       2.00 (2.00–2.00)")
        .endsWith("4 %    100 | ort 4.00 2.00× 100");
  }

  @Test
  void everyTimeIsToldAsSoonAsItIsMeasured() {
    List<String> told = new ArrayList<>();
    new Match(LENET, List.of(new Known("fovea", 1)), told::add).compare(1, 0.01);
    assertThat(told)
        .containsExactly(
            "lenet5 infer 1: fovea, warm-up",
            "lenet5 infer 1: fovea, round 1",
            "lenet5 infer 1: fovea, round 1: 2.0 ms");
  }

  @Test
  void productsInBfloat16AreAskedOfTheScriptThatMeasuresPyTorch() {
    Torch torch = peers().torch();
    String script = torch.script().toString();
    assertThat(torch.command()).hasSize(3).endsWith(script);
    assertThat(torch.inBfloat16().command()).hasSize(4).endsWith("--bf16", script);
  }

  /** Fovea's own process, from its start to its answer. */
  @Test
  void foveaAnswersFromAProcessOfItsOwn(@TempDir Path folder) {
    Contestant fovea =
        new Peers(folder, peers().torch(), Precision.FLOAT32).contestants(List.of()).getFirst();
    Result r = new Match(LENET, List.of(fovea), what -> {}).compare(1, 0.05);
    assertThat(r.missing()).isEmpty();
    assertThat(r.ms("fovea")).isPositive();
    assertThat(r.fractionOfPeak()).isPresent();
  }
}
