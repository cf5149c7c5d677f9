package dev.fovea.studio.stock;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The networks and pictures that are open, by their ids. */
public final class Shelf {
  private static final int MOST = 32;

  private final Map<String, OpenModel> models = Collections.synchronizedMap(new LinkedHashMap<>());
  private final Map<String, Picture> pictures = Collections.synchronizedMap(new LinkedHashMap<>());
  private int given;

  /**
   * A picture.
   *
   * @param id what addresses call it
   * @param name what people call it
   * @param image the picture [H, W, C], values 0 … 255
   */
  public record Picture(String id, String name, Tensor image) {}

  /** Creates an empty shelf. */
  public Shelf() {}

  /** Puts a network on the shelf, in place of one with the same id. */
  public void put(OpenModel model) {
    models.put(model.id(), model);
    shorten(models);
  }

  /** Puts a picture on the shelf. */
  public Picture put(String name, Tensor image) {
    Picture picture = new Picture(nextId("p"), name, image);
    pictures.put(picture.id(), picture);
    shorten(pictures);
    return picture;
  }

  /**
   * Gives a picture another name.
   *
   * @throws FoveaException if there is none of this id
   */
  public void rename(String id, String name) {
    OpenModel m = models.get(id);
    if (m != null) {
      put(new OpenModel(id, name, m.model(), m.rule(), m.watch()));
      return;
    }
    pictures.put(id, new Picture(id, name, picture(id).image()));
  }

  /** Returns an id that nothing has yet. */
  public synchronized String nextId(String prefix) {
    given++;
    return prefix + given;
  }

  /** Leaves out the oldest where there are too many. */
  private static <T> void shorten(Map<String, T> map) {
    synchronized (map) {
      while (map.size() > MOST) {
        map.remove(map.keySet().iterator().next());
      }
    }
  }

  /** Returns all networks, the oldest first. */
  public List<OpenModel> models() {
    synchronized (models) {
      return new ArrayList<>(models.values());
    }
  }

  /** Returns all pictures, the oldest first. */
  public List<Picture> pictures() {
    synchronized (pictures) {
      return new ArrayList<>(pictures.values());
    }
  }

  /**
   * Returns a network.
   *
   * @throws FoveaException if there is none of this id
   */
  public OpenModel model(String id) {
    return Optional.ofNullable(models.get(id))
        .orElseThrow(() -> new FoveaException("no network has the id " + id + "; open it again"));
  }

  /**
   * Returns a picture.
   *
   * @throws FoveaException if there is none of this id
   */
  public Picture picture(String id) {
    return Optional.ofNullable(pictures.get(id))
        .orElseThrow(() -> new FoveaException("no picture has the id " + id + "; open it again"));
  }
}
