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

  /**
   * A dictionary, or an object of some class with its entries and attributes; grows while it is
   * read and is told apart by identity.
   */
  final class Dict implements PickleValue {
    private final String made;
    private final Map<Object, PickleValue> entries = new LinkedHashMap<>();

    Dict() {
      this("");
    }

    /** Creates an object that a class or function of this name, never looked up, would make. */
    Dict(String made) {
      this.made = made;
    }

    /** Returns the class or function that makes it; empty for a plain dictionary. */
    String made() {
      return made;
    }

    boolean isPlain() {
      return made.isEmpty();
    }

    /** Returns the entries by texts and whole numbers; others are not kept. */
    Map<Object, PickleValue> entries() {
      return entries;
    }
  }

  /**
   * A class or function, by its whole name.
   *
   * @param known what it is for this reader, which looks up none
   * @param name module and name
   */
  record Global(Known known, String name) implements PickleValue {
    /** Returns the name without the module. */
    String simpleName() {
      return name.substring(name.lastIndexOf('.') + 1);
    }
  }

  /** A storage: where elements of tensors lie. */
  record Storage(StorageType type, String key, long elements) implements PickleValue {
    /** Returns the same bytes as elements of another type. */
    Storage as(StorageType other) {
      return new Storage(other, key, elements * type.bytes() / other.bytes());
    }
  }

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

  /** What a class or function makes of its arguments. */
  enum Known {
    /** A dictionary. */
    DICTIONARY,
    /** A tensor of a storage of its type. */
    TENSOR,
    /** A tensor of a storage of bytes, and a type. */
    TYPED_TENSOR,
    /** The tensor that is its first argument. */
    PARAMETER,
    /** What its first argument makes of its third. */
    SUBCLASS,
    /** A tuple. */
    TUPLE,
    /** A type of storages. */
    STORAGE,
    /** An object of which nothing is known but its entries and attributes. */
    OTHER
  }
}
