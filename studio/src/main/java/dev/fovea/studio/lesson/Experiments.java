package dev.fovea.studio.lesson;

import java.util.List;

/** All experiments, in the order of the lessons. */
public final class Experiments {
  private Experiments() {}

  /** Returns all experiments. */
  public static List<Experiment> all() {
    return List.of(
        new FieldExperiment(),
        new SharingExperiment(),
        new ShuffledExperiment(),
        new ActivationExperiment(),
        new DeadUnitsExperiment(),
        new WaysExperiment(),
        new DifferenceExperiment(),
        new DepthExperiment(),
        new NormExperiment(),
        new DropoutExperiment(),
        new HistoryExperiment(),
        new GradientFlowExperiment(),
        new UnitsExperiment(),
        new SettlingExperiment(),
        new ShortcutExperiment(),
        new CamExperiment(),
        new TransferExperiment(),
        new AugmentExperiment(),
        new EpochsExperiment(),
        new OverlapExperiment(),
        new SuppressionExperiment(),
        new WindowsExperiment(),
        new AnchorsExperiment(),
        new SegmentationExperiment(),
        new AutoencoderExperiment(),
        new GramExperiment(),
        new GanExperiment());
  }
}
