package dev.fovea.machine.kernel;

import static dev.fovea.machine.assembler.VectorInstruction.VADDPS;
import static dev.fovea.machine.assembler.VectorInstruction.VBROADCASTSS;
import static dev.fovea.machine.assembler.VectorInstruction.VFMADD231PS;
import static dev.fovea.machine.assembler.VectorInstruction.VMAXPS;
import static dev.fovea.machine.assembler.VectorInstruction.VMOVAPS;
import static dev.fovea.machine.assembler.VectorInstruction.VMOVUPS;
import static dev.fovea.machine.assembler.VectorInstruction.VMOVUPS_STORE;
import static dev.fovea.machine.assembler.VectorInstruction.VMULPS;
import static dev.fovea.machine.assembler.VectorInstruction.VPAND;
import static dev.fovea.machine.assembler.VectorInstruction.VPXOR;
import static dev.fovea.machine.assembler.VectorInstruction.VSUBPS;

import dev.fovea.machine.assembler.Assembler;
import dev.fovea.machine.assembler.Condition;
import dev.fovea.machine.assembler.Label;
import dev.fovea.machine.assembler.Memory;
import dev.fovea.machine.assembler.Register;
import dev.fovea.machine.assembler.Vector;
import dev.fovea.machine.assembler.VectorInstruction;
import dev.fovea.machine.assembler.Width;
import dev.fovea.simd.RowFormula;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Code of a formula over rows, several times, each time further on. Needs 32 registers.
 *
 * <p>The arrays are x, the second array of a product, a table of whole numbers, and in the place of
 * the result y; what is left out is not touched. The table says where rows begin, those of x and
 * then those of y. The arguments are the bytes of a row, how many times, and the bytes from one
 * time to the next in x, in the second array and in y.
 */
final class RowCode {
  private static final int LOOP_ALIGNMENT = 64;

  /** The registers of rows; the last of them hold arrays until all rows are found. */
  private static final List<Register> ROWS =
      List.of(
          Register.R10,
          Register.R11,
          Register.R12,
          Register.R13,
          Register.R14,
          Register.R15,
          Register.RAX,
          Register.RBX,
          Register.RBP,
          Frame.O,
          Frame.R,
          Frame.B);

  /** How far a loop is within the rows. */
  private static final Register AT = Frame.X;

  private static final int SIGN = 0x8000_0000;

  private final Assembler a = Frame.enter();
  private final RowFormula formula;
  private final Width width;
  private final Map<Integer, Vector> constants = new LinkedHashMap<>();
  private final Label loop = a.label();
  private int next;

  private RowCode(RowFormula formula, Width width) {
    this.formula = formula;
    this.width = width;
  }

  /** Returns the instructions. */
  static byte[] of(RowFormula formula, Width width) {
    return new RowCode(formula, width).bytes();
  }

  private byte[] bytes() {
    int rows = formula.inputs() + formula.outputs();
    for (int i = 0; i < rows; i++) {
      Register array = i < formula.inputs() ? Frame.X : Frame.Y;
      Frame.pointAt(a, ROWS.get(i), array, Frame.B, i);
    }
    numbers().forEach(this::constant);
    a.bindAligned(loop, LOOP_ALIGNMENT);
    row();
    for (int i = 0; i < rows; i++) {
      a.add(ROWS.get(i), Frame.argument(i < formula.inputs() ? 2 : 4));
    }
    if (formula == RowFormula.PRODUCT) {
      a.add(Frame.W, Frame.argument(3));
    }
    a.load(AT, Frame.argument(1));
    Frame.countDown(a, AT);
    a.store(Frame.argument(1), AT);
    a.jumpIf(Condition.NOT_EQUAL, loop);
    return Frame.end(a);
  }

  /** Applies the formula to rows from their beginning to their end. */
  private void row() {
    a.move(AT, 0);
    Label columns = a.label();
    a.bindAligned(columns, LOOP_ALIGNMENT);
    int kept = next;
    List<Vector> results = results();
    for (int i = 0; i < results.size(); i++) {
      a.vector(VMOVUPS_STORE, results.get(i), at(ROWS.get(formula.inputs() + i)));
    }
    next = kept;
    a.add(AT, width.bytes());
    a.compare(AT, Frame.argument(0));
    a.jumpIf(Condition.NOT_EQUAL, columns);
  }

  private Memory at(Register row) {
    return Memory.at(row, AT, 1, 0);
  }

  // ---- formulas

  /** Returns the numbers that a formula multiplies with, or masks. */
  private List<Integer> numbers() {
    List<Integer> bits = new ArrayList<>();
    float[] factors =
        switch (formula) {
          case IMAGE_FOUR -> new float[] {1.5f, 2, -0.5f};
          case RESULT_FOUR -> new float[] {0.5f, 0.25f, 0.125f, -2, 4, -8};
          case WEIGHTS_FOUR -> new float[] {1 / 3f, 0.5f, 0.25f, -2, 4, -16 / 15f, 1 / 15f};
          case WEIGHTS_TWO -> new float[] {0.5f, -0f};
          default -> new float[0];
        };
    for (float f : factors) {
      bits.add(Float.floatToRawIntBits(f));
    }
    if (formula == RowFormula.LARGEST_OF_NINE) {
      bits.add(~SIGN);
    }
    return bits;
  }

