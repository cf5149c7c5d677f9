package dev.fovea.data;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** Memory in which samples are put side by side, each picture normalised on its way in. */
final class BatchBuffer {
  private final Dataset dataset;
  private final List<Target> forms;
  private final List<Tensor> inputs;
  private final List<Tensor> targets;

  /** Creates the buffer of up to {@code most} samples. */
  BatchBuffer(Dataset dataset, int most) {
    this.dataset = dataset;
    this.forms = dataset.targets();
    this.inputs = dataset.inputShapes().stream().map(s -> Tensor.zeros(s.prepend(most))).toList();
    this.targets = forms.stream().map(t -> Tensor.zeros(t.shape().prepend(most))).toList();
  }

  /**
   * Puts a sample into place {@code i}.
   *
   * @param index its number in the data set, for messages
   * @throws FoveaException if it is not as the data set says
   */
  void put(Sample sample, int i, int index) {
    if (sample.inputs().size() != inputs.size() || sample.marks().size() != forms.size()) {
      throw new FoveaException(
          "sample %s: has %s inputs and %s marks, the data set says %s and %s"
              .formatted(
                  index,
                  sample.inputs().size(),
                  sample.marks().size(),
                  inputs.size(),
                  forms.size()));
    }
    for (int k = 0; k < inputs.size(); k++) {
      Tensor input = sample.inputs().get(k);
      Shape wanted = inputs.get(k).shape().dropFirst();
      if (!input.shape().equals(wanted)) {
        throw new FoveaException(
            "sample %s: input %s is %s, the data set says %s"
                .formatted(index, k, input.shape(), wanted));
      }
      int n = wanted.elements();
      System.arraycopy(input.data(), 0, inputs.get(k).data(), i * n, n);
    }
    normalize(i);
    for (int k = 0; k < forms.size(); k++) {
      Shape shape = forms.get(k).shape();
      sample.marks().get(k).write(shape, targets.get(k).data(), i * shape.elements());
    }
  }

  private void normalize(int i) {
    Tensor pictures = inputs.get(0);
    int n = pictures.shape().dropFirst().elements();
    dataset.normalization().ifPresent(rule -> rule.normalize(pictures.data(), i * n, n));
  }

  /** Returns the first {@code n} samples; the tensors themselves where they are full. */
  Batch batch(int n, int index) {
    return new Batch(
        inputs.stream().map(t -> first(t, n)).toList(),
        targets.stream().map(t -> first(t, n)).toList(),
        n,
        index);
  }

  private static Tensor first(Tensor full, int n) {
    if (full.shape().dim(0) == n) {
      return full;
    }
    Shape shape = full.shape().withDim(0, n);
    return Tensor.of(shape, Arrays.copyOf(full.data(), shape.elements()));
  }
}
