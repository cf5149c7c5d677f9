package dev.fovea.systems.label;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes labels in the XML of Pascal VOC: pixels count from 1, the last is included. */
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
    if (o.region().isPresent()) {
      out.lose("masks of objects");
    }
    if (!o.box().points().isEmpty()) {
      out.lose("key points of objects");
    }
    xml.append("  <object>\n    <name>").append(escaped(out.thing(o.box()))).append("</name>\n");
    xml.append("    <difficult>").append(o.difficult() ? 1 : 0).append("</difficult>\n");
    xml.append("    <bndbox>");
    edge(xml, "xmin", o.box().left() + 1);
    edge(xml, "ymin", o.box().top() + 1);
    edge(xml, "xmax", o.box().right());
    edge(xml, "ymax", o.box().bottom());
    xml.append("</bndbox>\n  </object>\n");
  }

  private static void edge(StringBuilder xml, String name, double value) {
    xml.append('<').append(name).append('>').append(LabelWriter.number(value, DIGITS));
    xml.append("</").append(name).append('>');
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