  private List<Vector> results() {
    return switch (formula) {
      case IMAGE_FOUR -> imageFour();
      case IMAGE_TWO -> imageTwo();
      case RESULT_FOUR -> resultFour();
      case RESULT_TWO -> resultTwo();
      case WEIGHTS_FOUR -> weightsFour();
      case WEIGHTS_TWO -> weightsTwo();
      case PRODUCT -> {
        Vector x = load(0);
        a.vector(VMULPS, x, x, at(Frame.W));
        yield List.of(x);
      }
      case COPY -> List.of(load(0));
      case LARGEST_OF_NINE -> List.of(largest());
    };
  }

  private List<Vector> imageFour() {
    Vector d1 = load(1);
    Vector d2 = load(2);
    Vector d3 = load(3);
    Vector f = minus(d3, d1);
    Vector e = minus(load(4), d2);
    Vector g = plusProduct(f, d2, 1.5f);
    Vector h = plusProduct(e, d3, 1.5f);
    Vector first = plus(minus(load(0), d2), e);
    Vector last = minus(minus(load(5), d3), f);
    return List.of(
        plusProduct(first, f, 1.5f),
        plus(h, g),
        minus(h, g),
        plusProduct(e, f, 2),
        plusProduct(e, f, -0.5f),
        plusProduct(last, e, 1.5f));
  }

  private List<Vector> imageTwo() {
    Vector d1 = load(1);
    Vector d2 = load(2);
    return List.of(minus(d2, load(0)), plus(d2, d1), minus(d2, d1), minus(load(3), d1));
  }

  private List<Vector> resultFour() {
    Vector m1 = load(1);
    Vector m2 = load(2);
    Vector m3 = load(3);
    Vector m4 = load(4);
    Vector sum = plus(m1, m2);
    Vector difference = minus(m1, m2);
    return List.of(
        plus(plus(plus(sum, load(0)), m3), m4),
        plusProduct(plusProduct(difference, m3, 0.5f), m4, -2),
        plusProduct(plusProduct(sum, m3, 0.25f), m4, 4),
        plus(plusProduct(plusProduct(difference, m3, 0.125f), m4, -8), load(5)));
  }

  private List<Vector> resultTwo() {
    Vector m1 = load(1);
    Vector m2 = load(2);
    return List.of(plus(plus(load(0), m1), m2), plus(minus(m1, m2), load(3)));
  }

  private List<Vector> weightsFour() {
    Vector g0 = load(0);
    Vector g1 = load(1);
    Vector g2 = load(2);
    Vector even = plus(g0, g2);
    return List.of(
        g0,
        times(plus(even, g1), 1 / 3f),
        times(minus(g1, even), 1 / 3f),
        times(plusProduct(plusProduct(g0, g1, 0.5f), g2, 0.25f), -16 / 15f),
        times(plusProduct(plusProduct(g0, g1, -2), g2, 4), 1 / 15f),
        g2);
  }

  private List<Vector> weightsTwo() {
    Vector g0 = load(0);
    Vector g1 = load(1);
    Vector g2 = load(2);
    Vector even = plus(g0, g2);
    return List.of(
        of(VPXOR, g0, factor(-0f)), times(plus(even, g1), 0.5f), times(minus(even, g1), 0.5f), g2);
  }

  private Vector largest() {
    Vector most = load(0);
    int kept = next;
    for (int i = 1; i < formula.inputs(); i++) {
      next = kept;
      Vector other = load(i);
      Vector one = of(VMAXPS, most, other);
      Vector two = of(VMAXPS, other, most);
      // Both orders give the same but for zeros, of which 0 is the larger, and what is no number.
      a.vector(VPAND, most, one, two);
      a.vector(VPXOR, one, one, two);
      a.vector(VPAND, one, one, constants(~SIGN));
      a.vector(VPXOR, most, most, one);
    }
    return most;
  }

  // ---- registers

  private Vector fresh() {
    return new Vector(next++, width);
  }

  private void constant(int bits) {
    Vector v = fresh();
    a.move(AT, bits);
    a.storeInt(Frame.spare(), AT);
    a.vector(VBROADCASTSS, v, Frame.spare());
    constants.put(bits, v);
  }

  private Vector constants(int bits) {
    Vector v = constants.get(bits);
    if (v == null) {
      throw new IllegalStateException(formula + " has no " + Float.intBitsToFloat(bits));
    }
    return v;
  }

  private Vector factor(float number) {
    return constants(Float.floatToRawIntBits(number));
  }

  private Vector load(int row) {
    Vector v = fresh();
    a.vector(VMOVUPS, v, at(ROWS.get(row)));
    return v;
  }

  private Vector of(VectorInstruction op, Vector first, Vector second) {
    Vector v = fresh();
    a.vector(op, v, first, second);
    return v;
  }

  private Vector plus(Vector x, Vector y) {
    return of(VADDPS, x, y);
  }

  private Vector minus(Vector x, Vector y) {
    return of(VSUBPS, x, y);
  }

  private Vector times(Vector x, float number) {
    return of(VMULPS, x, factor(number));
  }

  /** sum + x · number, rounded once. */
  private Vector plusProduct(Vector sum, Vector x, float number) {
    Vector v = fresh();
    a.vector(VMOVAPS, v, sum);
    a.vector(VFMADD231PS, v, x, factor(number));
    return v;
  }
}
