package dev.fovea.serve.batch;

import dev.fovea.nn.Model;
import dev.fovea.serve.batch.PendingQueue.Batch;
import dev.fovea.serve.batch.PendingQueue.Part;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Computes the requests of many threads in batches ("dynamic batching").
 *
 * <pre>{@code
 * try (Batcher batcher = Batcher.of(model, Batching.usual().maxDelay(Duration.ofMillis(2)))) {
 *   List<Tensor> outputs = batcher.run(List.of(input), Duration.ofSeconds(1));   // by any thread
 * }
 * }</pre>
 *
 * <p>Every request is answered once: by its outputs, or by an exception if it was refused or its
 * computation failed. Where that of a batch fails, its halves are computed, and so on, so that
 * values for which the network fails are an error of their own request; requests whose time is over
 * by then are refused. What waits is bounded, and so is how long it waits. An output may differ in
 * its last bits with the size of the batch in which it was computed. A model that {@linkplain
 * Model#fixesBatch suits some batch sizes only} computes each request as it is.
 *
 * <p>A request that is alone is computed by all threads of the model's engine together. Where
 * requests wait for half of the threads or more, each thread computes some of them on its own: that
 * takes less of the processors, and each request is answered as soon as it is computed. After
 * {@link #warmUp} it computes no more of them at a time than pays.
 *
 * <p>Any number of threads, virtual ones too, may use a batcher at once. A request that meets no
 * other is computed by the thread that asks, by {@link #run}, where there are several processors,
 * if {@link #warmUp} compiles programs for so many samples: handing it over would take time. If it
 * has shown that a sample takes less than two milliseconds, requests of one sample are so computed
 * on as many threads at once as there are processors, without those of the engine unless these
 * compute a sample much sooner.
 */
public final class Batcher implements AutoCloseable {
  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

  private final Model model;

  /** The same without the engine's threads. */
  private final Model alone;

  private final Batching rule;
  private final Crowd crowd;
  private final PendingQueue queue;
  private final BatchObserver observer;
  private final List<Thread> threads;
  private final int[] warmSizes;
  private volatile SampleTime time = SampleTime.UNKNOWN;

  private Batcher(Model model, Batching rule, BatchObserver observer) {
    this.model = model;
    this.rule = rule;
    this.observer = observer;
    this.alone = model.withEngine(model.engine().alone());
    this.crowd = Crowd.of(model, rule);
    this.queue = new PendingQueue(rule, crowd, model.fixesBatch());
    this.warmSizes = model.fixesBatch() ? new int[] {1} : rule.sizes();
    this.threads =
        IntStream.range(0, Math.max(rule.instances(), crowd.threads()))
            .mapToObj(i ->
                Thread.ofPlatform().daemon().name("fovea-batcher-" + i).unstarted(this::computeAll))
            .toList();
  }

  /** Returns a batcher of a model; its threads do not keep a program alive. */
  public static Batcher of(Model model, Batching rule) {
    return of(model, rule, (samples, waited, computed) -> {});
  }

  /** Returns a batcher of a model that tells an observer of each batch. */
  public static Batcher of(Model model, Batching rule, BatchObserver observer) {
    Batcher batcher = new Batcher(model, rule, observer);
    batcher.threads.forEach(Thread::start);
    return batcher;
  }

  /**
   * Computes batches of all sizes, so that later requests meet compiled programs.
   *
   * @param atLeast for how long; each size is computed once at least
   */
  public void warmUp(Duration atLeast) {
    computeZeros(atLeast);
    var _ = alone.run(zeros(1)); // the sizes above need it only where a crowd may form
    time = SampleTime.of(model, alone, zeros(1));
    int[] apart = sizesApart();
    if (apart.length > 1) {
      queue.form(
          crowd.sparing(
              apart,
              IntStream.of(apart)
                  .mapToLong(size -> SampleTime.leastNanos(alone, zeros(size)))
                  .toArray()));
    }
  }

  /** Returns the sizes of batches that a thread may compute on its own. */
  private int[] sizesApart() {
    return crowd.threads() == 1
        ? new int[0]
        : IntStream.of(warmSizes).filter(size -> size <= crowd.mostSamples()).toArray();
  }

  private void computeZeros(Duration atLeast) {
    long until = System.nanoTime() + atLeast.toNanos();
    do {
      for (int size : warmSizes) {
        var _ = model.run(zeros(size));
      }
      for (int size : sizesApart()) {
        var _ = alone.run(zeros(size));
      }
    } while (System.nanoTime() - until < 0);
  }

  private List<Tensor> zeros(int samples) {
    return model.inputs().stream().map(s -> Tensor.zeros(s.prepend(samples))).toList();
  }

  /** Returns how many samples wait. */
  public int waiting() {
    return queue.samples();
  }

  /**
   * Returns the outputs for some samples, as {@link Model#run(List)} does.
   *
   * @param inputs one tensor per input, batch axis first; not changed meanwhile
   * @param timeout for how long the answer is of use
   * @throws RefusedException if the queue is full, the time is over or the batcher is closed
   * @throws FoveaException if a shape is not the input's
   * @throws IllegalStateException if the computation ended by an error of the JVM's but for {@link
   *     OutOfMemoryError}, which is thrown as it is
   */
  public List<Tensor> run(List<Tensor> inputs, Duration timeout) {
    int samples = requireSamples(inputs);
    requireTime(timeout);
    Optional<Model> free = passing(samples, true);
    if (free.isPresent()) {
      return runAtOnce(free.get(), inputs);
    }
    CompletableFuture<List<Tensor>> answer = submit(inputs, timeout);
    try {
      return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      RefusedException late = PendingQueue.late();
      late.addSuppressed(e);
      answer.completeExceptionally(late);
      throw late;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      answer.cancel(false);
      throw new FoveaException("batcher: interrupted while it waited", e);
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    }
  }

  /**
   * Returns the outputs for some samples, as {@link #run} does, but waits for nobody: the calling
   * thread computes a request of one sample that takes next to nothing if it need not wait, any
   * other is added to those that wait.
   *
   * @param inputs as for {@link #run}
   * @param timeout for how long the answer is of use
   * @param patient whether the calling thread may be kept busy for a while: then it also computes a
   *     request of several samples, or of a slower model, that meets no other and takes up to a
   *     tenth of a second by what {@link #warmUp} has shown
   * @return the outputs, once they are computed; or how their computation failed; or a {@link
   *     RefusedException} if the queue is full, the time is over or the batcher is closed
   * @throws FoveaException if a shape is not the input's
   */
  public CompletableFuture<List<Tensor>> runOrSubmit(
      List<Tensor> inputs, Duration timeout, boolean patient) {
    int samples = requireSamples(inputs);
    boolean brief = patient && time.isBrief(samples);
    try {
      requireTime(timeout);
      Optional<Model> free = brief || samples == 1 ? passing(samples, brief) : Optional.empty();
      return free.isPresent()
          ? CompletableFuture.completedFuture(runAtOnce(free.get(), inputs))
          : submitUntil(inputs, timeout);
    } catch (RuntimeException | Error e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static void requireTime(Duration timeout) {
    if (!timeout.isPositive()) {
      throw PendingQueue.late();
    }
  }

  /**
   * Adds some samples to those that wait; the answer is there, or refused, when the time is over.
   */
  private CompletableFuture<List<Tensor>> submitUntil(List<Tensor> inputs, Duration timeout) {
    return submit(inputs, timeout)
        .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
        .exceptionallyCompose(e ->
            CompletableFuture.failedFuture(
                e instanceof TimeoutException ? PendingQueue.late() : e));
  }

  /** Returns whether a request of one sample may be computed by the thread that asks. */
  public boolean isQuick() {
    return time.quick().isPresent();
  }

  /**
   * Returns what computes so many samples that meet nobody, if that is worth while.
   *
   * @param patient whether the thread that asks may compute what is not quick
   */
  private Optional<Model> passing(int samples, boolean patient) {
    boolean any = patient && PROCESSORS > 1;
    Optional<Model> own = time.quick().or(() -> Optional.of(model).filter(_ -> any));
    if (own.isEmpty() || !isWarm(samples)) {
      return Optional.empty();
    }
    Model by = samples == 1 ? own.get() : model;
    int most = by.equals(alone) ? Math.max(rule.instances(), PROCESSORS) : rule.instances();
    return queue.passes(most, by.equals(alone)) ? Optional.of(by) : Optional.empty();
  }

  /** Returns whether {@link #warmUp} compiles a program for so many samples. */
  private boolean isWarm(int samples) {
    return IntStream.of(warmSizes).anyMatch(s -> s == samples);
  }

  /** Computes a request that meets nobody, without handing it to another thread. */
  private List<Tensor> runAtOnce(Model by, List<Tensor> inputs) {
    long begun = System.nanoTime();
    try {
      List<Tensor> outputs = by.run(inputs);
      observer.computed(inputs.get(0).shape().dim(0), 0, System.nanoTime() - begun);
      return outputs;
    } catch (Error e) {
      throw failure(e); // as it is told to those that wait
    } finally {
      queue.computed(by.equals(alone));
    }
  }

  private static RuntimeException failure(@Nullable Throwable cause) {
    if (cause instanceof OutOfMemoryError e) {
      throw e;
    }
    return cause instanceof RuntimeException r
        ? r
        : new IllegalStateException("batcher: the computation failed: " + cause, cause);
  }

  /**
   * Adds some samples to those that wait and returns at once. Who completes the answer himself, or
   * cancels it, gives the request up: samples that are in no batch yet are not computed.
   *
   * @param inputs as for {@link #run}
   * @param timeout after which a request that was not begun, or must be computed once more, is
   *     refused
   * @return the outputs, once they are computed
   * @throws RefusedException if the queue is full or the batcher is closed
   * @throws FoveaException if a shape is not the input's
   */
  public CompletableFuture<List<Tensor>> submit(List<Tensor> inputs, Duration timeout) {
    int samples = requireSamples(inputs);
    Pending request = new Pending(inputs, samples, System.nanoTime() + timeout.toNanos());
    queue.add(request);
    return request.answer();
  }

  private int requireSamples(List<Tensor> inputs) {
    List<Shape> wanted = model.inputs();
    List<Shape> arrived = inputs.stream().map(Tensor::shape).toList();
    int n = arrived.isEmpty() || arrived.get(0).rank() == 0 ? 0 : arrived.get(0).dim(0);
    if (n < 1 || !arrived.equals(wanted.stream().map(s -> s.prepend(n)).toList())) {
      throw new FoveaException(
          "batcher: needs inputs %s with N ≥ 1, the same for all, got %s"
              .formatted(wanted.stream().map(s -> s.prepend(1).batched()).toList(), arrived));
    }
    if (n > rule.maxQueue()) {
      throw new FoveaException(
          "batcher: a request of %s samples, at most %s can wait".formatted(n, rule.maxQueue()));
    }
    return n;
  }

  /**
   * Takes no more requests, refuses those that wait, and ends the threads once what they compute is
   * done.
   */
  public void closeNow() {
    queue.refuse();
    end();
  }

  /** Takes no more requests, computes those that wait and ends the threads. */
  @Override
  public void close() {
    queue.close();
    end();
  }

  private void end() {
    boolean interrupted = false;
    for (Thread t : threads) {
      while (t.isAlive()) {
        try {
          t.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void computeAll() {
    try {
      Batch batch = queue.take(Batch.NONE);
      while (!batch.parts().isEmpty()) {
        compute(batch.parts(), batch.apart() ? alone : model);
        batch = queue.take(batch);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts these threads", e);
    }
  }

  /** Computes a batch; whatever happens, its requests are answered and the thread goes on. */
  @SuppressWarnings("CatchingUnchecked")
  private void compute(List<Part> batch, Model by) {
    long begun = System.nanoTime();
    List<Tensor> outputs;
    try {
      outputs = by.run(inputs(batch));
    } catch (RuntimeException | Error e) {
      if (e instanceof RuntimeException && batch.size() > 1) {
        computeHalves(batch, by);
      } else {
        fail(batch, e);
      }
      return;
    }
    deliver(batch, outputs, begun);
  }

  private static void fail(List<Part> batch, Throwable why) {
    batch.forEach(p -> p.of().answer().completeExceptionally(why));
  }

  /** Hands out what was computed; if that fails it is not computed again: some may have it. */
  @SuppressWarnings("CatchingUnchecked")
  private void deliver(List<Part> batch, List<Tensor> outputs, long begun) {
    long ended = System.nanoTime();
    try {
      int at = 0;
      for (Part p : batch) {
        if (batch.size() == 1 && p.isWhole()) {
          p.of().finish(outputs);
        } else {
          p.of().add(p.first(), p.count(), outputs, at);
        }
        at += p.count();
      }
      observer.computed(at, begun - batch.get(0).of().arrived(), ended - begun);
    } catch (RuntimeException | Error e) {
      fail(batch, e);
    }
  }

  /**
   * Computes a batch that failed once more, in pieces of at most half its size, so that in the end
   * only those fail whose values it fails for; in sizes for which there are programs.
   */
  private void computeHalves(List<Part> batch, Model by) {
    int half = (samples(batch) + 1) / 2;
    List<Part> left = stillWanted(batch);
    while (!left.isEmpty()) {
      int all = samples(left);
      int size = rule.largestSize(Math.min(half, all));
      compute(cut(left, 0, size), by);
      left = stillWanted(cut(left, size, all));
    }
  }

  /** Refuses the parts whose time is over, and returns those that somebody waits for. */
  private static List<Part> stillWanted(List<Part> parts) {
    long now = System.nanoTime();
    List<Part> late = parts.stream().filter(p -> p.of().isLate(now)).toList();
    if (!late.isEmpty()) {
      fail(late, PendingQueue.late());
    }
    return parts.stream().filter(p -> !p.of().isOver()).toList();
  }

  /** Returns the parts of some samples of a batch, from one up to another. */
  private static List<Part> cut(List<Part> batch, int from, int to) {
    List<Part> cut = new ArrayList<>();
    int at = 0;
    for (Part p : batch) {
      int first = Math.max(from - at, 0);
      int end = Math.min(to - at, p.count());
      if (first < end) {
        cut.add(new Part(p.of(), p.first() + first, end - first));
      }
      at += p.count();
    }
    return cut;
  }

  private static int samples(List<Part> parts) {
    return parts.stream().mapToInt(Part::count).sum();
  }

  private List<Tensor> inputs(List<Part> batch) {
    if (batch.size() == 1 && batch.get(0).isWhole()) {
      return batch.get(0).of().inputs();
    }
    List<Tensor> inputs = new ArrayList<>(zeros(samples(batch)));
    for (int i = 0; i < inputs.size(); i++) {
      int sample = model.inputs().get(i).elements();
      int at = 0;
      for (Part p : batch) {
        System.arraycopy(
            p.of().inputs().get(i).data(),
            p.first() * sample,
            inputs.get(i).data(),
            at * sample,
            p.count() * sample);
        at += p.count();
      }
    }
    return inputs;
  }
}
