package dev.fovea.vision;

import dev.fovea.data.InMemoryImages;
import dev.fovea.data.Preprocessing;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A set of MedMNIST (Yang et al., 2023): small medical pictures in three parts, of one class each.
 *
 * <p>A file {@code NAME.npz} holds the arrays {@code train_images}, {@code val_images} and {@code
 * test_images} [N, H, W] or [N, H, W, 3] and {@code train_labels} and so on, [N] or [N, 1], all of
 * bytes. Pictures are scaled to 0 … 1.
 *
 * @param train the pictures to train on
 * @param validation those by which settings are chosen
 * @param test those by which the result is judged
 */
public record MedMnist(InMemoryImages train, InMemoryImages validation, InMemoryImages test) {
  private static final int RGB = 3;

  /**
   * Reads a file.
   *
   * @param classes the names of the classes in the order of their labels
   * @throws FoveaException if it is missing or damaged, or a label is no class
   */
  public static MedMnist read(Path file, List<String> classes) {
    try (NumpyArchive archive = NumpyArchive.open(file)) {
      return new MedMnist(
          part(file, archive, "train", classes),
          part(file, archive, "val", classes),
          part(file, archive, "test", classes));
    }
  }

  private static InMemoryImages part(
      Path file, NumpyArchive archive, String part, List<String> classes) {
    NumpyArchive.Bytes pictures = archive.read(part + "_images");
    NumpyArchive.Bytes labels = archive.read(part + "_labels");
    int[] dims = pictures.dims();
    boolean coloured = dims.length == 4 && dims[3] == RGB;
    if ((!coloured && dims.length != 3) || dims[0] != labels.values().length) {
      throw new FoveaException(
          "%s: %s pictures %s with labels %s; [N, H, W] or [N, H, W, 3] with N labels expected"
              .formatted(file, part, Arrays.toString(dims), Arrays.toString(labels.dims())));
    }
    int[] classOf = new int[dims[0]];
    Arrays.setAll(classOf, i -> labels.values()[i] & 0xFF);
    try {
      Preprocessing rule = Preprocessing.scaled(Shape.of(dims[1], dims[2], coloured ? RGB : 1));
      return new InMemoryImages(rule, pictures.values(), classOf, classes);
    } catch (FoveaException e) {
      throw new FoveaException(file + ": " + part + ": " + e.getMessage(), e);
    }
  }
}
