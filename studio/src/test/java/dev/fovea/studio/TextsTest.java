package dev.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.studio.Script.Kind;
import dev.fovea.studio.Script.Token;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the page says stands in its file of texts, all of it is said, and modules hold none. */
final class TextsTest {
  private static final Set<String> SAYS = Set.of("t", "parts");

  /** Modules that look a text up whose key they do not know: the page says which. */
  private static final Set<String> BY_PAGE = Set.of("js/app.js");

  /** Symbols, units and names of formats, the same in all languages. */
  private static final Set<String> SYMBOLS =
      Set.of(
          "dY",
          "dX",
          "dW",
          "dW = X ⋆ dY",
          "db = Σ dY",
          "Σ",
          "IoU",
          "ms",
          "GFLOP/s",
          "ONNX",
          "safetensors");

  /** What people do not read, or what Java reads, too: styles, and names of what it sends. */
  private static final Set<String> NOT_TEXTS =
      Set.of(
          "(prefers-reduced-motion: reduce)",
          "600 14px system-ui, sans-serif",
          "12px system-ui",
          ".stage canvas",
          "input, textarea, select",
          "card search",
          "edge on",
          "left: px;top: px;width: px;height: px",
          "· Fovea studio",
          "small CNN",
          "with batch norm",
          "dense only",
          "validation accuracy",
          "validation loss",
          "train loss",
          "first kernels",
          "as they are");

  private static final Pattern LETTERS = Pattern.compile("\\p{L}");
  private static final Pattern TWO_WORDS = Pattern.compile("\\p{L}{2,}[,;:]? +\\p{L}{2,}");

  /** What is Java, or a command of Fovea. */
  private static final Pattern CODE = Pattern.compile("Images\\.|\\./fovea | --\\w+ ");

  private static final Pattern TOLD = Pattern.compile("data-(?:text|label|title)=\"([^\"]+)\"");

  private static final Map<String, List<Token>> MODULES = new LinkedHashMap<>();

  /** A text that is looked up: its key, with a star for what is not known, and its values. */
  private record Use(String where, String key, boolean branch, Set<String> values) {
    boolean means(String other) {
      String regex =
          Stream.of(key.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining("[^.]+"));
      return other.matches(branch ? regex + "\\..*" : regex);
    }
  }

  @BeforeAll
  static void read() throws IOException {
    try (Stream<Path> all = Files.walk(PageTexts.PAGE)) {
      for (Path f : all.filter(p -> p.toString().endsWith(".js")).sorted().toList()) {
        String name = PageTexts.PAGE.relativize(f).toString().replace('\\', '/');
        MODULES.put(name, Script.tokens(Files.readString(f)));
      }
    }
    assertThat(MODULES).hasSizeGreaterThan(60);
  }

  private static List<Use> uses() throws IOException {
    List<Use> all = new ArrayList<>();
    MODULES.forEach((name, tokens) -> everywhere(tokens, (list, i) -> addUse(name, list, i, all)));
    TOLD.matcher(Files.readString(PageTexts.PAGE.resolve("index.html")))
        .results()
        .forEach(m -> all.add(new Use("index.html", m.group(1), false, Set.of())));
    return all;
  }

  /** A look at a token in its list. */
  private interface Look {
    void at(List<Token> list, int i);
  }

  /** Looks at all tokens, those within templates, too. */
  private static void everywhere(List<Token> tokens, Look look) {
    for (int i = 0; i < tokens.size(); i++) {
      look.at(tokens, i);
      tokens.get(i).inner().forEach(inner -> everywhere(inner, look));
    }
  }

  private static boolean is(List<Token> list, int i, String text) {
    return i >= 0 && i < list.size() && list.get(i).is(text);
  }

  private static void addUse(String module, List<Token> list, int i, List<Use> all) {
    Token call = list.get(i);
    boolean branch = call.is("branch");
    boolean called =
        (branch || (call.kind() == Kind.WORD && SAYS.contains(call.text())))
            && is(list, i + 1, "(");
    if (!called
        || is(list, i - 1, ".")
        || is(list, i - 1, "function")
        || module.equals("js/texts.js")) {
      return;
    }
    String where = module + ":" + call.line();
    Token key = list.get(i + 2);
    if (key.kind() == Kind.STRING || key.kind() == Kind.TEMPLATE) {
      String text = key.kind() == Kind.STRING ? key.text() : String.join("*", key.chunks());
      all.add(new Use(where, text, branch, branch ? Set.of() : values(list, i + 3, where)));
    } else {
      assertThat(BY_PAGE).as(where + ": a key that nobody can check").contains(module);
    }
  }

