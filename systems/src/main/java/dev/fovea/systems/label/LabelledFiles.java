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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Labelled picture files as samples. Those of small sets are read at first and stay in memory as
 * bytes, others are read when they are asked for; {@link #readable} leaves out damaged ones.
 */
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

  /** What became of a picture: an item for each marker, or what is wrong with it. */
  private record Read(List<Item> items, String problem) {}

  private LabelledFiles(List<Item> items, Marker marker) {
    this.items = items;
    this.marker = marker;
  }

  /** Reads pictures in parallel; the problems of those that cannot be read are added. */
  static LabelledFiles of(
      List<LabelledPicture> pictures, Marker marker, List<LabelProblem> problems) {
    return of(pictures, marker, hasRoom(bytes(pictures.size(), marker)), problems);
  }

  /** Reads pictures in parallel, and keeps them or where they lie alone. */
  static LabelledFiles of(
      List<LabelledPicture> pictures, Marker marker, boolean keep, List<LabelProblem> problems) {
    return of(pictures, List.of(marker), keep, problems).get(0);
  }

  /** Reads each picture once for all markers. */
  private static List<LabelledFiles> of(
      List<LabelledPicture> pictures,
      List<Marker> markers,
      boolean keep,
      List<LabelProblem> problems) {
    List<List<Item>> items = new ArrayList<>();
    markers.forEach(_ -> items.add(new ArrayList<>()));
    for (int from = 0; from < pictures.size(); from += CHUNK) {
      List<LabelledPicture> some = pictures.subList(from, Math.min(pictures.size(), from + CHUNK));
      List<Read> read = some.parallelStream().map(p -> read(p, markers, keep)).toList();
      for (int i = 0; i < read.size(); i++) {
        Read one = read.get(i);
        if (one.items.isEmpty()) {
          problems.add(new LabelProblem(some.get(i).file(), 0, one.problem, Outcome.DROPPED));
        }
        for (int m = 0; m < one.items.size(); m++) {
          items.get(m).add(one.items.get(m));
        }
      }
    }
    List<LabelledFiles> all = new ArrayList<>();
    for (int m = 0; m < markers.size(); m++) {
      all.add(new LabelledFiles(List.copyOf(items.get(m)), markers.get(m)));
    }
    return all;
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

  private static Read read(LabelledPicture labels, List<Marker> markers, boolean keep) {
    try {
      return new Read(
          keep ? kept(labels, markers) : markers.stream().map(m -> placed(labels, m)).toList(), "");
    } catch (FoveaException e) {
      return new Read(List.of(), reason(labels, e));
    }
  }

  private static String reason(LabelledPicture labels, FoveaException e) {
    return String.valueOf(e.getMessage()).replace(labels.file() + ": ", "");
  }

  private static Item placed(LabelledPicture labels, Marker marker) {
    return new Item(labels, placement(labels, marker), null, null);
  }

  private static List<Item> kept(LabelledPicture labels, List<Marker> markers) {
    List<Placed> placed =
        Images.place(labels.file(), markers.stream().map(m -> m.options().input()).toList());
    // Which of several texts is drawn differs from epoch to epoch: those are made when read.
    boolean fixed = labels.texts().size() < 2;
    List<Item> items = new ArrayList<>();
    for (int m = 0; m < markers.size(); m++) {
      Placement at = placed.get(m).placement();
      List<Mark> marks = fixed ? markers.get(m).marks(labels, at, new Rng(0)) : null;
      items.add(new Item(labels, at, toBytes(placed.get(m).input()), marks));
    }
    return items;
  }

  /** Returns pictures as samples that are not kept. */
  private static LabelledFiles placed(List<LabelledPicture> pictures, Marker marker) {
    return new LabelledFiles(pictures.stream().map(p -> placed(p, marker)).toList(), marker);
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

  /** Pictures that are kept in memory were read; others are read here, and forgotten. */
  @Override
  public LabelledData readable(Consumer<LabelProblem> told) {
    List<Item> whole = new ArrayList<>();
    for (int from = 0; from < items.size(); from += CHUNK) {
      List<Item> some = items.subList(from, Math.min(items.size(), from + CHUNK));
      List<Optional<LabelProblem>> faults =
          some.parallelStream().map(LabelledFiles::fault).toList();
      for (int i = 0; i < some.size(); i++) {
        if (faults.get(i).isEmpty()) {
          whole.add(some.get(i));
        }
      }
      faults.forEach(f -> f.ifPresent(told));
    }
    return whole.size() == items.size() ? this : new LabelledFiles(List.copyOf(whole), marker);
  }

  private static Optional<LabelProblem> fault(Item item) {
    try {
      if (item.values == null) {
        var _ = Images.place(item.labels.file(), List.of());
      }
      return Optional.empty();
    } catch (FoveaException e) {
      String why = reason(item.labels, e);
      return Optional.of(new LabelProblem(item.labels.file(), 0, why, Outcome.DROPPED));
    }
  }

  /** Pictures of all sizes are kept in memory if there is room for them together. */
  @Override
  public List<LabelledData> inSizes(List<Size> sizes) {
    if (sizes.isEmpty()) {
      return List.of();
    }
    List<Marker> markers = sizes.stream().map(marker::in).toList();
    long others = markers.stream().mapToLong(m -> bytes(items.size(), m)).sum();
    List<LabelledPicture> pictures = items.stream().map(Item::labels).toList();
    if (!hasRoom(bytes(items.size(), marker) + others)) {
      return markers.stream().<LabelledData>map(m -> placed(pictures, m)).toList();
    }
    List<LabelProblem> problems = new ArrayList<>();
    List<LabelledFiles> same = of(pictures, markers, true, problems);
    if (!problems.isEmpty()) {
      throw new FoveaException(problems.get(0).line());
    }
    return List.copyOf(same);
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
