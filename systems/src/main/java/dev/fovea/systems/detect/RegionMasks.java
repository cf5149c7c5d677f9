package dev.fovea.systems.detect;

import dev.fovea.data.Mark;
import dev.fovea.op.HostCall;
import dev.fovea.op.Value;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.region.MaskTargets;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Collections;

/**
 * What a mask head should answer for the first of the regions of a {@link RegionSampler}, which are
 * those with objects, as a step of a network: the object's mask within the region. No gradient
 * flows through it.
 *
 * @param regions how many regions the mask head reads in training
 * @param size the side of a mask
 */
public record RegionMasks(int regions, int size) {
  /**
   * Checks the numbers.
   *
   * @throws FoveaException if one is below 1
   */
  public RegionMasks {
    if (regions < 1 || size < 1) {
      throw new FoveaException(
          "masks of regions: need counts from 1 on, got %s and %s".formatted(regions, size));
    }
  }

  /**
   * Returns the share of each cell that the object covers [N, regions, size, size]; zeros for
   * regions without objects, −1 for those with an object whose own pixels are not known.
   *
   * @param rows rows of a {@link RegionSampler} [N, S, 10]
   * @param instances which object each pixel belongs to [N, H, W], see {@link
   *     dev.fovea.data.Mark.Instances}
   */
  public Value of(Value rows, Value instances) {
    int n = rows.shape().dim(0);
    int sampled = rows.shape().dim(1);
    Shape picture = instances.shape().dropFirst();
    HostCall.Derivative none = (y, dy) -> Collections.nCopies(2, null);
    HostCall.Function write =
        (in, out) -> {
          for (int i = 0; i < n; i++) {
            float[] numbers = new float[picture.elements()];
            in.get(1).get(i * numbers.length, numbers);
            write(in.get(0), i * sampled, Tensor.of(picture, numbers), out, i * regions);
          }
        };
    return Value.of(
        new HostCall("masks_of_regions", Shape.of(n, regions, size, size), write, none),
        rows,
        instances);
  }

  private void write(FloatBuffer rows, int first, Tensor numbers, FloatBuffer to, int at) {
    BoxArray boxes = Rows.read(rows, first * RegionSampler.NUMBERS, regions, RegionSampler.NUMBERS);
    float[] none = new float[size * size];
    for (int k = 0; k < regions; k++) {
      int row = (first + k) * RegionSampler.NUMBERS;
      boolean object = rows.get(row + RegionSampler.LABEL) > 0;
      float number = rows.get(row + RegionSampler.OBJECT) + 1;
      float[] mask = object ? within(boxes, k, numbers, number) : none;
      to.put((at + k) * size * size, mask);
    }
  }

  private float[] within(BoxArray boxes, int k, Tensor numbers, float number) {
    Tensor mask = Tensor.zeros(numbers.shape());
    for (int i = 0; i < mask.data().length; i++) {
      if (numbers.data()[i] == -number) {
        float[] unknown = new float[size * size];
        Arrays.fill(unknown, Mark.PADDING);
        return unknown;
      }
      mask.data()[i] = numbers.data()[i] == number ? 1 : 0;
    }
    return MaskTargets.of(size).within(boxes, k, mask);
  }
}
