package dev.fovea.tensor;

import java.util.Arrays;

/**
 * A dense array of 32-bit floats with a shape, row-major, in a plain heap {@code float[]}.
 *
 * <p>There is nothing to close and nothing to leak. A tensor does not copy the array it is created
 * from, so writing to the array changes the tensor.
 */
public final class Tensor {
  private final Shape shape;
  private final float[] data;

  private Tensor(Shape shape, float[] data) {
    this.shape = shape;
    this.data = data;
  }

  /**
   * Returns a tensor backed by {@code data}, which is not copied.
   *
   * @throws FoveaException if the number of values is not the shape's number of elements
   */
  public static Tensor of(Shape shape, float... data) {
    if (data.length != shape.elements()) {
      throw new FoveaException(
          "tensor of shape "
              + shape
              + " needs "
              + shape.elements()
              + " values, got "
              + data.length);
    }
    return new Tensor(shape, data);
  }

  /** Returns a tensor of zeros. */
  public static Tensor zeros(Shape shape) {
    return new Tensor(shape, new float[shape.elements()]);
  }

  /** Returns a tensor with every element equal to {@code value}. */
  public static Tensor full(Shape shape, float value) {
    Tensor t = zeros(shape);
    Arrays.fill(t.data, value);
    return t;
  }

  /** Returns a tensor without axes that holds one number. */
  public static Tensor scalar(float value) {
    return new Tensor(Shape.scalar(), new float[] {value});
  }

  /** Returns the shape. */
  public Shape shape() {
    return shape;
  }

  /** Returns the row-major storage itself, not a copy. */
  public float[] data() {
    return data;
  }

  /** Returns the element at the given index, one number per axis. */
  public float get(int... index) {
    return data[flat(index)];
  }

  /**
   * Returns the only element.
   *
   * @throws FoveaException if there is not exactly one
   */
  public float item() {
    if (data.length != 1) {
      throw new FoveaException("item() needs one element, the tensor has shape " + shape);
    }
    return data[0];
  }

  /**
   * Returns a tensor of another shape that shares this one's storage.
   *
   * @throws FoveaException if the numbers of elements differ
   */
  public Tensor reshape(Shape to) {
    return of(to, data);
  }

  /** Returns a tensor with its own copy of the storage. */
  public Tensor copy() {
    return new Tensor(shape, data.clone());
  }

  /**
   * Returns a copy of entry {@code i} along the outermost axis: one sample of a batch.
   *
   * @throws FoveaException if there is none
   */
  public Tensor sample(int i) {
    if (i < 0 || i >= shape.dim(0)) {
      throw new FoveaException(
          "sample %s of a tensor %s: there are 0 to %s".formatted(i, shape, shape.dim(0) - 1));
    }
    Shape s = shape.dropFirst();
    int n = s.elements();
    return new Tensor(s, Arrays.copyOfRange(data, i * n, (i + 1) * n));
  }

  private int flat(int... index) {
    if (index.length != shape.rank()) {
      throw new FoveaException(
          "index " + Arrays.toString(index) + " needs " + shape.rank() + " numbers for " + shape);
    }
    int at = 0;
    for (int i = 0; i < index.length; i++) {
      if (index[i] < 0 || index[i] >= shape.dim(i)) {
        throw new FoveaException("index " + Arrays.toString(index) + " lies outside " + shape);
      }
      at = at * shape.dim(i) + index[i];
    }
    return at;
  }

  /** Returns the shape and the first values. */
  @Override
  public String toString() {
    int shown = Math.min(data.length, 8);
    String more = shown < data.length ? ", …" : "";
    String head = Arrays.toString(Arrays.copyOf(data, shown));
    return shape + head.substring(0, head.length() - 1) + more + "]";
  }
}
