package dev.fovea.spark;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of what must be the same everywhere. */
final class Digests {
  private Digests() {}

  /** Returns the digest of a picture and its label. */
  static String sha256(LabelledPicture p) {
    byte[] label = new byte[Integer.BYTES];
    ByteBuffer.wrap(label).putInt(p.label());
    return sha256(p.picture(), label);
  }

  /** Returns the digest of all bits of numbers. */
  static String sha256(float[] numbers) {
    byte[] bytes = new byte[numbers.length * Float.BYTES];
    ByteBuffer.wrap(bytes).asFloatBuffer().put(numbers);
    return sha256(bytes, new byte[0]);
  }

  private static String sha256(byte[] first, byte[] second) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(first);
      sha.update(second);
      return HexFormat.of().formatHex(sha.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
  }
}
