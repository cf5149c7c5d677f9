package dev.fovea.systems.label;

import dev.fovea.io.Text;
import dev.fovea.io.TextFile;
import dev.fovea.tensor.FoveaException;
import dev.fovea.vision.Placement.Size;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * A label file in the XML of Pascal VOC (Everingham et al., 2010), as it is written. The names of
 * the picture in it are often those on another machine and are not read.
 *
 * @param size the size of the picture that it says, if any
 * @param objects its objects in order
 */
record VocFile(Optional<Size> size, List<Entry> objects) {
  private static final int LONGEST = 50_000_000;
  private static final int DEEPEST = 32;
  private static final int MOST_PIXELS = 1 << 20;

  /**
   * An object.
   *
   * @param name its class
   * @param said its first column, first row, last column and last row as they are written; empty
   *     what is missing. The first pixel has the number 1; where it has 0 the last column and row
   *     are those behind the object
   * @param difficult whether it does not count
   */
  record Entry(String name, List<String> said, boolean difficult) {
    static final List<String> NAMES = List.of("xmin", "ymin", "xmax", "ymax");

    /** Returns what is wrong with the numbers or the name; empty if nothing is. */
    String fault() {
      if (name.isBlank()) {
        return "no class name";
      }
      for (int i = 0; i < NAMES.size(); i++) {
        if (said.get(i).isEmpty()) {
          return "%s: no %s".formatted(Text.shown(name), NAMES.get(i));
        }
        double value = value(i);
        if (!Double.isFinite(value)) {
          String kind = Double.isNaN(value) ? "number" : "finite number";
          return "%s: %s \"%s\" is no %s"
              .formatted(Text.shown(name), NAMES.get(i), Text.shown(said.get(i)), kind);
        }
      }
      return order(0, "left of").or(() -> order(1, "above")).orElse("");
    }

    private Optional<String> order(int first, String where) {
      int last = first + 2;
      return value(first) < value(last)
          ? Optional.empty()
          : Optional.of(
              "%s: %s %s is not %s %s %s"
                  .formatted(
                      Text.shown(name),
                      NAMES.get(first),
                      Text.shown(said.get(first)),
                      where,
                      NAMES.get(last),
                      Text.shown(said.get(last))));
    }

    private double value(int i) {
      return number(said.get(i));
    }

    /**
     * Returns left, top, right and bottom.
     *
     * @param zeroBased whether the numbers are those of edges, which begin with 0; else pixels
     *     count from 1 and the last is included
     */
    double[] edges(boolean zeroBased) {
      int first = zeroBased ? 0 : 1;
      return new double[] {value(0) - first, value(1) - first, value(2), value(3)};
    }

    boolean hasZero() {
      return value(0) == 0 || value(1) == 0;
    }
  }

  /** Returns NaN for what is missing or no number. */
  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /**
   * Reads a file.
   *
   * @throws FoveaException if it is no such file
   */
  static VocFile read(Path file) {
    return parse(TextFile.read(file, LONGEST), file.toString());
  }

  /**
   * Reads a text.
   *
   * @param source what it is from, for messages
   * @throws FoveaException if it is none of these
   */
  static VocFile parse(String xml, String source) {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    try {
      XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(xml));
      Elements elements = new Elements(source);
      while (reader.hasNext()) {
        switch (reader.next()) {
          case XMLStreamConstants.START_ELEMENT -> elements.open(reader.getLocalName());
          case XMLStreamConstants.CHARACTERS -> elements.text(reader.getText());
          case XMLStreamConstants.END_ELEMENT -> elements.close();
          default -> {}
        }
      }
      return elements.file();
    } catch (XMLStreamException e) {
      throw new FoveaException(source + ": not valid XML: " + reason(e), e);
    }
  }

  /** Returns the place and what is wrong there, without the parser's words around them. */
  private static String reason(XMLStreamException e) {
    String text = String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
    String message = text.replaceFirst("^ParseError at .*?Message: ", "");
    Location place = e.getLocation();
    return place == null
        ? message
        : "line %s, column %s: %s"
            .formatted(place.getLineNumber(), place.getColumnNumber(), message);
  }

  /** Follows the elements of a file; parts of objects, which have boxes too, are passed over. */
  private static final class Elements {
    private static final String OBJECT = "annotation/object";
    private static final String BOX = OBJECT + "/bndbox/";

    private final String source;
    private final Deque<String> open = new ArrayDeque<>();
    private final StringBuilder text = new StringBuilder();
    private final Map<String, String> said = new HashMap<>();
    private final List<Entry> entries = new ArrayList<>();
    private boolean annotated;

    Elements(String source) {
      this.source = source;
    }

    void open(String name) {
      if (open.size() == DEEPEST) {
        throw new FoveaException(source + ": XML nested deeper than " + DEEPEST);
      }
      if (open.isEmpty() && !name.equals("annotation")) {
        throw new FoveaException(
            source + ": begins with <" + name + ">, <annotation> of Pascal VOC expected");
      }
      annotated = true;
      String path = open.isEmpty() ? name : open.peek() + "/" + name;
      if (path.equals(OBJECT)) {
        said.keySet().removeIf(k -> k.startsWith(OBJECT));
      }
      open.push(path);
      text.setLength(0);
    }

    void text(String more) {
      text.append(more);
    }

    void close() {
      String path = open.pop();
      said.putIfAbsent(path, text.toString().strip());
      text.setLength(0);
      if (path.equals(OBJECT)) {
        entries.add(entry());
      }
    }

    private Entry entry() {
      return new Entry(
          said.getOrDefault(OBJECT + "/name", ""),
          Entry.NAMES.stream().map(n -> said.getOrDefault(BOX + n, "")).toList(),
          said.getOrDefault(OBJECT + "/difficult", "0").equals("1"));
    }

    VocFile file() {
      if (!annotated) {
        throw new FoveaException(source + ": an empty file, <annotation> of Pascal VOC expected");
      }
      double width = number(said.getOrDefault("annotation/size/width", ""));
      double height = number(said.getOrDefault("annotation/size/height", ""));
      boolean known = width >= 1 && height >= 1 && width <= MOST_PIXELS && height <= MOST_PIXELS;
      return new VocFile(
          known ? Optional.of(new Size((int) height, (int) width)) : Optional.empty(),
          List.copyOf(entries));
    }
  }
}
