package dev.fovea.train;

import dev.fovea.runtime.Execution;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * How the inputs, or targets, of a batch get into a program: a batch holds those of a sample one
 * after the other, a program wants those of all samples together.
 */
final class Feed {
  /** One of them: where it begins in a sample, and memory for that of all samples. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Part(String name, int from, int length, float[] all) {}

  private final List<Part> parts = new ArrayList<>();
  private final int stride;

  /**
   * Creates the feed of the inputs that a program reads.
   *
   * @param names the name of each in the program
   * @param shapes the shape of each in a sample
   * @param batch the number of samples
   */
  Feed(Execution execution, List<String> names, List<Shape> shapes, int batch) {
    int from = 0;
    for (int i = 0; i < shapes.size(); i++) {
      int n = shapes.get(i).elements();
      if (execution.hasInput(names.get(i))) {
        float[] all = new float[shapes.size() == 1 ? 0 : n * batch];
        parts.add(new Part(names.get(i), from, n, all));
      }
      from += n;
    }
    stride = from;
  }

  /** Hands in a batch; allocates nothing. */
  void set(Execution execution, float[] packed) {
    for (int p = 0; p < parts.size(); p++) {
      Part part = parts.get(p);
      if (part.all.length == 0) {
        execution.set(part.name, packed, 0);
        continue;
      }
      for (int i = 0; i * part.length < part.all.length; i++) {
        System.arraycopy(packed, i * stride + part.from, part.all, i * part.length, part.length);
      }
      execution.set(part.name, part.all, 0);
    }
  }
}
