package dev.fovea.studio.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.FoveaException;
import dev.fovea.train.TensorBoard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lies in a folder of trainings, whole, damaged or elsewhere. */
final class RunFoldersTest {
  @TempDir private Path folder;

  private Path run(String name) throws IOException {
    return Files.createDirectories(folder.resolve("runs").resolve(name));
  }

  private void log(String name) throws IOException {
    TensorBoard.in(run(name)).scalar("loss", 1, 0.5);
  }

  private List<RunFolders.Run> all() {
    return new RunFolders(folder.resolve("runs")).first(RunFolders.MOST, r -> r).runs();
  }

  private static String problem(RunFolders.Run run) {
    assertThat(run.curves()).isEmpty();
    assertThat(run.problem().lines()).hasSize(1);
    return run.problem();
  }

  /** Each is there with one line about what is wrong; the others are told all the same. */
  @Test
  void tellsWhatIsDamagedInOneLine() throws IOException {
    log("good");
    Files.writeString(run("history").resolve("history.csv"), "epoch,loss\nx,\u0007\n");
    Files.write(run("logged").resolve("events.out.tfevents.1.x"), new byte[100]);
    List<RunFolders.Run> runs = all();
    assertThat(runs).extracting(RunFolders.Run::name).containsExactly("good", "history", "logged");
    assertThat(runs.getFirst().problem()).isEmpty();
    assertThat(runs.getFirst().curves()).containsOnlyKeys("loss");
    assertThat(problem(runs.get(1))).contains("history.csv");
    assertThat(problem(runs.get(2))).contains("record 1: the checksum of its length is wrong");
  }

  /** Those that are not asked for are counted, their files are not read. */
  @Test
  void tellsOfTheFirst() throws IOException {
    log("a");
    log("b");
    log("c");
    List<String> read = new ArrayList<>();
    RunFolders runs = new RunFolders(folder.resolve("runs"));
    RunFolders.Told<String> told =
        runs.first(
            2,
            run -> {
              read.add(run.name());
              return run.name();
            });
    assertThat(told).isEqualTo(new RunFolders.Told<>(List.of("a", "b"), 3));
    assertThat(read).containsExactly("a", "b");
  }

  /** The folder itself may be a link; one in it leads nowhere. */
  @Test
  void followsNoLinkOutOfTheFolder() throws IOException {
    log("inside");
    Path outside = Files.createDirectories(folder.resolve("outside"));
    Path file = TensorBoard.in(outside).file();
    Files.createSymbolicLink(folder.resolve("runs/link"), outside);
    Files.createSymbolicLink(run("file").resolve("events.out.tfevents.1.x"), file);
    assertThat(all()).extracting(RunFolders.Run::name).containsExactly("inside");
    Path link = Files.createSymbolicLink(folder.resolve("linked"), folder.resolve("runs"));
    assertThat(new RunFolders(link).first(2, RunFolders.Run::name).runs())
        .containsExactly("inside");
  }

  @Test
  void looksThreeFoldersDeep() throws IOException {
    log("a/b/c");
    log("1/2/3/4");
    assertThat(all()).extracting(RunFolders.Run::name).containsExactly("a/b/c");
  }

  @Test
  void readsThoseThatAreNamedOnce() throws IOException {
    log("a");
    log("b");
    RunFolders runs = new RunFolders(folder.resolve("runs"));
    List<String> seen = new ArrayList<>();
    runs.named(List.of("b", "a", "b"), r -> seen.add(r.name()));
    assertThat(seen).containsExactly("b", "a");
    assertThatThrownBy(() -> runs.named(List.of("../outside"), r -> {}))
        .isInstanceOf(FoveaException.class)
        .hasMessage("runs: there is no training ../outside");
    assertThat(new RunFolders(folder.resolve("none")).first(2, r -> r).runs()).isEmpty();
  }
}
