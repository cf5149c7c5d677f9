package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.file.Node;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.formats.onnx.tensors.Index;
import dev.fovea.formats.onnx.walk.Call;
import dev.fovea.formats.onnx.walk.HostFunction;
import dev.fovea.formats.onnx.walk.HostOperator;
import dev.fovea.formats.onnx.walk.Operand;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Sums of products over axes that an equation names, such as {@code bij,bjk->bik}.
 *
 * <p>Two tensors without repeated axes are multiplied as matrices in the plan; all else is computed
 * from the definition.
 */
final class Einsum {
  private static final String DOTS = "...";

  /** The names that the axes of an ellipsis get: none that an equation is written in. */
  private static final char FIRST_OF_DOTS = '\uE000';

  private Einsum() {}

  static List<Operand> apply(Call c) {
    Equation e = Equation.of(c.node(), IntStream.range(0, c.count()).mapToObj(c::shape).toList());
    boolean plan = !c.isKnown() && c.type().isFloat() && e.isPlain() && c.count() == 2;
    Operand product = plan ? product(c, e) : null;
    return product != null
        ? List.of(product)
        : HostOperator.of((n, in) -> List.of(summed(e, in))).apply(c);
  }

  /**
   * Which axes are summed.
   *
   * @param terms one letter per axis of each operand
   * @param out one letter per axis of the result
   * @param extents the extent of each letter
   */
  private record Equation(List<String> terms, String out, Map<Character, Integer> extents) {
    static Equation of(Node node, List<Shape> shapes) {
      String text = node.text("equation", "").replace(" ", "");
      String[] sides = text.split("->", 2);
      String[] given = sides[0].split(",", -1);
      if (given.length != shapes.size()) {
        throw new FormatException(text + " is of " + given.length + " operands");
      }
      int dots = 0;
      for (int t = 0; t < given.length; t++) {
        dots = Math.max(dots, dots(given[t], shapes.get(t)));
      }
      String all = names(dots);
      List<String> terms = new ArrayList<>();
      Map<Character, Integer> extents = new LinkedHashMap<>();
      for (int t = 0; t < given.length; t++) {
        Shape s = shapes.get(t);
        String own = all.substring(dots - Math.max(dots(given[t], s), 0));
        terms.add(given[t].replace(DOTS, own));
        measure(terms.get(t), s, extents);
      }
      String out = sides.length > 1 ? sides[1].replace(DOTS, all) : all + once(given);
      checked(out, extents);
      return new Equation(List.copyOf(terms), out, extents);
    }

    /** Returns how many axes the ellipsis of a term stands for; −1 if it has none. */
    private static int dots(String term, Shape s) {
      int letters = term.replace(DOTS, "").length();
      if (!term.contains(DOTS)) {
        return -1;
      }
      if (letters > s.rank()) {
        throw new FormatException(term + " names more axes than " + s + " has");
      }
      return s.rank() - letters;
    }

    private static String names(int count) {
      StringBuilder names = new StringBuilder();
      IntStream.range(0, count).forEach(i -> names.append((char) (FIRST_OF_DOTS + i)));
      return names.toString();
    }

    private static void measure(String term, Shape s, Map<Character, Integer> extents) {
      if (term.length() != s.rank()) {
        throw new FormatException(term + " does not name the axes of " + s);
      }
      for (int a = 0; a < s.rank(); a++) {
        int known = extents.getOrDefault(term.charAt(a), 1);
        if (known != 1 && s.dim(a) != 1 && known != s.dim(a)) {
          throw new FormatException(
              "axis " + term.charAt(a) + " has extents " + known + " and " + s.dim(a));
        }
        extents.put(term.charAt(a), known == 1 ? s.dim(a) : known);
      }
    }

    /** Returns the letters that occur once, in the order of the alphabet. */
    private static String once(String[] terms) {
      String left = String.join("", terms).replace(".", "");
      return left.chars()
          .filter(l -> left.indexOf(l) == left.lastIndexOf(l))
          .sorted()
          .mapToObj(l -> String.valueOf((char) l))
          .reduce("", String::concat);
    }

