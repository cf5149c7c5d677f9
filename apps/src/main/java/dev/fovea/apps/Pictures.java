package dev.fovea.apps;

import dev.fovea.data.Dataset;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Pictures as tensors, many at a time. */
public final class Pictures {
  private static final float WHITE = 255;

  private Pictures() {}

  /** Returns the first inputs of a data set [N, …] as they are, normalised and not augmented. */
  public static Tensor of(Dataset data, int count) {
    int n = Math.min(count, data.size());
    Tensor all = Tensor.zeros(data.inputShape().prepend(n));
    int size = data.inputShape().elements();
    for (int i = 0; i < n; i++) {
      System.arraycopy(data.input(i, Seed.of(i)).data(), 0, all.data(), i * size, size);
    }
    return all;
  }

  /** Returns a picture whose values black … white become 0 … 255; what is beyond is cut off. */
  public static Tensor bytes(Tensor picture, float black, float white) {
    Tensor bytes = Tensor.zeros(picture.shape());
    for (int i = 0; i < bytes.data().length; i++) {
      float value = (picture.data()[i] - black) / (white - black) * WHITE;
      bytes.data()[i] = Math.clamp(value, 0, WHITE);
    }
    return bytes;
  }

  /**
   * Returns pictures of one shape [H, W, C] as a batch [N, H, W, C].
   *
   * @throws FoveaException if there is none, or one is of another shape than the first
   */
  public static Tensor batch(List<Tensor> pictures) {
    if (pictures.isEmpty()) {
      throw new FoveaException("batch: no pictures");
    }
    Shape shape = pictures.getFirst().shape();
    Tensor all = Tensor.zeros(shape.prepend(pictures.size()));
    for (int i = 0; i < pictures.size(); i++) {
      Tensor picture = pictures.get(i);
      if (!picture.shape().equals(shape)) {
        throw new FoveaException(
            "batch: picture %s is %s, the first %s".formatted(i, picture.shape(), shape));
      }
      System.arraycopy(picture.data(), 0, all.data(), i * shape.elements(), shape.elements());
    }
    return all;
  }

  /**
   * Reads the pictures of a folder, PNG and JPEG files, in the order of their names.
   *
   * @param most the largest number of pictures
   * @throws FoveaException if the folder cannot be listed or has none, or a picture cannot be read
   */
  public static List<Tensor> folder(Path folder, int most) {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> pictures =
          files
              .filter(f -> f.toString().matches("(?i).*\\.(jpe?g|png)"))
              .sorted()
              .limit(most)
              .toList();
      if (pictures.isEmpty()) {
        throw new FoveaException(folder + ": no pictures .jpg, .jpeg or .png in it");
      }
      return pictures.stream().map(Images::read).toList();
    } catch (IOException e) {
      throw new FoveaException(folder + ": cannot be listed: " + e.getMessage(), e);
    }
  }

  /** Returns the pictures of a batch [N, H, W, C] one by one; see {@link #bytes}. */
  public static List<Tensor> each(Tensor batch, float black, float white) {
    return IntStream.range(0, batch.shape().dim(0))
        .mapToObj(i -> bytes(batch.sample(i), black, white))
        .toList();
  }

  /**
   * Returns pictures of one shape [H, W, C] side by side, [H, N·W, C].
   *
   * @throws FoveaException if there is none, or one is of another shape than the first
   */
  public static Tensor beside(List<Tensor> pictures) {
    Tensor batch = batch(pictures);
    Shape s = batch.shape();
    int row = s.dim(2) * s.dim(3);
    Tensor all = Tensor.zeros(Shape.of(s.dim(1), s.dim(0) * s.dim(2), s.dim(3)));
    for (int i = 0; i < s.dim(0) * s.dim(1); i++) {
      int to = (i % s.dim(1) * s.dim(0) + i / s.dim(1)) * row;
      System.arraycopy(batch.data(), i * row, all.data(), to, row);
    }
    return all;
  }

  /**
   * Returns random square parts of random pictures.
   *
   * @param side of a part in pixels
   * @throws FoveaException if there are no pictures, or one is smaller
   */
  public static List<Tensor> parts(List<Tensor> pictures, int side, int count, Seed seed) {
    if (pictures.isEmpty()) {
      throw new FoveaException("parts: no pictures");
    }
    Rng rng = seed.rng();
    List<Tensor> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Tensor picture = pictures.get(rng.nextInt(pictures.size()));
      int top = rng.nextInt(Math.max(1, picture.shape().dim(0) - side + 1));
      int left = rng.nextInt(Math.max(1, picture.shape().dim(1) - side + 1));
      parts.add(Images.part(picture, top, left, side, side));
    }
    return parts;
  }
}
