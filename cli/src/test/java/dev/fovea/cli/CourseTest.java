package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Everything on {@code docs/course.md} is true: each piece of Java prints what stands below it,
 * each command succeeds. All in this process, the Java as one program.
 */
@Isolated("it takes all that the process prints")
final class CourseTest {
  private static final Path PAGE = Path.of("../docs/course.md");
  private static final Pattern PIECE =
      Pattern.compile("```java\n(.*?)```\n(?:\n```text\n(.*?)```\n)?", Pattern.DOTALL);
  private static final Pattern COMMANDS =
      Pattern.compile("```sh\n(.*?)```\n(?:\n```text\n(.*?)```\n)?", Pattern.DOTALL);
  private static final String MARK = "=== piece";

  @TempDir private Path folder;

  /** The first piece is the imports of all others. */
  @Test
  void everyPieceOfJavaPrintsWhatStandsBelowIt() throws IOException {
    List<MatchResult> all = PIECE.matcher(Files.readString(PAGE)).results().toList();
    List<MatchResult> pieces = all.subList(1, all.size());
    StringBuilder program = new StringBuilder(all.getFirst().group(1));
    StringBuilder main = new StringBuilder();
    for (int i = 0; i < pieces.size(); i++) {
      program.append(
          "void piece%s() throws Exception {%n%s}%n".formatted(i, pieces.get(i).group(1)));
      main.append("IO.println(\"%s\");%npiece%s();%n".formatted(MARK, i));
    }
    program.append("void main() throws Exception {%n%s}%n".formatted(main));
    SourceProgram compiled = SourceProgram.compile("Course.java", program.toString(), System.err);
    String printed = printed(() -> compiled.start(List.of(), System.err));
    List<String> outputs = List.of(printed.split(MARK + "\n")).subList(1, pieces.size() + 1);
    assertThat(pieces).hasSizeGreaterThan(15);
    assertThat(outputs).isEqualTo(pieces.stream().map(p -> p.group(2)).toList());
  }

  /** What stands below commands is what they print; … is for what differs from run to run. */
  @Test
  void everyCommandPrintsWhatStandsBelowIt() throws IOException {
    Fixtures.picture(folder.resolve("photo.png"), 48, 64);
    List<MatchResult> pieces = COMMANDS.matcher(Files.readString(PAGE)).results().toList();
    assertThat(pieces).hasSizeGreaterThan(5);
    for (MatchResult piece : pieces) {
      StringBuilder all = new StringBuilder();
      for (String command : piece.group(1).lines().toList()) {
        all.append(printed(command));
      }
      String told = piece.group(2);
      if (told != null) {
        String pattern =
            told.lines()
                .map(line -> Pattern.quote(line).replace("…", "\\E[^\n]*\\Q"))
                .collect(Collectors.joining("\n", "", "\n"));
        assertThat(all.toString().replace(folder + "/", "")).matches(pattern);
      }
    }
  }

  private String printed(String command) {
    assertThat(command).startsWith("./fovea ");
    String[] words = command.substring("./fovea ".length()).split(" ");
    String[] here =
        IntStream.range(0, words.length).mapToObj(i -> here(words, i)).toArray(String[]::new);
    String printed = printed(() -> Main.run(here));
    assertThat(printed).as(command).isNotBlank();
    return printed;
  }

  /** Files are read from and written to the folder of this test. */
  private String here(String[] words, int i) {
    boolean written = i > 0 && words[i - 1].equals("--out");
    return written || words[i].equals("photo.png") ? folder.resolve(words[i]).toString() : words[i];
  }

  /** Returns what is printed while something runs that must succeed. */
  private static String printed(IntSupplier work) {
    PrintStream before = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      assertThat(work.getAsInt()).isZero();
    } finally {
      System.setOut(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
