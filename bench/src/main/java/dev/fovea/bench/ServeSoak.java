package dev.fovea.bench;

import dev.fovea.engine.Engine;
import dev.fovea.io.AtomicFiles;
import dev.fovea.nn.Model;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.zoo.LeNet5;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Loads a server for long: clients whose answers are all compared, others that go away in the
 * middle, others that send damaged requests, while the model is replaced again and again.
 */
final class ServeSoak {
  private static final int CHECKING = 8;
  private static final int PAUSE = 100;
  private static final int COLLECTIONS = 5;
  private static final int ANSWER_MILLIS = 60_000;

  /** Requests on one connection. */
  private static final int REQUESTS = 200;

  private static final int REPLACE_PAUSE = 500;
  private static final Pattern HEAP = Pattern.compile("fovea_heap_bytes (\\d+)");

  private final Path home;
  private final double seconds;
  private final int rest;
  private volatile long until;
  private final List<Path> files = new ArrayList<>();
  private final List<List<ServeWork>> work = new ArrayList<>();
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong aborted = new AtomicLong();
  private final AtomicLong damaged = new AtomicLong();
  private final AtomicLong replaced = new AtomicLong();
  private final AtomicReference<@Nullable String> failure = new AtomicReference<>();
  private final MemoryWatch memory = new MemoryWatch();

  /**
   * Creates a soak.
   *
   * @param home the source checkout
   * @param seconds how long it takes
   * @param rest for how many milliseconds a client rests after each of its connections
   */
  ServeSoak(Path home, double seconds, int rest) {
    this.home = home;
    this.seconds = seconds;
    this.rest = rest;
  }

  /**
   * Runs to the end, or to the first wrong answer, and returns what happened in one line.
   *
   * @throws FoveaException if an answer was wrong, or the heap grew in the last third of the time
   */
  String run() {
    try {
      Path folder = Files.createTempDirectory("fovea-soak");
      for (int i = 0; i < 2; i++) {
        BenchNet lenet = BenchNets.find("lenet5");
        Path file = folder.resolve("weights" + i + ".onnx");
        Model.build(LeNet5.of(lenet.classes()), lenet.input(), Seed.of(i), Engine.shared())
            .save(file);
        files.add(file);
        List<ServeWork> requests = new ArrayList<>();
        for (int c = 0; c < CHECKING; c++) {
          requests.add(ServeWork.of(file, c));
        }
        work.add(requests);
      }
      Path served = folder.resolve("served.onnx");
      AtomicFiles.write(served, Files.readAllBytes(files.get(0)));
      try (ServerProcess server = ServerProcess.fovea(home, served, 2, "-Xmx512m")) {
        load(server, served);
      }
      return report();
    } catch (IOException | MissingException e) {
      throw new FoveaException("soak: " + e.getMessage(), e);
    }
  }

  private void load(ServerProcess server, Path served) {
    int port = server.port();
    until = System.nanoTime() + (long) (seconds * 1e9);
    List<Runnable> all = new ArrayList<>();
    for (int c = 0; c < CHECKING; c++) {
      int client = c;
      all.add(() -> check(port, client));
    }
    all.add(() -> abort(port));
    all.add(() -> damage(port));
    all.add(() -> replace(port, served));
    all.add(() -> watch(server));
    List<Thread> threads =
        all.stream().map(r -> Thread.ofVirtual().start(() -> guarded(r))).toList();
    for (Thread t : threads) {
      try {
        t.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new FoveaException("soak: interrupted", e);
      }
    }
  }

  private void guarded(Runnable client) {
    try {
      client.run();
    } catch (RuntimeException e) {
      failure.compareAndSet(null, String.valueOf(e.getMessage()));
    }
  }

  private boolean goesOn() {
    return System.nanoTime() - until < 0 && failure.get() == null;
  }

  /** Asks again and again; each answer must be that of one of the two models. */
  private void check(int port, int client) {
    ServeWork first = work.get(0).get(client);
    ServeWork second = work.get(1).get(client);
    HttpLoad load =
        first.inProtocol(port, answer -> first.isRight(answer) || second.isRight(answer));
    while (goesOn()) {
      answered.addAndGet(load.count(REQUESTS));
      pause(rest);
    }
  }

  /** Sends a part of a request, or all of it, and goes away. */
  private void abort(int port) {
    byte[] request = work.get(0).get(0).request(port);
    Rng random = Seed.of(11).rng();
    while (goesOn()) {
      int length = random.nextInt(2) == 0 ? request.length : random.nextInt(request.length);
      send(port, Arrays.copyOf(request, length), false);
      aborted.incrementAndGet();
      pause(PAUSE);
    }
  }

