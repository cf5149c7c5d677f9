package dev.fovea.vision;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/**
 * A picture that is read row by row, from above, so that few of its values are floats at a time.
 *
 * <p>One thread reads it. Rows may be read again and in any order.
 */
interface PictureRows {
  /** Returns the shape [H, W, C]: C is 1 for grey, 3 for red, green, blue. */
  Shape shape();

  /** Writes row {@code y}, W pixels of C values 0 … 255, to the beginning of {@code row}. */
  void read(int y, float[] row);

  /** Returns the rows of a picture [H, W, C]. */
  static PictureRows of(Tensor picture) {
    int length = picture.shape().dim(1) * picture.shape().dim(2);
    return of(
        picture.shape(), (y, row) -> System.arraycopy(picture.data(), y * length, row, 0, length));
  }

  /** Writes a row. */
  @FunctionalInterface
  interface RowReader {
    void read(int y, float[] row);
  }

  /** Returns a picture of a shape with these rows. */
  static PictureRows of(Shape shape, RowReader reader) {
    return new PictureRows() {
      @Override
      public Shape shape() {
        return shape;
      }

      @Override
      public void read(int y, float[] row) {
        reader.read(y, row);
      }
    };
  }

  /** Returns the number of values in a row. */
  default int rowLength() {
    return shape().dim(1) * shape().dim(2);
  }

  /** Returns the whole picture. */
  default Tensor toTensor() {
    Tensor all = Tensor.zeros(shape());
    float[] row = new float[rowLength()];
    for (int y = 0; y < shape().dim(0); y++) {
      read(y, row);
      System.arraycopy(row, 0, all.data(), y * row.length, row.length);
    }
    return all;
  }

  /** Returns the grey picture by Rec. 601: 0.299 R + 0.587 G + 0.114 B. */
  default PictureRows toGrey() {
    if (shape().dim(2) == 1) {
      return this;
    }
    float[] rgb = new float[rowLength()];
    return of(
        shape().withDim(2, 1),
        (y, row) -> {
          read(y, rgb);
          for (int x = 0; x < rgb.length / 3; x++) {
            row[x] = 0.299f * rgb[3 * x] + 0.587f * rgb[3 * x + 1] + 0.114f * rgb[3 * x + 2];
          }
        });
  }

  /** Returns the picture with three channels; grey is repeated. */
  default PictureRows toRgb() {
    if (shape().dim(2) == 3) {
      return this;
    }
    float[] grey = new float[rowLength()];
    return of(
        shape().withDim(2, 3),
        (y, row) -> {
          read(y, grey);
          for (int i = 0; i < 3 * grey.length; i++) {
            row[i] = grey[i / 3];
          }
        });
  }
}
