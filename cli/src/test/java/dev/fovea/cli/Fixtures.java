package dev.fovea.cli;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;

/** Small files for tests. */
final class Fixtures {
  private Fixtures() {}

  /** Writes a grey picture of a bright bar and returns its file. */
  static Path picture(Path file, int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.getRaster().setSample(x, y, 0, Math.abs(x - width / 2) < 2 ? 230 : y % 7);
      }
    }
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      ImageIO.write(image, "png", file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  /** Writes bytes. */
  static Path bytes(Path file, byte... content) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      return Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes text. */
  static Path text(Path file, String content) {
    return bytes(file, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns an IDX file: big-endian numbers, then zeros. */
  static byte[] idx(int zeros, int... header) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      for (int n : header) {
        out.writeInt(n);
      }
      out.write(new byte[zeros]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Writes a folder of ten MNIST-like pictures to train on and ten to test with, all black. */
  static Path mnist(Path folder) {
    for (String part : new String[] {"train", "t10k"}) {
      bytes(pictures(folder, part), idx(10 * 28 * 28, 0x803, 10, 28, 28));
      bytes(labels(folder, part), idx(10, 0x801, 10));
    }
    return folder;
  }

  static Path pictures(Path folder, String part) {
    return folder.resolve(part + "-images-idx3-ubyte");
  }

  static Path labels(Path folder, String part) {
    return folder.resolve(part + "-labels-idx1-ubyte");
  }

  /** Cuts a file in half. */
  static Path halved(Path file, Path target) {
    try {
      byte[] all = Files.readAllBytes(file);
      return bytes(target, Arrays.copyOf(all, all.length / 2));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the bytes of a file. */
  static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
