package dev.fovea.formats.torch;

import dev.fovea.formats.torch.PickleValue.Storage;
import dev.fovea.formats.torch.PickleValue.View;
import dev.fovea.formats.weights.NamedTensors;
import dev.fovea.io.Dtype;
import dev.fovea.io.HeapAccount;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes tensors out of the storages of a file. */
final class Storages {
  private final Source source;
  private final HeapAccount account;

  /** Where the bytes of storages lie. */
  interface Source {
    /**
     * Returns the bytes of a storage from position 0 on, in the order that the buffer has.
     *
     * @throws FoveaException if there are none of this key or too few
     */
    ByteBuffer bytes(Storage storage) throws IOException;

    /** Says that no further tensor lies in a storage. */
    void done(Storage storage);
  }

  Storages(Source source, HeapAccount account) {
    this.source = source;
    this.account = account;
  }

  /** Returns copies of the views, the elements of each one after the other. */
  NamedTensors tensors(StateDict dict) throws IOException {
    Map<String, Integer> left = new HashMap<>();
    dict.views().values().forEach(v -> left.merge(v.storage().key(), 1, Integer::sum));
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Map<String, String> unread = new LinkedHashMap<>(dict.unread());
    for (Map.Entry<String, View> e : dict.views().entrySet()) {
      Storage storage = e.getValue().storage();
      Optional<String> problem = read(e.getKey(), e.getValue(), tensors);
      problem.ifPresent(p -> unread.put(e.getKey(), p));
      if (left.merge(storage.key(), -1, Integer::sum) == 0) {
        source.done(storage);
      }
    }
    return new NamedTensors(tensors, unread);
  }

  /** Reads a tensor, or returns why it is not read. */
  private Optional<String> read(String name, View view, Map<String, Tensor> into)
      throws IOException {
    Storage s = view.storage();
    Shape shape = checked(view);
    Optional<Dtype> type = s.type().numbers();
    if (type.isEmpty()) {
      return Optional.of("of type " + s.type().dtype() + ", which is not read");
    }
    account.take("the tensors of the file", (long) shape.elements() * Float.BYTES);
    Tensor t = Tensor.zeros(shape);
    int bad = copy(view, type.get(), source.bytes(s), t);
    if (bad >= 0) {
      return Optional.of(
          "of type %s: value %s of %s does not fit a 32-bit float"
              .formatted(s.type().dtype(), bad, shape));
    }
    into.put(name, t);
    return Optional.empty();
  }

  /** Returns the shape of a view that lies in its storage; steps of 0 repeat elements. */
  private static Shape checked(View view) {
    int[] dims = new int[view.shape().size()];
    long elements = 1;
    long last = view.offset();
    boolean repeats = false;
    for (int i = 0; i < dims.length; i++) {
      long extent = view.shape().get(i);
      long stride = view.strides().get(i);
      if (extent < 0 || extent > Integer.MAX_VALUE || stride < 0 || stride > Integer.MAX_VALUE) {
        throw bad(view);
      }
      dims[i] = (int) extent;
      repeats |= stride == 0 && extent > 1;
      elements = Math.multiplyExact(elements, extent);
      last = Math.addExact(last, Math.multiplyExact(Math.max(0, extent - 1), stride));
    }
    boolean inside = view.offset() >= 0 && (repeats || elements <= view.storage().elements());
    if (!inside || (elements > 0 && last >= view.storage().elements())) {
      throw bad(view);
    }
    return Shape.of(dims);
  }

  /** Returns the index of the first element that is no float, or −1 when all are copied. */
  private static int copy(View view, Dtype type, ByteBuffer from, Tensor to) {
    int rank = view.shape().size();
    int[] index = new int[rank];
    List<Long> strides = view.strides();
    long at = view.offset();
    float[] values = to.data();
    for (int i = 0; i < values.length; i++) {
      double exact = type.get(from, (int) at * type.bytes());
      values[i] = (float) exact;
      if (!type.fits(exact)) {
        return i;
      }
      for (int axis = rank - 1; axis >= 0; axis--) {
        at += strides.get(axis);
        if (++index[axis] < to.shape().dim(axis)) {
          break;
        }
        at -= to.shape().dim(axis) * strides.get(axis);
        index[axis] = 0;
      }
    }
    return -1;
  }

  private static FoveaException bad(View v) {
    return new FoveaException(
        "a tensor of shape %s with strides %s from element %s on does not lie in its storage of %s"
            .formatted(v.shape(), v.strides(), v.offset(), v.storage().elements()));
  }
}