    private static void checked(String out, Map<Character, Integer> extents) {
      for (int i = 0; i < out.length(); i++) {
        char l = out.charAt(i);
        if (!extents.containsKey(l) || out.lastIndexOf(l) != i) {
          throw new FormatException("the result must name each of its axes once, got " + out);
        }
      }
    }

    /** Returns whether no operand has a letter twice. */
    boolean isPlain() {
      return terms.stream().allMatch(t -> t.chars().distinct().count() == t.length());
    }

    Shape shape(String letters) {
      return Shape.of(letters.chars().map(l -> extents.getOrDefault((char) l, 1)).toArray());
    }

    /**
     * Returns the shape of a matrix whose rows and columns are several axes, one per outer axis.
     */
    Shape merged(String outer, String rows, String columns) {
      Shape matrix = Shape.of(shape(rows).elements(), shape(columns).elements());
      return outer.isEmpty() ? matrix : matrix.prepend(shape(outer).elements());
    }

    int[] order(int term, String letters) {
      return letters.chars().map(terms.get(term)::indexOf).toArray();
    }
  }

  /** Multiplies two operands as matrices [both, left, summed] · [both, summed, right]. */
  private static @Nullable Operand product(Call c, Equation e) {
    String a = e.terms.get(0);
    String b = e.terms.get(1);
    String both = letters(a, l -> has(b, l) && has(e.out, l));
    String summed = letters(a, l -> has(b, l) && !has(e.out, l));
    String left = letters(a, l -> !has(b, l));
    String right = letters(b, l -> !has(a, l));
    boolean whole = (left + right).chars().allMatch(l -> has(e.out, l));
    if (!whole || !c.shape(0).equals(e.shape(a)) || !c.shape(1).equals(e.shape(b))) {
      return null;
    }
    Value x = c.in(0, e.order(0, both + left + summed)).reshape(e.merged(both, left, summed));
    Value y = c.in(1, e.order(1, both + summed + right)).reshape(e.merged(both, summed, right));
    Value z = x.matmul(y);
    String made = both + left + right;
    int[] order = made.chars().map(e.out::indexOf).toArray();
    return new Operand.Held(z.reshape(e.shape(made)), order, c.type());
  }

  private static boolean has(String letters, int letter) {
    return letters.indexOf(letter) >= 0;
  }

  private static String letters(String term, IntPredicate which) {
    return term.chars()
        .filter(which)
        .mapToObj(l -> String.valueOf((char) l))
        .reduce("", String::concat);
  }

  /** Sums products over the letters that the result does not have. */
  private static HostTensor summed(Equation e, HostFunction.Inputs in) {
    String letters =
        e.out
            + e.extents.keySet().stream()
                .filter(l -> e.out.indexOf(l) < 0)
                .map(String::valueOf)
                .reduce("", String::concat);
    Shape all = HostTensor.bounded(e.shape(letters));
    Shape result = Shape.of(Arrays.copyOf(all.dims(), e.out.length()));
    in.budget().steps(all.elements(), e.terms.size());
    double[] sum = new double[result.elements()];
    int[][] index = new int[e.terms.size()][];
    for (int t = 0; t < index.length; t++) {
      index[t] = Index.walk(all, steps(e.terms.get(t), letters, in.get(t).shape()), 0);
    }
    int inner = all.elements() / Math.max(sum.length, 1);
    for (int i = 0; i < all.elements(); i++) {
      double product = 1;
      for (int t = 0; t < index.length; t++) {
        product *= in.get(t).at(index[t][i]);
      }
      sum[i / inner] += product;
    }
    return HostTensor.rounded(in.get(0).type(), result, sum);
  }

  private static int[] steps(String term, String letters, Shape s) {
    int[] strides = s.strides();
    int[] steps = new int[letters.length()];
    for (int a = 0; a < term.length(); a++) {
      steps[letters.indexOf(term.charAt(a))] += s.dim(a) == 1 ? 0 : strides[a];
    }
    return steps;
  }
}
