package dev.fovea.cli;

import dev.fovea.train.History;
import dev.fovea.train.ProgressListener;

/** What a training tells while it runs and at its end. */
interface Report extends ProgressListener {
  /** Tells what came out and where the model lies. */
  void result(History.Epoch last, double seconds, OutputFolder folder);
}
