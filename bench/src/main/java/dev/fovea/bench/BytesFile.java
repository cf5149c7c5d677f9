package dev.fovea.bench;

import dev.fovea.engine.Engine;
import dev.fovea.quantize.Quantizer;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** The files of the benchmarks' networks in 8 bits: ONNX, quantized on pictures of noise. */
final class BytesFile {
  /** What the names of such networks end with. */
  static final String SUFFIX = "-int8";

  private static final int PICTURES = 4;

  private BytesFile() {}

  /** Returns whether a name is one of a network in 8 bits. */
  static boolean isNamed(String net) {
    return net.endsWith(SUFFIX) && BenchNets.file(net).isEmpty();
  }

  /**
   * Returns the file of a network in 8 bits; makes it if it is not there.
   *
   * @throws FoveaException if it cannot be written
   */
  static Path of(BenchNet net) {
    Path folder = Peers.checkout().resolve("bench/target/networks");
    Path file = folder.resolve(net.name() + SUFFIX + ".onnx");
    if (Files.exists(file)) {
      return file;
    }
    Quantizer quantizer = new Quantizer(net.model(Engine.shared()));
    Tensor pictures = FoveaWork.pictures(net.input(), PICTURES);
    for (int i = 0; i < PICTURES; i++) {
      quantizer.observe(List.of(pictures.sample(i)));
    }
    try {
      Files.createDirectories(folder);
      Path aside = Files.createTempDirectory(folder, "aside");
      Path made = aside.resolve(file.getFileName());
      quantizer.finish().model().save(made);
      Files.move(made, file, StandardCopyOption.REPLACE_EXISTING);
      Files.delete(aside);
      return file;
    } catch (IOException e) {
      throw new FoveaException("--precision int8: " + file + " could not be written: " + e);
    }
  }
}
