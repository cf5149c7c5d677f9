package dev.fovea.studio.room;

import dev.fovea.insight.probe.Layers;
import dev.fovea.insight.probe.Target;
import dev.fovea.insight.unit.Imagination;
import dev.fovea.studio.state.Imagined;
import dev.fovea.studio.state.LayerWatch;
import dev.fovea.studio.state.OpenModel;
import dev.fovea.studio.state.StudioState;
import dev.fovea.studio.state.UnitArithmetic;
import dev.fovea.studio.state.UnitCard;
import dev.fovea.studio.state.UnitPatches;
import dev.fovea.studio.state.Workspace;
import dev.fovea.studio.web.Answer;
import dev.fovea.studio.web.Bundle;
import dev.fovea.studio.web.Fields;
import dev.fovea.studio.web.Refusal;
import dev.fovea.studio.web.Request;
import dev.fovea.studio.web.Room;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Answers about units for all rooms: what a channel looks for, how one of its places is computed,
 * and which channels are the strongest at a place.
 */
public final class UnitRoom implements Room {
  private static final int STRONGEST = 6;
  private static final int ICON = 48;

  /** What a picture is searched for by. */
  private static final List<String> SPACES = List.of("frequencies", "pixels");

  private final Workspace workspace;

  /** What takes all threads for seconds is computed for one page at a time. */
  private final Object computing = new Object();

  /** The parts of pictures that were looked for last. */
  private final AtomicReference<@Nullable UnitPatches> last = new AtomicReference<>();

  private final LayerWatch watch = new LayerWatch();

  /** Creates the room. */
  public UnitRoom(StudioState state) {
    this.workspace = state.workspace();
  }

  @Override
  public String name() {
    return "unit";
  }

  @Override
  public Answer answer(Request request) throws IOException {
    Fields f = request.json();
    OpenModel net = workspace.model(f.text("model"));
    return switch (request.action()) {
      case "card" -> Answer.bundle(card(net, f));
      case "arithmetic" -> Answer.bundle(arithmetic(net, watch, input(net, f), f));
      case "imagine" -> Answer.bundle(imagine(net, f));
      case "strongest" -> Answer.bundle(strongest(net, f));
      default -> throw new Refusal(404, "unit: does not know " + request.action());
    };
  }

  /** Shows what a channel of a network looks for. */
  Bundle card(OpenModel net, Fields f) {
    requirePictures(net);
    Layers.Layer layer = Layers.of(net.model()).find(f.text("path"));
    int channel = f.integer("channel", 0, layer.channels() - 1);
    UnitCard card;
    synchronized (computing) {
      String id = f.text("picture", "");
      Workspace.Picture seen =
          id.isEmpty() ? workspace.pictures().getLast() : workspace.picture(id);
      card = UnitCard.of(net, layer, channel, patches(net, layer), seen);
    }
    Map<String, Object> head = new LinkedHashMap<>();
    head.put("kind", layer.kind());
    head.put("activation", layer.activation().map(a -> a.kind().name()).orElse(""));
    head.put("shape", layer.shape().times());
    head.put("sees", layer.window().map(w -> List.of(w.height(), w.width())).orElse(List.of()));
    head.put("strengths", card.strengths());
    head.put("value", card.value());
    head.put("mostSteps", Imagined.mostSteps(net));
    Bundle bundle = Pictures.all(Pictures.bytes(head, card.imagined()), card.patches());
    card.projected().ifPresent(t -> Pictures.add(bundle, "projected", t));
    card.field().ifPresent(t -> maps(bundle, "field", t.reshape(t.shape().prepend(1))));
    card.kernel().ifPresent(t -> maps(bundle, "kernel", t));
    return bundle;
  }

  /** Searches for the picture that a channel likes best, in the way that is asked for. */
  private Bundle imagine(OpenModel net, Fields f) {
    requirePictures(net);
    Layers.Layer layer = Layers.of(net.model()).find(f.text("path"));
    int channel = f.integer("channel", 0, layer.channels() - 1);
    Imagination.Search search =
        new Imagination.Search(
            f.integer("steps", 1, 512),
            0.05,
            f.integer("jitter", 0, 32),
            f.number("zoom", 0, 0.5),
            f.number("turn", 0, 45),
            f.integer("blur", 0, 64),
            f.number("decay", 0, 0.5),
            f.number("variation", 0, 10));
    boolean frequencies = f.oneOf("space", SPACES).equals(SPACES.getFirst());
    synchronized (computing) {
      Imagined found = Imagined.of(net, Target.channel(layer.path(), channel), search, frequencies);
      Map<String, Object> head = new LinkedHashMap<>();
      head.put("value", found.value());
      head.put("values", found.values());
      return Pictures.bytes(head, found.picture());
    }
  }

