package dev.fovea.systems.label;

import dev.fovea.data.Mark;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.ClassMap;
import dev.fovea.vision.Images;
import java.nio.file.Path;
import java.util.List;

/** Writes the classes of pixels as palette images, whose values are their numbers. */
final class MaskWriter {
  private MaskWriter() {}

  static void write(LabelWriter out) {
    List<String> classes = out.set().names().classes();
    for (LabelledPicture p : out.set().pictures()) {
      Path part = Path.of(out.part(p));
      String stem = out.copy(p, out.folder().resolve(part).resolve("images"));
      lose(out, p);
      Tensor map = p.classes(out.set().names());
      for (int i = 0; i < map.data().length; i++) {
        // A class map has −1 where the class is not known, and writes 255 there.
        map.data()[i] = map.data()[i] == Mark.Mask.IGNORED ? Mark.PADDING : map.data()[i];
      }
      Path file = out.folder().resolve(part).resolve(Path.of("masks", stem + ".png"));
      LabelWriter.folder(file);
      Images.writePng(file, new ClassMap(map, classes.size()).toImage());
    }
    LabelWriter.write(out.folder().resolve("classes.txt"), String.join("\n", classes) + "\n");
  }

  private static void lose(LabelWriter out, LabelledPicture p) {
    p.texts().forEach(t -> out.lose("texts"));
    for (LabelledObject o : p.objects()) {
      out.lose("boxes, and which object a pixel belongs to");
      if (o.region().isEmpty() && p.pixels().isEmpty()) {
        out.lose("objects that are drawn as their box, for they have no mask");
      }
      if (!o.box().points().isEmpty()) {
        out.lose("key points of objects");
      }
    }
  }
}
