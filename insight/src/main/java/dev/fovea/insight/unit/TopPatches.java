package dev.fovea.insight.unit;

import dev.fovea.data.Dataset;
import dev.fovea.insight.probe.InputWindow;
import dev.fovea.insight.probe.Layers;
import dev.fovea.nn.Model;
import dev.fovea.nn.Observer;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.IntFunction;

/**
 * Where in a data set the channels of a layer are strongest: of each channel the k places with the
 * largest activation, one per sample, and the part of the input that each sees.
 *
 * <p>One pass over the data; of each channel a heap of k places is kept.
 *
 * @param layer the path of the layer
 * @param window which part of the input a place sees
 * @param channels the places of each channel, the strongest first
 */
public record TopPatches(String layer, InputWindow window, List<List<Place>> channels) {
  private static final int BATCH = 64;

  /** The weakest of a heap first; of equally strong ones the later sample. */
  private static final Comparator<Place> WEAKEST =
      Comparator.comparingDouble((Place p) -> p.activation).thenComparingInt(p -> -p.sample);

  /**
   * One place.
   *
   * @param sample the number of the sample in the data set
   * @param row its row in the layer's map
   * @param column its column
   * @param activation how strong the channel is there
   */
  public record Place(int sample, int row, int column, float activation) {}

  /** Copies the lists. */
  public TopPatches {
    channels = channels.stream().map(List::copyOf).toList();
  }

  /**
   * Looks through inputs.
   *
   * @param model the network
   * @param layer the path of a layer whose places see a window of the input
   * @param count how many inputs there are
   * @param inputs gives an input by its number, as the network takes it, [H, W, C]
   * @param k how many places of each channel are kept
   * @throws FoveaException if the layer has no such places or k is below 1
   */
  public static TopPatches of(
      Model model, String layer, int count, IntFunction<Tensor> inputs, int k) {
    Layers.Layer at = Layers.of(model).find(layer);
    if (at.window().isEmpty() || k < 1) {
      throw new FoveaException(
          "top patches: a layer whose places see part of the input and 1 or more of each expected, got %s (%s) and %s"
              .formatted(layer, at.shape(), k));
    }
    List<PriorityQueue<Place>> heaps = new ArrayList<>();
    for (int c = 0; c < at.channels(); c++) {
      heaps.add(new PriorityQueue<>(WEAKEST));
    }
    Observer observer = model.observe(layer);
    int most = model.fixesBatch() ? 1 : BATCH; // layers were found by a trace of one sample
    for (int first = 0; first < count; first += most) {
      int n = Math.min(most, count - first);
      Tensor maps = observer.of(batch(model, inputs, first, n)).get(layer);
      for (int i = 0; i < n && maps != null; i++) {
        collect(maps, i, first + i, k, heaps);
      }
    }
    List<List<Place>> channels = new ArrayList<>();
    heaps.forEach(h -> channels.add(h.stream().sorted(WEAKEST.reversed()).toList()));
    return new TopPatches(layer, at.window().get(), channels);
  }

  /** Looks through a data set, whose pictures become inputs as the data set says. */
  public static TopPatches of(Model model, String layer, Dataset data, int k) {
    return of(model, layer, data.size(), i -> data.input(i, Seed.of(0)), k);
  }

  private static Tensor batch(Model model, IntFunction<Tensor> inputs, int first, int n) {
    Shape one = model.inputs().getFirst();
    Tensor batch = Tensor.zeros(one.prepend(n));
    for (int i = 0; i < n; i++) {
      Tensor x = inputs.apply(first + i);
      System.arraycopy(x.data(), 0, batch.data(), i * one.elements(), one.elements());
    }
    return batch;
  }

  private static void collect(
      Tensor maps, int i, int sample, int k, List<PriorityQueue<Place>> heaps) {
    Shape s = maps.shape();
    int places = s.dim(1) * s.dim(2);
    for (int c = 0; c < heaps.size(); c++) {
      int best = 0;
      float most = Float.NEGATIVE_INFINITY;
      for (int p = 0; p < places; p++) {
        float a = maps.data()[(i * places + p) * s.dim(3) + c];
        if (a > most) {
          most = a;
          best = p;
        }
      }
      PriorityQueue<Place> heap = heaps.get(c);
      heap.add(new Place(sample, best / s.dim(2), best % s.dim(2), most));
      if (heap.size() > k) {
        heap.poll();
      }
    }
  }

  /**
   * Returns the part of an input that a place sees; what lies outside is padded, never moved.
   *
   * @param picture [H, W, C]
   * @param padding the value of what lies outside
   * @return [height, width, C] of the window
   */
  public Tensor crop(Tensor picture, Place place, float padding) {
    return window.crop(picture, place.row(), place.column(), padding);
  }
}
