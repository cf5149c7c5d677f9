package dev.fovea.systems.detect;

import dev.fovea.data.Box;
import dev.fovea.data.Dataset;
import dev.fovea.data.Mark;
import dev.fovea.data.Sample;
import dev.fovea.data.Target;
import dev.fovea.data.View;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Samples as a network of two stages learns them. Behind the picture their inputs are the objects
 * [M, 5], a number [1] from which it follows which regions are drawn, and what branches beside the
 * boxes take. Targets are the objects, then what anchors of a first stage learn, if it has any, and
 * what branches are compared with.
 *
 * @param source pictures with boxes, and with what the branches read
 * @param first what the anchors of a first stage learn
 * @param objects how many objects a sample has at most
 * @param branchInputs what branches take
 * @param branchTargets what branches are compared with
 */
public record TwoStageSamples(
    Dataset source,
    Optional<ProposalTargets> first,
    int objects,
    List<Further> branchInputs,
    List<Further> branchTargets)
    implements View {
  private static final int NUMBERS = 5;

  /** So many bits of a whole number a float has. */
  private static final int EXACT = 24;

  /**
   * What a branch of the network learns from.
   *
   * @param shape the shape for one sample
   * @param read makes it of a sample; several threads call it at once
   */
  public record Further(Shape shape, Function<Sample, Tensor> read) {
    /**
     * Returns the mark of a sample.
     *
     * @param what what is missing where there is none, for the message
     * @throws FoveaException if there is none
     */
    public static <M extends Mark> M mark(Sample sample, Class<M> kind, String what) {
      return sample
          .mark(kind)
          .orElseThrow(() -> new FoveaException("two stages: samples have no " + what));
    }
  }

  /** Copies the lists. */
  public TwoStageSamples {
    branchInputs = List.copyOf(branchInputs);
    branchTargets = List.copyOf(branchTargets);
  }

  @Override
  public List<Shape> inputShapes() {
    return inputShapes(inputShape(), objects, branchInputs);
  }

  /**
   * Returns the shapes of the inputs.
   *
   * @param picture the shape of a picture
   * @param objects how many objects a sample has at most
   * @param further what branches take
   */
  public static List<Shape> inputShapes(Shape picture, int objects, List<Further> further) {
    List<Shape> all = new ArrayList<>(List.of(picture, Shape.of(objects, NUMBERS), Shape.of(1)));
    further.forEach(f -> all.add(f.shape()));
    return List.copyOf(all);
  }

  @Override
  public List<Target> targets() {
    List<Target> all = new ArrayList<>(List.of(Target.boxes(objects, 0)));
    first.ifPresent(f -> all.add(Target.numbers(f.shape().dims())));
    branchTargets.forEach(f -> all.add(Target.numbers(f.shape().dims())));
    return List.copyOf(all);
  }

  @Override
  public Sample read(int index, Seed seed) {
    Sample sample = source.read(index, seed);
    List<Box> all = Further.mark(sample, Mark.Boxes.class, "boxes").boxes();
    List<Box> some = all.stream().limit(objects).map(b -> b.withPoints(List.of())).toList();
    Seed own = seed.split("regions");
    float draw = own.value() >>> (Long.SIZE - EXACT);
    List<Tensor> inputs =
        new ArrayList<>(List.of(sample.picture(), rows(some), Tensor.of(Shape.of(1), draw)));
    branchInputs.forEach(f -> inputs.add(f.read().apply(sample)));
    List<Mark> marks = new ArrayList<>(List.of(new Mark.Boxes(some)));
    first.ifPresent(f -> marks.add(new Mark.Numbers(f.of(some, own))));
    branchTargets.forEach(f -> marks.add(new Mark.Numbers(f.read().apply(sample))));
    return new Sample(inputs, marks);
  }

  private Tensor rows(List<Box> boxes) {
    Tensor rows = Tensor.zeros(Shape.of(objects, NUMBERS));
    new Mark.Boxes(boxes).write(rows.shape(), rows.data(), 0);
    return rows;
  }
}
