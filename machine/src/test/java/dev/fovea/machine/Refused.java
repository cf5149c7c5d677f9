package dev.fovea.machine;

import dev.fovea.machine.assembler.Width;
import dev.fovea.machine.kernel.ByteInstructions;
import dev.fovea.machine.memory.Processor;
import dev.fovea.simd.ByteMicros;
import dev.fovea.simd.FloatWindows;
import dev.fovea.simd.Micros;
import dev.fovea.simd.SimdProvider;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;

/**
 * A program that has the system refuse executable memory from then on, and says what machine code
 * offers, or what comes of kernels when that happens once the processor is known: with {@code rest}
 * kernels that are left to plain loops, with {@code wrong} an offer whose kernels are left to loops
 * that round twice.
 *
 * <p>Linux has such a rule from version 6.3 on (prctl, PR_SET_MDWE): pages that are writable do not
 * become executable. The JVM must have its own memory for code by then.
 */
final class Refused {
  private static final int SET_MDWE = 65;
  private static final long REFUSE_EXEC_GAIN = 1;

  private Refused() {}

  /** Prints whether the system knows such a rule, then the answer. */
  public static void main(String[] args) throws Throwable {
    Processor here = Processor.ofMachine();
    List<Shapes> shapes = Shapes.ofFloats().filter(s -> s.tiles().vectors() == 1).toList();
    System.out.println(refuse() ? "the rule is set" : "the system has no such rule");
    switch (args.length == 0 ? "" : args[0]) {
      case "rest" -> System.out.println("the rest computes: " + areLeftToTheRest(shapes));
      case "wrong" ->
          Asked.print(MachineCode.offer(here, wrong(), new SimdProvider().vectorBits()));
      default -> Asked.main(args);
    }
  }

  private static boolean areLeftToTheRest(List<Shapes> shapes) {
    ByteMicros bytes =
        new ByteMicros(new MachineProducts(ByteInstructions.WORDS_256), Optional.empty());
    MachineFloatWindows windows = new MachineFloatWindows(Refused::plain, Width.BITS_256, false);
    return shapes.stream().allMatch(s -> SelfTest.passes(s.micro()))
        && SelfTest.passes(bytes)
        && SelfTest.passes(windows, Width.BITS_256.floats());
  }

  private static FloatWindows.Loops plain(FloatWindows.Lines l) {
    return (x, own, table, wo, y, yo, z, zo) -> {
      PlainWindows.row(l, x, own, table, wo, y, yo);
      if (l.stride() == 1) {
        PlainWindows.row(l, x, own, table + 1, wo, z, zo);
      }
    };
  }

  /** Returns kernels of the Vector API, of which those of one vector are loops that round twice. */
  private static Micros wrong() {
    Micros m = Micros.VECTORS;
    PlainMicro one = new PlainMicro(m.one().columns(), (x, w, sum) -> x * w + sum);
    return new Micros(m.two(), one, m.windows(), m.bytes(), m.pairs(), m.rows());
  }

  @SuppressWarnings("restricted") // the module's tests have native access as it has
  private static boolean refuse() throws Throwable {
    ValueLayout n = ValueLayout.JAVA_LONG;
    Linker linker = Linker.nativeLinker();
    long result =
        (long)
            linker
                .downcallHandle(
                    linker.defaultLookup().findOrThrow("prctl"),
                    FunctionDescriptor.of(n, ValueLayout.JAVA_INT, n, n, n, n))
                .invokeExact(SET_MDWE, REFUSE_EXEC_GAIN, 0L, 0L, 0L);
    return (int) result == 0;
  }
}
