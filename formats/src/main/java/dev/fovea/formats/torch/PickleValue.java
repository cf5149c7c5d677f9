package dev.fovea.formats.torch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A value that a pickle of tensors may hold. */
sealed interface PickleValue {
  /** Nothing, and whatever a state dict holds that is of no use here. */
  record None() implements PickleValue {}

  /** A truth value. */
  record Bool(boolean value) implements PickleValue {}

  /** A whole number; those beyond 64 bits are cut. */
  record Int(long value) implements PickleValue {}

  /** A number with a fraction. */
  record Real(double value) implements PickleValue {}

  /** A text. */
  record Str(String value) implements PickleValue {}

  /** A tuple, which does not change. */
  record Tuple(List<PickleValue> items) implements PickleValue {}

  /** A list or set that grows while it is read; told apart by identity. */
  final class Items implements PickleValue {
    private final List<PickleValue> items = new ArrayList<>();

    List<PickleValue> items() {
      return items;
    }
  }

  /** A dictionary that grows while it is read; told apart by identity. */
  final class Dict implements PickleValue {
    private final Map<Object, PickleValue> entries = new LinkedHashMap<>();

    /** Returns the entries by texts and whole numbers; others are not kept. */
    Map<Object, PickleValue> entries() {
      return entries;
    }
  }

  /** One of the few known classes and functions. */
  record Global(Known known, String name) implements PickleValue {}

  /** A storage: where elements of tensors lie. */
  record Storage(StorageType type, String key, long elements) implements PickleValue {}

  /**
   * A tensor as a view of a storage.
   *
   * @param storage its elements
   * @param offset the first one
   * @param shape extents
   * @param strides elements from one index to the next, per axis
   */
  record View(Storage storage, long offset, List<Long> shape, List<Long> strides)
      implements PickleValue {}

  /** What a known class or function makes of its arguments. */
  enum Known {
    /** Makes an ordered dictionary. */
    ORDERED_DICT,
    /** Makes a tensor. */
    REBUILD_TENSOR,
    /** Makes a parameter of a tensor. */
    REBUILD_PARAMETER,
    /** Makes a tuple of extents. */
    SIZE,
    /** A type of storages. */
    STORAGE,
    /** Stands for a value that is of no use here, such as a type or device. */
    USELESS
  }
}
