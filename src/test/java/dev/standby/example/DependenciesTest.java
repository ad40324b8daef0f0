package dev.standby.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** The page of the dependencies has a row for each, in the version that Maven resolved. */
class DependenciesTest {
  private static final Path PAGE = Path.of(".github/DEPENDENCIES.md");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([^`]+)` \\| (\\S+) \\| \\d{4}-\\d\\d-\\d\\d \\|");

  @Test
  void shouldListEveryDependencyThatIsNotTheTestsAndNoOther() throws Exception {
    List<String> listed =
        ROW.matcher(Files.readString(PAGE))
            .results()
            .map(row -> row.group(1) + ":" + row.group(2))
            .toList();

    assertThat(listed).doesNotHaveDuplicates().hasSizeGreaterThan(10).hasSameElementsAs(declared());
  }

  private static List<String> declared() throws Exception {
    Document pom =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(Path.of("pom.xml").toFile());
    XPath path = XPathFactory.newInstance().newXPath();
    NodeList nodes =
        (NodeList)
            path.evaluate(
                "/project/dependencies/dependency[not(scope='test')]", pom, XPathConstants.NODESET);
    List<String> declared = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      Node node = nodes.item(i);
      String group = path.evaluate("groupId", node);
      String artifact = path.evaluate("artifactId", node);
      declared.add(group + ":" + artifact + ":" + resolved(group, artifact));
    }
    return declared;
  }

  /** The version by the folder of the jar on the class path, as Maven's repository lays it out. */
  private static String resolved(String group, String artifact) {
    Path versions = Path.of(group.replace('.', '/'), artifact);
    return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
        .splitAsStream(System.getProperty("java.class.path"))
        .map(jar -> Path.of(jar).toAbsolutePath().getParent())
        .filter(folder -> folder != null && folder.resolveSibling("").endsWith(versions))
        .map(folder -> folder.getFileName().toString())
        .findFirst()
        .orElse("not on the class path");
  }
}
