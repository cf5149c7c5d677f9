package dev.fovea.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector shapes that all kernels use: constants, so that C2 knows the width of every vector.
 *
 * <p>The width is what the JVM prefers, or the number of bits in the system property {@value
 * #PROPERTY} (128, 256 or 512), which tests set.
 */
final class Species {
  static final String PROPERTY = "fovea.vector.bits";

  /** Whole vectors. */
  static final VectorSpecies<Float> FULL = chosen();

  /** Vectors of half the width where there are such, for a few output channels. */
  static final VectorSpecies<Float> HALF = half();

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

  private static VectorSpecies<Float> half() {
    VectorShape shape = FULL.vectorBitSize() == 512 ? VectorShape.S_256_BIT : VectorShape.S_128_BIT;
    return VectorSpecies.of(float.class, shape);
  }

  private static boolean manyRegisters() {
    String arch = System.getProperty("os.arch", "");
    boolean x86 = arch.equals("amd64") || arch.equals("x86_64") || arch.equals("x86");
    return !x86 || FloatVector.SPECIES_PREFERRED.vectorBitSize() >= 512;
  }
}
