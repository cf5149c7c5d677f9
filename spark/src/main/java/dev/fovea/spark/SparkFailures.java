package dev.fovea.spark;

import dev.fovea.tensor.FoveaException;
import java.io.NotSerializableException;

/** What failed in a job of Spark, which throws checked exceptions that it does not declare. */
final class SparkFailures {
  private SparkFailures() {}

  /** Returns what a task threw on purpose, if that was why a job failed. */
  static RuntimeException cause(Exception failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof FoveaException own) {
        return own;
      }
      if (t instanceof NotSerializableException no) {
        return new FoveaException(
            "the trainer factory or preparation captures "
                + String.valueOf(no.getMessage()).lines().findFirst().orElse("an object")
                + ", which cannot be serialized; make it inside",
            failure);
      }
    }
    return failure instanceof RuntimeException e ? e : new IllegalStateException(failure);
  }
}
