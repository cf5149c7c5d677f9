package dev.fovea.engine.runtime;

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
 * What functions of the same kernels share, those of one model's batch sizes say: values that are
 * the same in every run, each kept once for as long as a function has it, and the working memory of
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

  /**
   * Lends memory for a call of a program: what was used last, if it is large enough. Otherwise
   * larger memory takes the place of some, with room for whatever that had room for too.
   */
  Memory lend(Memory.Room need) {
    Memory known = take(need);
    return known == null ? new Memory(replaced(need)) : known;
  }

  private synchronized @Nullable Memory take(Memory.Room need) {
    for (int i = idle.size() - 1; i >= 0; i--) {
      Memory m = idle.get(i).get();
      if (m == null || m.room.holds(need)) {
        idle.remove(i);
      }
      if (m != null && m.room.holds(need)) {
        m.lent = true;
        return m;
      }
    }
    return null;
  }

  /** Drops some memory and returns what there must be room for in its place. */
  private synchronized Memory.Room replaced(Memory.Room need) {
    Memory dropped = idle.isEmpty() ? null : idle.removeLast().get();
    return dropped == null ? need : need.and(dropped.room);
  }

  /**
   * Takes memory back.
   *
   * @throws IllegalStateException if nobody has it: it would be lent to two calls at once
   */
  synchronized void giveBack(Memory memory) {
    if (!memory.lent) {
      throw new IllegalStateException("working memory that was handed back is handed back again");
    }
    memory.lent = false;
    long now = System.nanoTime();
    memory.idleSince = now;
    idle.add(memory.reference);
    Memory first = idle.getFirst().get();
    if (first == null || now - first.idleSince > mostNanos) {
      idle.removeFirst();
    }
  }
}
