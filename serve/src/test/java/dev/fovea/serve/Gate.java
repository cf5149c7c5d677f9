package dev.fovea.serve;

import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.op.HostCall;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** A network of y = 2x + 1 for each number of [3] that computes when a test lets it. */
public final class Gate {
  private final Semaphore open = new Semaphore(0);
  private final Semaphore reached = new Semaphore(0);
  private final List<Integer> batches = Collections.synchronizedList(new ArrayList<>());
  private volatile boolean closed;
  private final List<String> threads = Collections.synchronizedList(new ArrayList<>());
  private volatile @Nullable Throwable failure;
  private volatile float bad = Float.NaN;

  /** Returns a model that passes this gate. */
  public Model model() {
    Layer layer = x -> x.apply(new HostCall("gate", x.shape(), (in, out) -> pass(in.get(0), out)));
    return Model.build(layer, Shape.of(3), Seed.of(1));
  }

  private void pass(FloatBuffer in, FloatBuffer out) {
    reached.release();
    if (closed) {
      open.acquireUninterruptibly();
    }
    switch (failure) {
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case null, default -> {}
    }
    threads.add(Thread.currentThread().getName());
    batches.add(in.remaining() / 3);
    while (in.hasRemaining()) {
      float x = in.get();
      if (x == bad) {
        throw new FoveaException("no place " + x);
      }
      out.put(2 * x + 1);
    }
  }

  /** From now on a computation waits until it is let through. */
  public void close() {
    open.drainPermits();
    closed = true;
  }

  /** Lets so many computations through. */
  public void let(int computations) {
    open.release(computations);
  }

  /** Lets everything through from now on. */
  public void open() {
    closed = false;
    open.release(1_000_000);
  }

  /** Waits until a computation has come to the gate. */
  public void await() {
    reached.acquireUninterruptibly();
  }

  /** Returns whether another computation has come to the gate. */
  public boolean isReached() {
    return reached.tryAcquire();
  }

  /** Forgets what has come so far. */
  public void forget() {
    reached.drainPermits();
    batches.clear();
    threads.clear();
  }

  /** From now on computations fail, or do not. */
  public void broken(boolean now) {
    failure = now ? new IllegalStateException("broken on purpose") : null;
  }

  /** From now on computations fail by an error. */
  public void broken(Error error) {
    failure = error;
  }

  /** From now on a batch fails in which there is a number. */
  public void refuse(float number) {
    bad = number;
  }

  /** Returns by which threads was computed, each time. */
  public List<String> threads() {
    return List.copyOf(threads);
  }

  /** Returns how many samples were computed at once, each time. */
  public List<Integer> batches() {
    return List.copyOf(batches);
  }

  /** Returns samples of 3 numbers: first, first + 1 … */
  public static Tensor input(int samples, float first) {
    Tensor t = Tensor.zeros(Shape.of(samples, 3));
    for (int i = 0; i < t.data().length; i++) {
      t.data()[i] = first + i;
    }
    return t;
  }

  /** Returns what the network makes of samples. */
  public static float[] expected(Tensor input) {
    float[] y = new float[input.data().length];
    for (int i = 0; i < y.length; i++) {
      y[i] = 2 * input.data()[i] + 1;
    }
    return y;
  }
}
