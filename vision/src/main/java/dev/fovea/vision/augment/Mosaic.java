package dev.fovea.vision.augment;

import dev.fovea.data.Box;
import dev.fovea.data.Dataset;
import dev.fovea.data.Mark;
import dev.fovea.data.Sample;
import dev.fovea.data.Target;
import dev.fovea.data.Task;
import dev.fovea.data.View;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Mosaic augmentation (Bochkovskiy et al., 2020): a sample is composed of parts of four pictures
 * with a given probability and is unchanged otherwise.
 *
 * <p>Boxes, the pixels of objects and the classes of pixels move along; a sample may have four
 * times as many objects. Samples with other marks are refused.
 *
 * @param source the samples
 * @param probability the share of samples that become mosaics
 */
public record Mosaic(Dataset source, double probability) implements View {
  private static final int PARTS = 4;
  private static final double NEAREST = 0.3;
  private static final double LEAST_SCALE = 0.45;

  /**
   * Checks the samples.
   *
   * @throws FoveaException if they are no pictures with boxes or masks, or the share is none
   */
  public Mosaic {
    boolean movable =
        source.targets().stream().allMatch(t -> t.task() == Task.BOXES || t.task() == Task.MASK);
    if (!movable || source.inputShapes().size() != 1 || source.inputShape().rank() != 3) {
      throw new FoveaException(
          "mosaic: needs pictures with boxes and masks alone, got targets "
              + source.targets().stream().map(t -> t.task().text()).toList());
    }
    Draws.require("mosaic", probability, 0, 1);
  }

  @Override
  public List<Target> targets() {
    return source.targets().stream()
        .map(t ->
            t.task() == Task.BOXES
                ? new Target(t.task(), t.shape().withDim(0, PARTS * t.shape().dim(0)))
                : t)
        .toList();
  }

  @Override
  public String description() {
    String before = source.description();
    return (before.isEmpty() ? "" : before + ", ") + "mosaic:" + Draws.shortest(probability);
  }

  @Override
  public Sample read(int index, Seed seed) {
    Rng rng = seed.split("mosaic").rng();
    Sample own = source.read(index, seed.split("first"));
    if (rng.nextDouble() >= probability) {
      return own;
    }
    int midX = (int) (Draws.between(rng, NEAREST, 1 - NEAREST) * own.width());
    int midY = (int) (Draws.between(rng, NEAREST, 1 - NEAREST) * own.height());
    Pieces pieces = new Pieces(own);
    for (int i = 0; i < PARTS; i++) {
      Sample other = i == 0 ? own : source.read(rng.nextInt(size()), seed.split("part").split(i));
      boolean right = i % 2 == 1;
      boolean below = i >= 2;
      int left = right ? midX : 0;
      int top = below ? midY : 0;
      int width = right ? own.width() - midX : midX;
      int height = below ? own.height() - midY : midY;
      pieces.add(part(other, height, width, rng), left, top);
    }
    return pieces.sample();
  }

  /** Returns a random part of a picture, made smaller, that fills a rectangle. */
  private static Sample part(Sample p, int height, int width, Rng rng) {
    double least =
        Math.max(LEAST_SCALE, Math.max((double) height / p.height(), (double) width / p.width()));
    double scale = Draws.between(rng, least, 1);
    double right = Draws.between(rng, 0, p.width() * scale - width);
    double down = Draws.between(rng, 0, p.height() * scale - height);
    Projection way = Projection.scale(scale, scale).then(Projection.shift(-right, -down));
    return Warp.of(way, height, width).apply(p, 0);
  }

  /** The parts that are put together. */
  private static final class Pieces {
    private final Sample first;
    private final Tensor picture;
    private final List<List<Box>> boxes = new ArrayList<>();
    private final List<Tensor> maps = new ArrayList<>();

    Pieces(Sample first) {
      this.first = first;
      this.picture = Tensor.zeros(first.picture().shape());
      for (int i = 0; i < first.marks().size(); i++) {
        boxes.add(new ArrayList<>());
        maps.add(Tensor.zeros(Shape.of(first.height(), first.width())));
      }
    }

    void add(Sample part, int left, int top) {
      paste(part.picture(), picture, left, top, part.channels(), 0);
      List<Mark> marks = part.marks();
      int before =
          marks.stream()
              .filter(Mark.Boxes.class::isInstance)
              .findFirst()
              .map(m -> boxes.get(marks.indexOf(m)).size())
              .orElse(0);
      for (int i = 0; i < marks.size(); i++) {
        switch (marks.get(i)) {
          case Mark.Boxes b -> {
            for (Box box : b.boxes()) {
              boxes.get(i).add(moved(box, left, top));
            }
          }
          case Mark.Instances n -> paste(n.numbers(), maps.get(i), left, top, 1, before);
          case Mark.Mask m -> paste(m.classes(), maps.get(i), left, top, 1, 0);
          default -> throw new FoveaException("mosaic: a mark that does not move: " + marks.get(i));
        }
      }
    }

    private static Box moved(Box b, int left, int top) {
      return b.at(b.left() + left, b.top() + top, b.right() + left, b.bottom() + top)
          .withPoints(b.points().stream().map(p -> p.at(p.x() + left, p.y() + top)).toList());
    }

    /** Copies numbers; those of objects, which are not 0, count on from those before. */
    private static void paste(Tensor from, Tensor to, int left, int top, int channels, int before) {
      int row = from.shape().dim(1) * channels;
      for (int y = 0; y < from.shape().dim(0); y++) {
        int at = ((top + y) * to.shape().dim(1) + left) * channels;
        for (int i = 0; i < row; i++) {
          float value = from.data()[y * row + i];
          to.data()[at + i] = value == 0 ? 0 : value + Math.copySign(before, value);
        }
      }
    }

    Sample sample() {
      List<Mark> marks = new ArrayList<>();
      for (int i = 0; i < first.marks().size(); i++) {
        marks.add(
            switch (first.marks().get(i)) {
              case Mark.Boxes b -> new Mark.Boxes(boxes.get(i), b.mirrored());
              case Mark.Mask m -> new Mark.Mask(maps.get(i), m.outside());
              default -> new Mark.Instances(maps.get(i));
            });
      }
      return first.with(picture, marks);
    }
  }
}
