package dev.fovea.studio.room;

import dev.fovea.insight.colour.ValueScale;
import dev.fovea.studio.room.DetectRoom.Seen;
import dev.fovea.studio.state.LayerMaps;
import dev.fovea.studio.state.OneAtATime;
import dev.fovea.studio.state.OpenModel;
import dev.fovea.studio.state.SkipSwitches;
import dev.fovea.studio.state.SkipSwitches.Computed;
import dev.fovea.studio.web.Bundle;
import dev.fovea.studio.web.Fields;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What a network of pixels finds with some of its skip connections off, and what each carries. */
final class SkipsView {
  /** The network that was looked at last, which is built once for all its switches. */
  private final AtomicReference<@Nullable Built> last = new AtomicReference<>();

  private record Built(OpenModel net, SkipSwitches switches) {}

  private SkipSwitches switches(OpenModel net) {
    Built built = last.get();
    if (built == null || !built.net.equals(net)) {
      built = new Built(net, SkipSwitches.of(net.model()));
      last.set(built);
    }
    return built.switches;
  }

  /** Up to nine passes of the network are made for one page at a time. */
  private final OneAtATime turn =
      new OneAtATime("detect: skip connections are being switched already; ask again");

  /** Returns the classes of pixels with the skips on that are asked for, and what each changes. */
  Bundle of(Seen seen, Fields f) {
    return turn.alone(() -> switched(seen, f));
  }

  private Bundle switched(Seen seen, Fields f) {
    SkipSwitches switches = switches(seen.net());
    int count = switches.skips().size();
    List<Object> off = f.list("off", SkipSwitches.MOST);
    List<Boolean> on = IntStream.range(0, count).mapToObj(i -> !off.contains((long) i)).toList();
    Tensor input = seen.net().rule().input(seen.placed().input());
    Computed computed = switches.run(input, on);
    Tensor map = classes(seen, computed);
    List<Map<String, Object>> told = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Boolean> other = new ArrayList<>(on);
      other.set(i, !on.get(i));
      Tensor without = classes(seen, switches.run(input, other));
      SkipSwitches.Skip skip = switches.skips().get(i);
      told.add(tell(skip, on.get(i), computed.carried().get(i), share(map, without)));
    }
    Bundle bundle = FoundView.pixels(with(seen, computed), Map.of("skips", told));
    for (int i = 0; i < count; i++) {
      LayerMaps.add(bundle, "skip" + i, computed.carried().get(i));
    }
    return bundle;
  }

  private static Map<String, Object> tell(
      SkipSwitches.Skip skip, boolean on, Tensor carried, double changes) {
    ValueScale scale = ValueScale.of(carried);
    double sum = 0;
    for (float v : carried.data()) {
      sum += Math.abs(v);
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("from", skip.from());
    fields.put("shape", skip.shape().times());
    fields.put("summed", skip.summed());
    fields.put("on", on);
    fields.put("size", sum / carried.data().length);
    fields.put("changes", changes);
    fields.put("signed", scale.isSigned());
    fields.put("limit", scale.high());
    return fields;
  }

  private static Seen with(Seen seen, Computed computed) {
    return new Seen(seen.net(), seen.picture(), seen.placed(), computed.outputs(), seen.millis());
  }

  private static Tensor classes(Seen seen, Computed computed) {
    return FoundView.map(with(seen, computed)).classes();
  }

  /** Returns the share of pixels whose class is another one. */
  private static double share(Tensor a, Tensor b) {
    long other =
        IntStream.range(0, a.data().length).filter(i -> a.data()[i] != b.data()[i]).count();
    return (double) other / a.data().length;
  }
}
