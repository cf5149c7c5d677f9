package dev.fovea.bench;

import dev.fovea.bench.TorchContestant.Torch;
import dev.fovea.op.Precision;
import dev.fovea.tensor.FoveaException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who can be compared with Fovea, and the commands that start each.
 *
 * @param home the source checkout
 * @param torch where PyTorch is
 * @param precision how precise the factors of products are, in Fovea and in PyTorch
 */
record Peers(Path home, Torch torch, Precision precision) {
  /** All names, in the order of reports. */
  static final List<String> NAMES = List.of("ort", "torch", "torch-compile", "djl", "dl4j");

  private static final String CHANNELS_LAST = "--channels-last";

  private static final String NO_JARS =
      "its jars are not in the local Maven repository; bench/run get-peers gets them (some 900 MB)";

  /** What DJL needs to serve a network of ONNX. */
  private static final Pattern DJL_JARS =
      Pattern.compile(
          "djl|onnxruntime|/(gson|jna|slf4j-[a-z]+|commons-(compress|io|codec|lang3))-");

  /** The system property with the class path that Fovea's own processes need. */
  static final String CLASSES = "fovea.bench.classes";

  /** Returns the folder of the source checkout. */
  static Path checkout() {
    return Path.of(System.getProperty("fovea.home", ".")).toAbsolutePath().normalize();
  }

  /**
   * Returns Fovea and the named peers.
   *
   * @throws FoveaException if a name is unknown
   */
  List<Contestant> contestants(List<String> names) {
    List<Contestant> all = new ArrayList<>(List.of(fovea()));
    Torch asked = precision == Precision.BFLOAT16 ? torch.inBfloat16() : torch;
    for (String name : names) {
      switch (name) {
        case "torch" -> {
          all.add(new TorchContestant(Result.TORCH_VARIANTS.get(0), asked));
          all.add(new TorchContestant(Result.TORCH_VARIANTS.get(1), asked, CHANNELS_LAST));
        }
        case "torch-compile" ->
            all.add(new TorchContestant(name, asked, "--compile", CHANNELS_LAST));
        case "ort" -> all.add(jvm(name, "OrtChild"));
        case "djl" -> all.add(jvm(name, "DjlChild"));
        case "dl4j" -> all.add(jvm(name, "Dl4jChild"));
        default ->
            throw new FoveaException(
                "--peers: no peer \"" + name + "\"; there are " + String.join(", ", NAMES));
      }
    }
    return all;
  }

  private Contestant fovea() {
    List<String> command = fovea(FoveaChild.class, precision);
    return new LiveContestant(Result.FOVEA, command, List.of());
  }

  /** Returns the beginning of a command that runs a class with Fovea's kernels, as the launcher. */
  static List<String> fovea(Class<?> main) {
    return fovea(main, Precision.ofProperty());
  }

  /** Does so with factors of products of this precision. */
  static List<String> fovea(Class<?> main, Precision precision) {
    String path = System.getProperty("java.class.path");
    String classes = System.getProperty(CLASSES, path);
    String options = "@" + checkout().resolve("bin/java.options");
    String property = "-D" + Precision.PROPERTY + "=" + precision.text();
    List<String> command = java(classes, options, property);
    command.add(main.getName());
    return command;
  }

  /** Returns the beginning of a command that runs a class on this JDK, with the user's options. */
  static List<String> java(String classPath, String... options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    Stream.of(System.getProperty("fovea.java.opts", "").split("\\s+"))
        .filter(o -> !o.isEmpty())
        .forEach(command::add);
    command.addAll(List.of("-cp", classPath));
    return command;
  }

  private Contestant jvm(String name, String simpleName) {
    String main = "dev.fovea.bench.peers." + simpleName;
    if (!isThere(main)) {
      return new Absent(name, NO_JARS);
    }
    String path = System.getProperty("java.class.path");
    List<String> command =
        java(name.equals("ort") ? onnxRuntime(path) : path, "--enable-native-access=ALL-UNNAMED");
    command.add(main);
    return new FileContestant(name, command);
  }

  /**
   * Returns the beginning of a command that serves a network by DJL with ONNX Runtime.
   *
   * @throws MissingException if its jars are not there
   */
  static List<String> djlServer() throws MissingException {
    String main = "dev.fovea.bench.peers.DjlServer";
    if (!isThere(main)) {
      throw new MissingException(NO_JARS);
    }
    String path =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(p -> !p.endsWith(".jar") || DJL_JARS.matcher(p).find())
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command = java(path, "--enable-native-access=ALL-UNNAMED");
    command.add(main);
    return command;
  }

