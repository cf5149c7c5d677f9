package dev.fovea.serve;

import dev.fovea.io.Json;
import dev.fovea.io.Text;
import dev.fovea.serve.http.Handler;
import dev.fovea.serve.http.HttpException;
import dev.fovea.serve.http.Reply;
import dev.fovea.serve.http.Request;
import dev.fovea.serve.metrics.Metrics;
import dev.fovea.serve.protocol.JsonMemory;
import dev.fovea.serve.protocol.RepositoryRequest;
import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/** Finds what an address asks for. */
final class Routes implements Handler {
  private static final String PREDICT = "/v1/predict/";
  private static final String MODELS = "/v2/models/";
  private static final String REPOSITORY = "/v2/repository/models/";
  private static final String VERSIONS = "versions";
  private static final int MOST_DIGITS = 9;

  private final Registry registry;
  private final Inference inference;
  private final ServerMetrics metrics;
  private final Optional<ModelLoader> loader;
  private final Supplier<ServerState> state;

  /** Held by the request that loads a model: each takes memory and processors. */
  private final Semaphore loading = new Semaphore(1);

  Routes(
      Registry registry,
      Inference inference,
      ServerMetrics metrics,
      Optional<ModelLoader> loader,
      Supplier<ServerState> state) {
    this.registry = registry;
    this.inference = inference;
    this.metrics = metrics;
    this.loader = loader;
    this.state = state;
  }

  /** Returns what an address asks for, one of a few words for the metrics. */
  static String route(String path) {
    if (path.startsWith(PREDICT)) {
      return "predict";
    }
    if (path.startsWith(MODELS)) {
      return path.endsWith("/infer") ? "infer" : "models";
    }
    if (path.startsWith("/v2/repository/")) {
      return "repository";
    }
    return path.startsWith("/v2/health/") ? "health" : "other";
  }

  /** Returns the model that an address names, empty for none that is or was served. */
  String model(String path) {
    for (String before : List.of(PREDICT, MODELS, REPOSITORY)) {
      if (path.startsWith(before)) {
        int end = path.indexOf('/', before.length());
        String name = path.substring(before.length(), end < 0 ? path.length() : end);
        return registry.isKnown(name) ? name : "";
      }
    }
    return "";
  }

  @Override
  public boolean isBrief(Request request) {
    return request.method().equals("GET")
        || (request.path().startsWith(MODELS) && isBriefInfer(request));
  }

  @Override
  public boolean computes(Request request) {
    return request.path().startsWith(MODELS)
        && request.path().endsWith("/infer")
        && request.header("Content-Encoding").isEmpty();
  }

  private boolean isBriefInfer(Request request) {
    try {
      List<String> path = request.segments();
      Place place = Place.of(path.subList(Math.min(2, path.size()), path.size()));
      return place.action().equals("infer")
          && inference.isBrief(request, place.name(), place.version());
    } catch (FoveaException e) {
      return false; // it is told when it is answered
    }
  }

  @Override
  public CompletableFuture<Reply> answer(Request request) throws IOException {
    List<String> path = request.segments();
    String head = String.join("/", path.subList(0, Math.min(2, path.size())));
    List<String> rest = path.subList(Math.min(2, path.size()), path.size());
    return switch (head) {
      case "v2/models" -> models(request, rest);
      case "v1/predict" -> predict(request, rest);
      default -> CompletableFuture.completedFuture(told(request, head, rest));
    };
  }

  /** Answers what is not about computing. */
  private Reply told(Request request, String head, List<String> rest) throws IOException {
    return switch (head) {
      case "v2", "v2/" -> {
        requireMethod(request, "GET");
        yield Reply.json(server());
      }
      case "v2/health" -> health(request, rest);
      case "v2/repository" -> repository(request, rest);
      case "metrics" -> {
        requireMethod(request, "GET");
        yield Reply.text(Metrics.TYPE, metrics.text());
      }
      default -> throw nothing();
    };
  }

  private static HttpException nothing() {
    return new HttpException(
        404,
        "nothing is here; there are /v2, /v2/health/live, /v2/health/ready, /v2/models/NAME,"
            + " /v2/models/NAME/infer, /v2/repository/index, /v1/predict/NAME and /metrics");
  }

  private static void requireMethod(Request request, String method) {
    boolean head = method.equals("GET") && request.method().equals("HEAD");
    if (!request.method().equals(method) && !head) {
      throw HttpException.wrongMethod(method, request.method());
    }
  }

