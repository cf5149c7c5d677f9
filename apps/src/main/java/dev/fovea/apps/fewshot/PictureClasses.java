package dev.fovea.apps.fewshot;

import dev.fovea.data.Dataset;
import dev.fovea.data.Sample;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Pictures of one size by class, from which episodes are drawn.
 *
 * @param classes the pictures [H, W, C] of each class
 */
public record PictureClasses(List<List<Tensor>> classes) {
  /** Copies the lists. */
  public PictureClasses {
    classes = classes.stream().map(List::copyOf).toList();
  }

  /** Returns the pictures of a data set by their labels. */
  public static PictureClasses of(Dataset data) {
    TreeMap<Integer, List<Tensor>> classes = new TreeMap<>();
    for (int i = 0; i < data.size(); i++) {
      Sample s = data.read(i, Seed.of(i));
      classes.computeIfAbsent(s.label(), l -> new ArrayList<>()).add(s.picture());
    }
    return new PictureClasses(List.copyOf(classes.values()));
  }

  /** Returns these classes and those of the same pictures turned by one, two and three quarters. */
  public PictureClasses turned() {
    List<List<Tensor>> all = new ArrayList<>(classes);
    List<List<Tensor>> last = classes;
    for (int turn = 1; turn < 4; turn++) {
      last = last.stream().map(c -> c.stream().map(PictureClasses::quarter).toList()).toList();
      all.addAll(last);
    }
    return new PictureClasses(all);
  }

  private static Tensor quarter(Tensor picture) {
    int height = picture.shape().dim(0);
    int width = picture.shape().dim(1);
    int channels = picture.shape().dim(2);
    Tensor turned = Tensor.zeros(Shape.of(width, height, channels));
    for (int i = 0; i < turned.data().length; i++) {
      int y = i / channels / height;
      int x = i / channels % height;
      turned.data()[i] = picture.get(height - 1 - x, y, i % channels);
    }
    return turned;
  }

  /**
   * Returns an episode: as many pictures of each of some classes, in rounds, so that row r is of
   * class r mod {@code ways}; [ways · each, H, W, C].
   *
   * @param ways the number of classes
   * @param each the number of pictures of each
   * @throws FoveaException if there are fewer classes, or fewer pictures of one
   */
  public Tensor episode(int ways, int each, Rng rng) {
    if (ways < 1 || each < 1 || ways > classes.size()) {
      throw new FoveaException(
          "episode: %s pictures of each of %s classes, there are %s classes"
              .formatted(each, ways, classes.size()));
    }
    int[] chosen = rng.permutation(classes.size());
    Shape picture = classes.get(0).get(0).shape();
    Tensor all = Tensor.zeros(picture.prepend(ways * each));
    for (int w = 0; w < ways; w++) {
      List<Tensor> pictures = classes.get(chosen[w]);
      if (pictures.size() < each) {
        throw new FoveaException(
            "episode: %s pictures of a class expected, one has %s"
                .formatted(each, pictures.size()));
      }
      int[] order = rng.permutation(pictures.size());
      for (int k = 0; k < each; k++) {
        float[] from = pictures.get(order[k]).data();
        System.arraycopy(from, 0, all.data(), (k * ways + w) * from.length, from.length);
      }
    }
    return all;
  }

  /** Returns the labels [ways · each] of an episode's rows. */
  public static Tensor labels(int ways, int each) {
    Tensor labels = Tensor.zeros(Shape.of(ways * each));
    for (int r = 0; r < labels.data().length; r++) {
      labels.data()[r] = r % ways;
    }
    return labels;
  }
}
