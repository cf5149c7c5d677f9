package dev.fovea.serve;

import static java.util.stream.Collectors.joining;

import dev.fovea.io.Suggest;
import dev.fovea.io.Text;
import dev.fovea.serve.batch.RefusedException;
import dev.fovea.serve.batch.RefusedException.Reason;
import dev.fovea.serve.http.HttpException;
import dev.fovea.serve.http.MemoryBudget;
import dev.fovea.serve.http.Reply;
import dev.fovea.tensor.FoveaException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** The models of a server by name and version. */
final class Registry {
  private final Map<String, NavigableMap<Integer, LoadedModel>> models =
      new ConcurrentSkipListMap<>();
  private final Duration warmUp;
  private boolean closed;

  Registry(Duration warmUp) {
    this.warmUp = warmUp;
  }

  /** What answers by a model. */
  @FunctionalInterface
  interface Use {
    CompletableFuture<Reply> of(LoadedModel model);
  }

  /** Returns all models. */
  List<LoadedModel> all() {
    return models.values().stream().flatMap(v -> v.values().stream()).toList();
  }

  /**
   * Adds a model once it is warm. One of the same name and version answers until then, and what it
   * has taken.
   *
   * @throws HttpException 503 if the registry is closed
   */
  void put(LoadedModel model) {
    try {
      model.batcher().warmUp(warmUp);
    } catch (RuntimeException | Error e) {
      model.batcher().close();
      throw e;
    }
    LoadedModel over = replace(model);
    if (over != null) {
      over.batcher().close();
    }
    if (model.equals(over)) {
      throw new HttpException(503, "the server is ending, it takes no more models");
    }
  }

  /**
   * Puts a model in its place.
   *
   * @return the one that was there; the model itself if the registry is closed
   */
  private synchronized @Nullable LoadedModel replace(LoadedModel model) {
    ServedModel m = model.served();
    return closed
        ? model
        : models
            .computeIfAbsent(m.name(), n -> new ConcurrentSkipListMap<>())
            .put(m.version(), model);
  }

  /** Removes a model, which still answers what it has taken. */
  void remove(LoadedModel model) {
    ServedModel m = model.served();
    if (versions(m.name()).remove(m.version(), model)) {
      model.batcher().close();
    }
  }

  /**
   * Returns a model.
   *
   * @param version the highest if empty
   * @throws HttpException 404 if there is none
   */
  LoadedModel find(String name, OptionalInt version) {
    NavigableMap<Integer, LoadedModel> versions = versions(name);
    Map.Entry<Integer, LoadedModel> highest = versions.lastEntry();
    if (highest == null) { // removed just now
      throw missing(name);
    }
    LoadedModel found = version.isEmpty() ? highest.getValue() : versions.get(version.getAsInt());
    if (found == null) {
      throw new HttpException(
          404,
          "model \"%s\" has no version %s; known: %s"
              .formatted(
                  name,
                  version.getAsInt(),
                  versions.keySet().stream().map(v -> v.toString()).collect(joining(", "))));
    }
    return found;
  }

  /** Returns the versions of a model. */
  NavigableMap<Integer, LoadedModel> versions(String name) {
    NavigableMap<Integer, LoadedModel> versions = models.getOrDefault(name, new TreeMap<>());
    if (versions.isEmpty()) {
      throw missing(name);
    }
    return versions;
  }

  private HttpException missing(String name) {
    List<String> served =
        models.entrySet().stream()
            .filter(e -> !e.getValue().isEmpty())
            .map(Map.Entry::getKey)
            .toList();
    return new HttpException(
        404,
        "model \"%s\" %s%s"
            .formatted(
                Text.shown(name),
                isKnown(name) ? "was unloaded" : "is not served",
                served.isEmpty() ? "; no model is served" : Suggest.hint(name, served)));
  }

  /** Returns whether a model of this name is or was served. */
  boolean isKnown(String name) {
    return models.containsKey(name);
  }

  /**
   * Answers by a model; if that is replaced meanwhile, by the one that took its place.
   *
   * @param memory what the request takes; what the first model's attempt took is given back then
   * @throws HttpException 404 if there is none, 503 or 504 if it refuses the request
   */
  CompletableFuture<Reply> use(
      String name, OptionalInt version, MemoryBudget.Share memory, Use use) {
    long before = memory.taken();
    LoadedModel model = find(name, version);
    return use.of(model)
        .exceptionallyCompose(failure -> {
          Throwable e = failure instanceof CompletionException c ? c.getCause() : failure;
          if (!(e instanceof RefusedException refused)) {
            return CompletableFuture.failedFuture(e);
          }
          if (refused.reason() != Reason.CLOSED || find(name, version).equals(model)) {
            return CompletableFuture.failedFuture(refused(name, refused));
          }
          memory.keep(before);
          return use(name, version, memory, use);
        });
  }

  private static FoveaException refused(String name, RefusedException e) {
    int status = e.reason() == Reason.DEADLINE ? 504 : 503;
    return new HttpException(status, "model " + name + ": " + e.getMessage(), e);
  }

  /** Refuses what waits for any model, and answers nothing more than what is being computed. */
  void close() {
    synchronized (this) {
      closed = true;
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      all().forEach(m -> threads.execute(m.batcher()::closeNow)); // at once: each waits for a batch
    }
  }
}
