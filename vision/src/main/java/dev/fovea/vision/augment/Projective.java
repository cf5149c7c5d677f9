package dev.fovea.vision.augment;

import dev.fovea.data.Augmentation;
import dev.fovea.data.Sample;
import dev.fovea.tensor.Rng;
import java.util.Optional;

/**
 * A change of place by a projection that is drawn for each picture. Several in a row are one
 * projection, so that pictures and masks are sampled once: each sampling blurs pictures and
 * roughens outlines, and what one change moves out of the picture the next may bring back.
 *
 * @param name the name with all settings
 * @param draw draws the projection
 */
record Projective(String name, Draw draw) implements Augmentation {
  /** Draws a projection for a picture; none where the picture stays as it is. */
  @FunctionalInterface
  interface Draw {
    Optional<Projection> of(Sample picture, Rng rng);
  }

  @Override
  public Sample apply(Sample p, Rng rng) {
    return draw.of(p, rng).map(to -> Warp.of(to, p.height(), p.width()).apply(p, 0)).orElse(p);
  }

  @Override
  public Augmentation named(String other) {
    return new Projective(other, draw);
  }

  @Override
  public Augmentation then(Augmentation next) {
    return next instanceof Projective p
        ? new Projective(
            name + "," + p.name, (q, rng) -> joined(draw.of(q, rng), p.draw.of(q, rng)))
        : Augmentation.super.then(next);
  }

  private static Optional<Projection> joined(Optional<Projection> a, Optional<Projection> b) {
    return a.isPresent() && b.isPresent() ? Optional.of(a.get().then(b.get())) : a.or(() -> b);
  }

  @Override
  public Augmentation sometimes(double probability) {
    String text = Augmentation.super.sometimes(probability).name();
    return new Projective(
        text, (p, rng) -> rng.nextDouble() < probability ? draw.of(p, rng) : Optional.empty());
  }
}
