package dev.fovea.bench;

import dev.fovea.bench.TorchContestant.Torch;
import dev.fovea.engine.Engine;
import dev.fovea.io.Json;
import dev.fovea.op.Precision;
import dev.fovea.tensor.FoveaException;
import java.io.Console;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command that compares Fovea with its peers. */
@Command(
    name = "fovea bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Measure Fovea beside its peers on this machine, in turns.",
    description = {
      "",
      "Each contestant has a process of its own; only one computes at a time, and each round"
          + " measures every one once. Peers that are not there are named.",
      "Options of the JVM in FOVEA_JAVA_OPTS reach Fovea's process too."
    },
    footer = {
      "",
      "Examples:",
      "  fovea bench --net resnet50 --mode infer --batch 16 --peers ort,torch",
      "  fovea bench --net model.onnx --peers ort    a network in a file",
      "  fovea bench --layers vgg16 --batch 1        time and roofline of every step",
      "  fovea bench --cold resnet50                 first prediction of a fresh process",
      "  fovea bench --memory vgg16                  heap after batches of 1, 2, 3 and 4",
      "  fovea bench --task detect                   detectors and what they need",
      "  fovea bench --task soak --seconds 3600      an hour of load on a server"
    })
public final class Bench implements Runnable {
  /** How a command that did not do its work ends. */
  private static final int FAILED = 1;

  private static final int BAD_INPUT = 2;

  /** What {@code --task} takes. */
  private static final List<String> TASKS = List.of("detect", "serve", "soak");

  /** The name of the row of COCO's evaluation. */
  private static final String COCO = "coco";

  /** The size of COCO's validation part, and the detections of a picture that count there. */
  private static final int COCO_PICTURES = 5000;

  private static final int COCO_DETECTIONS = 100;

  @Option(
      names = "--net",
      paramLabel = "NET|FILE",
      description =
          "One network only; or one in a file of any format that fovea inspect knows, in inference"
              + " (ONNX Runtime reads .onnx files too).")
  private @Nullable String net;

