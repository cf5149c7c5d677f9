package dev.fovea.machine;

import dev.fovea.machine.assembler.Width;
import dev.fovea.machine.kernel.ByteInstructions;
import dev.fovea.machine.kernel.TileShape;
import dev.fovea.machine.memory.MemoryRefusedException;
import dev.fovea.machine.memory.Processor;
import dev.fovea.simd.ByteMicros;
import dev.fovea.simd.FloatWindows;
import dev.fovea.simd.Micro;
import dev.fovea.simd.MicroSource;
import dev.fovea.simd.Micros;
import dev.fovea.simd.PairMicros;
import dev.fovea.simd.RowLoops;
import java.util.Optional;

/**
 * Micro-kernels in machine code of x86-64, with vectors as wide as the JVM's, on Linux.
 *
 * <p>They need native access ({@code --enable-native-access=dev.fovea.machine}, or {@code
 * ALL-UNNAMED} on the class path), and give the same bits as the kernels of the Vector API. The
 * system property {@value #PROPERTY} with the value {@code off} leaves them out.
 */
public final class MachineCode implements MicroSource {
  /** The system property that leaves machine code out: {@code off}. */
  public static final String PROPERTY = "fovea.machine";

  private static final String OFF = "off";
  private static final String NOT_USED = "machine code is not used: ";

  /** Creates it; nothing is asked of the system before {@link #offer}. */
  public MachineCode() {}

  @Override
  public Offer offer(Micros vectors, int bits) {
    if (System.getProperty(PROPERTY, "").equals(OFF)) {
      return Offer.none(NOT_USED + "turned off by -D" + PROPERTY + "=" + OFF);
    }
    String system = System.getProperty("os.name", "");
    String processor = System.getProperty("os.arch", "");
    if (!system.equals("Linux") || !processor.equals("amd64")) {
      return Offer.none(NOT_USED + "there is none for " + system + " on " + processor);
    }
    if (!MachineCode.class.getModule().isNativeAccessEnabled()) {
      return Offer.trouble(NOT_USED + "it needs native access; start java with " + option());
    }
    try {
      return offer(Processor.ofMachine(), vectors, bits);
    } catch (MemoryRefusedException e) {
      return Offer.trouble(NOT_USED + e.getMessage());
    } catch (LinkageError | RuntimeException e) {
      return Offer.trouble(NOT_USED + "it cannot be called: " + e);
    }
  }

  private static String option() {
    String name = MachineCode.class.getModule().getName();
    return "--enable-native-access=" + (name == null ? "ALL-UNNAMED" : name);
  }

  static Offer offer(Processor processor, Micros vectors, int bits) {
    Optional<TileShape> shape = shape(processor, vectors.two(), bits);
    if (shape.isEmpty()) {
      return Offer.none(NOT_USED + "there is none for vectors of " + bits + " bits here");
    }
    TileShape two = shape.get();
    MachineMicro wide = micro(vectors.two(), two, processor);
    MachineMicro narrow = micro(vectors.one(), two.withVectors(1), processor);
    if (!SelfTest.passes(wide.always()) || !SelfTest.passes(narrow.always())) {
      return Offer.trouble(NOT_USED + "a trial gave wrong numbers on this machine");
    }
    ByteMicros bytes = bytes(processor, bits);
    if (!SelfTest.passes(bytes)) {
      return Offer.trouble(NOT_USED + "a trial with bytes gave wrong numbers on this machine");
    }
    FloatWindows windows = new MachineFloatWindows(vectors.windows(), two.width(), two.avx512());
    if (!SelfTest.passes(windows, two.width().floats())) {
      return Offer.trouble(NOT_USED + "a trial of windows gave wrong numbers on this machine");
    }
    Optional<PairMicros> pairs =
        processor.bfloat16() && bits == 512 ? Optional.of(pairs()) : Optional.empty();
    if (pairs.isPresent() && !SelfTest.passes(pairs.get())) {
      return Offer.trouble(NOT_USED + "a trial of bfloat16 gave wrong numbers on this machine");
    }
    Optional<RowLoops> rows =
        two.avx512() ? Optional.of(new MachineRowLoops(two.width())) : Optional.empty();
    if (rows.isPresent() && !SelfTest.passes(rows.get(), two.width().floats())) {
      return Offer.trouble(NOT_USED + "a trial of rows gave wrong numbers on this machine");
    }
    return Offer.of(
        new Micros(wide, narrow, windows, Optional.of(bytes), pairs, rows), remark(processor, two));
  }

  private static MachineMicro micro(Micro rest, TileShape shape, Processor processor) {
    boolean atOnce = shape.width() == Width.BITS_512 && !processor.halves();
    return new MachineMicro(rest, shape, LeastWork.of(shape, atOnce), atOnce);
  }

  private static String remark(Processor processor, TileShape two) {
    String name = two.avx512() ? "AVX-512" : "AVX2";
    boolean vnni = two.width() == Width.BITS_512 && processor.vnni();
    return "machine code of " + name + (vnni ? " and VNNI" : "");
  }

  private static PairMicros pairs() {
    return new PairMicros(pairs(2), pairs(1), new MachineRounding());
  }

  /** Returns the kernels of tiles of so many vectors. */
  private static Micro pairs(int vectors) {
    TileShape shape = TileShape.ofPairs(vectors);
    return new MachineMicro(PlainMicro.ofPairs(shape.columns()), shape, LeastWork.ANY, false);
  }

  private static ByteMicros bytes(Processor processor, int bits) {
    if (bits == 512 && processor.vnni()) {
      MachineProducts products = new MachineProducts(ByteInstructions.VNNI);
      return new ByteMicros(products, Optional.of(new MachineWindows()));
    }
    ByteInstructions by = bits == 512 ? ByteInstructions.WORDS_512 : ByteInstructions.WORDS_256;
    return new ByteMicros(new MachineProducts(by), Optional.empty());
  }

  /** Returns the shape of tiles of two vectors, if the processor has registers for them. */
  private static Optional<TileShape> shape(Processor processor, Micro vectors, int bits) {
    if (bits == 512 && processor.avx512()) {
      return Optional.of(TileShape.ofFloats(2, Width.BITS_512, true));
    }
    TileShape narrow = TileShape.ofFloats(2, Width.BITS_256, false);
    if (bits == 256 && processor.avx2() && narrow.has(vectors.maxProductRows())) {
      return Optional.of(narrow);
    }
    TileShape many = TileShape.ofFloats(2, Width.BITS_256, true);
    return bits == 256 && processor.avx512() ? Optional.of(many) : Optional.empty();
  }
}
