package dev.fovea.engine.kernel.testing;

import dev.fovea.op.HostCall;
import dev.fovea.op.Ints;
import dev.fovea.op.Movement;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Cases for ops that only move elements. */
final class MovementCases {
  private MovementCases() {}

  static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    reshape(cases);
    transpose(cases);
    slice(cases);
    pad(cases);
    concat(cases);
    broadcast(cases);
    cases.add(OpCase.of("classes", new Movement.OneHot(12), Fill.INDICES, Shape.of(65)));
    cases.add(OpCase.of("rank 2", new Movement.OneHot(10), Fill.INDICES, Shape.of(3, 17)));
    cases.add(OpCase.of("one class", new Movement.OneHot(1), Fill.INDICES, Shape.of(31)));
    cases.add(OpCase.of("long", new Movement.OneHot(11), Fill.INDICES, Shape.of(33_001)));
    cases.add(hostCall());
    return cases;
  }

  /** Two operands in one result: the first backwards, then the second. */
  private static OpCase hostCall() {
    HostCall.Function function =
        (in, out) -> {
          for (int i = in.get(0).limit() - 1; i >= 0; i--) {
            out.put(in.get(0).get(i));
          }
          out.put(in.get(1));
        };
    Shape result = Shape.of(17 + 5);
    return OpCase.of("two", new HostCall("join", result, function), Shape.of(17), Shape.of(5));
  }

  private static void reshape(List<OpCase> cases) {
    cases.add(OpCase.of("flat", new Movement.Reshape(Shape.of(105)), Shape.of(3, 5, 7)));
    cases.add(OpCase.of("to number", new Movement.Reshape(Shape.scalar()), Shape.of(1, 1)));
    cases.add(OpCase.of("of number", new Movement.Reshape(Shape.of(1, 1)), Shape.scalar()));
    cases.add(OpCase.of("long", new Movement.Reshape(Shape.of(65 * 67, 63)), Shape.of(65, 67, 63)));
  }

  private static void transpose(List<OpCase> cases) {
    transpose(cases, Shape.scalar());
    transpose(cases, Shape.of(17), 0);
    transpose(cases, Shape.of(3, 17), 1, 0);
    transpose(cases, Shape.of(65, 33), 1, 0);
    transpose(cases, Shape.of(2, 5, 7, 3), 0, 3, 1, 2);
    transpose(cases, Shape.of(2, 16, 5, 7), 0, 2, 3, 1);
    transpose(cases, Shape.of(2, 3, 5, 7), 3, 2, 1, 0);
    transpose(cases, Shape.of(2, 3, 5, 7), 0, 1, 2, 3);
    transpose(cases, Shape.of(2, 3, 5, 7), 1, 0, 2, 3);
    transpose(cases, Shape.of(1, 3, 1, 7), 2, 3, 0, 1);
    transpose(cases, Shape.of(3, 63, 65, 31), 0, 3, 1, 2);
    transpose(cases, Shape.of(2, 3, 1, 2, 3, 1, 2, 5), 7, 0, 6, 1, 5, 2, 4, 3);
  }

  private static void transpose(List<OpCase> cases, Shape x, int... order) {
    cases.add(OpCase.of("order", new Movement.Transpose(Ints.of(order)), x));
  }

  private static void slice(List<OpCase> cases) {
    slice(cases, Shape.of(17), Shape.of(13), 2);
    slice(cases, Shape.of(17), Shape.of(17), 0);
    slice(cases, Shape.of(17), Shape.of(1), 16);
    slice(cases, Shape.of(5, 16), Shape.of(2, 16), 3, 0);
    slice(cases, Shape.of(5, 16), Shape.of(5, 7), 0, 8);
    slice(cases, Shape.of(3, 7, 9, 17), Shape.of(2, 5, 3, 15), 1, 1, 4, 2);
    slice(cases, Shape.of(65, 65, 33), Shape.of(63, 61, 31), 1, 2, 1);
    slice(cases, Shape.scalar(), Shape.scalar());
  }

  private static void slice(List<OpCase> cases, Shape x, Shape size, int... begin) {
    cases.add(OpCase.of("begin", new Movement.Slice(Ints.of(begin), size), x));
  }

  private static void pad(List<OpCase> cases) {
    pad(cases, Shape.of(1), 0, new int[] {0}, new int[] {0});
    pad(cases, Shape.of(13), 2.5f, new int[] {3}, new int[] {1});
    pad(cases, Shape.of(5, 7), 0, new int[] {1, 0}, new int[] {2, 3});
    pad(cases, Shape.of(2, 5, 7, 3), -1, new int[] {0, 2, 1, 0}, new int[] {0, 1, 2, 0});
    pad(cases, Shape.of(2, 5, 7, 3), 0, new int[] {1, 2, 1, 3}, new int[] {1, 0, 2, 1});
    pad(cases, Shape.of(2, 5, 7, 3), 0.5f, new int[] {0, 1, 0, 0}, new int[] {0, 2, 0, 0});
    pad(cases, Shape.of(3, 2, 65, 17), 3, new int[] {1, 0, 0, 0}, new int[] {2, 0, 0, 0});
    pad(cases, Shape.of(2, 63, 65, 17), 0, new int[] {0, 1, 2, 0}, new int[] {0, 1, 2, 0});
    pad(cases, Shape.of(3, 2, 5, 7), 3, new int[] {1, 0, 0, 0}, new int[] {2, 0, 0, 0});
    pad(cases, Shape.of(2, 0, 3), 1.5f, new int[] {0, 1, 0}, new int[] {0, 2, 0});
    pad(cases, Shape.scalar(), 0, new int[0], new int[0]);
  }

  private static void pad(List<OpCase> cases, Shape x, float value, int[] before, int[] after) {
    var op = new Movement.Pad(Ints.of(before), Ints.of(after), value);
    cases.add(OpCase.of("before " + op.before() + " after " + op.after(), op, x));
  }

  private static void concat(List<OpCase> cases) {
    cases.add(OpCase.of("one", new Movement.Concat(0), Shape.of(5, 3)));
    cases.add(OpCase.of("batch", new Movement.Concat(0), Shape.of(2, 7), Shape.of(3, 7)));
    cases.add(
        OpCase.of(
            "channels",
            new Movement.Concat(3),
            Shape.of(2, 5, 7, 3),
            Shape.of(2, 5, 7, 16),
            Shape.of(2, 5, 7, 1)));
    cases.add(OpCase.of("middle", new Movement.Concat(1), Shape.of(3, 1, 17), Shape.of(3, 33, 17)));
    cases.add(
        OpCase.of(
            "long", new Movement.Concat(3), Shape.of(2, 63, 65, 15), Shape.of(2, 63, 65, 17)));
  }

  private static void broadcast(List<OpCase> cases) {
    cases.add(OpCase.of("number", new Movement.Broadcast(Shape.of(3, 17)), Shape.scalar()));
    cases.add(OpCase.of("same", new Movement.Broadcast(Shape.of(3, 17)), Shape.of(3, 17)));
    cases.add(OpCase.of("rows", new Movement.Broadcast(Shape.of(33, 17)), Shape.of(17)));
    cases.add(OpCase.of("columns", new Movement.Broadcast(Shape.of(33, 17)), Shape.of(33, 1)));
    cases.add(
        OpCase.of("image", new Movement.Broadcast(Shape.of(3, 65, 67, 16)), Shape.of(3, 1, 1, 16)));
    cases.add(OpCase.of("mixed", new Movement.Broadcast(Shape.of(2, 3, 5, 7)), Shape.of(3, 1, 7)));
  }
}
