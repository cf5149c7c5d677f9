package dev.fovea.formats.onnx.walk;

import dev.fovea.formats.onnx.file.Node;
import dev.fovea.formats.onnx.tensors.Budget;
import dev.fovea.formats.onnx.tensors.HostTensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Computes an operator on known tensors: its specification in Java. */
@FunctionalInterface
public interface HostFunction {
  /**
   * Returns the results in order.
   *
   * @param node the node, for its attributes
   * @param in the operands; null where an optional one is left out
   */
  List<HostTensor> apply(Node node, Inputs in);

  /**
   * The operands of a node, some of which may be left out.
   *
   * @param all the operands
   * @param budget what computing may cost
   */
  record Inputs(List<@Nullable HostTensor> all, Budget budget) {
    /** Returns how many there are, those left out in the middle included. */
    public int size() {
      return all.size();
    }

    public boolean has(int i) {
      return i < all.size() && all.get(i) != null;
    }

    /** Returns operand {@code i}. */
    public HostTensor get(int i) {
      HostTensor t = i < all.size() ? all.get(i) : null;
      if (t == null) {
        throw new dev.fovea.formats.FormatException("needs input " + i);
      }
      return t;
    }

    /** Returns operand {@code i}, or another tensor if it is left out. */
    public HostTensor get(int i, HostTensor otherwise) {
      return has(i) ? get(i) : otherwise;
    }

    /** Returns the only number of operand {@code i}. */
    public double number(int i, double otherwise) {
      return has(i) && get(i).size() > 0 ? get(i).item() : otherwise;
    }
  }
}
