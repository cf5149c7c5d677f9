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

/** Tells the user where a studio is, and opens it in a browser where there is one. */
final class StudioAddress {
  private StudioAddress() {}

  static void tell(Studio studio, boolean open) {
    Map<String, String> env = System.getenv();
    System.out.println("studio: " + studio.address());
    if (env.containsKey("SSH_CONNECTION")) {
      System.out.println(
          "        this machine is reached by ssh: on yours, run  ssh -N -L %1$s:127.0.0.1:%1$s %2$s  and open that address there"
              .formatted(Integer.toString(studio.port()), machine()));
    } else if (open) {
      browser(env).ifPresent(program -> open(program, studio));
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
  private static void open(List<String> program, Studio studio) {
    try {
      Path page = Files.createTempFile("fovea-studio", ".html");
      page.toFile().deleteOnExit();
      String address = studio.address().toString();
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
