package dev.fovea.systems.region;

import dev.fovea.op.RegionBins;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.tensor.Tensor;

/**
 * What a mask head should answer for a region: the object's mask within it, in the size of the
 * answer. Each number is the share of its cell that the mask covers (He et al., 2017).
 *
 * <p>Masks are read as RoIAlign reads maps of stride 1, with as many places as a cell has pixels.
 * Aligned, pixel i covers [i, i + 1), as it does where {@link dev.fovea.systems.RegionMask} puts an
 * answer back into the picture.
 *
 * @param size the side of the answer, such as 28
 * @param aligned whether masks are read aligned; torchvision reads them half a pixel beside
 */
public record MaskTargets(int size, boolean aligned) {
  /** Returns aligned targets of a size. */
  public static MaskTargets of(int size) {
    return new MaskTargets(size, true);
  }

  /**
   * Returns the mask within box {@code i}, row-major.
   *
   * @param mask the mask of the object in the picture [H, W], 0 or 1
   */
  public float[] within(BoxArray boxes, int i, Tensor mask) {
    int height = mask.shape().dim(0);
    int width = mask.shape().dim(1);
    RegionBins aligning = RegionBins.of(size, size, 1);
    RegionBins bins = aligned ? aligning : aligning.notAligned();
    float[] rows = new float[bins.floats(size, height)];
    float[] columns = new float[bins.floats(size, width)];
    bins.write((float) boxes.top(i), (float) boxes.bottom(i), size, height, rows, 0);
    bins.write((float) boxes.left(i), (float) boxes.right(i), size, width, columns, 0);
    float[] target = new float[size * size];
    for (int cell = 0; cell < target.length; cell++) {
      target[cell] = sum(mask, rows, cell / size, columns, cell % size);
    }
    return target;
  }

  private float sum(Tensor mask, float[] rows, int row, float[] columns, int column) {
    double sum = 0;
    for (int r = (int) rows[row]; r < (int) rows[row + 1]; r++) {
      int line = ((int) rows[size + 1 + 2 * r]) * mask.shape().dim(1);
      double weight = rows[size + 2 + 2 * r];
      for (int c = (int) columns[column]; c < (int) columns[column + 1]; c++) {
        int at = line + (int) columns[size + 1 + 2 * c];
        sum += weight * columns[size + 2 + 2 * c] * mask.data()[at];
      }
    }
    return (float) sum;
  }
}
