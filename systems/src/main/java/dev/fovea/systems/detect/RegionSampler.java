package dev.fovea.systems.detect;

import dev.fovea.data.Mark;
import dev.fovea.op.HostCall;
import dev.fovea.op.Value;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.box.BoxCode;
import dev.fovea.systems.box.Matcher;
import dev.fovea.systems.box.Sampler;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The regions that a second stage learns, as a step of a network: a fixed number, drawn of those
 * that are proposed and the objects themselves, each with what it should answer. No gradient flows
 * through it.
 *
 * <p>A row is [left, top, right, bottom, label, code of the object's box…, number of the object]:
 * regions with objects come first. The label is 0 for background, 1 on for a class, −1 for a row
 * that only fills up. Which are drawn follows from a number of the sample alone.
 *
 * @param matcher which region learns which object
 * @param sampler how many are drawn
 * @param code how boxes are told beside regions
 */
public record RegionSampler(Matcher matcher, Sampler sampler, BoxCode code) {
  /** How many numbers a row has. */
  public static final int NUMBERS = 10;

  /** Where in a row the label stands. */
  public static final int LABEL = 4;

  /** Where in a row the code of the object's box begins. */
  public static final int CODE = 5;

  /** Where in a row the number of the object stands. */
  public static final int OBJECT = 9;

  /** How many numbers an object has: its class and its box. */
  private static final int OBJECTS = 5;

  /**
   * Returns the rows [N, {@code sampler.size()}, 10].
   *
   * @param regions what is proposed, empty boxes where there is nothing [N, R, 4]
   * @param objects the objects [N, M, 5], see {@link dev.fovea.data.Mark.Boxes}
   * @param draws a number for each sample from which it follows what is drawn [N, 1]
   */
  public Value of(Value regions, Value objects, Value draws) {
    int n = regions.shape().dim(0);
    int proposed = regions.shape().dim(1);
    int most = objects.shape().dim(1);
    HostCall.Derivative none = (y, dy) -> Collections.nCopies(3, null);
    HostCall.Function sample =
        (in, out) -> {
          for (int i = 0; i < n; i++) {
            BoxArray some = Rows.read(in.get(0), 4 * i * proposed, proposed, 4);
            Seed seed = Seed.of(Float.floatToIntBits(in.get(2).get(i)));
            sample(some, in.get(1), i * most, most, seed, out, i * sampler.size());
          }
        };
    return Value.of(
        new HostCall("sampled_regions", Shape.of(n, sampler.size(), NUMBERS), sample, none),
        regions,
        objects,
        draws);
  }

  private void sample(
      BoxArray proposed,
      FloatBuffer objects,
      int first,
      int most,
      Seed seed,
      FloatBuffer to,
      int row) {
    int[] there = labelled(objects, first, most, label -> label >= 0);
    BoxArray boxes = Rows.read(objects, OBJECTS * first + 1, most, OBJECTS);
    BoxArray truth = boxes.pick(there);
    BoxArray all = proposed.pick(Rows.filled(proposed)).then(truth);
    int[] matches = matcher.match(truth, all);
    int[] crowds = labelled(objects, first, most, label -> label == Mark.Boxes.IGNORED);
    Matcher.spare(matches, boxes.pick(crowds), all);
    Sampler.Drawn drawn = sampler.draw(matches, seed, 0);
    float[] rows = new float[NUMBERS * sampler.size()];
    for (int k = 0; k < sampler.size(); k++) {
      rows[NUMBERS * k + LABEL] = Matcher.BACKGROUND;
    }
    int at = 0;
    for (int region : drawn.objects()) {
      put(all, region, rows, at);
      int object = matches[region];
      rows[at + LABEL] = 1 + objects.get(OBJECTS * (first + there[object]));
      code.encode(all, region, truth, object, rows, at + CODE);
      rows[at + OBJECT] = there[object];
      at += NUMBERS;
    }
    for (int region : drawn.background()) {
      put(all, region, rows, at);
      rows[at + LABEL] = 0;
      at += NUMBERS;
    }
    to.put(NUMBERS * row, rows);
  }

  /** Returns the numbers of the objects of a sample whose class is one of these. */
  private static int[] labelled(FloatBuffer objects, int first, int most, IntPredicate which) {
    return IntStream.range(0, most)
        .filter(i -> which.test((int) objects.get(OBJECTS * (first + i))))
        .toArray();
  }

  private static void put(BoxArray boxes, int i, float[] rows, int at) {
    rows[at] = (float) boxes.left(i);
    rows[at + 1] = (float) boxes.top(i);
    rows[at + 2] = (float) boxes.right(i);
    rows[at + 3] = (float) boxes.bottom(i);
  }
}
