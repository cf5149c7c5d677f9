package dev.fovea.bench;

import dev.fovea.engine.Engine;
import dev.fovea.io.Table;
import dev.fovea.nn.Model;
import java.util.Locale;

/**
 * What is left on the heap after batches of 1, 2, 3 and 4 have been served, one after the other.
 */
final class ServingMemory {
  private static final int BATCHES = 4;

  private ServingMemory() {}

  /** Returns a table: MiB after each batch size, and that as a multiple of what batch 1 takes. */
  static String report(String net, Engine engine) {
    BenchNet found = BenchNets.find(net);
    Model model = found.model(engine);
    model.parameters().values();
    Table table = new Table("batch", ">MiB", ">times batch 1");
    table.row("none", number("%.0f", mebibytes()), "");
    double one = 0;
    for (int n = 1; n <= BATCHES; n++) {
      model.run(FoveaWork.pictures(found.input(), n));
      double now = mebibytes();
      one = n == 1 ? now : one;
      table.row(Integer.toString(n), number("%.0f", now), number("%.2f", now / one));
    }
    return table.toString();
  }

  private static String number(String form, double value) {
    return String.format(Locale.ROOT, form, value);
  }

  private static double mebibytes() {
    Runtime r = Runtime.getRuntime();
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return (r.totalMemory() - r.freeMemory()) / (double) (1 << 20);
  }
}
