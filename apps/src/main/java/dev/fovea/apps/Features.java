package dev.fovea.apps;

import dev.fovea.data.Dataset;
import dev.fovea.nn.Model;
import dev.fovea.nn.Observer;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** The outputs of a layer of a network for pictures, one row of numbers per picture. */
public final class Features {
  private static final int PART = 50;

  private final Observer observer;
  private final String path;

  private Features(Observer observer, String path) {
    this.observer = observer;
    this.path = path;
  }

  /**
   * Returns the features of a layer, with the parameters that the model has now.
   *
   * @param path the layer, as the model's summary names it
   * @throws FoveaException if the model has no such layer
   */
  public static Features of(Model model, String path) {
    return new Features(model.observe(path), path);
  }

  /** Returns the features [N, D] of pictures [N, H, W, C]; maps become rows. */
  public Tensor of(Tensor pictures) {
    Rows rows = new Rows(pictures.shape().dim(0));
    inParts(pictures, rows::add);
    return rows.all();
  }

  /** Returns, for each of the pictures [N, H, W, C], the mean [C] over all places of its maps. */
  public float[][] means(Tensor pictures) {
    List<float[]> means = new ArrayList<>();
    inParts(
        pictures,
        maps -> {
          for (int i = 0; i < maps.shape().dim(0); i++) {
            means.add(mean(rowPerPlace(maps.sample(i))));
          }
        });
    return means.toArray(float[][]::new);
  }

  private void inParts(Tensor pictures, Consumer<Tensor> maps) {
    int n = pictures.shape().dim(0);
    int size = pictures.shape().elements() / n;
    for (int from = 0; from < n; from += PART) {
      int count = Math.min(PART, n - from);
      Tensor part = Tensor.zeros(pictures.shape().withDim(0, count));
      System.arraycopy(pictures.data(), from * size, part.data(), 0, count * size);
      maps.accept(Objects.requireNonNull(observer.of(part).get(path)));
    }
  }

  /**
   * Returns the features [P, C] of the places of pictures: a row of numbers per place of the
   * layer's maps, row by row.
   *
   * @param inputs pictures [H, W, C], as the model takes them
   */
  public List<Tensor> places(List<Tensor> inputs) {
    return inputs.stream().map(this::places).toList();
  }

  /** Returns the mean [C] of features [P, C] over places. */
  public static float[] mean(Tensor places) {
    float[] mean = new float[places.shape().dim(1)];
    for (int i = 0; i < places.data().length; i++) {
      mean[i % mean.length] += places.data()[i] / places.shape().dim(0);
    }
    return mean;
  }

  private Tensor places(Tensor input) {
    Tensor one = input.reshape(input.shape().prepend(1));
    return rowPerPlace(Objects.requireNonNull(observer.of(one).get(path)));
  }

  private static Tensor rowPerPlace(Tensor maps) {
    int channels = maps.shape().dim(-1);
    return maps.reshape(Shape.of(maps.data().length / channels, channels));
  }

  /** Returns the features [N, D] of a data set's first pictures as they are, not augmented. */
  public Tensor of(Dataset data, int count) {
    return of(Pictures.of(data, count));
  }

  /** Rows that come in parts. */
  private static final class Rows {
    private final int count;
    private Tensor all = Tensor.zeros(Shape.of(0, 0));
    private int filled;

    Rows(int count) {
      this.count = count;
    }

    void add(Tensor part) {
      int n = part.shape().dim(0);
      int width = part.shape().elements() / n;
      if (filled == 0) {
        all = Tensor.zeros(Shape.of(count, width));
      }
      System.arraycopy(part.data(), 0, all.data(), filled * width, n * width);
      filled += n;
    }

    Tensor all() {
      return all;
    }
  }
}
