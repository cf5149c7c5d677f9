package dev.fovea.formats.torch;

import dev.fovea.formats.torch.PickleValue.Dict;
import dev.fovea.formats.torch.PickleValue.Global;
import dev.fovea.formats.torch.PickleValue.Int;
import dev.fovea.formats.torch.PickleValue.Items;
import dev.fovea.formats.torch.PickleValue.None;
import dev.fovea.formats.torch.PickleValue.Storage;
import dev.fovea.formats.torch.PickleValue.Str;
import dev.fovea.formats.torch.PickleValue.Tuple;
import dev.fovea.formats.torch.PickleValue.View;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the functions that a pickle of tensors calls give, without any of them being run. */
final class Rebuild {
  private static final int MAX_NESTED = 8;

  private Rebuild() {}

  /** Returns what a function or class gives; of one that is not known an object without content. */
  static PickleValue call(PickleValue function, PickleValue arguments) {
    return call(function, arguments, 0);
  }

  private static PickleValue call(PickleValue function, PickleValue arguments, int depth) {
    if (function instanceof Dict d && !d.isPlain()) {
      return new Dict(d.made());
    }
    if (!(function instanceof Global g) || !(arguments instanceof Tuple(List<PickleValue> a))) {
      throw new FoveaException("a damaged pickle: calls what is no function");
    }
    return switch (g.known()) {
      case DICTIONARY -> dictionary(a);
      case TENSOR -> tensor(a, Optional.empty());
      case TYPED_TENSOR -> typedTensor(g, a);
      case PARAMETER -> a.isEmpty() ? new Dict(g.name()) : a.get(0);
      case SUBCLASS ->
          a.size() > 2 && depth < MAX_NESTED
              ? call(a.get(0), a.get(2), depth + 1)
              : new Dict(g.name());
      case TUPLE -> a.size() == 1 ? a.get(0) : new Tuple(a);
      case STORAGE -> throw new FoveaException("a damaged pickle: makes a storage by itself");
      case OTHER -> new Dict(g.name());
    };
  }

  /** Returns a dictionary of pairs, as old pickles make it. */
  private static PickleValue dictionary(List<PickleValue> a) {
    Dict d = new Dict();
    if (!a.isEmpty() && a.get(0) instanceof Items pairs) {
      for (PickleValue pair : pairs.items()) {
        List<PickleValue> both =
            switch (pair) {
              case Tuple t -> t.items();
              case Items t -> t.items();
              default -> List.of();
            };
        if (both.size() == 2 && both.get(0) instanceof Str(String key)) {
          d.entries().put(key, both.get(1));
        }
      }
    }
    return d;
  }

  /** Arguments: storage, offset, shape, strides, needs gradient, hooks, type of elements. */
  private static PickleValue typedTensor(Global g, List<PickleValue> a) {
    if (a.size() >= 7 && a.get(6) instanceof Global dtype) {
      Optional<StorageType> type = StorageType.ofElements(dtype.simpleName());
      return type.isEmpty() ? new Dict(g.name() + " of " + dtype.name()) : tensor(a, type);
    }
    throw noTensor();
  }

  private static PickleValue tensor(List<PickleValue> a, Optional<StorageType> elements) {
    if (a.size() >= 4 && a.get(0) instanceof Storage s && a.get(1) instanceof Int(long offset)) {
      List<Long> shape = integers(a.get(2));
      List<Long> strides = integers(a.get(3));
      if (shape.size() > Shape.MAX_RANK) {
        return new Dict("a tensor of more than " + Shape.MAX_RANK + " axes");
      }
      if (shape.size() == strides.size()) {
        return new View(elements.map(s::as).orElse(s), offset, shape, strides);
      }
    }
    throw noTensor();
  }

  private static FoveaException noTensor() {
    return new FoveaException("a damaged pickle: a tensor without storage, shape and strides");
  }

  private static List<Long> integers(PickleValue v) {
    List<Long> all = new ArrayList<>();
    List<PickleValue> items = v instanceof Tuple(List<PickleValue> t) ? t : List.of(new None());
    for (PickleValue item : items) {
      if (!(item instanceof Int(long n))) {
        throw new FoveaException("a damaged pickle: a shape that is not of whole numbers");
      }
      all.add(n);
    }
    return all;
  }
}