  /** Sends requests in which some bytes were changed; the server may refuse or answer them. */
  private void damage(int port) {
    byte[] request = work.get(0).get(0).request(port);
    Rng random = Seed.of(12).rng();
    while (goesOn()) {
      byte[] bad = request.clone();
      for (int i = random.nextInt(8); i >= 0; i--) {
        bad[random.nextInt(400)] = (byte) random.nextInt(256);
      }
      send(port, bad, true);
      damaged.incrementAndGet();
      pause(PAUSE);
    }
  }

  private static void send(int port, byte[] bytes, boolean wait) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(1_000);
      socket.getOutputStream().write(bytes);
      if (wait) {
        int _ = socket.getInputStream().read();
      }
    } catch (IOException e) {
      // What it does not understand a server closes; for what is missing it waits.
    }
  }

  /** Puts the other model in the place of the one that is served; from then on it must answer. */
  private void replace(int port, Path served) {
    for (int i = 1; goesOn(); i = 1 - i) {
      try {
        AtomicFiles.write(served, Files.readAllBytes(files.get(i)));
      } catch (IOException e) {
        throw new FoveaException("soak: " + e.getMessage(), e);
      }
      post(port, "/v2/repository/models/net/load");
      int _ = work.get(i).get(0).inProtocol(port).count(1);
      replaced.incrementAndGet();
      pause(REPLACE_PAUSE + rest);
    }
  }

  /** Looks at the memory, and before the end of each third also at what collections leave. */
  private void watch(ServerProcess server) {
    long pid = server.process().pid();
    long begun = System.nanoTime();
    long whole = until - begun;
    for (int third = 1; third <= MemoryWatch.THIRDS; third++) {
      long collecting = begun + MemoryWatch.collectionNanos(whole, third);
      while (goesOn() && System.nanoTime() - collecting < 0) {
        memory.add(heap(server.port()), pid);
        pause(PAUSE);
      }
      if (failure.get() == null) {
        memory.addCollected(collected(server.port(), pid));
      }
    }
  }

  private static long heap(int port) {
    Matcher m = HEAP.matcher(get(port, "/metrics"));
    if (!m.find()) {
      throw new FoveaException("soak: /metrics: no fovea_heap_bytes");
    }
    return Long.parseLong(m.group(1));
  }

  /** Returns the least heap after some collections, while requests come and models are replaced. */
  private long collected(int port, long pid) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i == 0 || (i < COLLECTIONS && goesOn()); i++) {
      collect(pid);
      least = Math.min(least, heap(port));
      pause(PAUSE);
    }
    return least;
  }

  /** Has a JVM collect its garbage, by the JDK's tool for that. */
  private static void collect(long pid) {
    String tool = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    try {
      Process process =
          new ProcessBuilder(tool, Long.toString(pid), "GC.run")
              .redirectErrorStream(true)
              .redirectOutput(Redirect.DISCARD)
              .start();
      int status = process.waitFor();
      if (status != 0) {
        throw new FoveaException("soak: jcmd GC.run: exit status " + status);
      }
    } catch (IOException e) {
      throw new FoveaException("soak: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void post(int port, String path) {
    String _ = ask(port, "POST " + path, "Content-Length: 0\r\n");
  }

  private static String get(int port, String path) {
    return ask(port, "GET " + path, "");
  }

  private static String ask(int port, String what, String header) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(ANSWER_MILLIS);
      String request = what + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + header + "\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      InputStream in = new BufferedInputStream(socket.getInputStream());
      return new String(HttpLoad.answer(in), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new FoveaException("soak: " + what + ": " + e, e);
    }
  }

  private static void pause(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String report() {
    String text =
        String.format(
            Locale.ROOT,
            "%d answers compared, %d replacements, %d aborts, %d damaged requests; %s",
            answered.get(),
            replaced.get(),
            aborted.get(),
            damaged.get(),
            memory.report());
    String failed = failure.get();
    if (failed == null && Math.min(answered.get(), replaced.get()) == 0) {
      failed = "nothing was answered or replaced in " + seconds + " s";
    }
    failed = failed == null ? memory.grown().orElse(null) : failed;
    if (failed != null) {
      throw new FoveaException("soak: " + failed + " (" + text + ")");
    }
    return text + "; none was wrong, lost or doubled";
  }
}
