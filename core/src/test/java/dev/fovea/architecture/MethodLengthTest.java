package dev.fovea.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * How long the methods of the main sources are, from the brace that opens one to the one that
 * closes it.
 */
final class MethodLengthTest {

  private static final int MOST_LINES = 60;
  private static final int MOST_LINES_OF_NINE_IN_TEN = 20;

  private record Method(String file, String name, long lines) {}

  /** Collects the methods of one file. */
  private static final class Collector extends TreeScanner<@Nullable Void, CompilationUnitTree> {
    private final SourcePositions positions;
    private final List<Method> methods;

    Collector(SourcePositions positions, List<Method> methods) {
      this.positions = positions;
      this.methods = methods;
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, CompilationUnitTree unit) {
      BlockTree body = method.getBody();
      if (body != null && positions.getStartPosition(unit, body) >= 0) {
        long first = unit.getLineMap().getLineNumber(positions.getStartPosition(unit, body));
        long last = unit.getLineMap().getLineNumber(positions.getEndPosition(unit, body));
        String file = Sources.ROOT.toUri().relativize(unit.getSourceFile().toUri()).toString();
        methods.add(new Method(file, method.getName().toString(), last - first + 1));
      }
      return super.visitMethod(method, unit);
    }
  }

  private static List<Method> methods() throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<Method> methods = new ArrayList<>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      var task =
          (JavacTask)
              compiler.getTask(
                  null,
                  files,
                  null,
                  List.of("-proc:none"),
                  null,
                  files.getJavaFileObjectsFromPaths(Sources.handwritten("src/main/java")));
      var collector = new Collector(Trees.instance(task).getSourcePositions(), methods);
      task.parse().forEach(unit -> collector.scan(unit, unit));
    }
    return methods;
  }

  @Test
  void noMethodIsLongAndNineInTenAreShort() throws IOException {
    List<Method> methods = methods();
    assertThat(methods).isNotEmpty();
    assertThat(methods).filteredOn(method -> method.lines() > MOST_LINES).isEmpty();
    List<Method> byLength =
        methods.stream().sorted(Comparator.comparingLong(Method::lines)).toList();
    assertThat(byLength.get(byLength.size() * 9 / 10).lines())
        .isLessThanOrEqualTo(MOST_LINES_OF_NINE_IN_TEN);
  }
}
