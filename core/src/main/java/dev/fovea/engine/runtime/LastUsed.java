package dev.fovea.engine.runtime;

import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What was made for the keys used last, at most {@value #MOST} of them: another drops the one that
 * was not used for longest. Calls from several threads must take turns.
 *
 * @param <K> what is asked for, such as a batch size
 * @param <V> what is made for it, such as a function
 */
public final class LastUsed<K, V> {
  /** More batch sizes than a program that uses a few again and again has. */
  private static final int MOST = 64;

  private final LinkedHashMap<K, V> made = new LinkedHashMap<>(8, 0.75f, true);

  /** Creates one that holds nothing. */
  public LastUsed() {}

  /** Returns what there is for a key; nothing if that was not put here or has been dropped. */
  public @Nullable V get(K key) {
    return made.get(key);
  }

  /** Keeps what was made for a key. */
  public void put(K key, V value) {
    made.put(key, value);
    if (made.size() > MOST) {
      made.pollFirstEntry();
    }
  }
}
