package dev.fovea.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What would end the process, in processes of their own. */
@Execution(ExecutionMode.CONCURRENT)
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
final class ProcessTest {
  @TempDir private Path folder;

  /** How a program ended, and what it said. */
  private record End(int status, String text) {}

  private End run(List<String> options, Class<?> program, String... args) throws Exception {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(
        List.of("-Xmx64m", "-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=" + folder + "/error"));
    words.addAll(List.of("--add-modules=jdk.incubator.vector", "-cp"));
    words.add(classPath());
    words.addAll(options);
    words.add(program.getName());
    words.addAll(List.of(args));
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    return new End(process.waitFor(), read(log));
  }

  /** Maven starts tests with a class path of one jar, and tells the whole one by a property. */
  private static String classPath() {
    String own = System.getProperty("java.class.path", "");
    return System.getProperty("surefire.test.class.path", own).replace("\n", File.pathSeparator);
  }

  private static String read(Path log) throws IOException {
    return Files.readString(log);
  }

  @Test
  void kernelsTouchNothingBesideTheirArrays() throws Exception {
    End end = run(List.of("--enable-native-access=ALL-UNNAMED"), GuardedKernels.class);
    assertThat(end.status()).as(end.text()).isZero();
    assertThat(end.text()).contains("kernels stayed within bounds");
  }

  /** Otherwise the test before would say nothing. */
  @Test
  void aKernelThatGoesTooFarEndsTheProcess() throws Exception {
    End end = run(List.of("--enable-native-access=ALL-UNNAMED"), GuardedKernels.class, "far");
    assertThat(end.status()).isNotZero();
    assertThat(end.text()).contains("SIGSEGV");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UseSerialGC", "UseParallelGC", "UseG1GC", "UseZGC", "UseShenandoahGC"})
  void resultsAreRightWhileGarbageIsCollected(String collector) throws Exception {
    End end =
        run(
            List.of("-XX:+" + collector, "--enable-native-access=ALL-UNNAMED"),
            StressedKernels.class);
    assertThat(end.status()).as(end.text()).isZero();
    assertThat(end.text())
        .contains("all right: ", "bytes", "floats", "tiles of all kinds", "windows");
  }

  @Test
  void withoutNativeAccessThereIsOneLine() throws Exception {
    assertThat(run(List.of(), Asked.class).text())
        .contains(
            "trouble: machine code is not used: it needs native access; start java with"
                + " --enable-native-access=ALL-UNNAMED")
        .doesNotContain("restricted method");
  }

  @Test
  void whereNativeAccessIsDeniedThereIsOneLine() throws Exception {
    assertThat(run(List.of("--illegal-native-access=deny"), Asked.class).text())
        .contains("trouble: machine code is not used: it needs native access;");
  }

  @Test
  void itCanBeTurnedOff() throws Exception {
    List<String> off = List.of("-Dfovea.machine=off", "--enable-native-access=ALL-UNNAMED");
    assertThat(run(off, Asked.class).text())
        .contains("said when asked: machine code is not used: turned off by -Dfovea.machine=off");
  }

  /** What a system that refuses executable memory leads to. */
  private String refused(String... args) throws Exception {
    List<String> options =
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-Xint",
            "-XX:InitialCodeCacheSize=16m",
            "-XX:ReservedCodeCacheSize=16m");
    End end = run(options, Refused.class, args);
    assertThat(end.status()).as(end.text()).isZero();
    Assumptions.assumeTrue(
        end.text().contains("the rule is set"), "Linux has no such rule before 6.3");
    return end.text();
  }

  @Test
  void whereTheSystemRefusesExecutableMemoryThereIsOneLine() throws Exception {
    assertThat(refused())
        .contains("trouble: machine code is not used: the system refuses executable memory");
  }

  /** No call of code that there is not: everything is left to the rest. */
  @Test
  void kernelsThatTheSystemRefusesLaterAreLeftToOthers() throws Exception {
    assertThat(refused("rest")).contains("the rest computes: true");
  }

  @Test
  void afterWrongNumbersThereIsOneLine() throws Exception {
    assertThat(refused("wrong"))
        .contains("trouble: machine code is not used: a trial gave wrong numbers on this machine");
  }

  /** As on another system, whose name is all that is asked. */
  @Test
  void otherSystemsHaveNone() throws Exception {
    List<String> mac =
        List.of("-Dos.name=Mac OS X", "-Dos.arch=aarch64", "--enable-native-access=ALL-UNNAMED");
    assertThat(run(mac, Asked.class).text())
        .contains(
            "said when asked: machine code is not used: there is none for Mac OS X on aarch64");
  }
}
