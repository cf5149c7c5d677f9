package dev.fovea.nn;

import dev.fovea.runtime.Execution;
import dev.fovea.runtime.Plan;
import dev.fovea.runtime.Workers;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The computing of a batch in parts of some samples each.
 *
 * <p>As many parts as there are threads run at once, each on one thread with working memory of its
 * own: threads then neither wait for each other nor fetch what another has written. Parts that are
 * left over, of a batch of 2 on 4 threads both, run one after the other on all threads.
 *
 * @param plan the plan of a part
 * @param atOnce the number of samples of a part, at most {@code samples}
 * @param samples the number of samples of the batch
 */
record Inference(Plan plan, int atOnce, int samples) {

  /** Returns the outputs for a batch; its shapes have been checked. */
  List<Tensor> run(List<Tensor> batch, Workers workers) {
    List<Tensor> results = new ArrayList<>();
    for (Shape s : plan.program().outputShapes()) {
      results.add(Tensor.zeros(atOnce == samples ? s : s.withDim(0, samples)));
    }
    plan.prepare(); // by all threads, which a part would not have
    int parts = Math.ceilDiv(samples, atOnce);
    int alone = parts - parts % workers.threads();
    workers.forEach(alone, part -> run(part, batch, results));
    for (int part = alone; part < parts; part++) {
      run(part, batch, results);
    }
    return results;
  }

  private void run(int part, List<Tensor> batch, List<Tensor> results) {
    Execution e = plan.acquire();
    try {
      // The last part computes some samples again, so that one plan does for all; those are not
      // stored, since their other results may differ in the last bit and be stored at this moment.
      int first = Math.min(part * atOnce, samples - atOnce);
      run(e, first, part * atOnce - first, batch, results);
    } finally {
      plan.release(e);
    }
  }

  /** Computes a part that begins with sample {@code first}; stores it but for some at its front. */
  private void run(Execution e, int first, int skip, List<Tensor> batch, List<Tensor> results) {
    for (int i = 0; i < batch.size(); i++) {
      if (e.hasInput(Traced.input(i))) {
        float[] data = batch.get(i).data();
        e.set(Traced.input(i), data, first * (data.length / samples));
      }
    }
    e.run();
    for (int i = 0; i < results.size(); i++) {
      float[] data = results.get(i).data();
      int sample = atOnce == samples ? 0 : data.length / samples;
      e.get(Traced.output(i), skip * sample, data, (first + skip) * sample);
    }
  }
}
