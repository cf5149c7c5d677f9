package dev.fovea.io.testing;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Damages files, each in a way of its own: mutant {@code i} of a seed is always the same.
 *
 * <p>Bits are flipped, bytes and lengths replaced by extreme values, parts cut off, removed,
 * repeated, moved or taken from another file, and numbers in texts replaced.
 */
public final class Mutator {
  private static final long[] EXTREMES = {
    0,
    1,
    -1,
    2,
    7,
    8,
    0x7f,
    0x80,
    0xff,
    0x100,
    0x7fff,
    0xffff,
    0x10000,
    0x0fffffff,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    0xffffffffL,
    0x100000000L,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };
  private static final String[] NUMBERS = {
    "0",
    "-1",
    "1",
    "2",
    "7",
    "255",
    "65536",
    "2147483647",
    "-2147483648",
    "4294967296",
    "1e9",
    "99999999999999999999",
    "0.5",
    "nan",
    ""
  };
  private static final int MAX_EDITS = 4;
  private static final int LONGEST = 1 << 22;

  private final List<byte[]> seeds;
  private final long seed;

  /**
   * Creates what damages files.
   *
   * @param seeds whole files
   * @param seed other mutants for another seed
   */
  public Mutator(List<byte[]> seeds, long seed) {
    this.seeds = List.copyOf(seeds);
    this.seed = seed;
  }

  /** Returns a mutant. */
  public byte[] mutant(long i) {
    SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + i);
    byte[] file = seeds.get(random.nextInt(seeds.size())).clone();
    int edits = 1 + random.nextInt(MAX_EDITS);
    for (int e = 0; e < edits && file.length > 0; e++) {
      file = edit(file, random);
    }
    return file.length > LONGEST ? Arrays.copyOf(file, LONGEST) : file;
  }

  private byte[] edit(byte[] file, SplittableRandom r) {
    int at = r.nextInt(file.length);
    return switch (r.nextInt(11)) {
      case 0, 1 -> flipped(file, r);
      case 2 -> set(file, at, 1, EXTREMES[r.nextInt(EXTREMES.length)], true);
      case 3, 4 ->
          set(file, at, 2 << r.nextInt(3), EXTREMES[r.nextInt(EXTREMES.length)], r.nextBoolean());
      case 5 -> Arrays.copyOf(file, at);
      case 6 -> replaced(file, at, length(file, at, r), new byte[0]);
      case 7 -> replaced(file, at, 0, part(file, r));
      case 8 ->
          replaced(file, at, length(file, at, r), part(seeds.get(r.nextInt(seeds.size())), r));
      default -> renumbered(file, at, r);
    };
  }

  private static byte[] flipped(byte[] file, SplittableRandom r) {
    int bits = 1 + r.nextInt(8);
    for (int i = 0; i < bits; i++) {
      file[r.nextInt(file.length)] ^= (byte) (1 << r.nextInt(8));
    }
    return file;
  }

  private static byte[] set(byte[] file, int at, int width, long value, boolean little) {
    for (int i = 0; i < width && at + i < file.length; i++) {
      int shift = Byte.SIZE * (little ? i : width - 1 - i);
      file[at + i] = (byte) (value >> shift);
    }
    return file;
  }

  private static int length(byte[] file, int at, SplittableRandom r) {
    int rest = file.length - at;
    return r.nextInt(r.nextBoolean() ? Math.min(rest, 16) + 1 : rest + 1);
  }

  private static byte[] part(byte[] from, SplittableRandom r) {
    if (from.length == 0) {
      return from;
    }
    int at = r.nextInt(from.length);
    return Arrays.copyOfRange(from, at, at + length(from, at, r));
  }

  private static byte[] replaced(byte[] file, int at, int length, byte[] by) {
    byte[] out = new byte[file.length - length + by.length];
    System.arraycopy(file, 0, out, 0, at);
    System.arraycopy(by, 0, out, at, by.length);
    System.arraycopy(file, at + length, out, at + by.length, file.length - at - length);
    return out;
  }

  /** Replaces the next number that is written in digits. */
  private static byte[] renumbered(byte[] file, int from, SplittableRandom r) {
    int at = from;
    while (at < file.length && !isDigit(file[at])) {
      at++;
    }
    int end = at;
    while (end < file.length && isDigit(file[end])) {
      end++;
    }
    byte[] by =
        NUMBERS[r.nextInt(NUMBERS.length)].getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    return at == file.length ? flipped(file, r) : replaced(file, at, end - at, by);
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }
}
