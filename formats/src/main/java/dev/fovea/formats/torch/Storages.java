package dev.fovea.formats.torch;

import dev.fovea.formats.torch.PickleValue.Storage;
import dev.fovea.formats.torch.PickleValue.View;
import dev.fovea.io.HeapBound;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Takes tensors out of the storages of a file. */
final class Storages {
  private final Source source;
  private final HeapBound bound = HeapBound.ofThisProcess();
  private long taken;

  /** Where the bytes of storages lie. */
  interface Source {
    /**
     * Returns the bytes of a storage, little-endian, from position 0 on.
     *
     * @throws FoveaException if there are none of this key or too few
     */
    ByteBuffer bytes(Storage storage) throws IOException;
  }

  Storages(Source source) {
    this.source = source;
  }

  /** Returns a copy of a view, its elements one after the other. */
  Tensor tensor(View view) throws IOException {
    Storage s = view.storage();
    int[] dims = new int[view.shape().size()];
    long elements = 1;
    long last = view.offset();
    for (int i = 0; i < dims.length; i++) {
      long extent = view.shape().get(i);
      long stride = view.strides().get(i);
      if (extent < 0 || extent > Integer.MAX_VALUE || stride < 0 || stride > Integer.MAX_VALUE) {
        throw bad(view);
      }
      dims[i] = (int) extent;
      elements = Math.multiplyExact(elements, extent);
      last = Math.addExact(last, Math.multiplyExact(Math.max(0, extent - 1), stride));
    }
    boolean inside = view.offset() >= 0 && elements <= s.elements();
    if (!inside || (elements > 0 && last >= s.elements())) {
      throw bad(view);
    }
    taken = Math.addExact(taken, elements * Float.BYTES);
    bound.check("the tensors of the file", taken);
    Tensor t = Tensor.zeros(Shape.of(dims));
    copy(view, s.type(), source.bytes(s), t);
    return t;
  }

  private static void copy(View view, StorageType type, ByteBuffer from, Tensor to) {
    int rank = view.shape().size();
    int[] index = new int[rank];
    List<Long> strides = view.strides();
    long at = view.offset();
    float[] values = to.data();
    for (int i = 0; i < values.length; i++) {
      values[i] = type.get(from, (int) at);
      for (int axis = rank - 1; axis >= 0; axis--) {
        at += strides.get(axis);
        if (++index[axis] < to.shape().dim(axis)) {
          break;
        }
        at -= to.shape().dim(axis) * strides.get(axis);
        index[axis] = 0;
      }
    }
  }

  private static FoveaException bad(View v) {
    return new FoveaException(
        "a tensor of shape %s with strides %s from element %s on does not lie in its storage of %s"
            .formatted(v.shape(), v.strides(), v.offset(), v.storage().elements()));
  }
}
