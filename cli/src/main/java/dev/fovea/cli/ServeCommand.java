package dev.fovea.cli;

import dev.fovea.engine.Engine;
import dev.fovea.io.AtomicFiles;
import dev.fovea.io.Text;
import dev.fovea.io.TextFile;
import dev.fovea.serve.ModelLoader;
import dev.fovea.serve.RunningServer;
import dev.fovea.serve.ServedModel;
import dev.fovea.serve.Server;
import dev.fovea.serve.ServerOptions;
import dev.fovea.serve.batch.Batching;
import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Serves models. */
@Command(
    name = "serve",
    header = "Serve models over HTTP by the Open Inference Protocol (KServe v2).",
    description = {
      "Clients of Triton, KServe and OpenVINO Model Server ask for tensors at"
          + " /v2/models/NAME/infer, as JSON or with binary tensors; /v1/predict/NAME takes a"
          + " picture and answers with classes, boxes, masks or joints. Requests become batches."
          + " /v2/health/ready and /v2/health/live are for probes, /metrics for Prometheus.",
      "It listens on this machine alone unless --host says otherwise. SIGTERM or Ctrl-C ends it"
          + " once what it took has been answered. POST /v2/repository/models/NAME/load reads a"
          + " file again; no request fails by that."
    },
    footer = {
      "",
      "Examples:",
      "  fovea serve digits=runs/lenet5-digits",
      "  fovea serve lenet=a.safetensors lenet:2=b.safetensors resnet50.onnx --port 8000",
      "  fovea serve net.onnx --max-batch 32 --max-delay 2 --instances 2",
      "  fovea serve net.onnx --host 0.0.0.0 --token-file /run/secrets/token --key-store keys.p12"
          + " --key-store-password-file /run/secrets/password",
      "  curl --data-binary @seven.png http://127.0.0.1:8000/v1/predict/digits"
    })
final class ServeCommand implements Callable<Integer> {
  private static final int MOST_PORT = 65_535;
  private static final long MOST_SECRET = 4_096;
  private static final int MEBI = 20;
  private static final int MOST_MEBI = 2_047;

