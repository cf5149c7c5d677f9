package dev.fovea.engine.runtime;

import dev.fovea.engine.compile.Program;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.kernel.Alignment;
import dev.fovea.engine.kernel.Span;
import dev.fovea.op.Value;
import dev.fovea.tensor.ElementType;
import dev.fovea.tensor.FoveaException;
import java.lang.ref.SoftReference;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What functions of one engine share, those of one model's batch sizes say: values that are the
 * same in every run, each kept once for as long as a function has it, and the working memory of
 * calls, of which there is as much as calls run at once.
 *
 * <p>Working memory that nobody uses is kept for the next call of whichever function: for half a
 * minute at most while there are other calls, and only as long as the heap has room.
 */
public final class SharedMemory {
  private static final long MOST_NANOS = 30_000_000_000L;

  private final Map<FixedValue, WeakReference<FixedValue>> fixed = new WeakHashMap<>();

  /** Memory that nobody uses, in the order in which it was handed back. */
  private final List<SoftReference<Memory>> idle = new ArrayList<>();

  private final long mostNanos;

  /** Creates memory that holds nothing. */
  public SharedMemory() {
    this(MOST_NANOS);
  }

  /** Creates memory that drops what has been idle for so long. */
  SharedMemory(long mostNanos) {
    this.mostNanos = mostNanos;
  }

  /** Returns these values, which are fixed, and what they are made of. */
  synchronized Map<Value, FixedValue> fixed(List<Value> values) {
    Map<Value, FixedValue> all = new IdentityHashMap<>();
    for (Value v : Graph.topological(values)) {
      List<FixedValue> inputs = v.inputs().stream().map(in -> get(all, in)).toList();
      all.put(v, first(new FixedValue(v, inputs)));
    }
    return all;
  }

  /** Gives those of a program's fixed values that have no memory some. */
  static void place(List<Value> values, Map<Value, FixedValue> all) {
    place(values, Float.BYTES, all);
    place(values, ElementType.INT8.bytes(), all);
  }

  private static FixedValue get(Map<Value, FixedValue> all, Value v) {
    return Objects.requireNonNull(all.get(v));
  }

  /** Returns the value that is known already and equals this one, or this one. */
  private FixedValue first(FixedValue made) {
    WeakReference<FixedValue> known = fixed.get(made);
    FixedValue first = known == null ? null : known.get();
    if (first == null) {
      fixed.put(made, new WeakReference<>(made));
    }
    return first == null ? made : first;
  }

  /**
   * Gives values that have no place one in a new array, side by side: a large array more often
   * begins on a line of the cache.
   */
  private static void place(List<Value> values, int bytes, Map<Value, FixedValue> all) {
    List<Value> placed =
        values.stream()
            .filter(v -> v.type().bytes() == bytes && get(all, v).memory().length() == 0)
            .toList();
    int[] begins = new int[placed.size()];
    long end = 0;
    for (int i = 0; i < begins.length; i++) {
      begins[i] = (int) Alignment.next(end, bytes);
      end = begins[i] + (long) placed.get(i).shape().elements();
      if (end > Alignment.LAST) {
        throw new FoveaException("plan: the network needs more than 8 GiB for its weights");
      }
    }
    Span array =
        bytes == 1
            ? new Span(new byte[(int) end], 0, (int) end)
            : new Span(new float[(int) end], 0, (int) end);
    for (int i = 0; i < begins.length; i++) {
      Value v = placed.get(i);
      get(all, v).place(array.part(begins[i], v.shape().elements()));
    }
  }

  /** Lends memory for a call of a program: what was used last, if it is large enough. */
  Memory lend(Program.Sizes need) {
    Memory known = take(need);
    return known == null ? new Memory(need.arena(), need.scratch()) : known;
  }

  private synchronized @Nullable Memory take(Program.Sizes need) {
    for (int i = idle.size() - 1; i >= 0; i--) {
      Memory m = idle.get(i).get();
      if (m == null || m.fits(need)) {
        idle.remove(i);
      }
      if (m != null && m.fits(need)) {
        return m;
      }
    }
    if (!idle.isEmpty()) {
      idle.removeLast(); // larger memory takes its place
    }
    return null;
  }

  /** Takes memory back. */
  synchronized void giveBack(Memory memory) {
    long now = System.nanoTime();
    memory.idleSince = now;
    idle.add(memory.reference);
    Memory first = idle.getFirst().get();
    if (first == null || now - first.idleSince > mostNanos) {
      idle.removeFirst();
    }
  }
}
