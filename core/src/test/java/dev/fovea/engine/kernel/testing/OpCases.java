package dev.fovea.engine.kernel.testing;

import dev.fovea.op.Op;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Cases for every op, at sizes that are awkward for vectors, blocks and tasks. */
public final class OpCases {
  private OpCases() {}

  /** Returns all cases. */
  public static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    cases.addAll(ElementwiseCases.all());
    cases.addAll(MovementCases.all());
    cases.addAll(SamplingCases.all());
    cases.addAll(ConvolutionCases.all());
    cases.addAll(MatMulCases.all());
    cases.addAll(PoolingCases.all());
    cases.addAll(RegionCases.all());
    cases.addAll(SelectionCases.all());
    cases.addAll(NormalizationCases.all());
    cases.addAll(QuantizedCases.all());
    return List.copyOf(cases);
  }

  /** Returns the classes of ops that the sealed hierarchy permits. */
  public static Set<Class<?>> ops() {
    Set<Class<?>> found = new HashSet<>();
    collect(Op.class, found);
    return found;
  }

  private static void collect(Class<?> type, Set<Class<?>> found) {
    if (type.isSealed()) {
      Stream.of(type.getPermittedSubclasses()).forEach(t -> collect(t, found));
    } else {
      found.add(type);
    }
  }
}
