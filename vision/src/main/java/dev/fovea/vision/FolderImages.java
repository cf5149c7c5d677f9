package dev.fovea.vision;

import dev.fovea.data.Dataset;
import dev.fovea.data.Preprocessing;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.nio.file.Path;
import java.util.List;

/** A data set of picture files that are decoded each time they are read. */
final class FolderImages implements Dataset {
  private final Preprocessing rule;
  private final List<Path> files;
  private final int[] labels;
  private final List<String> classes;

  FolderImages(Preprocessing rule, List<Path> files, int[] labels, List<String> classes) {
    this.rule = rule;
    this.files = List.copyOf(files);
    this.labels = labels;
    this.classes = List.copyOf(classes);
  }

  @Override
  public int size() {
    return labels.length;
  }

  @Override
  public Shape inputShape() {
    return rule.shape();
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  @Override
  public void read(
      int index, Seed seed, float[] input, int inputOffset, float[] target, int targetOffset) {
    byte[] bytes = FolderPart.bytes(files.get(index), rule);
    for (int i = 0; i < bytes.length; i++) {
      input[inputOffset + i] = rule.normalize(bytes[i] & 0xFF, i % rule.channels());
    }
    target[targetOffset] = labels[index];
  }
}
