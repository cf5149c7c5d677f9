package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.io.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Training on published data sets in {@code ../shared/data}, where it exists.
 *
 * <p>The accuracies that are asked for are those of a short training, a good deal below what these
 * settings reached when they were measured.
 */
final class RealDataTest {
  @WorkingFolder private Path folder;

  /** Trains for one epoch on some pictures, unless the data is not here. */
  private void learns(String net, String data, String files, double accuracy, String... more) {
    Optional<Path> found = find(files);
    if (found.isEmpty()) {
      System.out.println("not run: shared/data/" + files + " is not there");
      return;
    }
    Path source = found.get();
    String[] args = new String[more.length + 8];
    String[] first = {
      "train", net, "--data", data, "--data-dir", source.toString(), "--json", "--seed=1"
    };
    System.arraycopy(first, 0, args, 0, first.length);
    System.arraycopy(more, 0, args, first.length, more.length);
    Command.Result r = Command.in(folder).run(args);
    assertThat(r.status()).as("%s", r).isZero();
    assertThat((Double) Json.member(r.lastJson(), "accuracy", "result")).isGreaterThan(accuracy);
  }

  /** Looks for the folder beside the project and further up. */
  static Optional<Path> find(String name) {
    for (Path p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
      Path data = p.resolve("shared/data").resolve(name);
      if (Files.isDirectory(data)) {
        return Optional.of(data);
      }
    }
    return Optional.empty();
  }

  @Test
  void lenet5OnMnist() {
    learns("lenet5", "mnist", "mnist", 0.93, "--limit", "10000", "--epochs", "2");
  }

  @Test
  void lenet5OnFashionMnist() {
    learns("lenet5", "fashion-mnist", "fashion-mnist", 0.70, "--limit", "6000", "--epochs", "2");
  }

  @Test
  void cnnOnCifar10() {
    learns("cnn", "cifar10", "cifar10-subset", 0.20, "--limit", "4000", "--batch", "64");
  }

  /** Of the first 2,000 test pictures the network finds 98.40 %, with 8 bits 98.45 %. */
  @Test
  void eightBitsKeepTheAccuracy() {
    Optional<Path> net = find("models/mnist-onnx");
    Optional<Path> data = find("mnist");
    if (net.isEmpty() || data.isEmpty()) {
      System.out.println("not run: shared/data/models/mnist-onnx or mnist is not there");
      return;
    }
    String file = net.get().resolve("mnist.onnx").toString();
    String mnist = data.get().toString();
    String[] int8 = {
      "convert", file, "int8.onnx", "--int8", "--data=mnist", "--data-dir", mnist, "--scale=1"
    };
    assertThat(Command.in(folder).run(int8).status()).isZero();
    String[] eval = {
      "eval", "int8.onnx", "--data=mnist", "--data-dir", mnist, "--limit=2000", "--json"
    };
    Command.Result r = Command.in(folder).run(eval);
    assertThat(r.status()).as("%s", r).isZero();
    assertThat((Double) Json.member(r.lastJson(), "accuracy", "result")).isGreaterThan(0.98);
  }
}
