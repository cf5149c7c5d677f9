package dev.fovea.optim;

/** Factories of all learning rate schedules, for static import. */
public final class Schedules {
  private static final double PEAK = 0.3;
  private static final double START = 1.0 / 25;
  private static final double END = START / 1e4;

  private Schedules() {}

  /** Returns the constant factor 1. */
  public static Schedule constant() {
    return new Constant();
  }

  /** Returns a factor that is multiplied by {@code decay} after every {@code every} steps. */
  public static Schedule step(int every, double decay) {
    return new Steps(every, decay);
  }

  /**
   * Returns half a cosine wave from 1 down to 0: (1 + cos(π·t/T)) / 2 (Loshchilov and Hutter,
   * 2017).
   */
  public static Schedule cosine() {
    return cosine(0);
  }

  /** Returns half a cosine wave from 1 down to {@code floor}. */
  public static Schedule cosine(double floor) {
    return new Cosine(floor);
  }

  /**
   * Returns the one-cycle policy: up from 1/25 to 1 over the first 30 % of all steps, then down to
   * 4·10⁻⁶, both along cosines (Smith and Topin, 2018).
   */
  public static Schedule oneCycle() {
    return new OneCycle();
  }

  /** Returns (1 − t/T)^power, from 1 down to 0 (Chen et al., 2017, with power 0.9). */
  public static Schedule polynomial(double power) {
    return new Polynomial(power);
  }

  /** Returns a factor that is multiplied by {@code decay} after every step. */
  public static Schedule exponential(double decay) {
    return new Steps(1, decay);
  }

  /**
   * Returns the triangular policy: the factor rises linearly from {@code low} to 1 over {@code
   * half} steps, falls back over as many, and repeats (Smith, 2017).
   */
  public static Schedule cyclic(double low, int half) {
    return new Cyclic(low, half);
  }

  /** A power of what is left. */
  private record Polynomial(double power) implements Schedule {
    Polynomial {
      Checks.positive("polynomial schedule: power", power);
    }

    @Override
    public double factor(long step, long total) {
      return StrictMath.pow(Math.max(0, 1 - (double) step / total), power);
    }

    @Override
    public String name() {
      return "polynomial(" + power + ")";
    }
  }

  /** Up and down again. */
  private record Cyclic(double low, int half) implements Schedule {
    Cyclic {
      Checks.fraction("cyclic schedule: lowest factor", low);
      Checks.positive("cyclic schedule: number of steps", half);
    }

    @Override
    public double factor(long step, long total) {
      long at = step % (2L * half);
      double part = (double) (at <= half ? at : 2L * half - at) / half;
      return low + (1 - low) * part;
    }

    @Override
    public boolean dependsOnTotal() {
      return false;
    }

    @Override
    public String name() {
      return "cyclic(" + low + ", " + half + ")";
    }
  }

  /** The factor 1. */
  private record Constant() implements Schedule {
    @Override
    public double factor(long step, long total) {
      return 1;
    }

    @Override
    public boolean dependsOnTotal() {
      return false;
    }

    @Override
    public String name() {
      return "constant";
    }
  }

  /** A power of {@code decay}. */
  private record Steps(int every, double decay) implements Schedule {
    Steps {
      Checks.positive("step schedule: number of steps", every);
      Checks.positive("step schedule: decay", decay);
    }

    @Override
    public double factor(long step, long total) {
      long times = step / every;
      return StrictMath.pow(decay, (double) times);
    }

    @Override
    public boolean dependsOnTotal() {
      return false;
    }

    @Override
    public String name() {
      return "step(" + every + ", " + decay + ")";
    }
  }

  /** Half a wave. */
  private record Cosine(double floor) implements Schedule {
    Cosine {
      Checks.fraction("cosine schedule: floor", floor);
    }

    @Override
    public double factor(long step, long total) {
      return wave(1, floor, (double) step / total);
    }

    @Override
    public String name() {
      return "cosine(" + floor + ")";
    }
  }

  /** Up and down. */
  private record OneCycle() implements Schedule {
    @Override
    public double factor(long step, long total) {
      double t = (double) step / Math.max(1, total - 1);
      return t < PEAK ? wave(START, 1, t / PEAK) : wave(1, END, (t - PEAK) / (1 - PEAK));
    }

    @Override
    public String name() {
      return "one_cycle";
    }
  }

  /** Linear up to where another schedule begins, which then has the steps that are left. */
  record Warmup(Schedule next, int steps, double fraction) implements Schedule {
    Warmup {
      Checks.notNegative("warm-up: number of steps", steps);
      Checks.fraction("warm-up: part of all steps", fraction);
    }

    @Override
    public double factor(long step, long total) {
      long up = Math.max(steps, Math.round(fraction * total));
      long left = Math.max(1, total - up);
      return step < up ? next.factor(0, left) * (step + 1) / up : next.factor(step - up, left);
    }

    @Override
    public boolean dependsOnTotal() {
      return fraction > 0 || next.dependsOnTotal();
    }

    @Override
    public String name() {
      String length = fraction > 0 ? Double.toString(fraction) : Integer.toString(steps);
      return next.name() + " after warm-up(" + length + ")";
    }
  }

  /** Returns half a cosine wave from {@code a} at 0 to {@code b} at 1. */
  private static double wave(double a, double b, double t) {
    return b + (a - b) * (1 + StrictMath.cos(Math.PI * Math.min(1, t))) / 2;
  }
}
