package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/**
 * The fenced commands and programs of the pages in {@code docs/guide} run, in the order of the page
 * and in one folder, and print what the page says. Trainings by command see fewer samples, for
 * fewer epochs; nothing else differs. Commands within sentences, on all pages, are not run: each
 * must be there, with the options that are named.
 */
final class GuidesTest {
  private static final Path GUIDES = Path.of("../docs/guide");
  private static final int SAMPLES = 60;
  private static final int EPOCHS = 2;
  private static final Pattern WORD = Pattern.compile("'[^']*'|\"[^\"]*\"|\\S+");

  /** Commands, but for those that launchers of their own start, and what follows their names. */
  private static final Pattern INLINE =
      Pattern.compile("`\\./fovea (?!spark|bench)([a-z][a-z-]*)([^`]*)`");

  private static final Pattern OPTION = Pattern.compile("(?<= )--[a-z0-9-]+");

  @WorkingFolder private Path folder;

  static List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.list(GUIDES)) {
      return files.filter(f -> f.toString().endsWith(".md")).sorted().toList();
    }
  }

  @Test
  void thereArePages() throws IOException {
    assertThat(pages()).hasSizeGreaterThanOrEqualTo(6);
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyCommandRuns(Path page) throws IOException {
    pictures();
    LabelFixtures.write(folder);
    List<String> printed = List.of();
    for (DocPage.Piece piece : DocPage.read(page).pieces()) {
      switch (piece.language()) {
        case "java" -> Files.writeString(folder.resolve(piece.file()), piece.text() + "\n");
        case "sh" -> printed = run(piece.text());
        case "text" -> assertThat(printed).containsExactlyElementsOf(piece.text().lines().toList());
        default -> throw new AssertionError(page + ": a piece of " + piece.language());
      }
    }
    assertThat(printed).isNotEmpty();
  }

  static List<Path> allPages() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("../docs"))) {
      return Stream.concat(files, Stream.of(Path.of("../README.md")))
          .filter(f -> f.toString().endsWith(".md"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("allPages")
  void everyCommandInASentenceIsThere(Path page) throws IOException {
    Map<String, CommandLine> commands = Main.commands().getSubcommands();
    for (MatchResult found : INLINE.matcher(Files.readString(page)).results().toList()) {
      String name = found.group(1);
      assertThat(commands).as("%s: %s", page, found.group()).containsKey(name);
      // What follows the name of a program is the program's.
      List<String> options =
          name.equals("run")
              ? List.of()
              : OPTION.matcher(found.group(2)).results().map(MatchResult::group).toList();
      assertThat(options)
          .as("%s: %s", page, found.group())
          .allMatch(o -> spec(commands, name).findOption(o) != null);
    }
  }

  private static CommandLine.Model.CommandSpec spec(
      Map<String, CommandLine> commands, String name) {
    return Objects.requireNonNull(commands.get(name)).getCommandSpec();
  }

  /** Two kinds of flowers in folders, the list of them, and a digit. */
  private void pictures() throws IOException {
    List<String> list = new ArrayList<>();
    for (String name : List.of("rose", "tulip")) {
      for (char c = 'a'; c <= 'h'; c++) {
        String file = "flowers/" + name + "/" + c + ".png";
        Fixtures.picture(folder.resolve(file), 24 + c % 5, name.equals("rose") ? 40 : 20);
        list.add(file + "," + name);
      }
    }
    Files.write(folder.resolve("flowers.csv"), list);
    for (String file : List.of("seven.png", "pictures/one.png")) {
      Fixtures.picture(folder.resolve(file), 28, 28);
    }
  }

  /** Runs commands, each on a line of its own, and returns what the last one prints. */
  private List<String> run(String lines) {
    List<String> printed = List.of();
    for (String line : lines.lines().toList()) {
      List<String> words = new ArrayList<>(words(line));
      assertThat(words.removeFirst()).isEqualTo("./fovea");
      if (List.of("train", "prune").contains(words.getFirst())) {
        shorten(words);
      }
      Command.Result r = Command.in(folder).run(words.toArray(String[]::new));
      assertThat(r.status()).as("%s: %s", line, r).isZero();
      printed = r.out();
    }
    return printed;
  }

  private static List<String> words(String line) {
    return WORD.matcher(line)
        .results()
        .map(m -> m.group().replaceAll("^['\"]|['\"]$", ""))
        .toList();
  }

  private static void shorten(List<String> words) {
    if (!words.contains("--limit")) {
      words.addAll(List.of("--limit", "" + SAMPLES));
    }
    int epochs = words.indexOf("--epochs");
    if (epochs < 0) {
      words.addAll(List.of("--epochs", "" + EPOCHS));
    } else if (Integer.parseInt(words.get(epochs + 1)) > EPOCHS) {
      words.set(epochs + 1, "" + EPOCHS);
    }
  }
}
