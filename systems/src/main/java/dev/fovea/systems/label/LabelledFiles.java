package dev.fovea.systems.label;

import dev.fovea.data.Mark;
import dev.fovea.data.Preprocessing;
import dev.fovea.data.Sample;
import dev.fovea.data.Target;
import dev.fovea.systems.label.LabelProblem.Outcome;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import dev.fovea.vision.Placed;
import dev.fovea.vision.Placement;
import dev.fovea.vision.Placement.Size;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Labelled picture files as samples; small sets are read once and stay in memory as bytes. */
final class LabelledFiles implements LabelledData {
  private static final int CHUNK = 64;

  /** Of the heap, so much may pictures and maps take that are kept. */
  private static final int HEAP_SHARE = 6;

  private final List<Item> items;
  private final Marker marker;

  /**
   * A picture with where it lies in the input.
   *
   * @param values its pixels there, if they are kept
   * @param marks what is marked in it, if that is kept
   */
  @SuppressWarnings("ArrayRecordComponent") // a plain carrier, never compared
  private record Item(
      LabelledPicture labels,
      Placement placement,
      byte @Nullable [] values,
      @Nullable List<Mark> marks) {}

  /** What became of a picture: an item, or what is wrong with it. */
  private record Read(@Nullable Item item, String problem) {}

  private LabelledFiles(List<Item> items, Marker marker) {
    this.items = items;
    this.marker = marker;
  }

  /** Reads pictures in parallel; the problems of those that cannot be read are added. */
  static LabelledFiles of(
      List<LabelledPicture> pictures, Marker marker, List<LabelProblem> problems) {
    return of(pictures, marker, hasRoom(bytes(pictures.size(), marker)), problems);
  }

  private static LabelledFiles of(
      List<LabelledPicture> pictures, Marker marker, boolean keep, List<LabelProblem> problems) {
    List<Item> items = new ArrayList<>();
    for (int from = 0; from < pictures.size(); from += CHUNK) {
      List<LabelledPicture> some = pictures.subList(from, Math.min(pictures.size(), from + CHUNK));
      List<Read> read = some.parallelStream().map(p -> read(p, marker, keep)).toList();
      for (int i = 0; i < read.size(); i++) {
        Item item = read.get(i).item;
        if (item == null) {
          problems.add(
              new LabelProblem(some.get(i).file(), 0, read.get(i).problem, Outcome.DROPPED));
        } else {
          items.add(item);
        }
      }
    }
    return new LabelledFiles(List.copyOf(items), marker);
  }

  private static boolean hasRoom(long bytes) {
    return bytes < Runtime.getRuntime().maxMemory() / HEAP_SHARE;
  }

  private static long bytes(int pictures, Marker marker) {
    Shape input = marker.options().input().shape();
    long pixels = (long) input.dim(0) * input.dim(1);
    LabelOptions o = marker.options();
    long maps = (o.has(Marking.MASK) ? 1L : 0L) + (o.has(Marking.INSTANCES) ? 1L : 0L);
    return pictures * pixels * (input.dim(2) + Float.BYTES * maps);
  }

  private static Read read(LabelledPicture labels, Marker marker, boolean keep) {
    try {
      if (!keep) {
        return new Read(new Item(labels, placement(labels, marker), null, null), "");
      }
      Placed placed = Images.place(labels.file(), marker.options().input());
      // Which of several texts is drawn differs from epoch to epoch: those are made when read.
      boolean fixed = labels.texts().size() < 2;
      List<Mark> marks = fixed ? marker.marks(labels, placed.placement(), new Rng(0)) : null;
      return new Read(new Item(labels, placed.placement(), toBytes(placed.input()), marks), "");
    } catch (FoveaException e) {
      String text = String.valueOf(e.getMessage());
      return new Read(null, text.replace(labels.file() + ": ", ""));
    }
  }

  private static Placement placement(LabelledPicture labels, Marker marker) {
    Preprocessing rule = marker.options().input();
    return Placement.of(
        rule.resize(), labels.size(), new Placement.Size(rule.height(), rule.width()));
  }

  private static byte[] toBytes(Tensor picture) {
    byte[] bytes = new byte[picture.data().length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Math.clamp(Math.round(picture.data()[i]), 0, 255);
    }
    return bytes;
  }

  @Override
  public Sample read(int index, Seed seed) {
    Item item = items.get(index);
    byte[] kept = item.values;
    byte[] bytes =
        kept == null ? toBytes(Images.read(item.labels.file(), marker.options().input())) : kept;
    float[] values = new float[bytes.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = bytes[i] & 0xFF;
    }
    List<Mark> marks = item.marks;
    return new Sample(
        List.of(Tensor.of(inputShape(), values)),
        marks == null ? marker.marks(item.labels, item.placement, seed.rng()) : marks);
  }

  @Override
  public LabelledPicture labels(int index) {
    return items.get(index).labels;
  }

  @Override
  public Placement placement(int index) {
    return items.get(index).placement;
  }

  /** Pictures of all sizes are kept in memory if there is room for them together. */
  @Override
  public List<LabelledData> inSizes(List<Size> sizes) {
    List<Marker> markers = sizes.stream().map(marker::in).toList();
    long others = markers.stream().mapToLong(m -> bytes(items.size(), m)).sum();
    boolean keep = hasRoom(bytes(items.size(), marker) + others);
    return markers.stream().map(m -> in(m, keep)).toList();
  }

  private LabelledData in(Marker other, boolean keep) {
    List<LabelProblem> problems = new ArrayList<>();
    LabelledFiles same = of(items.stream().map(Item::labels).toList(), other, keep, problems);
    if (!problems.isEmpty()) {
      throw new FoveaException(problems.get(0).line());
    }
    return same;
  }

  @Override
  public LabelledData subset(int... indices) {
    return new LabelledFiles(Arrays.stream(indices).mapToObj(items::get).toList(), marker);
  }

  @Override
  public List<String> things() {
    return marker.names().things();
  }

  @Override
  public Skeleton skeleton() {
    return marker.names().skeleton();
  }

  @Override
  public List<String> words() {
    return marker.names().words();
  }

  @Override
  public int size() {
    return items.size();
  }

  @Override
  public Shape inputShape() {
    return marker.options().input().shape();
  }

  @Override
  public List<Target> targets() {
    return marker.targets();
  }

  @Override
  public List<String> classes() {
    return marker.classes();
  }

  @Override
  public Optional<Preprocessing> normalization() {
    return Optional.of(marker.options().input());
  }
}
