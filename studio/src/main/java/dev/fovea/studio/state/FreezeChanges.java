package dev.fovea.studio.state;

import dev.fovea.nn.Model;
import dev.fovea.nn.Parameters.Parameter;
import dev.fovea.tensor.FoveaException;
import dev.fovea.train.Freezing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Layers that are frozen, and trained again, while a training runs. Each change is kept with the
 * step from which it holds, so the training can be computed anew with the same bits.
 */
public final class FreezeChanges implements Freezing {
  /** The layers with weights, in their order. */
  private final List<String> layers;

  private final List<Change> changes = new ArrayList<>();

  /** The last step that was asked for: it has begun. */
  private long begun = -1;

  /**
   * A change.
   *
   * @param step the number of steps that are done before it holds
   * @param layer the path of the layer
   * @param frozen whether the layer is frozen from then on
   */
  public record Change(long step, String layer, boolean frozen) {}

  /**
   * Steps in which a layer is frozen.
   *
   * @param from the first
   * @param to the first in which it is trained again; {@link Long#MAX_VALUE} if there is none
   */
  public record Span(String layer, long from, long to) {}

  /** Begins with all layers trained. */
  public FreezeChanges(List<String> layers) {
    this.layers = List.copyOf(layers);
  }

  /** Returns what can be frozen in a network: its layers with weights. */
  public static FreezeChanges of(Model model) {
    return new FreezeChanges(
        model.parameters().all().stream()
            .filter(Parameter::trainable)
            .map(p -> p.name().substring(0, Math.max(0, p.name().lastIndexOf('.'))))
            .distinct()
            .toList());
  }

  /** Returns the changes before a step, to which others may come from this step on. */
  public synchronized FreezeChanges until(long step) {
    FreezeChanges part = new FreezeChanges(layers);
    part.begun = step - 1;
    changes.stream().filter(c -> c.step < step).forEach(part.changes::add);
    return part;
  }

  /**
   * Freezes a layer, or lets it learn again, from the first step on that has not begun.
   *
   * @return the number of that step, from 0
   * @throws FoveaException if there is no such layer, or no other would learn
   */
  public synchronized long addNow(String layer, boolean frozen) {
    if (!layers.contains(layer)) {
      throw new FoveaException(
          "freeze: layer %s has no weights; those with weights are %s"
              .formatted(layer, String.join(", ", layers)));
    }
    TreeSet<String> then = new TreeSet<>(at(Long.MAX_VALUE - 1, false));
    boolean changed = frozen ? then.add(layer) : then.remove(layer);
    if (then.size() == layers.size()) {
      throw new FoveaException(
          "freeze: layer %s is the last that learns; let another learn first".formatted(layer));
    }
    if (changed) {
      changes.add(new Change(begun + 1, layer, frozen));
    }
    return begun + 1;
  }

  /** Returns all changes in order. */
  public synchronized List<Change> changes() {
    return List.copyOf(changes);
  }

  /** Returns the layers that are frozen from the next step on. */
  public synchronized List<String> frozen() {
    return at(Long.MAX_VALUE - 1, false);
  }

  /** Returns the layers with weights, in their order. */
  public List<String> layers() {
    return layers;
  }

  /** Returns the steps in which layers are frozen, without those that are none. */
  public synchronized List<Span> spans() {
    List<Span> spans = new ArrayList<>();
    Map<String, Long> open = new LinkedHashMap<>();
    for (Change c : changes) {
      if (c.frozen) {
        open.put(c.layer, c.step);
      } else {
        Long from = open.remove(c.layer);
        if (from != null && from < c.step) {
          spans.add(new Span(c.layer, from, c.step));
        }
      }
    }
    open.forEach((layer, from) -> spans.add(new Span(layer, from, Long.MAX_VALUE)));
    return spans;
  }

  @Override
  public synchronized List<String> at(long step) {
    return at(step, true);
  }

  private List<String> at(long step, boolean begins) {
    begun = begins ? Math.max(begun, step) : begun;
    if (changes.isEmpty()) {
      return List.of();
    }
    TreeSet<String> frozen = new TreeSet<>(); // the order of clicks must not matter
    for (Change c : changes) {
      if (c.step <= step) {
        boolean _ = c.frozen ? frozen.add(c.layer) : frozen.remove(c.layer);
      }
    }
    return List.copyOf(frozen);
  }

  /** Changes do not count: a training is the same before and after one. */
  @Override
  public String description() {
    return "by hand";
  }
}