  private static Map<String, Object> server() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", "fovea");
    fields.put("version", Server.VERSION);
    fields.put("extensions", List.of("binary_tensor_data", "classification", "model_repository"));
    return fields;
  }

  private Reply health(Request request, List<String> rest) {
    requireMethod(request, "GET");
    return switch (String.join("/", rest)) {
      case "live" -> Reply.empty(200);
      case "ready" -> {
        requireReady();
        yield Reply.empty(200);
      }
      default -> throw nothing();
    };
  }

  /** Answers NAME[/versions/VERSION][/ready|/config|/infer]. */
  private CompletableFuture<Reply> models(Request request, List<String> rest) throws IOException {
    Place place = Place.of(rest);
    if (place.action().equals("infer")) {
      requireMethod(request, "POST");
      requireReady();
      return inference.infer(request, place.name(), place.version());
    }
    requireMethod(request, "GET");
    LoadedModel model = find(place);
    return CompletableFuture.completedFuture(
        switch (place.action()) {
          case "" -> Reply.json(describe(model));
          case "ready" -> Reply.empty(200);
          case "config" -> Reply.json(ModelConfig.of(model));
          default -> throw nothing();
        });
  }

  private void requireReady() {
    ServerState now = state.get();
    if (now != ServerState.READY) {
      throw new HttpException(503, now.text());
    }
  }

  /** Finds a model; one that is not there may still come while the server starts. */
  private LoadedModel find(Place place) {
    boolean starting = state.get() == ServerState.STARTING;
    try {
      return registry.find(place.name(), place.version());
    } catch (HttpException e) {
      if (!starting) {
        throw e;
      }
      String version =
          place.version().isEmpty() ? "" : ", version %s,".formatted(place.version().getAsInt());
      throw new HttpException(
          503,
          "model \"%s\"%s is not loaded yet: %s"
              .formatted(Text.shown(place.name()), version, ServerState.STARTING.text()),
          e);
    }
  }

  private Map<String, Object> describe(LoadedModel model) {
    ServedModel m = model.served();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", m.name());
    fields.put(
        VERSIONS,
        registry.versions(m.name()).keySet().stream().map(v -> (Object) v.toString()).toList());
    fields.put("platform", ModelConfig.PLATFORM);
    fields.put("inputs", model.ports().describeInputs());
    fields.put("outputs", model.ports().describeOutputs());
    return fields;
  }

  private CompletableFuture<Reply> predict(Request request, List<String> rest) throws IOException {
    Place place = Place.of(rest);
    if (!place.action().isEmpty()) {
      throw nothing();
    }
    requireMethod(request, "POST");
    requireReady();
    return inference.predict(request, place.name(), place.version());
  }

  /**
   * Answers index and models/NAME[/versions/VERSION]/load and unload. The body is read in any case,
   * or its connection would end with the answer.
   */
  private Reply repository(Request request, List<String> rest) throws IOException {
    requireMethod(request, "POST");
    byte[] body = request.readBody();
    request.memory().take(JsonMemory.bytes(body, body.length));
    if (rest.equals(List.of("index"))) {
      return Reply.json(index());
    }
    if (rest.isEmpty() || !rest.get(0).equals("models")) {
      throw nothing();
    }
    Place place = Place.of(rest.subList(1, rest.size()));
    RepositoryRequest.require(body);
    switch (place.action()) {
      case "load" -> load(place);
      case "unload" -> unload(place);
      default -> throw nothing();
    }
    return Reply.empty(200);
  }

  /** Removes a version of a model; all of them if the address has none. */
  private void unload(Place place) {
    LoadedModel found = find(place);
    if (place.version().isPresent()) {
      registry.remove(found);
    } else {
      List.copyOf(registry.versions(place.name()).values()).forEach(registry::remove);
    }
  }

  private void load(Place place) {
    ModelLoader from =
        loader.orElseThrow(() ->
            new HttpException(400, "load: this server was given models, not where to read them"));
    requireReady();
    if (!loading.tryAcquire()) {
      throw new HttpException(503, "load: another model is being loaded");
    }
    try {
      registry.put(LoadedModel.of(from.load(place.name(), place.version()), metrics));
    } finally {
      loading.release();
    }
  }

  private List<Object> index() {
    List<Object> all = new ArrayList<>();
    for (LoadedModel m : registry.all()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", m.served().name());
      one.put("version", Integer.toString(m.served().version()));
      one.put("state", "READY");
      one.put("reason", "");
      all.add(one);
    }
    return all;
  }

  /**
   * What an address says behind the word for models.
   *
   * @param action what is behind name and version; may be empty
   */
  private record Place(String name, OptionalInt version, String action) {
    static Place of(List<String> rest) {
      if (rest.isEmpty()) {
        throw nothing();
      }
      boolean versioned = rest.size() > 2 && rest.get(1).equals(VERSIONS);
      List<String> action = rest.subList(versioned ? 3 : 1, rest.size());
      return new Place(
          rest.get(0),
          versioned ? OptionalInt.of(number(rest.get(2))) : OptionalInt.empty(),
          String.join("/", action));
    }

    private static int number(String version) {
      boolean number = version.length() <= MOST_DIGITS && version.matches("[1-9]\\d*");
      if (!number) {
        throw new FoveaException(
            "version: a number from 1 expected, got " + Json.write(Text.shown(version)));
      }
      return Integer.parseInt(version);
    }
  }
}
