package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The commands that compile and run Java, one after the other. */
final class ProgramCommandTest {
  @WorkingFolder private Path folder;

  private Command.Result run(String... args) {
    return Command.in(folder).run(args);
  }

  private void write(String file, String... lines) throws IOException {
    Files.writeString(folder.resolve(file), String.join("\n", lines) + "\n");
  }

  @Test
  void aCompactSourceFileRunsWithItsArguments() throws IOException {
    write(
        "Net.java",
        "import static dev.fovea.nn.Layers.*;",
        "import dev.fovea.nn.Model;",
        "import dev.fovea.tensor.*;",
        "void main(String[] args) {",
        "  Model m = Model.build(sequence(conv2d(8, 3)), Shape.of(9, 9, 1), Seed.of(1));",
        "  IO.println(m.parameters().count(true) + \" \" + String.join(\"|\", args));",
        "}");
    // Options behind the name are the program's own, also those that the command knows.
    Command.Result r = run("run", "Net.java", "--epochs", "3", "--list", "--help");
    assertThat(r.err()).isEmpty();
    assertThat(r.out()).containsExactly("80 --epochs|3|--list|--help");
    assertThat(r.status()).isZero();
  }

  @Test
  void aClassIsStartedByItsMain() throws IOException {
    write(
        "Two.java",
        "class Helper { static String name() { return \"helped\"; } }",
        "public class Two {",
        "  public static void main(String[] args) { System.out.println(Helper.name()); }",
        "}");
    assertThat(run("run", "Two.java").out()).containsExactly("helped");
  }

  /** The first of the classes that stand in no other and have a main is started. */
  @Test
  void aClassWithinAnotherIsNotStarted() throws IOException {
    String main = "public static void main(String[] args) { System.out.println(\"%s\"); }";
    write(
        "outer.java",
        "class First {",
        "  static class Inner { " + main.formatted("inner") + " }",
        "  " + main.formatted("first"),
        "}",
        "class Second { " + main.formatted("second") + " }");
    assertThat(run("run", "outer.java").out()).containsExactly("first");
    write("nested.java", "class Outer { static class Inner { " + main.formatted("inner") + " } }");
    assertThat(run("run", "nested.java").err())
        .containsExactly("fovea: nested.java: no method main to start with");
  }

  @Test
  void anInheritedMainIsStartedOnAnObjectOfTheClass() throws IOException {
    write(
        "Own.java",
        "class Own extends Base { String name() { return \"own\"; } }",
        "abstract class Base { abstract String name(); void main() { IO.println(name()); } }");
    assertThat(run("run", "Own.java").out()).containsExactly("own");
  }

  @Test
  void aClassWithoutAnObjectToStartIsOneLine() throws IOException {
    String why = "fovea: %s.java: main is not static, so that it needs an object, and class %s %s";
    write("Needs.java", "class Needs { Needs(int size) {} void main() {} }");
    Command.Result r = run("run", "Needs.java");
    assertThat(r.err())
        .containsExactly(why.formatted("Needs", "Needs", "has no constructor without parameters"));
    assertThat(r.status()).isEqualTo(2);
    write("Idea.java", "abstract class Idea { void main() {} }");
    assertThat(run("run", "Idea.java").err())
        .containsExactly(why.formatted("Idea", "Idea", "is abstract"));
  }

  /** As java itself does, whether main returns or throws. */
  @Test
  void threadsThatMainLeavesBehindRunToTheirEnd() throws IOException {
    String begins = "  new Thread(() -> { while (!done) { Thread.onSpinWait(); } go(); }).start();";
    String later = "void go() { new Thread(() -> IO.println(\"later\")).start(); }";
    write(
        "Left.java",
        "volatile boolean done;",
        "void main() {",
        begins,
        "  done = true;",
        "}",
        later);
    assertThat(run("run", "Left.java").out()).containsExactly("later");
    String fails = "  throw new IllegalStateException();";
    write("Thrown.java", "boolean done = true;", "void main() {", begins, fails, "}", later);
    Command.Result r = run("run", "Thrown.java");
    assertThat(r.out()).containsExactly("later");
    assertThat(r.status()).isEqualTo(1);
  }

  /**
   * Each thread starts the next and ends, so that a list of threads may miss both. Whether one does
   * is chance: an end too early shows in some runs of this test, not in all.
   */
  @Test
  void aChainOfThreadsRunsToItsEnd() throws IOException {
    write(
        "Chain.java",
        "void main() { next(2000); }",
        "void next(int left) {",
        "  if (left == 0) { IO.println(\"last\"); }",
        "  else { new Thread(() -> next(left - 1)).start(); }",
        "}");
    assertThat(run("run", "Chain.java").out()).containsExactly("last");
  }

