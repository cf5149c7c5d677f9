package dev.fovea.studio.state;

import dev.fovea.insight.embed.Pca;
import dev.fovea.insight.embed.TSne;
import dev.fovea.insight.probe.InputWindow;
import dev.fovea.insight.probe.Layers;
import dev.fovea.nn.Observer;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * An activation atlas (Carter et al., 2019): places of many pictures laid out on a plane, near to
 * each other where a layer computes alike at them, and averaged over the cells of a grid. The
 * pictures are those that are open and, where a network takes pictures as small, drawn digits.
 *
 * @param places how many places were laid out
 * @param cells the cells with at least two places, row after row
 */
public record ActivationAtlas(int places, List<Cell> cells) {
  /** How places are laid out: by principal components, or by t-SNE. */
  public static final List<String> METHODS = List.of("pca", "t-sne");

  private static final int DIGITS = 250;
  private static final int MOST_PLACES = 800;
  private static final int LEAST = 2;
  private static final int STEPS = 400;
  private static final int PADDING = 128;

  /** The share of places beyond each edge, which are put into the outermost cells. */
  private static final double BEYOND = 0.02;

  /**
   * A cell.
   *
   * @param row its row
   * @param column its column
   * @param count how many places lie in it
   * @param mean what the layer computes there in the mean, a number for each channel
   * @param patch the part of a picture that the place nearest to the mean sees, values 0 … 255
   */
  public record Cell(int row, int column, int count, Tensor mean, Tensor patch) {}

  /** A place of a picture and what the layer computes there. */
  private record Place(int sample, int row, int column, Tensor values) {}

  /** Copies the list. */
  public ActivationAtlas {
    cells = List.copyOf(cells);
  }

  /**
   * Lays out an atlas; the same bits every time.
   *
   * @param side the rows of the grid, and its columns
   * @param method one of {@link #METHODS}
   * @throws FoveaException if places of the layer see no part of a picture
   */
  public static ActivationAtlas of(
      OpenModel net, List<Workspace.Picture> pictures, String layer, int side, String method) {
    Layers.Layer at = Layers.of(net.model()).find(layer);
    InputWindow window =
        at.window()
            .filter(w -> at.hasPlaces())
            .orElseThrow(() ->
                new FoveaException("atlas: the places of " + layer + " see no part of a picture"));
    List<Place> all = places(net, pictures, layer);
    Tensor points = points(net, all, at.channels(), method);
    int[] rows = cells(points, 1, side);
    int[] columns = cells(points, 0, side);
    Map<Integer, List<Place>> grid = new TreeMap<>();
    for (int i = 0; i < all.size(); i++) {
      grid.computeIfAbsent(rows[i] * side + columns[i], k -> new ArrayList<>()).add(all.get(i));
    }
    List<Cell> cells = new ArrayList<>();
    grid.forEach((number, there) -> {
      if (there.size() >= LEAST) {
        Tensor mean = mean(there);
        Place nearest = nearest(there, mean);
        Tensor patch = crop(picture(net, pictures, nearest.sample), nearest, window);
        cells.add(new Cell(number / side, number % side, there.size(), mean, patch));
      }
    });
    return new ActivationAtlas(all.size(), cells);
  }

  /** Returns as many places of each picture, drawn at random. */
  private static List<Place> places(OpenModel net, List<Workspace.Picture> pictures, String layer) {
    int count = pictures.size() + (UnitPatches.takesSmall(net) ? DIGITS : 0);
    Observer observer = net.model().observe(layer);
    Rng rng = Seed.of(1).rng();
    List<Place> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Tensor input = net.rule().input(picture(net, pictures, i));
      Tensor maps =
          Objects.requireNonNull(observer.of(input.reshape(input.shape().prepend(1))).get(layer));
      Shape s = maps.shape();
      int[] order = shuffled(s.dim(1) * s.dim(2), rng);
      for (int k = 0; k < Math.min(order.length, MOST_PLACES / count); k++) {
        int from = order[k] * s.dim(3);
        Tensor values =
            Tensor.of(Shape.of(s.dim(3)), Arrays.copyOfRange(maps.data(), from, from + s.dim(3)));
        all.add(new Place(i, order[k] / s.dim(2), order[k] % s.dim(2), values));
      }
    }
    return all;
  }

  private static int[] shuffled(int count, Rng rng) {
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int other = rng.nextInt(i + 1);
      order[i] = order[other];
      order[other] = i;
    }
    return order;
  }

  private static Tensor picture(OpenModel net, List<Workspace.Picture> pictures, int i) {
    return UnitPatches.placed(net, pictures, i);
  }

  /** Returns where places lie on the plane, [N, 2]. */
  private static Tensor points(OpenModel net, List<Place> all, int channels, String method) {
    Tensor rows = Tensor.zeros(Shape.of(all.size(), channels));
    for (int i = 0; i < all.size(); i++) {
      System.arraycopy(all.get(i).values.data(), 0, rows.data(), i * channels, channels);
    }
    return method.equals(METHODS.getFirst())
        ? Pca.of(rows, 2).projected()
        : TSne.of(net.model().engine(), rows, Math.min(30, all.size() / 4.0), STEPS, (s, n) -> {})
            .points();
  }

  /** Returns the number of the cell of each point along an axis. */
  private static int[] cells(Tensor points, int axis, int side) {
    int n = points.shape().dim(0);
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = points.data()[2 * i + axis];
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int beyond = (int) (BEYOND * n);
    double low = sorted[beyond];
    double width = Math.max(sorted[n - 1 - beyond] - low, Double.MIN_NORMAL);
    int[] cells = new int[n];
    for (int i = 0; i < n; i++) {
      cells[i] = Math.clamp((int) Math.floor((values[i] - low) / width * side), 0, side - 1);
    }
    return cells;
  }

  private static Tensor mean(List<Place> there) {
    int channels = there.getFirst().values.data().length;
    Tensor mean = Tensor.zeros(Shape.of(channels));
    for (int c = 0; c < channels; c++) {
      double sum = 0;
      for (Place p : there) {
        sum += p.values.data()[c];
      }
      mean.data()[c] = (float) (sum / there.size());
    }
    return mean;
  }

  private static Place nearest(List<Place> there, Tensor mean) {
    Place best = there.getFirst();
    double least = Double.POSITIVE_INFINITY;
    for (Place p : there) {
      double far = 0;
      for (int c = 0; c < mean.data().length; c++) {
        double d = (double) p.values.data()[c] - mean.data()[c];
        far += d * d;
      }
      if (far < least) {
        least = far;
        best = p;
      }
    }
    return best;
  }

  private static Tensor crop(Tensor picture, Place place, InputWindow window) {
    return window.crop(picture, place.row, place.column, PADDING);
  }
}
