package dev.fovea.spark;

import dev.fovea.engine.Engine;
import dev.fovea.train.Worker;
import dev.fovea.train.WorkerShare;
import dev.fovea.train.WorkerSum;
import dev.fovea.train.WorkerTask;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * What an executor keeps between the tasks of a training: compiled copies of the model, as many as
 * tasks run at a time, and the shares of samples it has met. It is a broadcast value, of which
 * Spark keeps one in each executor; only the recipe travels, and what was made of it is made again
 * wherever it is missing.
 */
final class Replicas implements TaskRunner {
  private static final long serialVersionUID = 1;

  private final TrainerFactory factory;
  private final PictureTable table;
  private final Preparation preparation;

  /** How many threads a task may use. */
  private final int threads;

  private transient @Nullable Kept kept;

  /** What was made in this process. */
  private static final class Kept {
    private final ConcurrentHashMap<Integer, WorkerShare> shares = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Worker> idle = new ConcurrentLinkedQueue<>();
  }

  Replicas(TrainerFactory factory, PictureTable table, Preparation preparation, int threads) {
    this.factory = factory;
    this.table = table;
    this.preparation = preparation;
    this.threads = threads;
  }

  private synchronized Kept kept() {
    Kept k = kept;
    if (k == null) {
      k = new Kept();
      kept = k;
    }
    return k;
  }

  /** An engine of one thread has none of its own, and so nothing that must be closed. */
  private Engine engine() {
    return threads == 1 ? Engine.ofThreads(1) : Engine.shared();
  }

  @Override
  public WorkerSum compute(WorkerTask task, int worker, Iterator<LabelledPicture> rows) {
    Kept here = kept();
    WorkerShare share = here.shares.computeIfAbsent(worker, w -> share(w, rows));
    Worker idle = here.idle.poll();
    Worker one =
        idle == null ? new Worker(factory.trainer(engine()), share, task.batchesOfEpoch()) : idle;
    WorkerSum sum;
    synchronized (share) { // Spark may run a task twice at once
      sum = one.compute(task, share);
    }
    here.idle.add(one);
    return sum;
  }

  private WorkerShare share(int worker, Iterator<LabelledPicture> rows) {
    List<LabelledPicture> pictures = new ArrayList<>();
    rows.forEachRemaining(pictures::add);
    return new WorkerShare(
        worker, preparation.apply(new SharePictures(table, pictures)).shuffled());
  }

  /** Stops what loads samples ahead. */
  @Override
  public void close() {
    for (WorkerShare share : kept().shares.values()) {
      synchronized (share) { // a second attempt of a task may still read it
        share.close();
      }
    }
  }
}
