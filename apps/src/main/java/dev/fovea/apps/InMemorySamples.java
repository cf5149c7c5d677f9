package dev.fovea.apps;

import dev.fovea.data.Dataset;
import dev.fovea.data.Preprocessing;
import dev.fovea.data.Sample;
import dev.fovea.data.Target;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.List;
import java.util.Optional;

/**
 * Samples in memory: pictures of one size with marks of any kind, such as numbers or key points.
 *
 * @param rule the pictures' size and normalisation
 * @param targets the form of each mark
 * @param samples the samples; all pictures of the rule's shape
 */
public record InMemorySamples(Preprocessing rule, List<Target> targets, List<Sample> samples)
    implements Dataset {
  /**
   * Copies the lists.
   *
   * @throws FoveaException if a picture has another shape, or a sample other marks than targets
   */
  public InMemorySamples {
    targets = List.copyOf(targets);
    samples = List.copyOf(samples);
    for (int i = 0; i < samples.size(); i++) {
      Sample s = samples.get(i);
      if (!s.picture().shape().equals(rule.shape()) || s.marks().size() != targets.size()) {
        throw new FoveaException(
            "sample %s: a picture %s with %s marks expected, got one %s with %s"
                .formatted(i, rule.shape(), targets.size(), s.picture().shape(), s.marks().size()));
      }
    }
  }

  /** Returns the samples from one on, up to another. */
  public InMemorySamples part(int from, int to) {
    return new InMemorySamples(rule, targets, samples.subList(from, to));
  }

  @Override
  public int size() {
    return samples.size();
  }

  @Override
  public Shape inputShape() {
    return rule.shape();
  }

  @Override
  public Optional<Preprocessing> normalization() {
    return Optional.of(rule);
  }

  @Override
  public Sample read(int index, Seed seed) {
    return samples.get(index);
  }
}
