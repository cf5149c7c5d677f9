package dev.fovea.cli;

import dev.fovea.studio.Studio;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** Tells the user where a studio is, and opens it in a browser where there is one. */
final class StudioAddress {
  private StudioAddress() {}

  /** Waits until the user ends the program. */
  static void stay() {
    try {
      System.err.println("fovea: the studio stays open; Ctrl-C ends it");
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Tells where a studio is.
   *
   * @param open whether to open it
   * @param room the room that is shown first
   */
  static void tell(Studio studio, boolean open, String room) {
    Map<String, String> env = System.getenv();
    String address = studio.address() + "&room=" + room;
    System.err.println("studio: " + address);
    if (env.containsKey("SSH_CONNECTION")) {
      System.err.println(
          "        this machine is reached by ssh: on yours, run  ssh -N -L %1$s:127.0.0.1:%1$s %2$s  and open that address there"
              .formatted(Integer.toString(studio.port()), machine()));
    } else if (open) {
      browser(env).ifPresent(program -> open(program, address));
    }
  }

  private static String machine() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "HOST";
    }
  }

  /** Returns what opens pages here. */
  static Optional<List<String>> browser(Map<String, String> env) {
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    if (os.contains("win")) {
      return Optional.of(List.of("rundll32", "url.dll,FileProtocolHandler"));
    }
    if (os.contains("mac")) {
      return Optional.of(List.of("open"));
    }
    boolean screen = env.containsKey("DISPLAY") || env.containsKey("WAYLAND_DISPLAY");
    return screen ? Optional.of(List.of("xdg-open")) : Optional.empty();
  }

  /**
   * Opens the address by way of a file that only this user can read: arguments of programs can be
   * seen by everyone on a machine.
   */
  private static void open(List<String> program, String address) {
    try {
      Path page = Files.createTempFile("fovea-studio", ".html");
      page.toFile().deleteOnExit();
      Files.writeString(
          page,
          "<!doctype html><meta http-equiv=refresh content=\"0;url=" + address + "\">Fovea studio");
      List<String> command = new ArrayList<>(program);
      command.add(page.toString());
      var _ =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      System.err.println("fovea: no browser could be opened; open the address yourself");
    }
  }
}
