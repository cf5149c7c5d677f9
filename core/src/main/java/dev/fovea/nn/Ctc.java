package dev.fovea.nn;

import dev.fovea.data.Task;
import dev.fovea.op.HostCall;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Connectionist temporal classification; see {@link Losses#ctc}.
 *
 * @param most the largest number of labels of a sample
 */
record Ctc(int most) implements Loss {
  Ctc {
    if (most < 1) {
      throw new FoveaException("ctc: sequences of 1 label or more expected, got " + most);
    }
  }

  @Override
  public String name() {
    return "ctc";
  }

  @Override
  public String description() {
    return "ctc(" + most + ")";
  }

  @Override
  public Optional<Task> task(Shape output) {
    return Optional.of(Task.SEQUENCE);
  }

  @Override
  public Shape target(Shape output) {
    if (output.rank() != 3) {
      throw new FoveaException("ctc: outputs [N, T, classes] expected, got " + output.batched());
    }
    return Shape.of(output.dim(0), most);
  }

  /** One call gives the loss of a sample and behind it its gradient, which the derivative reads. */
  @Override
  public Value of(Value output, Value target) {
    Shape shape = output.shape();
    int n = shape.dim(0);
    int numbers = shape.elements() / n;
    HostCall.Derivative derivative =
        (y, dy) -> {
          Value gradient = y.slice(1, 1, numbers).reshape(shape);
          Value share = dy.slice(1, 0, 1).reshape(Shape.of(n, 1, 1));
          return Arrays.asList(gradient.times(share), (@Nullable Value) null);
        };
    HostCall.Function compute = (in, out) -> compute(in, out, shape);
    HostCall call = new HostCall("ctc", Shape.of(n, 1 + numbers), compute, derivative);
    return LossFormulas.scalar(Value.of(call, output, target).slice(1, 0, 1).mean());
  }

  private void compute(List<FloatBuffer> in, FloatBuffer out, Shape shape) {
    int steps = shape.dim(1);
    int classes = shape.dim(2);
    float[] logits = new float[steps * classes];
    float[] labels = new float[most];
    for (int i = 0; i < shape.dim(0); i++) {
      in.get(0).get(i * logits.length, logits);
      in.get(1).get(i * most, labels);
      CtcLattice lattice = new CtcLattice(logits, steps, classes, known(labels, classes));
      out.put((float) lattice.loss());
      out.put(lattice.gradient());
    }
  }

  /** Returns the labels before the padding. */
  private static int[] known(float[] labels, int classes) {
    int count = 0;
    while (count < labels.length && labels[count] >= 0) {
      count++;
    }
    int[] known = new int[count];
    for (int i = 0; i < count; i++) {
      known[i] = (int) labels[i];
      if (known[i] >= classes - 1) {
        throw new FoveaException(
            "ctc: label %s; of %s classes those below the last, the blank, are labels"
                .formatted(known[i], classes));
      }
    }
    return known;
  }
}
