package dev.fovea.studio.state;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * The networks and pictures that are open, by their ids.
 *
 * <p>Where they are too many or take too much memory, the oldest are closed; those that the studio
 * itself teaches stay. Pictures in which users have drawn do not count to their number, and are
 * closed last where memory is short.
 */
public final class Workspace {
  private static final int MOST = 32;
  private static final Set<String> STAY = Set.of(DigitReader.ID, SceneLearner.ID);

  private final Map<String, OpenModel> models = new LinkedHashMap<>();
  private final Map<String, Picture> pictures = new LinkedHashMap<>();
  private final long mostBytes;
  private Set<String> drawnIn = Set.of();
  private int given;

  /**
   * A picture.
   *
   * @param id what addresses call it
   * @param name what people call it
   * @param image the picture [H, W, C], values 0 … 255
   */
  public record Picture(String id, String name, Tensor image) {
    long bytes() {
      return (long) Float.BYTES * image.shape().elements();
    }
  }

  /** Creates an empty workspace that takes at most a quarter of the heap, and as much again. */
  public Workspace() {
    this(Runtime.getRuntime().maxMemory() / 4);
  }

  /**
   * Creates an empty workspace.
   *
   * @param mostBytes how much memory networks may take, and pictures as well
   */
  public Workspace(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** Opens a network, in place of one with the same id. */
  public synchronized void put(OpenModel model) {
    models.put(model.id(), model);
    shorten(models, OpenModel::bytes);
  }

  /** Opens a picture. */
  public synchronized Picture put(String name, Tensor image) {
    return put(nextId("p"), name, image);
  }

  /** Opens a picture under an id of its own, in place of one that has it. */
  public synchronized Picture put(String id, String name, Tensor image) {
    Picture picture = new Picture(id, name, image);
    pictures.remove(id); // it becomes the newest
    pictures.put(id, picture);
    shorten(pictures, Picture::bytes);
    return picture;
  }

  /**
   * Gives a network or picture another name.
   *
   * @throws FoveaException if there is none of this id
   */
  public synchronized void rename(String id, String name) {
    OpenModel m = models.get(id);
    if (m != null) {
      models.put(id, new OpenModel(id, name, m.model(), m.rule(), m.watch()));
      return;
    }
    pictures.put(id, new Picture(id, name, picture(id).image()));
  }

  /** Returns an id that nothing has yet. */
  public synchronized String nextId(String prefix) {
    given++;
    return prefix + given;
  }

  /** Says which pictures users have drawn in: they stay, however many there are. */
  public synchronized void drawnIn(Set<String> ids) {
    drawnIn = Set.copyOf(ids);
  }

  /** Closes the oldest but for the last, where there are too many or they are too large. */
  private <T> void shorten(Map<String, T> map, ToLongFunction<T> bytes) {
    long all = map.values().stream().mapToLong(bytes).sum();
    long counted = map.keySet().stream().filter(id -> !drawnIn.contains(id)).count();
    List<String> oldest = new ArrayList<>(map.keySet());
    oldest.removeLast();
    oldest.removeAll(STAY);
    oldest.sort(Comparator.comparing(drawnIn::contains)); // those drawn in are the last
    for (String id : oldest) {
      T one = map.get(id);
      boolean many = counted > MOST && !drawnIn.contains(id);
      if (one != null && (many || all > mostBytes)) {
        all -= bytes.applyAsLong(one);
        counted--;
        map.remove(id);
      }
    }
  }

  /** Returns all networks, the oldest first. */
  public synchronized List<OpenModel> models() {
    return new ArrayList<>(models.values());
  }

  /** Tells the networks that take a picture and answer with classes. */
  public List<Map<String, String>> classifiers() {
    return those(OpenModel::classifiesPictures);
  }

  /** Tells ids and names of those networks that are wanted. */
  public List<Map<String, String>> those(Predicate<OpenModel> wanted) {
    return models().stream()
        .filter(wanted)
        .map(m -> Map.of("id", m.id(), "name", m.name()))
        .toList();
  }

  /** Returns all pictures, the oldest first. */
  public synchronized List<Picture> pictures() {
    return new ArrayList<>(pictures.values());
  }

  /**
   * Returns a network.
   *
   * @throws FoveaException if there is none of this id
   */
  public synchronized OpenModel model(String id) {
    return Optional.ofNullable(models.get(id))
        .orElseThrow(() -> new FoveaException("no network has the id " + id + "; open it again"));
  }

  /**
   * Returns a picture.
   *
   * @throws FoveaException if there is none of this id
   */
  public synchronized Picture picture(String id) {
    return Optional.ofNullable(pictures.get(id))
        .orElseThrow(() -> new FoveaException("no picture has the id " + id + "; open it again"));
  }
}
