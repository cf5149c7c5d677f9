package dev.fovea.serve.protocol;

import dev.fovea.formats.Port;
import dev.fovea.serve.protocol.InferRequest.WantedOutput;
import dev.fovea.tensor.Shape;
import java.util.List;
import java.util.function.Supplier;

/** How much memory the outputs of a network and the answer that is made of them may take. */
final class AnswerMemory {
  /** Of an output: as a batch has it, and as it is put together of the batches of a request. */
  private static final long COMPUTED = 2 * Float.BYTES;

  /** A text has at most three copies: while a buffer grows, or as characters and as bytes. */
  private static final long COPIES = 3;

  /** A number as JSON, at most {@code -1.17549435E-38} and a comma. */
  private static final long NUMBER = 16;

  /** What stands around the label of a class: its value, its number, what parts them, its place. */
  private static final long CLASS = 36;

  /** A character of a label takes up to three bytes. */
  private static final long CHARACTER = 3;

  private final Ports ports;
  private final Supplier<List<String>> labels;

  /**
   * Creates what counts the answers of a model.
   *
   * @param labels tells the labels of its classes
   */
  AnswerMemory(Ports ports, Supplier<List<String>> labels) {
    this.ports = ports;
    this.labels = labels;
  }

  /** Returns the bytes for a request of so many samples. */
  long bytes(List<WantedOutput> wanted, int samples) {
    long sample = ports.outputs().stream().map(Port::sample).mapToLong(Shape::elements).sum();
    long all = COMPUTED * sample * samples;
    for (WantedOutput w : wanted) {
      Port port = ports.outputs().get(w.number());
      long numbers = (long) port.sample().elements() * samples;
      all += port.isReordered() ? Float.BYTES * numbers : 0;
      all += w.classes() > 0 ? classes(w, port, samples) : values(w) * numbers;
    }
    return all;
  }

  private static long values(WantedOutput w) {
    return w.binary() ? Float.BYTES : COPIES * NUMBER;
  }

  private long classes(WantedOutput w, Port port, int samples) {
    int values = port.sample().elements();
    long longest = labels.get().stream().mapToInt(String::length).max().orElse(0);
    long one = Integer.BYTES + COPIES * (CLASS + CHARACTER * longest);
    return (long) Long.BYTES * values + one * Math.min(w.classes(), values) * samples;
  }
}
