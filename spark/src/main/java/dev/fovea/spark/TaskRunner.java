package dev.fovea.spark;

import dev.fovea.train.WorkerSum;
import dev.fovea.train.WorkerTask;
import java.io.Serializable;
import java.util.Iterator;

/**
 * What does the tasks of workers in executors: a broadcast value, of which each executor has one.
 */
interface TaskRunner extends Serializable {
  /**
   * Does a task for one worker.
   *
   * @param worker the number of the worker
   * @param rows its samples
   */
  WorkerSum compute(WorkerTask task, int worker, Iterator<LabelledPicture> rows);

  /** Stops what goes on in this process between tasks. */
  default void close() {}
}
