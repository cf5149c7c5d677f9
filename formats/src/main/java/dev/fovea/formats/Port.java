package dev.fovea.formats;

import dev.fovea.formats.weights.Layouts;
import dev.fovea.op.Ints;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;

/**
 * An input or output of an imported network: its name and the order of the file's axes in Fovea's
 * tensors.
 *
 * <p>Axis {@code i} of a tensor here is axis {@code order[i]} of the file's tensor; the batch is
 * axis 0 of both. Channels-first images (N, C, H, W) have the order 0, 2, 3, 1 and are N, H, W, C
 * here.
 *
 * @param name the file's name for it
 * @param sample the shape of one sample in Fovea's order of axes
 * @param order which axis of the file each axis here is, the batch axis included
 */
public record Port(String name, Shape sample, Ints order) {
  /** The order of axes of channels-first images. */
  public static final Ints CHANNELS_FIRST = Ints.of(0, 2, 3, 1);

  /** Returns a port whose axes have the file's order. */
  public static Port plain(String name, Shape sample) {
    int[] order = new int[sample.rank() + 1];
    Arrays.setAll(order, i -> i);
    return new Port(name, sample, Ints.of(order));
  }

  /** Returns a port of images, channels first in the file; {@code sample} is [H, W, C]. */
  public static Port image(String name, Shape sample) {
    return new Port(name, sample, CHANNELS_FIRST);
  }

  /** Returns whether the file has the axes in another order. */
  public boolean isReordered() {
    return !order.equals(plain(name, sample).order);
  }

  /** Returns the shape of one sample in the file's order of axes. */
  public Shape fileSample() {
    return permuted(sample.prepend(1), inverse()).dropFirst();
  }

  /** Converts a batch from the file's order of axes to that of this network. */
  public Tensor fromFile(Tensor batch) {
    return moved(batch, order.toArray());
  }

  /** Converts a batch of this network to the file's order of axes. */
  public Tensor toFile(Tensor batch) {
    return moved(batch, inverse());
  }

  private int[] inverse() {
    int[] inverse = new int[order.size()];
    for (int i = 0; i < inverse.length; i++) {
      inverse[order.get(i)] = i;
    }
    return inverse;
  }

  private Tensor moved(Tensor batch, int[] to) {
    if (batch.shape().rank() != order.size()) {
      throw new FoveaException(
          name + ": needs " + order.size() + " axes with the batch, got " + batch.shape());
    }
    return isReordered() ? Layouts.permute(batch, to) : batch;
  }

  private static Shape permuted(Shape shape, int[] order) {
    return Shape.of(Arrays.stream(order).map(shape::dim).toArray());
  }
}
