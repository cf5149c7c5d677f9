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

/** What the known functions of a pickle of tensors give. */
final class Rebuild {
  private Rebuild() {}

  /** Returns the result of a known function. */
  static PickleValue call(PickleValue function, PickleValue arguments) {
    if (!(function instanceof Global g) || !(arguments instanceof Tuple(List<PickleValue> a))) {
      throw new FoveaException("a damaged pickle: calls what is no function");
    }
    return switch (g.known()) {
      case ORDERED_DICT -> dictionary(a);
      case REBUILD_TENSOR -> tensor(a);
      case REBUILD_PARAMETER -> parameter(a);
      case SIZE -> a.size() == 1 ? a.get(0) : new Tuple(a);
      case USELESS -> new None();
      case STORAGE -> throw new FoveaException("a damaged pickle: makes a storage by itself");
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

  private static PickleValue parameter(List<PickleValue> a) {
    if (!a.isEmpty() && a.get(0) instanceof View v) {
      return v;
    }
    throw new FoveaException("a damaged pickle: a parameter without a tensor");
  }

  private static PickleValue tensor(List<PickleValue> a) {
    if (a.size() >= 4 && a.get(0) instanceof Storage s && a.get(1) instanceof Int(long offset)) {
      List<Long> shape = integers(a.get(2));
      List<Long> strides = integers(a.get(3));
      if (shape.size() == strides.size() && shape.size() <= Shape.MAX_RANK) {
        return new View(s, offset, shape, strides);
      }
    }
    throw new FoveaException("a damaged pickle: a tensor without storage, shape and strides");
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
