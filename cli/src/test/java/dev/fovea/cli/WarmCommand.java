package dev.fovea.cli;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The command in a JVM of its own that runs one command after the other, so that classes are loaded
 * and compiled once for all tests. The JVM ends with the one that started it.
 */
final class WarmCommand implements Command {
  private static final Queue<WarmCommand> IDLE = new ConcurrentLinkedQueue<>();
  private static final Map<Path, WarmCommand> LENT = new ConcurrentHashMap<>();
  private static final int MINUTES = 10;

  private final Path folder;
  private final Path log;
  private @Nullable Socket socket;

  private WarmCommand(Path folder) {
    this.folder = folder;
    this.log = Path.of(folder + ".log");
    log.toFile().deleteOnExit();
    folder.toFile().deleteOnExit();
  }

  /** Returns one that no other test uses until it is given back. */
  static WarmCommand borrow() {
    WarmCommand idle = IDLE.poll();
    WarmCommand command = idle == null ? new WarmCommand(newFolder()) : idle;
    LENT.put(command.folder, command);
    return command;
  }

  private static Path newFolder() {
    try {
      return Files.createTempDirectory("fovea-command").toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the one that works in a folder. */
  static WarmCommand of(Path folder) {
    return Objects.requireNonNull(LENT.get(folder), () -> folder + " is no @WorkingFolder");
  }

  void giveBack() {
    LENT.remove(folder);
    IDLE.add(this);
  }

  Path folder() {
    return folder;
  }

  @Override
  public Result run(String... args) {
    try {
      if (socket == null) {
        socket = start();
      }
      return ask(socket, args);
    } catch (IOException e) {
      socket = null;
      throw new UncheckedIOException(String.join(" ", args) + ": " + read(log), e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return file + ": " + e;
    }
  }

  private Socket start() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      server.setSoTimeout(1000 * 60 * MINUTES);
      ProcessCommand.jvm(folder, CommandHost.class, "" + server.getLocalPort())
          .redirectErrorStream(true)
          .redirectOutput(log.toFile())
          .start();
      Socket host = server.accept();
      host.setSoTimeout(1000 * 60 * MINUTES);
      return host;
    }
  }

  private static Result ask(Socket host, String... args) throws IOException {
    DataOutputStream question =
        new DataOutputStream(new BufferedOutputStream(host.getOutputStream()));
    question.writeInt(args.length);
    for (String arg : args) {
      question.writeUTF(arg);
    }
    question.flush();
    DataInputStream answer = new DataInputStream(host.getInputStream());
    int status = answer.readInt();
    String out = text(answer);
    String err = text(answer);
    return new Result(status, out.lines().toList(), err.lines().toList());
  }

  private static String text(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
  }
}
