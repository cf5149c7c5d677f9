package dev.fovea.systems.search;

import dev.fovea.systems.box.BoxArray;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Selective search (Uijlings, van de Sande, Gevers, Smeulders: Selective Search for Object
 * Recognition, 2013): the places where objects may be, of any kind. A picture is cut into segments
 * of one colour ({@link GraphSegmentation}), neighbours that are alike become one, step by step,
 * and the boxes of all that there were on the way are the places. Several ways to see colours and
 * several sizes of segments find what one of them misses.
 *
 * <p>A box is the earlier in the list the later its group was made, times a number of 0 … 1 that
 * follows from a hash, so that large ones do not come first throughout. The same picture gives the
 * same boxes.
 *
 * @param ways how the picture is looked at
 * @param least the smallest side of a box in pixels
 * @param most how many boxes there are at most
 */
public record SelectiveSearch(List<Way> ways, double least, int most) {
  private static final double SIGMA = 0.8;
  private static final Seed ORDER = Seed.of(2013);

  /**
   * One way to look at a picture.
   *
   * @param colours the space that colours are compared in
   * @param scale the scale of segments, k of {@link GraphSegmentation}, and their least size in
   *     pixels
   * @param byColour whether groups are alike by colour too, not by texture, size and fill alone
   */
  public record Way(ColourSpace colours, double scale, boolean byColour) {}

  /**
   * Checks the numbers.
   *
   * @throws FoveaException if there is no way, or no box is asked for
   */
  public SelectiveSearch {
    ways = List.copyOf(ways);
    if (ways.isEmpty() || most < 1 || !(least >= 0)) {
      throw new FoveaException(
          "selective search: need a way to look, sides from 0 on and at least one box, got %s, %s"
                  .formatted(ways.size(), least)
              + " and "
              + most);
    }
  }

  /**
   * Returns the fast search of the paper: HSV and L*a*b*, scales of 50 and 100, with colours and
   * without.
   */
  public static SelectiveSearch fast(int most) {
    List<Way> ways = new ArrayList<>();
    for (ColourSpace space : List.of(ColourSpace.HSV, ColourSpace.LAB)) {
      for (double scale : List.of(50.0, 100.0)) {
        ways.add(new Way(space, scale, true));
        ways.add(new Way(space, scale, false));
      }
    }
    return new SelectiveSearch(ways, 0, most);
  }

  /**
   * Returns a search for pictures of about 128×128 pixels that looks in two ways, as far apart as
   * ways can be: RGB with colours at a scale of 15, HSV without them at one of 25.
   */
  public static SelectiveSearch small(int most) {
    return new SelectiveSearch(
        List.of(new Way(ColourSpace.RGB, 15, true), new Way(ColourSpace.HSV, 25, false)), 0, most);
  }

  /** Returns this search without boxes that have a shorter side. */
  public SelectiveSearch least(double side) {
    return new SelectiveSearch(ways, side, most);
  }

  private record Placed(double order, double left, double top, double right, double bottom) {}

  /**
   * Returns the places in a picture [H, W, 3] of 0 … 255, in its pixels.
   *
   * @throws FoveaException if it is no colour picture, or too large to be cut into segments
   */
  public BoxArray of(Tensor picture) {
    Shape shape = picture.shape();
    if (shape.rank() != 3 || shape.dim(2) != ColourSpace.CHANNELS) {
      throw new FoveaException(
          "selective search: a colour picture [H, W, 3] expected, got " + shape);
    }
    List<Placed> all = new ArrayList<>();
    for (int w = 0; w < ways.size(); w++) {
      Way way = ways.get(w);
      Tensor seen = way.colours.of(picture);
      int small = (int) Math.round(way.scale);
      Segments segments = new GraphSegmentation(way.scale, SIGMA, small).of(seen);
      add(Grouping.of(seen, segments, way.byColour), ORDER.split(w), all);
    }
    all.sort(Comparator.comparingDouble(Placed::order));
    return first(all);
  }

  private void add(BoxArray boxes, Seed seed, List<Placed> to) {
    for (int i = 0; i < boxes.size(); i++) {
      if (boxes.width(i) >= least && boxes.height(i) >= least) {
        double share = (seed.split(i).value() >>> 11) * 0x1p-53;
        to.add(
            new Placed(
                (i + 1) * share, boxes.left(i), boxes.top(i), boxes.right(i), boxes.bottom(i)));
      }
    }
  }

  /** Returns the first boxes, each once. */
  private BoxArray first(List<Placed> all) {
    Set<List<Double>> known = new HashSet<>();
    List<Double> numbers = new ArrayList<>();
    for (Placed p : all) {
      List<Double> box = List.of(p.left, p.top, p.right, p.bottom);
      if (known.size() < most && known.add(box)) {
        numbers.addAll(box);
      }
    }
    return BoxArray.of(numbers.stream().mapToDouble(d -> d).toArray());
  }
}
