package dev.fovea.systems.pose;

import dev.fovea.systems.region.Peaks.Peak;
import dev.fovea.tensor.Tensor;

/**
 * The part affinity field of a limb: in each cell the direction of the limb that lies there, which
 * says whether two points are the ends of one (Cao et al. 2017).
 *
 * @param fields the fields of all limbs [H, W, C]
 * @param channel the first of the two channels of this limb's
 */
record LimbField(Tensor fields, int channel) {
  private static final int PLACES = 10;
  private static final float LEAST_PRODUCT = 0.05f;
  private static final double LEAST_SHARE = 0.8;
  private static final float TINY = 1e-6f;

  /**
   * Returns how well the field agrees with the line between two points: it is sampled at ten places
   * of the line, each sample is multiplied with the line's direction, and the products above 0.05
   * are averaged. The score is 0 unless more than 0.8 of the samples are above 0.05.
   */
  double score(Peak from, Peak to) {
    int height = fields.shape().dim(0);
    int width = fields.shape().dim(1);
    float ax = (float) (from.x() - 0.5);
    float ay = (float) (from.y() - 0.5);
    float dx = (float) (to.x() - 0.5) - ax;
    float dy = (float) (to.y() - 0.5) - ay;
    float length = (float) Math.sqrt(dx * dx + dy * dy) + TINY;
    float step = (float) (1.0 / (PLACES - 1));
    float sum = 0;
    int agreeing = 0;
    for (int i = 0; i < PLACES; i++) {
      int x = (int) Math.clamp(Math.rint(step * dx * i + ax), 0, width - 1);
      int y = (int) Math.clamp(Math.rint(step * dy * i + ay), 0, height - 1);
      int at = (y * width + x) * fields.shape().dim(2) + channel;
      float product = fields.data()[at] * (dx / length) + fields.data()[at + 1] * (dy / length);
      if (product > LEAST_PRODUCT) {
        sum += product;
        agreeing++;
      }
    }
    return agreeing > LEAST_SHARE * PLACES ? sum / (agreeing + TINY) : 0;
  }
}
