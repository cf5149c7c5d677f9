package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** What the launcher's first build in a clean clone needs of the modules. */
final class ModulesTest {

  /**
   * That build compiles no tests, so that a dependency on another module's tests cannot be resolved
   * in it.
   */
  @Test
  void testKitsAreNeededOnlyByBuildsWithTests() throws Exception {
    List<String> wrong = new ArrayList<>();
    List<Path> modules;
    try (Stream<Path> folders = Files.list(Path.of(".."))) {
      modules = folders.map(f -> f.resolve("pom.xml")).filter(Files::exists).toList();
    }
    assertThat(modules).hasSizeGreaterThan(5);
    for (Path pom : modules) {
      Element project =
          DocumentBuilderFactory.newDefaultInstance()
              .newDocumentBuilder()
              .parse(pom.toFile())
              .getDocumentElement();
      NodeList types = project.getElementsByTagName("type");
      for (int i = 0; i < types.getLength(); i++) {
        Node dependency = types.item(i).getParentNode();
        boolean always = dependency.getParentNode().getParentNode().isSameNode(project);
        if (always && types.item(i).getTextContent().equals("test-jar")) {
          wrong.add(pom + ": " + dependency.getTextContent().replaceAll("\\s+", " "));
        }
      }
    }
    assertThat(wrong).as("test jars outside the profile test-kit").isEmpty();
  }
}
