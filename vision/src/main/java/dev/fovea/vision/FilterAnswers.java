package dev.fovea.vision;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;

/** The mean size of each kernel's answers in each cell, as a share of 255. */
record FilterAnswers(List<ImageKernel> kernels, Cells cells) implements Descriptor {
  FilterAnswers {
    kernels = List.copyOf(kernels);
  }

  @Override
  public float[] of(Tensor picture) {
    cells.require(picture.shape(), 1);
    Tensor grey = Images.toGrey(picture);
    Shape s = grey.shape();
    int count = cells.rows(s) * cells.columns(s);
    float[] numbers = new float[count * kernels.size()];
    float share = 1f / (255 * cells.side() * cells.side());
    for (int k = 0; k < kernels.size(); k++) {
      float[] answers = kernels.get(k).correlate(grey).data();
      for (int i = 0; i < answers.length; i++) {
        int cell = cells.cell(s, i / s.dim(1), i % s.dim(1));
        if (cell >= 0) {
          numbers[k * count + cell] += share * Math.abs(answers[i]);
        }
      }
    }
    return numbers;
  }
}
