package dev.fovea.nn;

import dev.fovea.data.Task;
import dev.fovea.op.Activation;
import dev.fovea.op.Elementwise;
import dev.fovea.op.Movement;
import dev.fovea.op.Normalization;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The description of one output of a network: its shape, its task and the meaning of its values.
 *
 * @param shape the shape for one sample
 * @param task its task
 * @param scale whether the values of classes are logits or probabilities
 * @param width the number of values along the last axis that form a row of classes; 1 means one
 *     value for class 1 against class 0
 */
public record Output(Shape shape, Task task, Scale scale, int width) {
  /**
   * The metadata entry with the tasks of all outputs: the {@link Task#text} of each, in order,
   * separated by commas.
   */
  public static final String TASKS = "tasks";

  /** The meaning of the values of classes. */
  public enum Scale {
    /** Logits: any real values, larger for likelier classes. */
    LOGITS,
    /** Probabilities that sum to 1. */
    SOFTMAX,
    /** Independent probabilities. */
    SIGMOID
  }

  /**
   * Returns the description of a value. The task follows from the shape: a mask if it has the
   * height and width of the input, classes if it has one axis.
   *
   * @param end the output, batch first
   * @param input the shape of the first input of one sample
   */
  public static Output of(Value end, Shape input) {
    Value last = end;
    while (last.op() instanceof Movement.Reshape) {
      last = last.input(0);
    }
    Scale scale =
        switch (last.op()) {
          case Normalization.Softmax s -> Scale.SOFTMAX;
          case Elementwise.Activate(Activation a) when a.equals(Activation.SIGMOID) ->
              Scale.SIGMOID;
          default -> Scale.LOGITS;
        };
    Shape shape = end.shape().dropFirst();
    Shape row = scale == Scale.SOFTMAX ? last.shape() : shape;
    int width = row.rank() == 0 ? 1 : row.dim(-1);
    return new Output(shape, guess(shape, scale, width, input), scale, width);
  }

  private static Task guess(Shape shape, Scale scale, int width, Shape input) {
    if (shape.elements() == width) {
      return scale == Scale.SIGMOID && width > 1 ? Task.LABELS : Task.CLASSES;
    }
    boolean pixels =
        shape.rank() == 3
            && input.rank() == 3
            && shape.dim(0) == input.dim(0)
            && shape.dim(1) == input.dim(1);
    return pixels ? Task.MASK : Task.REGRESSION;
  }

  /** Returns the task of an output of this shape whose rows are scores of classes. */
  static Task taskOfClasses(Shape output) {
    return switch (output.rank()) {
      case 0, 1 -> Task.CLASSES;
      case 2 -> Task.SEQUENCE;
      default -> Task.MASK;
    };
  }

  /** Requires one of some tasks. */
  void requireTask(String method, Task... tasks) {
    if (!List.of(tasks).contains(task)) {
      throw new FoveaException(
          "%s: the task of output %s is %s, %s expected"
              .formatted(
                  method,
                  shape,
                  task.text(),
                  Arrays.stream(tasks).map(Task::text).collect(Collectors.joining(" or "))));
    }
  }

  /** Returns this output with another task. */
  public Output with(Task other) {
    return new Output(shape, other, scale, width);
  }

  /** Returns the number of classes. */
  public int classes() {
    return Math.max(2, width);
  }

  /** Returns whether a value means that its class is more likely than not. */
  public boolean isLikely(float value) {
    return value > (scale == Scale.LOGITS ? 0 : 0.5f);
  }

  /**
   * Returns the likeliest class of one row.
   *
   * @param values rows of {@link #width} numbers
   */
  public int best(float[] values, int row) {
    int at = row * width;
    if (width == 1) {
      return isLikely(values[at]) ? 1 : 0;
    }
    int best = 0;
    for (int c = 1; c < width; c++) {
      if (values[at + c] > values[at + best]) {
        best = c;
      }
    }
    return best;
  }

  /**
   * Returns the likeliest class of each row, such as of each pixel.
   *
   * @param values a batch of this output [N, …, width]
   * @return the numbers of the classes [N, …]
   */
  public Tensor best(Tensor values) {
    int[] dims = values.shape().dims();
    Tensor classes = Tensor.zeros(Shape.of(Arrays.copyOf(dims, dims.length - 1)));
    for (int i = 0; i < classes.data().length; i++) {
      classes.data()[i] = best(values.data(), i);
    }
    return classes;
  }

  /** Returns the probability of each class in a row of numbers. */
  public float[] probabilities(float... row) {
    boolean alone = task == Task.LABELS;
    if (row.length == 1 && !alone) {
      float p = scale == Scale.LOGITS ? sigmoid(row[0]) : row[0];
      return new float[] {1 - p, p};
    }
    if (scale != Scale.LOGITS) {
      return row.clone();
    }
    return alone ? sigmoids(row) : softmax(row);
  }

  private static float sigmoid(double x) {
    return (float) Activation.SIGMOID.apply(x);
  }

  private static float[] sigmoids(float... logits) {
    float[] p = new float[logits.length];
    for (int i = 0; i < p.length; i++) {
      p[i] = sigmoid(logits[i]);
    }
    return p;
  }

  private static float[] softmax(float... logits) {
    double max = Double.NEGATIVE_INFINITY;
    for (float x : logits) {
      max = Math.max(max, x);
    }
    double[] e = new double[logits.length];
    for (int i = 0; i < e.length; i++) {
      e[i] = Math.exp(logits[i] - max);
    }
    double sum = Arrays.stream(e).sum();
    float[] p = new float[e.length];
    for (int i = 0; i < e.length; i++) {
      p[i] = (float) (e[i] / sum);
    }
    return p;
  }
}
