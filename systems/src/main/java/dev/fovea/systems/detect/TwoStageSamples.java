package dev.fovea.systems.detect;

import dev.fovea.data.Box;
import dev.fovea.data.Dataset;
import dev.fovea.data.Mark;
import dev.fovea.data.Preprocessing;
import dev.fovea.data.Sample;
import dev.fovea.data.Target;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Samples as a network of two stages learns them. Behind the picture their inputs are the objects
 * [M, 5], a number [1] from which it follows which regions are drawn, and where the network tells
 * masks which object each pixel belongs to [H, W]. Targets are the objects, then what anchors of a
 * first stage learn, if it has any.
 *
 * @param source pictures with boxes, and with instances if masks are told
 * @param first what the anchors of a first stage learn
 * @param objects how many objects a sample has at most
 * @param masks whether masks are told
 */
public record TwoStageSamples(
    Dataset source, Optional<ProposalTargets> first, int objects, boolean masks)
    implements Dataset {
  private static final int NUMBERS = 5;

  /** So many bits of a whole number a float has. */
  private static final int EXACT = 24;

  @Override
  public int size() {
    return source.size();
  }

  @Override
  public Shape inputShape() {
    return source.inputShape();
  }

  @Override
  public List<Shape> inputShapes() {
    return inputShapes(inputShape(), objects, masks);
  }

  /**
   * Returns the shapes of the inputs.
   *
   * @param picture the shape of a picture
   * @param objects how many objects a sample has at most
   * @param masks whether masks are told
   */
  public static List<Shape> inputShapes(Shape picture, int objects, boolean masks) {
    List<Shape> all = new ArrayList<>(List.of(picture, Shape.of(objects, NUMBERS), Shape.of(1)));
    if (masks) {
      all.add(Shape.of(picture.dim(0), picture.dim(1)));
    }
    return List.copyOf(all);
  }

  @Override
  public List<Target> targets() {
    List<Target> all = new ArrayList<>(List.of(Target.boxes(objects, 0)));
    first.ifPresent(f -> all.add(Target.numbers(f.shape().dims())));
    return List.copyOf(all);
  }

  @Override
  public Optional<Preprocessing> normalization() {
    return source.normalization();
  }

  @Override
  public List<String> classes() {
    return source.classes();
  }

  @Override
  public boolean inRandomOrder() {
    return source.inRandomOrder();
  }

  @Override
  public String description() {
    return source.description();
  }

  @Override
  public Sample read(int index, Seed seed) {
    Sample sample = source.read(index, seed);
    List<Box> all = mark(sample, Mark.Boxes.class, "boxes").boxes();
    List<Box> some = all.stream().limit(objects).map(b -> b.withPoints(List.of())).toList();
    Seed own = seed.split("regions");
    float draw = own.value() >>> (Long.SIZE - EXACT);
    List<Tensor> inputs =
        new ArrayList<>(List.of(sample.picture(), rows(some), Tensor.of(Shape.of(1), draw)));
    if (masks) {
      inputs.add(mark(sample, Mark.Instances.class, "instances").numbers());
    }
    List<Mark> marks = new ArrayList<>(List.of(new Mark.Boxes(some)));
    first.ifPresent(f -> marks.add(new Mark.Numbers(f.of(some, own))));
    return new Sample(inputs, marks);
  }

  private Tensor rows(List<Box> boxes) {
    Tensor rows = Tensor.zeros(Shape.of(objects, NUMBERS));
    new Mark.Boxes(boxes).write(rows.shape(), rows.data(), 0);
    return rows;
  }

  private static <M extends Mark> M mark(Sample sample, Class<M> kind, String what) {
    return sample
        .mark(kind)
        .orElseThrow(() -> new FoveaException("two stages: samples have no " + what));
  }
}