  @Test
  void whatDoesNotCompileIsShownWithItsPlace() throws IOException {
    write("Bad.java", "void main() {", "  int x = \"a\";", "  nothing();", "}");
    Command.Result r = run("run", "Bad.java");
    assertThat(r.status()).isEqualTo(2);
    assertThat(r.err())
        .anyMatch(l -> l.startsWith("Bad.java:2: error: incompatible types"))
        .anyMatch(l -> l.startsWith("Bad.java:3: error: cannot find symbol"))
        .endsWith("fovea: Bad.java: does not compile (2 errors)");
  }

  @Test
  void aProgramThatFailsShowsItsOwnFrames() throws IOException {
    write("Fails.java", "void main() {", "  throw new IllegalStateException(\"why\");", "}");
    Command.Result r = run("run", "Fails.java");
    assertThat(r.status()).isEqualTo(1);
    assertThat(r.err())
        .containsExactly("java.lang.IllegalStateException: why", "\tat Fails.main(Fails.java:2)");
    write(
        "Static.java",
        "static int size = Integer.parseInt(\"q\");",
        "void main() { IO.println(size); }");
    Command.Result early = run("run", "Static.java");
    assertThat(early.status()).isEqualTo(1);
    assertThat(early.err())
        .startsWith("java.lang.NumberFormatException: For input string: \"q\"")
        .endsWith("\tat Static.<clinit>(Static.java:1)");
    write(
        "Told.java",
        "void main() { dev.fovea.vision.Images.read(java.nio.file.Path.of(\"no.png\")); }");
    Command.Result told = run("run", "Told.java");
    assertThat(told.status()).isEqualTo(2);
    assertThat(told.err())
        .containsExactly(
            "fovea: no.png: no such file, expected a picture (PNG, JPEG, GIF, BMP, TIFF, PGM or"
                + " PPM)");
  }

  @Test
  void namesAndFilesThatAreNoneAreOneLine() throws IOException {
    write("Empty.java", "class Empty {}");
    assertThat(run("run", "Empty.java").err())
        .containsExactly("fovea: Empty.java: no method main to start with");
    assertThat(run("run", "gam").err())
        .containsExactly(
            "fovea: run: no file and no example \"gam\"; did you mean gan?;"
                + " run --list names the examples");
    assertThat(run("run", "Gone.java").err()).containsExactly("fovea: Gone.java: no such file");
    assertThat(run("run").err())
        .containsExactly(
            "fovea: run: give a .java file or the name of an example, or --list alone");
    assertThat(run("shell", "gone.jsh").err()).containsExactly("fovea: gone.jsh: no such file");
  }

  @Test
  void theListSaysWhatEachExampleShows() {
    assertThat(run("run", "--list").out())
        .hasSize(Examples.names().size() + 1)
        .anyMatch(l -> l.startsWith("gan ") && l.contains("DCGAN"));
  }

  @Test
  void whatIsNoPictureIsNotShown() {
    for (Shape shape : List.of(Shape.of(3), Shape.of(0, 5), Shape.of(1, 2, 2, 2, 1))) {
      assertThatThrownBy(() -> Show.show(Tensor.zeros(shape)))
          .isInstanceOf(FoveaException.class)
          .hasMessage(
              "show: [H, W], [H, W, C] or [N, H, W, C] with a pixel expected, got " + shape);
    }
  }

  @Test
  void aShellKnowsFoveasClassesAndShowsPictures() throws IOException {
    write(
        "lines.jsh",
        "var m = Model.build(sequence(conv2d(8, 3)), Shape.of(9, 9, 1), Seed.of(1));",
        "System.out.println(m.parameters().count(true));",
        "show(Tensor.of(Shape.of(2, 2), 0, 255, 0, 255));",
        "show(Tensor.of(Shape.of(1, 1, 2), 0, 255));",
        "Stream.of(Detector.class, Segmenter.class, PoseEstimator.class, Drawing.class,"
            + " LabelSets.class, AveragePrecision.class).count();",
        "System.out.println(Systems.find(\"yolo-tiny\").name());",
        "/exit");
    Command.Result r = run("shell", "lines.jsh");
    assertThat(r.out()).containsSequence("80", "[2,2], 0.000 … 255.0", " @");
    // Two maps of one pixel, and the line between them.
    assertThat(r.out()).containsSequence("[1,1,2], 0.000 … 255.0", " @@");
    assertThat(r.out()).contains("yolo-tiny").noneMatch(l -> l.contains("cannot find symbol"));
    assertThat(r.status()).isZero();
  }
}
