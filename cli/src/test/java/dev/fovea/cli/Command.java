package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.io.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Runs the command, each time in the same working folder. */
sealed interface Command permits WarmCommand, ProcessCommand {

  /**
   * What a run left behind.
   *
   * @param status the exit code
   * @param out the lines of its output
   * @param err the lines of its error output without the JVM's warning
   */
  record Result(int status, List<String> out, List<String> err) {
    /** Returns the last line of output as a JSON object. */
    Map<String, Object> lastJson() {
      return Json.parseObject(out.getLast(), "output");
    }

    /** Returns the mean of a figure over the objects of an array of the last line that have it. */
    double mean(String array, String figure) {
      return Json.array(Json.member(lastJson(), array, "output"), array).stream()
          .map(o -> Json.object(o, array).get(figure))
          .filter(v -> v instanceof Number)
          .mapToDouble(v -> Json.number(v, figure))
          .average()
          .orElseThrow();
    }

    /** Returns the whole output as one text. */
    String text() {
      return String.join("\n", out);
    }
  }

  /**
   * Returns the command in a JVM that is warm from earlier tests.
   *
   * @param folder a {@link WorkingFolder}
   */
  static Command in(Path folder) {
    return WarmCommand.of(folder);
  }

  /** Runs to the end. */
  Result run(String... args);

  /** Runs to the end, which must be good and without an error. */
  default Result succeeds(String... args) {
    Result r = run(args);
    assertThat(r.status()).as("%s", r).isZero();
    assertThat(r.err()).isEmpty();
    return r;
  }

  /** Runs what must end as bad input, with one line that holds a message. */
  default void fails(String message, String... args) {
    Result r = run(args);
    assertThat(r.status()).as("%s", r).isEqualTo(2);
    assertThat(r.err()).hasSize(1);
    assertThat(r.err().getFirst()).startsWith("fovea: ").contains(message);
  }
}
