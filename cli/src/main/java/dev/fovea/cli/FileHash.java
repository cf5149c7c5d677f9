package dev.fovea.cli;

import dev.fovea.io.AtomicFiles;
import dev.fovea.nn.Parameters;
import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Tells networks of different files apart. */
final class FileHash {
  private static final int BYTES = 8;

  private FileHash() {}

  /**
   * Returns the first 16 hexadecimal digits of the SHA-256 of a file's content and of the
   * parameters that were read with it, which may lie in other files.
   *
   * @throws FoveaException if it cannot be read
   */
  static String of(Path file, Parameters parameters) {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      long _ = new DigestInputStream(in, digest).transferTo(OutputStream.nullOutputStream());
      for (Parameters.Parameter p : parameters.all()) {
        digest.update(bytes(parameters.tensor(p.name()).data()));
      }
      return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
    } catch (IOException e) {
      throw new FoveaException(file + ": " + AtomicFiles.reason(e), e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static byte[] bytes(float[] numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(Float.BYTES, numbers.length));
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(numbers);
    return bytes.array();
  }
}
