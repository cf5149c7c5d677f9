package dev.fovea.bench;

import dev.fovea.io.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/**
 * The life of a process that is measured: it warms up, says that it is ready, and then, for each
 * number of seconds that it reads, measures and answers with one JSON object. Until then it sleeps.
 */
public final class Child {
  private Child() {}

  /**
   * Serves until the input ends.
   *
   * @param peer the name in the answers
   * @param arguments network, mode, batch, threads
   * @param work makes what is measured
   * @param facts what is added to each answer, found after the measurement
   */
  public static void serve(
      String peer, String[] arguments, Callable<Runnable> work, Supplier<Map<String, Object>> facts)
      throws IOException {
    Case what = Case.of(arguments);
    try {
      Runnable step = work.call();
      StepTimes.warmUp(step, StepTimes.PATIENCE);
      say(Map.of("ready", true));
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("peer", peer);
        answer.put("net", what.net());
        answer.put("mode", what.mode().label());
        answer.put("batch", what.batch());
        answer.put("threads", what.threads());
        answer.put("ms", StepTimes.median(step, Double.parseDouble(line)));
        answer.putAll(facts.get());
        say(answer);
      }
    } catch (Exception | LinkageError e) {
      say(Map.of("missing", reason(e)));
    }
    System.exit(0);
  }

  private static String reason(Throwable e) {
    String text = e instanceof Unsupported ? e.getMessage() : e.toString();
    return String.valueOf(text).lines().findFirst().orElse("failed");
  }

  private static void say(Map<String, Object> fields) {
    System.out.println(Json.write(fields));
    System.out.flush();
  }

  /** A peer does not have what was asked for. */
  public static final class Unsupported extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Creates it with the reason in one line. */
    public Unsupported(String message) {
      super(message);
    }
  }
}
