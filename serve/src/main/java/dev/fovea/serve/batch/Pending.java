package dev.fovea.serve.batch;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A request that waits for its answer; its samples may be computed in several batches. */
final class Pending {
  private final List<Tensor> inputs;
  private final int samples;
  private final long arrived = System.nanoTime();
  private final long deadline;
  private final CompletableFuture<List<Tensor>> answer = new CompletableFuture<>();
  private final List<Tensor> outputs = new ArrayList<>();
  private int computed;

  /** How many samples have been taken into batches; the queue alone changes it. */
  int taken;

  /**
   * Creates a request.
   *
   * @param deadline by {@link System#nanoTime} when it need not be begun any more
   */
  Pending(List<Tensor> inputs, int samples, long deadline) {
    this.inputs = inputs;
    this.samples = samples;
    this.deadline = deadline;
  }

  List<Tensor> inputs() {
    return inputs;
  }

  int samples() {
    return samples;
  }

  long arrived() {
    return arrived;
  }

  CompletableFuture<List<Tensor>> answer() {
    return answer;
  }

  /** Returns whether nobody waits for the rest of it: refused, failed or given up. */
  boolean isOver() {
    return answer.isDone();
  }

  boolean isLate(long now) {
    return deadline - now < 0;
  }

  /** Takes the outputs of a batch that is this request alone. */
  void finish(List<Tensor> all) {
    answer.complete(all);
  }

  /**
   * Takes the outputs of some samples; nothing if nobody waits for them any more.
   *
   * @param first the number of the first of them in this request
   * @param count how many they are
   * @param batch the outputs of a batch
   * @param at where in the batch they begin
   */
  void add(int first, int count, List<Tensor> batch, int at) {
    if (isOver()) {
      return; // its memory is given back, so it takes none
    }
    synchronized (outputs) {
      for (int i = 0; i < batch.size(); i++) {
        Shape shape = batch.get(i).shape();
        if (outputs.size() == i) {
          outputs.add(Tensor.zeros(shape.withDim(0, samples)));
        }
        int sample = batch.get(i).data().length / shape.dim(0);
        System.arraycopy(
            batch.get(i).data(),
            at * sample,
            outputs.get(i).data(),
            first * sample,
            count * sample);
      }
      computed += count;
      if (computed < samples) {
        return;
      }
    }
    answer.complete(outputs);
  }
}
