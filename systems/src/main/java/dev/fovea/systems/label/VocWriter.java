package dev.fovea.systems.label;

import dev.fovea.data.Box;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * Writes labels in the XML of Pascal VOC: pixels count from 1, the last is included. What would be
 * dropped where such files are read, such as boxes of a pixel or less, is counted as lost.
 */
final class VocWriter {
  private static final int DIGITS = 3;

  private VocWriter() {}

  static void write(LabelWriter out) {
    Map<String, StringBuilder> lists = new LinkedHashMap<>();
    for (LabelledPicture p : out.set().pictures()) {
      String stem = out.copy(p, out.folder().resolve("JPEGImages"));
      String file = stem + "." + FileIndex.ending(p.file());
      LabelWriter.write(
          out.folder().resolve(Path.of("Annotations", stem + ".xml")), xml(out, p, file));
      lists.computeIfAbsent(out.part(p), k -> new StringBuilder()).append(stem).append('\n');
    }
    lists.forEach((part, names) ->
        LabelWriter.write(
            out.folder().resolve(Path.of("ImageSets", "Main", part + ".txt")), names.toString()));
    LabelWriter.write(
        out.folder().resolve("classes.txt"), String.join("\n", out.set().names().things()) + "\n");
  }

  private static String xml(LabelWriter out, LabelledPicture p, String file) {
    out.losePixelsAndTexts(p);
    StringBuilder xml = new StringBuilder();
    xml.append("<annotation>\n  <filename>").append(escaped(file)).append("</filename>\n");
    xml.append("  <size><width>").append(p.size().width()).append("</width><height>");
    xml.append(p.size().height()).append("</height><depth>3</depth></size>\n");
    for (LabelledObject o : p.objects()) {
      object(out, o, xml);
    }
    return xml.append("</annotation>\n").toString();
  }

  private static void object(LabelWriter out, LabelledObject o, StringBuilder xml) {
    if (o.crowd()) {
      out.lose("crowds, which have no mark in VOC");
      return;
    }
    VocFile.Entry entry = entry(out, o);
    if (!entry.fault().isEmpty()) {
      out.lose(kind(entry, o.box()) + ", which are dropped where VOC is read");
      return;
    }
    if (o.region().isPresent()) {
      out.lose("masks of objects");
    }
    if (!o.box().points().isEmpty()) {
      out.lose("key points of objects");
    }
    xml.append("  <object>\n    <name>").append(escaped(entry.name())).append("</name>\n");
    xml.append("    <difficult>").append(entry.difficult() ? 1 : 0).append("</difficult>\n");
    xml.append("    <bndbox>");
    for (int i = 0; i < VocFile.Entry.NAMES.size(); i++) {
      String name = VocFile.Entry.NAMES.get(i);
      xml.append('<').append(name).append('>').append(entry.said().get(i));
      xml.append("</").append(name).append('>');
    }
    xml.append("</bndbox>\n  </object>\n");
  }

  /** Returns what objects with the fault of one are. */
  private static String kind(VocFile.Entry faulty, Box b) {
    if (faulty.name().isBlank()) {
      return "objects of a class without a name";
    }
    return Double.isFinite(b.right() - b.left()) && Double.isFinite(b.bottom() - b.top())
        ? "boxes no wider or no higher than a pixel"
        : "boxes without end";
  }

  private static VocFile.Entry entry(LabelWriter out, LabelledObject o) {
    Box b = o.box();
    return new VocFile.Entry(
        out.thing(b),
        DoubleStream.of(b.left() + 1, b.top() + 1, b.right(), b.bottom())
            .mapToObj(edge -> LabelWriter.number(edge, DIGITS))
            .toList(),
        o.difficult());
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
