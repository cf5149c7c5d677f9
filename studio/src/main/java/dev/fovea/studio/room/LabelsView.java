package dev.fovea.studio.room;

import dev.fovea.data.Box;
import dev.fovea.io.Text;
import dev.fovea.studio.state.Workspace;
import dev.fovea.studio.web.Answer;
import dev.fovea.studio.web.Fields;
import dev.fovea.systems.label.LabelNames;
import dev.fovea.systems.label.LabelSet;
import dev.fovea.systems.label.LabelWriter;
import dev.fovea.systems.label.LabelledObject;
import dev.fovea.systems.label.LabelledPicture;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.vision.Images;
import dev.fovea.vision.Placement.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The boxes that users draw in open pictures: kept while the studio runs, and given as a folder of
 * pictures with labels that a training reads.
 */
final class LabelsView {
  private static final List<String> FORMS = List.of("coco", "voc", "yolo");
  private static final int LONGEST_NAME = 60;

  /** A drawn box: the picture that it is in, the class of what it holds, and where it is. */
  private record Label(String picture, String name, Box box) {
    Map<String, Object> json() {
      return Map.of(
          "picture",
          picture,
          "label",
          name,
          "box",
          List.of(box.left(), box.top(), box.right(), box.bottom()));
    }
  }

  private final Workspace workspace;
  private volatile List<Label> kept = List.of();

  LabelsView(Workspace workspace) {
    this.workspace = workspace;
  }

  /** Keeps the boxes that are sent, if any are, and tells those in pictures that are open. */
  Answer keep(Fields f) {
    List<Label> labels = f.has("boxes") ? labels(f) : kept;
    if (f.has("boxes")) {
      kept = labels;
      workspace.drawnIn(labels.stream().map(Label::picture).collect(Collectors.toSet()));
    }
    Set<String> open = open();
    return Answer.json(
        Map.of(
            "boxes",
            labels.stream().filter(l -> open.contains(l.picture())).map(Label::json).toList()));
  }

  /** Returns a ZIP file of a folder with the labelled pictures and labels of a form. */
  Answer save(Fields f) throws IOException {
    String form = f.oneOf("form", FORMS);
    List<Label> labels = labels(f);
    if (labels.isEmpty()) {
      throw new FoveaException("detect: no box is drawn");
    }
    return PackedFolder.answer(
        "labelled",
        folder -> {
          Path pictures = Files.createTempDirectory("fovea-pictures");
          try {
            LabelWriter.write(set(labels, pictures), form, folder);
          } finally {
            PackedFolder.delete(pictures);
          }
        });
  }

  private Set<String> open() {
    return workspace.pictures().stream().map(Workspace.Picture::id).collect(Collectors.toSet());
  }

  /** Returns the boxes that are sent, without those in pictures that were closed. */
  private List<Label> labels(Fields f) {
    Set<String> open = open();
    return PrecisionView.boxes(f).stream()
        .filter(b -> open.contains(b.text("picture")))
        .map(this::label)
        .toList();
  }

  private Label label(Fields f) {
    String name = Text.oneLine(Text.shown(f.text("label"))).strip();
    Shape s = workspace.picture(f.text("picture")).image().shape();
    float[] n = f.numbers("box", 4);
    boolean box = n.length == 4 && n[0] >= 0 && n[1] >= 0 && n[0] < n[2] && n[1] < n[3];
    if (name.isEmpty() || !box || n[2] > s.dim(1) || n[3] > s.dim(0)) {
      throw new FoveaException(
          ("detect: a box has the name of a class and left, top, right and bottom within its"
                  + " picture of %s×%s, got \"%s\" and %s")
              .formatted(s.dim(1), s.dim(0), name, Arrays.toString(n)));
    }
    return new Label(f.text("picture"), name, new Box(n[0], n[1], n[2], n[3], 0));
  }

  private LabelSet set(List<Label> labels, Path pictures) throws IOException {
    List<String> names = labels.stream().map(Label::name).distinct().toList();
    Map<String, List<LabelledObject>> objects = new LinkedHashMap<>();
    for (Label l : labels) {
      Box b = l.box();
      int number = names.indexOf(l.name());
      objects
          .computeIfAbsent(l.picture(), id -> new ArrayList<>())
          .add(new LabelledObject(new Box(b.left(), b.top(), b.right(), b.bottom(), number)));
    }
    List<LabelledPicture> all = new ArrayList<>();
    for (Map.Entry<String, List<LabelledObject>> e : objects.entrySet()) {
      all.add(picture(workspace.picture(e.getKey()), e.getValue(), pictures));
    }
    return new LabelSet("drawn", LabelNames.of(names), all, List.of());
  }

  /** Writes a picture, and returns it with its objects. */
  private static LabelledPicture picture(
      Workspace.Picture picture, List<LabelledObject> objects, Path pictures) throws IOException {
    String stem = picture.name().replaceFirst("\\.[A-Za-z]{1,4}$", "");
    stem = stem.replaceAll("[^\\p{L}\\p{N}_-]+", "-");
    stem = Text.cut(stem.isEmpty() ? "picture" : stem, LONGEST_NAME).replace("…", "");
    Path file = pictures.resolve(picture.id()).resolve(stem + ".png");
    Files.createDirectories(pictures.resolve(picture.id()));
    Images.writePng(file, picture.image());
    Shape s = picture.image().shape();
    return new LabelledPicture(
        file, Optional.empty(), new Size(s.dim(0), s.dim(1)), objects, Optional.empty(), List.of());
  }
}
