package dev.fovea.insight.unit;

import dev.fovea.insight.explain.BackwardRules;
import dev.fovea.insight.explain.Baselines;
import dev.fovea.insight.probe.Probe;
import dev.fovea.insight.probe.Reading;
import dev.fovea.insight.probe.Target;
import dev.fovea.nn.Model;
import dev.fovea.op.GradientRule;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The input that a unit likes best, found by gradient ascent on the input (Erhan et al., 2009; Olah
 * et al., 2017).
 *
 * <p>In the first steps rectifiers that are all shut let through what would open them, so that dead
 * beginnings come to life. The best input so far is kept: its value is never below that of the
 * start. The same seed gives the same bits.
 *
 * @param picture the input [H, W, C], as the network takes it
 * @param value what the unit says to it
 * @param values what it said after each step that was looked at, the start first
 */
public record Imagination(Tensor picture, double value, List<Double> values) {

  /** Copies the list. */
  public Imagination {
    values = List.copyOf(values);
  }

  /**
   * How an input is searched for.
   *
   * @param steps how many steps
   * @param rate the rate of Adam
   * @param jitter by how many pixels the picture moves at most from step to step
   * @param zoom by which share its size changes at most
   * @param turn by how many degrees it turns at most
   * @param blurEvery after how many steps it is blurred by σ = 1; 0 for never. For pixels only
   * @param decay by which share z becomes smaller in each step
   * @param variation the weight of the total variation Σ |x − neighbour|², which is taken off
   */
  public record Search(
      int steps,
      double rate,
      int jitter,
      double zoom,
      double turn,
      int blurEvery,
      double decay,
      double variation) {
    /**
     * Checks the numbers.
     *
     * @throws FoveaException if one makes no sense
     */
    public Search {
      boolean counts = steps >= 0 && jitter >= 0 && blurEvery >= 0;
      boolean sizes = rate > 0 && zoom >= 0 && zoom < 1 && turn >= 0 && variation >= 0;
      if (!counts || !sizes || !(decay >= 0 && decay < 1)) {
        throw new FoveaException(
            "search: numbers of at least 0, a rate above 0 and shares below 1 expected");
      }
    }

    /** Returns a plain search of some steps. */
    public static Search plain(int steps) {
      return new Search(steps, 0.05, 0, 0, 0, 0, 0, 0);
    }

    /** Returns the usual search: moved, turned and scaled a little in each step. */
    public static Search robust(int steps, int jitter) {
      return new Search(steps, 0.05, jitter, 0.1, 10, 0, 0, 0);
    }

    private boolean moves() {
      return jitter > 0 || zoom > 0 || turn > 0;
    }
  }

  /** How many of the first steps open shut rectifiers. */
  private static final int REDIRECTED = 16;

  private static final int LOOKS = 8;

  /**
   * Searches for an input.
   *
   * @param model the network
   * @param target the unit, channel or class
   * @param space the numbers that the input is made of
   * @param seed from which the start and the moves are drawn
   */
  public static Imagination of(
      Model model, Target target, PictureSpace space, Search search, Seed seed) {
    Probe redirected = Probe.ofGradients(model, target, BackwardRules.REDIRECTED);
    Probe exact = Probe.ofGradients(model, target, GradientRule.EXACT);
    Probe scores = Probe.ofScores(model, target);
    Rng rng = seed.split("moves").rng();
    float[] z = space.start(seed.split("start").rng());
    PictureSpace.Adam adam = new PictureSpace.Adam(search.rate, z.length);
    Tensor best = space.picture(z);
    double value = scores.read(best).score();
    List<Double> values = new ArrayList<>(List.of(value));
    for (int step = 1; step <= search.steps; step++) {
      PictureMove move = PictureMove.draw(rng, search.jitter, search.zoom, search.turn);
      Tensor x = space.picture(z);
      Tensor shown = search.moves() ? move.apply(x) : x;
      Reading r = (step <= REDIRECTED ? redirected : exact).read(shown);
      Tensor g = search.moves() ? move.transposed(r.gradient()) : r.gradient();
      smooth(x, g, search.variation);
      space.step(z, space.back(z, g), adam);
      shrink(z, search, step, space);
      if (!search.moves() || step % LOOKS == 0 || step == search.steps) {
        Tensor now = space.picture(z);
        double said = scores.read(now).score();
        values.add(said);
        if (said > value) {
          value = said;
          best = now;
        }
      }
    }
    return new Imagination(best, value, values);
  }

  private static void shrink(float[] z, Search search, int step, PictureSpace space) {
    for (int i = 0; i < z.length && search.decay > 0; i++) {
      z[i] *= (float) (1 - search.decay);
    }
    if (search.blurEvery > 0 && step % search.blurEvery == 0 && !(space instanceof FourierSpace)) {
      Tensor blurred = Baselines.blurred(space.picture(z), 1);
      System.arraycopy(blurred.data(), 0, z, 0, z.length);
    }
  }

  /** Takes the gradient of the total variation, each number's differences to its neighbours. */
  private static void smooth(Tensor x, Tensor g, double weight) {
    int h = x.shape().dim(0);
    int w = x.shape().dim(1);
    int c = x.shape().dim(2);
    for (int i = 0; i < x.data().length && weight > 0; i++) {
      int column = i / c % w;
      int row = i / c / w;
      double sum = 0;
      sum += column > 0 ? x.data()[i] - x.data()[i - c] : 0;
      sum += column < w - 1 ? x.data()[i] - x.data()[i + c] : 0;
      sum += row > 0 ? x.data()[i] - x.data()[i - w * c] : 0;
      sum += row < h - 1 ? x.data()[i] - x.data()[i + w * c] : 0;
      g.data()[i] -= (float) (2 * weight * sum);
    }
  }

  /** Returns the total variation of a picture, Σ |x − neighbour|² over neighbours once each. */
  public static double variation(Tensor x) {
    int w = x.shape().dim(1);
    int c = x.shape().dim(2);
    double sum = 0;
    for (int i = 0; i < x.data().length; i++) {
      double right = i / c % w < w - 1 ? x.data()[i + c] - x.data()[i] : 0;
      double below = i + w * c < x.data().length ? x.data()[i + w * c] - x.data()[i] : 0;
      sum += right * right + below * below;
    }
    return sum;
  }
}
