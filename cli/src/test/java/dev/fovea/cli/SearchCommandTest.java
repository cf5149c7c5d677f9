package dev.fovea.cli;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.sequence;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.data.Preprocessing;
import dev.fovea.nn.Model;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SearchCommandTest {
  @WorkingFolder private Path folder;

  private void picture(String name, int red, int blue) {
    Tensor picture = Tensor.zeros(Shape.of(20, 20, 3));
    for (int i = 0; i < picture.data().length; i += 3) {
      picture.data()[i] = red;
      picture.data()[i + 2] = blue;
    }
    Images.writePng(folder.resolve(name), picture);
  }

  @Test
  void whatLooksLikeAPictureIsFoundAndKeptInAnIndex() throws IOException {
    Files.createDirectories(folder.resolve("all"));
    picture("all/red.png", 250, 0);
    picture("all/blue.png", 0, 250);
    picture("all/dark.png", 20, 20);
    picture("asked.png", 230, 10);
    Command command = Command.in(folder);
    Command.Result first = command.succeeds("search", "all", "asked.png", "--count=2");
    assertThat(first.text()).contains("looked at 3 pictures", "sheet: search.png");
    assertThat(first.out().get(1)).startsWith("all/red.png");
    assertThat(folder.resolve("search.png")).exists();
    Files.delete(folder.resolve("all/red.png"));
    picture("all/violet.png", 240, 100);
    Map<String, Object> again = command.succeeds("search", "all", "asked.png", "--json").lastJson();
    assertThat(again).containsEntry("looked_at", 1L);
    assertThat((List<?>) again.get("found")).hasSize(3);
    command.fails(
        "--layer conv1: give the network with --model",
        "search",
        "all",
        "asked.png",
        "--layer=conv1");
  }

  /** What cannot be looked at any more is left out, today and tomorrow, until it can be again. */
  @Test
  void aDamagedPictureIsNoLongerFound() throws IOException {
    Files.createDirectories(folder.resolve("all"));
    picture("all/red.png", 250, 0);
    picture("all/blue.png", 0, 250);
    picture("asked.png", 230, 10);
    Command command = Command.in(folder);
    command.succeeds("search", "all", "asked.png");
    Files.writeString(folder.resolve("all/red.png"), "no picture");
    for (int i = 0; i < 2; i++) {
      Command.Result r = command.run("search", "all", "asked.png", "--json");
      assertThat(r.status()).as("%s", r).isZero();
      assertThat(r.err()).hasSize(1);
      assertThat(r.err().getFirst()).startsWith("left out: all/red.png");
      assertThat((List<?>) r.lastJson().get("found")).hasSize(1);
    }
    picture("all/red.png", 250, 0);
    Map<String, Object> mended =
        command.succeeds("search", "all", "asked.png", "--json").lastJson();
    assertThat((List<?>) mended.get("found")).hasSize(2);
  }

  private void network(int seed) {
    Preprocessing rule = Preprocessing.scaled(Shape.of(8, 8, 3));
    Model.build(sequence(conv2d(4, 3), flatten(), dense(2)), rule.shape(), Seed.of(seed))
        .withMetadata(Map.of("preprocessing", rule.toText()))
        .save(folder.resolve("model.onnx"));
  }

  /** Features of one network say nothing beside those of another in a file of the same name. */
  @Test
  void anIndexIsOfOneNetwork() throws IOException {
    Files.createDirectories(folder.resolve("all"));
    picture("all/red.png", 250, 0);
    picture("asked.png", 230, 10);
    Command command = Command.in(folder);
    String[] search = {"search", "all", "asked.png", "--model=model.onnx", "--json"};
    network(1);
    assertThat(command.succeeds(search).lastJson()).containsEntry("looked_at", 1L);
    network(1);
    assertThat(command.succeeds(search).lastJson()).containsEntry("looked_at", 0L);
    network(2);
    command.fails("all/.fovea-index: an index of features of model.onnx (SHA-256 ", search);
  }

  private Map<String, Object> search(Command command, String... args) {
    List<String> all = new ArrayList<>(List.of("search", "--json"));
    all.addAll(List.of(args));
    return command.succeeds(all.toArray(String[]::new)).lastJson();
  }

  /** However the folder is spelled and wherever it is moved, its pictures are known. */
  @Test
  void theIndexFollowsItsFolder() throws IOException {
    Files.createDirectories(folder.resolve("all"));
    picture("all/red.png", 250, 0);
    picture("asked.png", 230, 10);
    Command command = Command.in(folder);
    assertThat(search(command, "all", "asked.png")).containsEntry("looked_at", 1L);
    for (String spelled : List.of("./all", "all/", "" + folder.resolve("all"))) {
      assertThat(search(command, spelled, "asked.png"))
          .as(spelled)
          .containsEntry("looked_at", 0L)
          .extractingByKey("found")
          .asString()
          .contains("image=" + Path.of(spelled, "red.png"));
    }
    Files.move(folder.resolve("all"), folder.resolve("moved"));
    assertThat(search(command, "moved", "asked.png")).containsEntry("looked_at", 0L);
  }

  /** An index outside is of one folder, as long as that is there. */
  @Test
  void anIndexIsOfOneFolder() throws IOException {
    for (String name : List.of("a", "b")) {
      Files.createDirectories(folder.resolve(name));
      picture(name + "/red.png", 250, 0);
    }
    picture("asked.png", 230, 10);
    Command command = Command.in(folder);
    search(command, "a", "asked.png", "--index=index");
    String a = folder.resolve("a").toRealPath().toString();
    String b = folder.resolve("b").toRealPath().toString();
    command.fails(
        "index: an index of the pictures in %s, not of those in %s; give another folder"
            .formatted(a, b),
        "search",
        "b",
        "asked.png",
        "--index=index");
    assertThat(search(command, "a", "asked.png", "--index=index")).containsEntry("looked_at", 0L);
    Files.move(folder.resolve("a"), folder.resolve("moved"));
    Command.Result moved = command.run("search", "moved", "asked.png", "--index=index", "--json");
    assertThat(moved.lastJson()).containsEntry("looked_at", 0L);
    assertThat(moved.err())
        .containsExactly(
            "fovea: index: was the index of the pictures in %s, which is not there; now of those in moved"
                .formatted(a));
    search(command, "moved", "asked.png", "--index=index"); // which is told once
    command.fails("asked.png: a file, expected a folder", "search", "asked.png", "asked.png");
    command.fails("none: no such folder", "search", "none", "asked.png");
  }
}
