package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.formats.Formats;
import dev.fovea.io.Json;
import dev.fovea.io.Safetensors;
import dev.fovea.quantize.QuantizationAwareModel;
import dev.fovea.tensor.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Pruning and training with rounding, from the command. */
final class CompressionCommandTest {
  @WorkingFolder private Path folder;

  private Command command() {
    return Command.in(folder);
  }

  private void train(String out, String... more) {
    String[] usual = {"train", "lenet5", "--limit=400", "--epochs=1", "--out", out};
    String[] all = Stream.concat(Stream.of(usual), Stream.of(more)).toArray(String[]::new);
    Command.Result r = command().run(all);
    assertThat(r.status()).as("%s", r).isZero();
  }

  private static double number(Map<String, Object> fields, String name) {
    return Json.number(Json.member(fields, name, "output"), name);
  }

  private static double zeros(Path file) {
    double zeros = 0;
    double all = 0;
    for (Tensor t : Safetensors.read(file).tensors().values()) {
      if (t.shape().rank() >= 2) {
        for (float x : t.data()) {
          zeros += x == 0 ? 1 : 0;
        }
        all += t.data().length;
      }
    }
    return zeros / all;
  }

  @Test
  void trainedNetworksArePrunedAndRounded() {
    train("a");
    String model = "a/model.safetensors";
    Map<String, Object> sparse =
        prune(
            model, "sparse.safetensors", "--magnitude=0.8", "--epochs=1", "--share=4", "--sparse");
    assertThat(number(sparse, "parameters")).isEqualTo(61_706);
    assertThat(number(sparse, "nonzero")).isBetween(0.19 * 61_706, 0.22 * 61_706);
    assertThat(number(sparse, "coded_bytes")).isLessThan(number(sparse, "coded_bytes_before") / 10);
    // A fifth of four bytes and an eighth of one.
    assertThat(number(sparse, "bytes")).isBetween(0.9 * 61_706, 1.1 * 61_706);
    assertThat(number(sparse, "bytes_before")).isGreaterThan(4 * 61_706);
    assertThat(sparse).containsKeys("accuracy", "accuracy_pruned", "accuracy_before");
    assertThat(zeros(folder.resolve("sparse.safetensors"))).isBetween(0.799, 0.801);
    assertThat(command().succeeds("eval", "sparse.safetensors", "--limit=100").text())
        .startsWith("accuracy ");

    assertThat(
            command()
                .succeeds(
                    "prune",
                    model,
                    "s.safetensors",
                    "--magnitude=0.8",
                    "--epochs=1",
                    "--data=digits",
                    "--limit=400")
                .text()
                .replaceAll(" {2,}", " "))
        .startsWith("s.safetensors, made of a/model.safetensors\n")
        .contains("before pruned trained\n", "parameters 61,706 61,706\n", "accuracy ")
        .doesNotContain("Huffman");
    String shared = command().succeeds("prune", "a", "s.safetensors", "--share=4").text();
    assertThat(shared.replaceAll(" {2,}", " "))
        .containsPattern("bytes after Huffman coding [0-9,]+ [0-9,]+\n");

    Map<String, Object> narrow = prune(model, "narrow.onnx", "--channels=0.5", "--epochs=1");
    assertThat(number(narrow, "parameters")).isLessThan(20_000);
    assertThat(number(narrow, "flops")).isLessThan(number(narrow, "flops_before") / 2);
    assertThat(command().succeeds("eval", "narrow.onnx", "--data=digits", "--limit=100").text())
        .startsWith("accuracy ");

    train("gradual", "--from", model, "--prune=0.7", "--prune-together");
    assertThat(zeros(folder.resolve("gradual/model.safetensors"))).isBetween(0.699, 0.701);

    train("rounded", "--from", model, "--qat", "--lr=0.0005");
    String rounded = "rounded/model.safetensors";
    assertThat(command().succeeds("convert", rounded, "int8.onnx", "--int8").text())
        .startsWith("int8.onnx: 5 layers of 8 bits; ");
    assertThat(command().succeeds("eval", "int8.onnx", "--limit=100").text())
        .startsWith("accuracy ");
  }