  static void requirePictures(OpenModel net) {
    if (net.model().inputs().size() != 1 || net.input().rank() != 3) {
      throw new FoveaException("unit: " + net.name() + " takes no picture");
    }
  }

  private static void maps(Bundle to, String name, Tensor t) {
    Shape s = t.shape();
    to.add(name, List.of(s.dim(0), s.dim(1), s.dim(2)), t.data());
  }

  private Optional<UnitPatches> patches(OpenModel net, Layers.Layer layer) {
    if (layer.window().isEmpty()) {
      return Optional.empty();
    }
    UnitPatches known = last.get();
    List<Workspace.Picture> pictures = workspace.pictures();
    if (known == null || !known.areOf(net, pictures, layer.path())) {
      known = UnitPatches.of(net, pictures, layer.path());
      last.set(known);
    }
    return Optional.of(known);
  }

  private Tensor input(OpenModel net, Fields f) {
    return net.rule().input(net.place(workspace.picture(f.text("picture")).image()));
  }

  /** Tells how one place of a channel is computed, as the Convolution room takes it. */
  static Bundle arithmetic(OpenModel net, LayerWatch watch, Tensor input, Fields f) {
    int most = 1 << 20;
    UnitArithmetic a =
        UnitArithmetic.of(
            net,
            watch,
            input,
            f.text("path"),
            f.integer("channel", 0, most),
            f.integer("row", 0, most),
            f.integer("column", 0, most));
    Map<String, Object> setting = new LinkedHashMap<>();
    setting.put("height", a.height());
    setting.put("width", a.width());
    setting.put("channels", a.x().shape().dim(2));
    setting.put("kernelHeight", a.weight().shape().dim(0));
    setting.put("kernelWidth", a.weight().shape().dim(1));
    setting.put("dilationHeight", a.dilationHeight());
    setting.put("dilationWidth", a.dilationWidth());
    setting.put("x", Bundle.list(a.x().data()));
    setting.put("weight", Bundle.list(a.weight().data()));
    setting.put("bias", List.of(a.bias()));
    return new Bundle(Map.of("setting", setting, "all", a.all(), "sum", a.sum()));
  }

  /**
   * Tells which channels are the strongest at a place of a picture, each with what it looks for.
   */
  private Bundle strongest(OpenModel net, Fields f) {
    Layers.Layer layer = Layers.of(net.model()).find(f.text("path"));
    if (!layer.hasPlaces() || layer.window().isEmpty()) {
      throw new FoveaException("unit: the places of " + layer.path() + " see no part of a picture");
    }
    Tensor input = input(net, f);
    int row = place(f.number("y", 0, 1), layer.shape().dim(0));
    int column = place(f.number("x", 0, 1), layer.shape().dim(1));
    Tensor values = watch.of(net, layer.path(), input.reshape(input.shape().prepend(1)));
    int channels = layer.channels();
    int from = (row * layer.shape().dim(1) + column) * channels;
    List<Integer> order =
        IntStream.range(0, channels)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer c) -> -values.data()[from + c]))
            .limit(STRONGEST)
            .toList();
    UnitPatches patches;
    synchronized (computing) {
      patches = patches(net, layer).orElseThrow();
    }
    Map<String, Object> head = new LinkedHashMap<>();
    head.put("path", layer.path());
    head.put("row", row);
    head.put("column", column);
    head.put(
        "field",
        layer
            .window()
            .map(w -> List.of(w.top(row), w.left(column), w.height(), w.width()))
            .orElse(List.of()));
    head.put("channels", order);
    head.put("values", order.stream().map(c -> values.data()[from + c]).toList());
    List<Tensor> icons = new ArrayList<>();
    order.forEach(c -> icons.add(Images.within(patches.strongest(c), ICON)));
    return Pictures.all(new Bundle(head), icons);
  }

  /** Returns which of so many places lies at a share of the way over the picture. */
  private static int place(double share, int places) {
    return Math.min(places - 1, (int) (share * places));
  }
}
