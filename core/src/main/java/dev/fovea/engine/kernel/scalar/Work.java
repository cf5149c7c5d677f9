package dev.fovea.engine.kernel.scalar;

/** How work is cut into tasks: by its size alone, never by the number of threads. */
final class Work {
  /** The floating-point operations that are worth a task of their own. */
  private static final long TASK_FLOPS = 1 << 17;

  private Work() {}

  /** Returns into how many tasks {@code units} pieces of this much work fall, at least 1. */
  static int tasks(int units, long flopsPerUnit) {
    long flops = units * Math.max(1, flopsPerUnit);
    long tasks = (flops + TASK_FLOPS - 1) / TASK_FLOPS;
    return (int) Math.max(1, Math.min(tasks, units));
  }

  /** Returns the first unit of a task; the one of {@code task + 1} is where it ends. */
  static int begin(int units, int tasks, int task) {
    return (int) ((long) units * task / tasks);
  }
}
