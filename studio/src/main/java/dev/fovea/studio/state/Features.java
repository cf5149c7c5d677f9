package dev.fovea.studio.state;

import dev.fovea.nn.ClassifierHead;
import dev.fovea.nn.Model;
import dev.fovea.nn.Observer;
import dev.fovea.nn.Trace;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Tensor;
import java.util.List;
import java.util.Objects;

/** What a trained classifier computes of pictures before its last layer. */
public final class Features {
  private final OpenModel base;
  private final ClassifierHead head;
  private final String path;
  private final Observer observer;

  /**
   * Takes off the head of a classifier.
   *
   * @throws dev.fovea.tensor.FoveaException if no single layer makes its classes
   */
  public Features(OpenModel base) {
    this.base = base;
    this.head = ClassifierHead.of(base.model());
    Model model = head.replaced(1, Seed.of(0));
    List<Trace.Visit> visits = model.trace(1, false).visits();
    this.path = visits.get(visits.size() - 2).path(); // the last one is the head
    this.observer = model.observe(path);
  }

  /** Returns the features [1, D] of a picture of any size, [H, W, C] with values 0 … 255. */
  public Tensor of(Tensor image) {
    return ofInput(base.rule().input(base.place(image)));
  }

  /** Returns the features [1, D] of an input [H, W, C], normalised as for the network. */
  public Tensor ofInput(Tensor input) {
    Tensor seen = observer.of(input.reshape(input.shape().prepend(1))).get(path);
    return Objects.requireNonNull(seen).copy();
  }

  /** Returns the classifier with another head of so many classes, and its own parameters. */
  Model withHead(int classes) {
    return head.replaced(classes, Seed.of(0));
  }

  /** Returns the network whose features they are. */
  public OpenModel base() {
    return base;
  }
}
