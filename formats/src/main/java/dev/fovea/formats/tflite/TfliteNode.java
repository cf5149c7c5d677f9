package dev.fovea.formats.tflite;

import dev.fovea.formats.FormatException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A use of an operator.
 *
 * @param index its place in the file
 * @param operator the operator's name in the schema, or the name of a custom one
 * @param inputs the numbers of the tensors it is given; −1 for those left out
 * @param outputs the numbers of the tensors it computes
 * @param options its settings, if any
 * @param custom the settings of a custom operator
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record TfliteNode(
    int index,
    String operator,
    int[] inputs,
    int[] outputs,
    Optional<FlatTable> options,
    ByteBuffer custom) {

  /** Returns what messages call the node. */
  String label() {
    return operator + " " + index;
  }

  /**
   * Requires that all settings are known.
   *
   * @param known the number of settings of the schema that is obeyed
   * @throws FormatException if the file has further ones
   */
  void obeys(int known) {
    options
        .flatMap(o -> o.firstFrom(known))
        .ifPresent(field -> {
          throw new FormatException("its setting number " + field + " is not known");
        });
  }

  int integer(int field, int otherwise) {
    return options.map(o -> o.integer(field, otherwise)).orElse(otherwise);
  }

  int small(int field, int otherwise) {
    return options.map(o -> o.small(field, otherwise)).orElse(otherwise);
  }

  float number(int field, float otherwise) {
    return options.map(o -> o.number(field, otherwise)).orElse(otherwise);
  }

  boolean flag(int field) {
    return options.map(o -> o.flag(field)).orElse(false);
  }
}
