package dev.fovea.engine.compile;

import dev.fovea.op.ParameterStore;
import dev.fovea.op.Value;
import dev.fovea.tensor.ElementType;

/**
 * Where a value lies while a program runs.
 *
 * @param storage which array
 * @param type the type of its elements
 * @param offset the index of its first element there
 * @param length its number of elements
 */
public record Place(Storage storage, ElementType type, int offset, int length) {
  /** An array that a program works on. */
  public sealed interface Storage {
    /** Working memory, reused from step to step: it begins with zeros, only steps write to it. */
    enum Arena implements Storage {
      /** That of the run. */
      ARENA
    }

    /** A value that stays the same from run to run: numbers, folded or packed weights. */
    record Fixed(Value value) implements Storage {}

    /** An operand of the scan whose step the program is. */
    record Operand(int input) implements Storage {}

    /** A constant of bytes, which is read where its graph has it. */
    @SuppressWarnings("ArrayRecordComponent") // one array is one constant
    record Bytes(byte[] data) implements Storage {}

    /** The values of a store of parameters. */
    record Parameters(ParameterStore store) implements Storage {}

    /** The gradients of a store's parameters, laid out like their values. */
    record Gradients(ParameterStore store) implements Storage {}
  }

  /** No memory. */
  public static final Place NONE = new Place(Storage.Arena.ARENA, ElementType.FLOAT32, 0, 0);
}
