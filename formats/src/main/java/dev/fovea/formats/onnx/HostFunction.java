package dev.fovea.formats.onnx;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Computes an operator on known tensors: its specification in Java. */
@FunctionalInterface
interface HostFunction {
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
    int size() {
      return all.size();
    }

    boolean has(int i) {
      return i < all.size() && all.get(i) != null;
    }

    /** Returns operand {@code i}. */
    HostTensor get(int i) {
      HostTensor t = i < all.size() ? all.get(i) : null;
      if (t == null) {
        throw new dev.fovea.formats.FormatException("needs input " + i);
      }
      return t;
    }

    /** Returns operand {@code i}, or another tensor if it is left out. */
    HostTensor get(int i, HostTensor otherwise) {
      return has(i) ? get(i) : otherwise;
    }

    /** Returns the only number of operand {@code i}. */
    double number(int i, double otherwise) {
      return has(i) && get(i).size() > 0 ? get(i).item() : otherwise;
    }
  }
}