  /** ONNX Runtime's library breaks down when the command line is some ten thousand bytes long. */
  private static String onnxRuntime(String path) {
    return Stream.of(path.split(File.pathSeparator))
        .filter(p -> !p.endsWith(".jar") || p.contains("onnxruntime"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Returns whether a class was built that comes with the peers only. */
  private static boolean isThere(String main) {
    try {
      Class.forName(main, false, Peers.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  /** A peer that cannot be there. */
  private record Absent(String name, String reason) implements Contestant {
    @Override
    public void open(Case c) throws MissingException {
      throw new MissingException(reason);
    }

    @Override
    public Measurement measure(double seconds) throws MissingException {
      throw new MissingException(reason);
    }

    @Override
    public void close() {}
  }

  /** A peer that reads networks from files that PyTorch has written. */
  private final class FileContestant implements Contestant {
    private final String name;
    private final List<String> command;
    private Optional<LiveContestant> live = Optional.empty();

    FileContestant(String name, List<String> command) {
      this.name = name;
      this.command = command;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public void open(Case c) throws MissingException {
      List<String> file =
          switch (name) {
            case "ort" -> List.of(onnx(c.net()).toString());
            case "djl" -> List.of(torchScript(c).toString());
            default -> {
              requireNoFile(c.net());
              yield List.of();
            }
          };
      LiveContestant contestant = new LiveContestant(name, command, file);
      live = Optional.of(contestant);
      contestant.open(c);
    }

    @Override
    public Measurement measure(double seconds) throws MissingException {
      return live.orElseThrow().measure(seconds);
    }

    @Override
    public void close() {
      live.ifPresent(LiveContestant::close);
      live = Optional.empty();
    }
  }

  /** Returns the network as ONNX, which PyTorch's script writes when it is not there yet. */
  private Path onnx(String net) throws MissingException {
    if (BytesFile.isNamed(net)) {
      String name = net.substring(0, net.length() - BytesFile.SUFFIX.length());
      return BytesFile.of(BenchNets.find(name));
    }
    Optional<Path> given = BenchNets.file(net);
    if (given.isPresent()) {
      if (net.endsWith(".onnx")) {
        return given.get();
      }
      throw new MissingException("reads .onnx files alone");
    }
    List<String> command = List.of(torch.python(), torch.script().toString(), "--net", net);
    return written(net + ".onnx", command, "--export");
  }

  /** Returns the network as TorchScript for DJL, traced by PyTorch when it is not there yet. */
  private Path torchScript(Case c) throws MissingException {
    requireNoFile(c.net());
    String file = c.net() + "-" + c.mode().label() + ".pt";
    Path tracer = home.resolve("bench/src/peers/python/trace_peers.py");
    List<String> command =
        List.of(
            torch.python(),
            tracer.toString(),
            torch.script().toString(),
            c.net(),
            c.mode().label());
    return written(file, command);
  }

  /** Requires a network that the peers know by name. */
  static void requireNoFile(String net) throws MissingException {
    if (BytesFile.isNamed(net)) {
      throw new MissingException("has no such network of 8 bits");
    }
    if (BenchNets.file(net).isPresent()) {
      throw new MissingException("does not read this file");
    }
  }

  /** Runs a command that writes a file into the folder that is its last argument. */
  private Path written(String name, List<String> command, String... options)
      throws MissingException {
    Path folder = home.resolve("bench/target/networks");
    Path file = folder.resolve(name);
    if (Files.exists(file)) {
      return file;
    }
    if (torch.problem().isPresent()) {
      throw new MissingException("needs PyTorch to write its network: " + torch.problem().get());
    }
    try {
      Files.createDirectories(folder);
      Path aside = Files.createTempDirectory(folder, "aside");
      List<String> all = new ArrayList<>(command);
      all.addAll(List.of(options));
      all.add(aside.toString());
      Process p =
          new ProcessBuilder(all)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (p.waitFor() != 0 || !Files.exists(aside.resolve(name))) {
        throw new MissingException("PyTorch could not write " + name);
      }
      Files.move(aside.resolve(name), file);
      Files.delete(aside);
      return file;
    } catch (IOException e) {
      throw new MissingException(name + " could not be written: " + e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