  @Test
  void allFormsOfANetworkAreComparedAndWritten() {
    train("b", "--qat");
    Fixtures.text(folder.resolve("peers.csv"), "name,accuracy,bytes,ms\ntorch,0.9,450639,0.2\n");
    Fixtures.text(folder.resolve("bad.csv"), "name,accuracy,bytes,ms\ntorch,90,450639,0.2\n");
    command()
        .fails(
            "bad.csv: line 2: accuracy \"90\": a number from 0 to 1 expected",
            "compress",
            "b",
            "--data=digits",
            "--peers=bad.csv");
    Fixtures.text(folder.resolve("bad.json"), "[{\"name\":\"torch\",\"accuracy\":null}]");
    command()
        .fails(
            "bad.json: entry 1: no accuracy, a number from 0 to 1 expected",
            "compress",
            "b",
            "--data=digits",
            "--peers=bad.json");
    String[] words = {
      "compress",
      "b/model.safetensors",
      "--data=digits",
      "--limit=100",
      "--samples=20",
      "--turns=1",
      "--title=LeNet on digits",
      "--peers=peers.csv",
      "--json"
    };
    Map<String, Object> all = Json.parseObject(command().succeeds(words).text(), "compress");
    Map<String, Map<String, Object>> forms = new LinkedHashMap<>();
    for (Object o : Json.array(Json.member(all, "forms", "compress"), "forms")) {
      Map<String, Object> form = Json.object(o, "form");
      forms.put(String.valueOf(form.get("form")), form);
      assertThat(folder.resolve(String.valueOf(form.get("file"))))
          .hasSize((long) number(form, "bytes"));
      assertThat(number(form, "milliseconds")).isPositive();
      assertThat(number(form, "accuracy")).isBetween(0.0, 1.0);
    }
    assertThat(forms.keySet())
        .containsExactly(
            "float",
            "fine-tuned",
            "int8-min-max",
            "int8-percentile",
            "int8-mse",
            "qat",
            "magnitude",
            "magnitude-shared",
            "magnitude-int8",
            "two-of-four",
            "channels",
            "channels-int8");
    double whole = number(forms.getOrDefault("float", Map.of()), "bytes");
    assertThat(number(forms.getOrDefault("int8-mse", Map.of()), "bytes"))
        .isBetween(0.25 * whole, 0.3 * whole);
    // A fifth of four bytes and a bit for each weight.
    assertThat(number(forms.getOrDefault("magnitude", Map.of()), "bytes"))
        .isBetween(0.22 * whole, 0.26 * whole);
    assertThat(forms.getOrDefault("magnitude", Map.of())).doesNotContainKey("coded_bytes");
    assertThat(number(forms.getOrDefault("magnitude-shared", Map.of()), "coded_bytes"))
        .isLessThan(whole / 15);
    assertThat(zeros(folder.resolve("compressed/two-of-four.safetensors"))).isBetween(0.4, 0.5);
    assertThat(folder.resolve("compressed/compress.png")).isNotEmptyFile();
    // Ranges belong to the weights that they were found for.
    assertThat(metadata("float")).containsKey(QuantizationAwareModel.RANGES);
    assertThat(metadata("fine-tuned")).doesNotContainKey(QuantizationAwareModel.RANGES);
    command()
        .fails("no weights in floating point", "compress", "compressed/qat.onnx", "--data=digits");
    // What was counted is what the files answer.
    String text =
        command()
            .succeeds("eval", "compressed/channels-int8.onnx", "--data=digits", "--limit=100")
            .text();
    assertThat(text)
        .startsWith(
            String.format(
                Locale.ROOT,
                "accuracy %.2f %%",
                100 * number(forms.getOrDefault("channels-int8", Map.of()), "accuracy")));
  }

  private Map<String, String> metadata(String form) {
    return Formats.read(folder.resolve("compressed/" + form + ".onnx")).metadata();
  }

  private Map<String, Object> prune(String in, String out, String... more) {
    String[] usual = {"prune", in, out, "--data=digits", "--limit=400", "--json"};
    String[] all = Stream.concat(Stream.of(usual), Stream.of(more)).toArray(String[]::new);
    return Json.parseObject(command().succeeds(all).text(), "prune");
  }

  @Test
  void whatDoesNotGoTogetherIsSaid() {
    command().fails("a share above 0 and below 1", "train", "lenet5", "--prune=1");
    command().fails("one after the other", "train", "lenet5", "--prune=0.5", "--qat");
    command().fails("--prune-together: needs", "train", "lenet5", "--prune-together");
    command().fails("averages masks", "train", "lenet5", "--qat", "--ema=0.99");
    command().fails("before all of the share", "train", "lenet5", "--prune=0.5", "--best");
    command().fails("before all of the share", "train", "lenet5", "--prune=0.5", "--patience=3");
    command().fails("one of --magnitude", "prune", "a.onnx", "b.onnx");
    command()
        .fails(
            "--sparse writes .safetensors files, got b.onnx",
            "prune",
            "a.onnx",
            "b.onnx",
            "--sparse",
            "--share=4");
    command()
        .fails(
            "--channels writes .onnx files, got b.safetensors",
            "prune",
            "a.onnx",
            "b.safetensors",
            "--channels=0.5");
    command()
        .fails(
            "needs pictures to train", "prune", "a.onnx", "b.onnx", "--two-of-four", "--epochs=1");
    command().fails("no such file", "prune", "a.onnx", "b.onnx", "--two-of-four");
    for (String share : List.of("1.5", "-0.1", "NaN")) {
      command()
          .fails(
              "--magnitude " + share + ": a number from 0 to 1 expected",
              "prune",
              "a.onnx",
              "b.onnx",
              "--magnitude=" + share);
    }
    command()
        .fails(
            "--channels NaN: a number from 0 to below 1.0 expected",
            "prune",
            "a.onnx",
            "p.safetensors",
            "--channels=NaN");
    command().fails("--together: needs --magnitude", "prune", "a", "b", "--share=3", "--together");
    command().fails("--channels 1.5: a number from 0", "compress", "a.onnx", "--channels=1.5");
    command().fails("--share 13: 1 to 12 expected", "compress", "a.onnx", "--share=13");
    command().fails("--share 0: 1 to 12", "prune", "a.onnx", "b.onnx", "--share=0");
    command().fails("--turns 0", "compress", "a.onnx", "--turns=0");
    command()
        .fails(
            "compress: needs pictures to train on and to test with: --data NAME",
            "compress",
            "a.onnx");
  }
}