  @Parameters(
      arity = "1..*",
      paramLabel = "[NAME[:VERSION]=]FILE",
      description =
          "Networks in files of any format, or output folders of trainings; by default called as"
              + " the file, of version 1. A name has A-Z, a-z, 0-9, ., _ and -. Options on inputs"
              + " are for all of them.")
  private List<String> files;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "8000",
      description = "The port (default: ${DEFAULT-VALUE}); 0 for any that is free.")
  private int port;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description =
          "Listen on this address, such as 0.0.0.0, so that other machines reach it; needs"
              + " --token-file or --open.")
  private @Nullable String host;

  @Option(names = "--open", description = "Other machines need no token.")
  private boolean open;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description =
          "A file with the token that clients must send (Authorization: Bearer TOKEN), of at least"
              + " 16 characters.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--key-store",
      paramLabel = "FILE",
      description =
          "Encrypt connections with the key in this file (PKCS#12 or JKS); needs"
              + " --key-store-password-file.")
  private @Nullable Path keyStore;

  @Option(
      names = "--key-store-password-file",
      paramLabel = "FILE",
      description = "A file with the password of the key store.")
  private @Nullable Path passwordFile;

  @Option(
      names = "--max-batch",
      paramLabel = "N",
      defaultValue = "16",
      description = "The most samples that are computed together (default: ${DEFAULT-VALUE}).")
  private int maxBatch;

  @Option(
      names = "--max-delay",
      paramLabel = "MS",
      defaultValue = "0",
      description =
          "How long a sample may wait for others, in milliseconds (default: ${DEFAULT-VALUE}: a"
              + " batch takes what has come while the one before was computed).")
  private double maxDelay;

  @Option(
      names = "--max-queue",
      paramLabel = "N",
      description =
          "The most samples that wait, at least --max-batch (default: 256, or --max-batch if that"
              + " is more); further ones are answered with 503.")
  private @Nullable Integer maxQueue;

  @Option(
      names = "--instances",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "How many batches of a model are computed at once, each by all threads (default:"
              + " ${DEFAULT-VALUE}); where many requests wait, every thread computes some on its"
              + " own.")
  private int instances;

  @Option(
      names = "--deadline",
      paramLabel = "S",
      defaultValue = "30",
      description =
          "After how many seconds a request that was not begun is given up (default:"
              + " ${DEFAULT-VALUE}).")
  private double deadline;

  @Option(
      names = "--max-body",
      paramLabel = "MIB",
      defaultValue = "64",
      description = "The largest request in MiB (default: ${DEFAULT-VALUE}).")
  private int maxBody;

  @Option(
      names = "--max-connections",
      paramLabel = "N",
      defaultValue = "4096",
      description =
          "How many clients may be connected (default: ${DEFAULT-VALUE}); more are turned away.")
  private int maxConnections;

  @Option(
      names = "--patience",
      paramLabel = "S",
      defaultValue = "120",
      description =
          "How many seconds a client may take for its next request, for sending it and for taking"
              + " the answer (default: ${DEFAULT-VALUE}); then it is disconnected.")
  private double patience;

  @Option(
      names = "--warm-up",
      paramLabel = "S",
      defaultValue = "3",
      description =
          "For how many seconds each model is computed before it is ready, and at most so long the"
              + " server asks itself before the first (default: ${DEFAULT-VALUE}).")
  private double warmUp;

  @Option(
      names = "--grace",
      paramLabel = "S",
      defaultValue = "30",
      description =
          "How many seconds the end waits for answers to requests that were taken (default:"
              + " ${DEFAULT-VALUE}).")
  private double grace;

  @Option(
      names = "--access-log",
      paramLabel = "FILE",
      description = "Append a line of JSON per request; - for the output.")
  private @Nullable String accessLog;

  @Mixin private InputOptions inputs;
  @Mixin private EngineOptions compute;

  @Override
  public Integer call() {
    RunningServer server = start(line -> System.err.println("fovea: " + line));
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(server::close));
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      server.close();
    }
    return 0;
  }

  /**
   * Starts the server.
   *
   * @param tell takes lines about where it is and how far
   */
  RunningServer start(Consumer<String> tell) {
    ServerOptions options = options();
    Batching batching = batching();
    Engine engine = compute.engine();
    List<ServedFile> all = files.stream().map(ServedFile::of).toList();
    requireDifferent(all);
    all.forEach(ServedFile::requireThere); // before the first is read and warmed up
    ModelLoader loader =
        (name, version) ->
            all.stream()
                .filter(f -> f.name().equals(name) && version.orElse(f.version()) == f.version())
                .max(Comparator.comparingInt(ServedFile::version))
                .orElseThrow(() -> noFile(name, version, all))
                .read(inputs, engine, batching);
    RunningServer server =
        Server.of()
            .options(options)
            .loader(loader)
            .start(begun -> {
              tell.accept("listening on " + begun.address());
              all.forEach(f -> put(begun, f, () -> f.read(inputs, engine, batching), tell));
            });
    tell.accept("ready");
    return server;
  }

  /** Reads and warms a model. */
  private static void put(
      RunningServer server, ServedFile file, Supplier<ServedModel> read, Consumer<String> tell) {
    String model = "%s (version %s): ".formatted(file.name(), file.version());
    tell.accept(model + "reading " + Text.oneLine(file.path().toString()));
    ServedModel served = read.get();
    tell.accept(model + "warming up");
    server.put(served);
    tell.accept(model + "warm, at " + server.address() + "/v2/models/" + file.name());
  }

  private static FoveaException noFile(String name, OptionalInt version, List<ServedFile> all) {
    String given =
        all.stream().map(f -> f.name() + ":" + f.version()).collect(Collectors.joining(", "));
    String wanted = version.isPresent() ? name + ":" + version.getAsInt() : name;
    return new FoveaException(
        "load: no file was given for model %s; there are %s".formatted(Text.shown(wanted), given));
  }

  private static void requireDifferent(List<ServedFile> all) {
    Map<String, Path> known = new HashMap<>();
    for (ServedFile f : all) {
      Path other = known.put(f.name() + " " + f.version(), f.path());
      if (other != null) {
        throw new FoveaException(
            "%s and %s are both version %s of \"%s\"; name them, as in a=FILE b=FILE or a:1=FILE a:2=FILE"
                .formatted(other, f.path(), f.version(), f.name()));
      }
    }
  }

  private Batching batching() {
    Batching batching =
        Batching.usual()
            .maxBatch(Range.within("--max-batch", maxBatch, 1, Batching.MOST_BATCH))
            .instances(Range.within("--instances", instances, 1, Batching.MOST_INSTANCES))
            .maxDelay(
                duration(
                    "--max-delay", maxDelay, ChronoUnit.MILLIS, Batching.MOST_DELAY.toMillis()));
    if (maxQueue == null) {
      return batching;
    }
    if (maxQueue < maxBatch) {
      throw new FoveaException(
          "--max-queue %s: at least %s expected, as --max-batch".formatted(maxQueue, maxBatch));
    }
    return batching.maxQueue(Range.within("--max-queue", maxQueue, 1, Batching.MOST_QUEUE));
  }

  private ServerOptions options() {
    if ((keyStore == null) != (passwordFile == null)) {
      throw new FoveaException("--key-store and --key-store-password-file go together");
    }
    ServerOptions options =
        ServerOptions.usual()
            .address(address())
            .deadline(seconds("--deadline", Range.positive("--deadline", deadline)))
            .maxBody(maxBodyBytes())
            .maxConnections(Range.atLeast("--max-connections", maxConnections, 1))
            .patience(seconds("--patience", Range.positive("--patience", patience)))
            .warmUp(seconds("--warm-up", warmUp))
            .grace(seconds("--grace", grace));
    if (tokenFile != null) {
      options = options.token(token(tokenFile));
    }
    if (keyStore != null && passwordFile != null) {
      options = options.tls(keyStore, secret(passwordFile).toCharArray());
    }
    return accessLog == null ? options : options.accessLog(log(accessLog));
  }

  private static String token(Path file) {
    String token = secret(file);
    if (token.length() < ServerOptions.LEAST_TOKEN) {
      throw new FoveaException(
          "--token-file %s: a token of at least %s characters expected, got %s"
              .formatted(file, ServerOptions.LEAST_TOKEN, token.length()));
    }
    return token;
  }

  private int maxBodyBytes() {
    if (maxBody < 1 || maxBody > MOST_MEBI) {
      throw new FoveaException("--max-body %s: 1 to %s MiB expected".formatted(maxBody, MOST_MEBI));
    }
    return maxBody << MEBI;
  }

  private InetSocketAddress address() {
    if (port < 0 || port > MOST_PORT) {
      throw new FoveaException("--port: must be from 0 to " + MOST_PORT + ", got " + port);
    }
    if (host == null) {
      return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    }
    try {
      InetAddress address = InetAddress.getByName(host);
      if (!address.isLoopbackAddress() && tokenFile == null && !open) {
        throw new FoveaException(
            "--host: %s can be reached from other machines; give --token-file, or --open if anybody"
                    .formatted(host)
                + " may ask");
      }
      return new InetSocketAddress(address, port);
    } catch (UnknownHostException e) {
      throw new FoveaException("--host: " + host + " is no address of this machine", e);
    }
  }

  private static Duration seconds(String option, double seconds) {
    return duration(option, seconds, ChronoUnit.SECONDS, Duration.ofDays(1).toSeconds());
  }

  private static Duration duration(String option, double value, ChronoUnit unit, long most) {
    if (!(value >= 0 && value <= most)) {
      throw new FoveaException(
          "%s %s: 0 to %s %s expected"
              .formatted(
                  option, value, most, unit == ChronoUnit.MILLIS ? "milliseconds" : "seconds"));
    }
    return Duration.ofNanos((long) (value * unit.getDuration().toNanos()));
  }

  /** Returns the line of a file that others cannot read from the arguments of a program. */
  private static String secret(Path file) {
    return TextFile.read(file, MOST_SECRET).strip();
  }

  private static Writer log(String file) {
    if (file.equals("-")) {
      return new OutputStreamWriter(System.out, StandardCharsets.UTF_8);
    }
    try {
      return Files.newBufferedWriter(
          FileName.path(file), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new FoveaException(
          "--access-log " + file + ": cannot be written: " + AtomicFiles.reason(e), e);
    }
  }
}