  /** Returns the names of the values that a call gives, from what follows its key. */
  private static Set<String> values(List<Token> list, int from, String where) {
    Set<String> names = new TreeSet<>();
    if (is(list, from, ")")) {
      return names;
    }
    assertThat(is(list, from, ",") && is(list, from + 1, "{"))
        .as(where + ": values in braces")
        .isTrue();
    int depth = 1;
    for (int i = from + 2; depth > 0; i++) {
      Token token = list.get(i);
      boolean begins = is(list, i - 1, "{") || is(list, i - 1, ",");
      if (depth == 1 && begins && token.kind() == Kind.WORD) {
        names.add(token.text());
      }
      depth += Stream.of("{", "(", "[").anyMatch(token::is) ? 1 : 0;
      depth -= Stream.of("}", ")", "]").anyMatch(token::is) ? 1 : 0;
    }
    return names;
  }

  @Test
  void everyTextThatIsLookedUpIsThere() throws IOException {
    Set<String> keys = PageTexts.byKey().keySet();
    assertThat(uses())
        .hasSizeGreaterThan(600)
        .allSatisfy(
            use -> assertThat(keys).as(use.where() + ": " + use.key()).anyMatch(use::means));
  }

  @Test
  void everyTextIsSaid() throws IOException {
    List<Use> uses = uses();
    assertThat(PageTexts.byKey().keySet())
        .allSatisfy(key -> assertThat(uses).as(key).anyMatch(use -> use.means(key)));
  }

  /** The number that chooses a form of the plural need not be told. */
  @Test
  void everyPlaceholderHasItsValue() throws IOException {
    Map<String, String> texts = PageTexts.byKey();
    for (Use use : uses()) {
      texts.forEach((key, text) -> {
        if (!use.branch() && use.means(key)) {
          Set<String> places = PageTexts.places(text);
          places.addAll(use.values().contains("count") ? Set.of("count") : Set.of());
          assertThat(use.values()).as(use.where() + ": " + key).isEqualTo(places);
        }
      });
    }
  }

  /** All forms of a plural have the same placeholders, so that any of them may be translated. */
  @Test
  void formsOfAPluralAgree() {
    PageTexts.translated(
        PageTexts.english(),
        text -> {
          assertThat(text.replaceAll("\\{\\w+}", ""))
              .as(text)
              .doesNotContain("{", "}")
              .isNotBlank();
          return text;
        });
    assertThat(forms(PageTexts.english()))
        .hasSizeGreaterThan(1)
        .allSatisfy(forms ->
            assertThat(forms.values().stream().map(f -> PageTexts.places((String) f)).distinct())
                .as(forms.toString())
                .hasSize(1));
  }

  private static List<Map<?, ?>> forms(Object texts) {
    if (texts instanceof Map<?, ?> m) {
      return m.containsKey("other")
          ? List.of(m)
          : m.values().stream().flatMap(t -> forms(t).stream()).toList();
    }
    return List.of();
  }

  @Test
  void modulesHoldNoTexts() {
    List<String> found = new ArrayList<>();
    MODULES.forEach((name, tokens) -> texts(tokens).forEach(text -> found.add(name + ":" + text)));
    assertThat(found).isEmpty();
  }

  @Test
  void textsOfModulesAreFound() {
    String module =
        """
        // not this one
        const half = /a "b/.test(x) ? y / 2 : 'two words'; /* nor `this one` */
        say(`step ${n} of ${all}`);
        const shown = html`<p class="soft">plain ${n === 'own' ? 'choice' : t('a.b')} <b title="told"
          aria-label=${on ? 'spoken' : `so ${n} or so`} ?hidden=${off}>${all.map((x) => html`<i>inner ${x}</i>`)}</b>
          <code>./fovea code</code> &lt; ms</p>`;
        const chart = { title: 'curve', name: 'id', java: 'two words', of: 'two words' };
        """;
    assertThat(texts(Script.tokens(module)))
        .containsExactly(
            "2: two words",
            "3: step  of",
            "4: choice",
            "4: plain",
            "4: told",
            "4: spoken",
            "4: so   or so",
            "5: so  or so",
            "5: inner",
            "7: curve");
  }

  /** Returns the texts in a module, with their lines. */
  private static List<String> texts(List<Token> module) {
    List<String> found = new ArrayList<>();
    everywhere(
        module,
        (list, i) -> {
          Token token = list.get(i);
          texts(list, i).forEach(text -> found.add(token.line() + ": " + text.strip()));
        });
    return found;
  }

