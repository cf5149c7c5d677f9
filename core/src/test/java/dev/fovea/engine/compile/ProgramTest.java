package dev.fovea.engine.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.engine.compile.testing.ProgramContract;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Verifier;
import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.kernel.Providers;
import dev.fovea.op.Value;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Programs with the kernels that are the specification. */
final class ProgramTest extends ProgramContract {
  private static final int GRAPHS = 60;

  @Override
  protected List<KernelProvider> providers() {
    return Providers.choose("scalar").chain();
  }

  @Test
  void everyPassLeavesAGraphThatHoldsTheRules() {
    for (int seed = 0; seed < GRAPHS; seed++) {
      Graph g = graph(seed);
      for (Pass pass :
          List.of(
              new Simplify(),
              new FoldBatchNorm(),
              new FuseEpilogue(),
              new FuseRectifier(),
              new PackWeights(providers().get(0), true),
              new Simplify())) {
        Graph next = pass.apply(g);
        Verifier.verify(next);
        assertThat(next.gradients().keySet()).isEqualTo(g.gradients().keySet());
        assertThat(next.outputs().stream().map(Value::shape))
            .containsExactlyElementsOf(g.outputs().stream().map(Value::shape).toList());
        g = next;
      }
    }
  }
}