  @Option(names = "--mode", paramLabel = "MODE", description = "infer or train only.")
  private @Nullable String mode;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "One batch size only; any, with --net and --mode.")
  private @Nullable Integer batch;

  @Option(
      names = "--precision",
      paramLabel = "P",
      description =
          "fp32; bf16 for products in bfloat16 (beside PyTorch's autocast, and with --peers"
              + " torch,torch-compile beside torch.compile, which compiles for minutes); or int8"
              + " for the networks in 8 bits (inference, beside ONNX Runtime). By default"
              + " ${DEFAULT-VALUE}.")
  private String precision = Precision.FLOAT32.text();

  @Option(names = "--threads", paramLabel = "N", description = "By default one per processor.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--peers",
      paramLabel = "PEER",
      split = ",",
      description =
          "Some of ort, torch, torch-compile, djl, dl4j; none for Fovea alone. By default all.")
  private List<String> peers = Peers.NAMES;

  @Option(names = "--rounds", paramLabel = "N", description = "By default ${DEFAULT-VALUE}.")
  private int rounds = 3;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Time of one measurement, by default ${DEFAULT-VALUE}.")
  private double seconds = 3;

  @Option(
      names = "--rest",
      paramLabel = "MS",
      description =
          "With --task soak: how long clients rest after each connection, by default"
              + " ${DEFAULT-VALUE}; on a machine that has other work to do.")
  private int rest;

  @Option(
      names = "--layers",
      paramLabel = "NET",
      description = "Time, algorithm and roofline of every step of one network instead.")
  private @Nullable String layers;

  @Option(
      names = "--cold",
      paramLabel = "NET",
      description = "First prediction of a fresh process instead, against fresh Python + PyTorch.")
  private @Nullable String cold;

  @Option(
      names = "--memory",
      paramLabel = "NET",
      description = "Heap in use after serving batches of 1, 2, 3 and 4 instead.")
  private @Nullable String memory;

  @Option(
      names = "--task",
      paramLabel = "TASK",
      description =
          "The rows of a task instead: detect (COCO's evaluation beside pycocotools, suppression,"
              + " regions and detectors beside torchvision and ONNX Runtime, unless --peers none;"
              + " --net names one row: coco, nms, roi-align, faster-rcnn, mask-rcnn-small,"
              + " yolox-nano or deeplab-voc); serve (requests per second of fovea serve beside"
              + " FastAPI and DJL, both with ONNX Runtime; FastAPI by the Python in FOVEA_PYTHON);"
              + " soak (a server under load for --seconds, with replacements, aborts and damaged"
              + " requests, every answer compared).")
  private @Nullable String task;

  @Option(
      names = "--torch-script",
      paramLabel = "FILE",
      description = "The script that measures PyTorch, by default ../shared/peers/torch_peers.py.")
  private @Nullable Path script;

  @Option(names = "--json", description = "Print one JSON object per row.")
  private boolean json;

  private Bench() {}

  /** Runs the command and exits with its status: 0 done, 1 failed, 2 bad usage or input. */
  public static void main(String[] args) {
    CommandLine line = new CommandLine(new Bench());
    line.setExecutionExceptionHandler(
        (e, _, _) -> say(e, e instanceof FoveaException ? BAD_INPUT : FAILED));
    line.setParameterExceptionHandler((e, _) -> say(e, BAD_INPUT));
    System.exit(line.execute(args));
  }

  /** Returns the help, as {@code bench/help.txt} holds it. */
  static String usage() {
    return new CommandLine(new Bench()).getUsageMessage(CommandLine.Help.Ansi.OFF);
  }

  private static int say(Exception e, int status) {
    String text =
        e instanceof FoveaException || status == BAD_INPUT ? e.getMessage() : e.toString();
    System.err.println("fovea: " + text);
    return status;
  }

  @Override
  public void run() {
    require(threads >= 1, "--threads", "at least 1", threads);
    require(rounds >= 1, "--rounds", "at least 1", rounds);
    require(seconds > 0, "--seconds", "above 0", seconds);
    require(rest >= 0, "--rest", "at least 0", rest);
    require(batch == null || batch >= 1, "--batch", "at least 1", batch);
    require(task == null || TASKS.contains(task), "--task", "one of " + TASKS, task);
    boolean known = bytes() || Precision.named(precision).isPresent();
    require(known, "--precision", "fp32, bf16 or int8", precision);
    if (task != null) {
      task(task);
    } else if (layers != null) {
      StepRoofline.start(layerCase(layers), products(), seconds, json);
    } else if (cold != null) {
      System.out.println(new Cold(cold, threads, torch()).measure(rounds, json));
    } else if (memory != null) {
      System.out.print(ServingMemory.report(memory, Engine.shared()));
    } else {
      compare();
    }
  }

  private boolean bytes() {
    return precision.equals("int8");
  }

  /** Returns how precise the factors of products are; those of 8 bits are of networks. */
  private Precision products() {
    return Precision.named(precision).orElse(Precision.FLOAT32);
  }

  /** Returns the peers that the options name: by default those that have such a precision. */
  private List<String> peerNames() {
    List<String> in16 = List.of("torch", "torch-compile");
    boolean rounds = products() == Precision.BFLOAT16;
    if (peers.equals(List.of("none"))) {
      return List.of();
    }
    if (rounds && peers.equals(Peers.NAMES)) {
      return in16.subList(0, 1);
    }
    require(!rounds || in16.containsAll(peers), "--peers", "of " + in16 + " with bf16", peers);
    return peers;
  }

  private void task(String name) {
    boolean beside = !peers.equals(List.of("none"));
    switch (name) {
      case "serve" ->
          new ServeSpeed(Peers.checkout(), threads)
              .print(Optional.ofNullable(net), rounds, seconds, beside, json);
      case "soak" -> System.out.println(new ServeSoak(Peers.checkout(), seconds, rest).run());
      default -> detection(beside);
    }
  }

  /** Measures what detection needs: the row that {@code --net} names, or all. */
  private void detection(boolean beside) {
    if (net == null || net.equals(COCO)) {
      CocoSpeed speed = new CocoSpeed(COCO_PICTURES, COCO_DETECTIONS);
      System.out.println(speed.measure(rounds, beside, json));
    }
    if (net == null || !net.equals(COCO)) {
      DetectSpeed speed = new DetectSpeed(Peers.checkout(), threads);
      for (DetectSpeed.Row row : DetectSpeed.rows(Optional.ofNullable(net))) {
        if (mode == null || row.mode() == Mode.of(mode)) {
          System.out.println(speed.measure(row, rounds, seconds, beside, json));
          System.out.flush();
        }
      }
    }
  }

  private static void require(boolean fine, String option, String rule, @Nullable Object arrived) {
    if (!fine) {
      throw new FoveaException(option + ": must be " + rule + ", got " + arrived);
    }
  }

  private Case layerCase(String name) {
    Mode m = mode == null ? Mode.INFER : Mode.of(mode);
    BenchNet of = BenchNets.find(name);
    return new Case(of.name(), m, batch == null ? of.largeBatch() : batch, threads);
  }

  /**
   * Returns the rows that the options choose.
   *
   * @param bytes whether the networks are to be those of 8 bits
   */
  static List<Case> cases(
      @Nullable String net,
      @Nullable String mode,
      @Nullable Integer batch,
      int threads,
      boolean bytes) {
    List<BenchNet> nets = net == null ? BenchNets.all() : List.of(BenchNets.find(net));
    if (bytes && net != null && BenchNets.file(net).isPresent()) {
      throw new FoveaException("--precision int8: a network in a file has the precision it has");
    }
    nets = bytes ? nets.stream().map(BenchNet::inBytes).toList() : nets;
    Mode wanted = mode == null ? null : Mode.of(mode);
    List<Case> cases = new ArrayList<>();
    for (BenchNet n : nets) {
      n.cases(threads).stream()
          .filter(c -> wanted == null || c.mode() == wanted)
          .filter(c -> batch == null || c.batch() == batch)
          .forEach(cases::add);
    }
    boolean trainsFile = wanted == Mode.TRAIN && net != null && BenchNets.file(net).isPresent();
    if (trainsFile) {
      throw new FoveaException("--mode train: networks in files are measured in inference");
    }
    if (cases.isEmpty() && net != null && wanted != null && batch != null) {
      cases.add(new Case(nets.get(0).name(), wanted, batch, threads));
    }
    if (cases.isEmpty()) {
      throw new FoveaException(
          "--batch: no row has " + batch + "; with --net and --mode any number may be given");
    }
    return cases;
  }

  private Torch torch() {
    Path file =
        script == null ? Peers.checkout().resolve("../shared/peers/torch_peers.py") : script;
    return Torch.find(file.normalize());
  }

  private void compare() {
    List<Case> cases = cases(net, mode, batch, threads, bytes());
    Peers all = new Peers(Peers.checkout(), torch(), products());
    List<Contestant> contestants = all.contestants(peerNames());
    if (!json) {
      System.out.println(BenchText.head(MachineLimits.describe(), threads, rounds, seconds));
    }
    BenchText text = new BenchText();
    for (Case c : cases) {
      Result r = new Match(c, contestants, Bench::progress).compare(rounds, seconds);
      System.out.println(json ? Json.write(r.fields()) : text.row(r));
      System.out.flush();
    }
  }

  /**
   * Shows what is being done, as rows may take minutes: on a terminal in one line that the next one
   * replaces, else in a line of its own.
   */
  private static void progress(String what) {
    boolean terminal =
        Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    System.err.printf(Locale.ROOT, terminal ? "\r\033[K%s\r" : "%s%n", what);
  }
}