  private static List<String> texts(List<Token> list, int i) {
    Token token = list.get(i);
    if (token.kind() == Kind.TEMPLATE && token.text().equals("html")) {
      return new Markup(token).texts().stream().filter(TextsTest::isText).toList();
    }
    boolean title = is(list, i - 1, ":") && (is(list, i - 2, "title") || is(list, i - 2, "xName"));
    if (title && token.kind() == Kind.STRING) {
      return List.of(token.text());
    }
    return isName(list, i) ? List.of() : sentences(token);
  }

  /** Whether letters are left without symbols and entities. */
  private static boolean isText(String text) {
    String bare = text.replaceAll("&\\w+;|Σ", "").strip();
    return LETTERS.matcher(bare).find()
        && !SYMBOLS.contains(bare)
        && !SYMBOLS.contains(text.strip());
  }

  /** Whether a string is Java, or the name of a number that Java sends. */
  private static boolean isName(List<Token> list, int i) {
    return is(list, i - 1, ":") && (is(list, i - 2, "java") || is(list, i - 2, "of"));
  }

  /** Returns what has two words in a string, or in a template that is no markup. */
  private static List<String> sentences(Token token) {
    String text = token.kind() == Kind.STRING ? token.text() : String.join("", token.chunks());
    boolean said = TWO_WORDS.matcher(text).find() && !CODE.matcher(text).find();
    boolean string = token.kind() == Kind.STRING || token.kind() == Kind.TEMPLATE;
    return string && said && !NOT_TEXTS.contains(text.strip()) ? List.of(text) : List.of();
  }

  /**
   * Of the page itself only its name and what it says without JavaScript are no texts of the file.
   */
  @Test
  void thePageItselfHoldsNoTexts() throws IOException {
    String html = Files.readString(PageTexts.PAGE.resolve("index.html"));
    String text = html.replaceAll("<title>.*</title>|<noscript>.*</noscript>|<[^>]*>", " ");
    assertThat(text.strip().replaceAll("\\s+", " ")).isEqualTo("Fovea studio …");
    assertThat(html).doesNotContainPattern(" (aria-label|title|placeholder|alt)=");
  }

  /** A lesson's module and its texts have the same steps: guesses, choices and exercises. */
  @Test
  void lessonsHaveTheirTexts() {
    Map<?, ?> lessons = (Map<?, ?>) Objects.requireNonNull(PageTexts.english().get("lessons"));
    assertThat(lessons).hasSize(21);
    lessons.forEach((name, texts) -> {
      List<?> told = (List<?>) Objects.requireNonNull(((Map<?, ?>) texts).get("steps"));
      List<Map<String, String>> steps =
          steps(Objects.requireNonNull(MODULES.get("lessons/" + name + ".js")));
      assertThat(told).as("steps of " + name).hasSameSizeAs(steps);
      for (int i = 0; i < steps.size(); i++) {
        requireSame(name + " " + (i + 1), (Map<?, ?>) told.get(i), steps.get(i));
      }
    });
  }

  private static void requireSame(String where, Map<?, ?> told, Map<String, String> step) {
    assertThat(told.containsKey("text")).as(where).isTrue();
    assertThat(told.containsKey("exercise")).as(where).isEqualTo(step.containsKey("exercise"));
    for (String part : List.of("question", "choices", "why")) {
      assertThat(told.containsKey(part))
          .as(where + " " + part)
          .isEqualTo(step.containsKey("right"));
    }
    if (told.get("choices") instanceof List<?> choices) {
      assertThat(Integer.parseInt(step.get("right"))).as(where).isLessThan(choices.size());
    }
  }

  /** Returns the properties of each step, with the word that each begins with. */
  private static List<Map<String, String>> steps(List<Token> module) {
    List<Map<String, String>> all = new ArrayList<>();
    int i = 0;
    while (i < module.size() && !(is(module, i, "steps") && is(module, i + 1, "="))) {
      i++;
    }
    int depth = 0;
    for (i += 2; depth > 0 || all.isEmpty(); i++) {
      Token token = module.get(i);
      if (depth == 1 && token.is("{")) {
        all.add(new LinkedHashMap<>());
      } else if (depth == 2 && is(module, i + 1, ":") && token.kind() == Kind.WORD) {
        all.getLast().put(token.text(), module.get(i + 2).text());
      }
      depth += Stream.of("{", "(", "[").anyMatch(token::is) ? 1 : 0;
      depth -= Stream.of("}", ")", "]").anyMatch(token::is) ? 1 : 0;
    }
    return all;
  }
}
