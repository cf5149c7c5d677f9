package dev.fovea.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector shape that all kernels use: a constant, so that C2 knows the width of every vector.
 *
 * <p>There is one shape only. Where a process has used vectors of a second width, C2 no longer
 * takes the class of a {@code FloatVector} for known, and keeps vectors on the heap in whatever it
 * then compiles without a full profile: 3 to 10 times slower, for good.
 *
 * <p>The width is what the JVM prefers, or the number of bits in the system property {@value
 * #PROPERTY} (128, 256 or 512), which tests set.
 */
final class Species {
  static final String PROPERTY = "fovea.vector.bits";

  /** Vectors of floats. */
  static final VectorSpecies<Float> FLOATS = chosen();

  /** Whether there are 32 vector registers rather than 16. */
  static final boolean MANY_REGISTERS = manyRegisters();

  private Species() {}

  private static VectorSpecies<Float> chosen() {
    String bits = System.getProperty(PROPERTY, "");
    return switch (bits) {
      case "" -> preferred();
      case "128" -> FloatVector.SPECIES_128;
      case "256" -> FloatVector.SPECIES_256;
      case "512" -> FloatVector.SPECIES_512;
      default ->
          throw new IllegalArgumentException(
              PROPERTY + " must be 128, 256 or 512, got '" + bits + "'");
    };
  }

  private static VectorSpecies<Float> preferred() {
    int bits = FloatVector.SPECIES_PREFERRED.vectorBitSize();
    if (bits >= 512) {
      return FloatVector.SPECIES_512;
    }
    return bits >= 256 ? FloatVector.SPECIES_256 : FloatVector.SPECIES_128;
  }

  private static boolean manyRegisters() {
    String arch = System.getProperty("os.arch", "");
    boolean x86 = arch.equals("amd64") || arch.equals("x86_64") || arch.equals("x86");
    return !x86 || FloatVector.SPECIES_PREFERRED.vectorBitSize() >= 512;
  }
}
