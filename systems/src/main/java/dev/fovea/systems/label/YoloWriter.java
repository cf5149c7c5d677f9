package dev.fovea.systems.label;

import dev.fovea.data.Box;
import dev.fovea.data.KeyPoint;
import dev.fovea.vision.Placement.Size;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Writes labels in YOLO's form: shares of the picture with six digits. */
final class YoloWriter {
  private YoloWriter() {}

  static void write(LabelWriter out) {
    Set<String> parts = new TreeSet<>();
    boolean points = !out.set().names().skeleton().joints().isEmpty();
    for (LabelledPicture p : out.set().pictures()) {
      String part = out.part(p);
      parts.add(part);
      String stem = out.copy(p, out.folder().resolve(Path.of("images", part)));
      out.losePixelsAndTexts(p);
      StringBuilder text = new StringBuilder();
      for (LabelledObject o : p.objects()) {
        object(out, o, p.size(), points, text);
      }
      LabelWriter.write(
          out.folder().resolve(Path.of("labels", part, stem + ".txt")), text.toString());
    }
    LabelWriter.write(out.folder().resolve("data.yaml"), yaml(out.set(), parts));
  }

  private static void object(
      LabelWriter out, LabelledObject o, Size size, boolean points, StringBuilder text) {
    if (o.crowd()) {
      out.lose("crowds, which have no mark in YOLO");
      return;
    }
    if (o.difficult()) {
      out.lose("marks of difficult objects");
    }
    text.append(o.box().label());
    boolean outlined = !points && o.region().isPresent();
    double[] corners = outlined ? corners(o.region().get(), size) : new double[0];
    if (corners.length > 0) {
      shares(text, size, corners);
    } else {
      if (outlined) {
        out.lose("masks of several parts, of pixels or outside of their pictures");
      } else if (o.region().isPresent()) {
        out.lose("masks of objects with key points");
      }
      Box b = o.box();
      double[] middle = {(b.left() + b.right()) / 2, (b.top() + b.bottom()) / 2};
      shares(text, size, middle);
      shares(text, size, b.right() - b.left(), b.bottom() - b.top());
    }
    if (points) {
      points(text, size, o.box().points(), out.set().names().skeleton().joints().size());
    }
    text.append('\n');
  }

  /** Returns the corners of an outline of one part, as far as it is inside; none of others. */
  private static double[] corners(Region region, Size size) {
    return region instanceof Region.Outline r && r.parts().size() == 1
        ? OutlineClip.inside(r.parts().get(0), size)
        : new double[0];
  }

  /** Writes x, y, x, y … as shares of width and height, rounded to the nearest. */
  private static void shares(StringBuilder text, Size size, double... values) {
    for (int i = 0; i < values.length; i++) {
      double share = values[i] / (i % 2 == 0 ? size.width() : size.height());
      text.append(String.format(Locale.ROOT, " %.6f", share));
    }
  }

  private static void points(StringBuilder text, Size size, List<KeyPoint> points, int joints) {
    for (int j = 0; j < joints; j++) {
      int kind = j;
      KeyPoint p =
          points.stream()
              .filter(q -> q.label() == kind)
              .findFirst()
              .orElse(new KeyPoint(0, 0, kind, KeyPoint.Visibility.ABSENT));
      shares(text, size, p.x(), p.y());
      text.append(' ').append(p.visibility().number());
    }
  }

  /** Names the parts that there are; who trains wants a val, which is the test part if need be. */
  private static String yaml(LabelSet set, Set<String> parts) {
    StringBuilder yaml = new StringBuilder();
    for (String part : List.of("train", "val", "test")) {
      String folder = part.equals("val") && !parts.contains(part) ? "test" : part;
      if (parts.contains(folder)) {
        yaml.append(part).append(": images/").append(folder).append('\n');
      }
    }
    yaml.append("names:\n");
    List<String> names = set.names().things();
    for (int i = 0; i < names.size(); i++) {
      yaml.append("  ").append(i).append(": ").append(YoloConfig.quoted(names.get(i)));
      yaml.append('\n');
    }
    Skeleton skeleton = set.names().skeleton();
    if (!skeleton.joints().isEmpty()) {
      yaml.append("kpt_shape: [").append(skeleton.joints().size()).append(", 3]\n");
    }
    if (!skeleton.mirrored().isEmpty()) {
      String kinds =
          skeleton.mirrored().stream().map(String::valueOf).collect(Collectors.joining(", "));
      yaml.append("flip_idx: [").append(kinds).append("]\n");
    }
    return yaml.toString();
  }
}
