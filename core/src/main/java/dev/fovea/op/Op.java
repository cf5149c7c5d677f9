package dev.fovea.op;

import dev.fovea.tensor.ElementType;
import dev.fovea.tensor.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One operation on tensors: an immutable record with its shape rule and its gradient.
 *
 * <p>The permitted kinds are the table of contents of the whole engine. Passes and kernels switch
 * over them; everything that is not here is composed of what is.
 */
public sealed interface Op
    permits Source,
        Elementwise,
        Reduction,
        Movement,
        Sampling,
        Contraction,
        Pooling,
        Regions,
        Selection,
        Normalization,
        Quantized,
        HostCall,
        Scan {

  /** Returns the name used in errors, summaries and graph listings, such as {@code conv2d}. */
  String name();

  /**
   * Returns the shape of the result.
   *
   * @throws dev.fovea.tensor.ShapeException if the inputs break the op's rule
   */
  Shape shape(List<Shape> inputs);

  /**
   * Returns the element type of the result: 32-bit floats of such, unless an op says otherwise.
   *
   * @throws dev.fovea.tensor.FoveaException if the op does not take these types
   */
  default ElementType type(List<ElementType> inputs) {
    return Rules.floats(this, inputs);
  }

  /**
   * Returns, per input, the gradient of some scalar with respect to that input.
   *
   * @param y the value of this op, with its inputs
   * @param dy the gradient of the scalar with respect to {@code y}, of the shape of {@code y}
   * @return one value per input of that input's shape; {@code null} where none flows
   */
  List<@Nullable Value> gradient(Value y, Value dy);

  /** Returns the floating-point operations of one evaluation; a multiply-add counts as two. */
  default long flops(List<Shape> inputs, Shape output) {
    return 0;
  }
}
