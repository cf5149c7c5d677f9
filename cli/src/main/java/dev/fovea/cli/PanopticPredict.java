package dev.fovea.cli;

import dev.fovea.io.AtomicFiles;
import dev.fovea.io.Json;
import dev.fovea.io.Text;
import dev.fovea.systems.draw.Drawing;
import dev.fovea.systems.measure.PanopticMap;
import dev.fovea.systems.panoptic.PanopticFile;
import dev.fovea.systems.panoptic.PanopticReader;
import dev.fovea.systems.panoptic.PanopticScene;
import dev.fovea.systems.panoptic.PanopticSegmenter;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * Divides pictures into segments, tells and draws them.
 *
 * @param segmenter divides a picture
 * @param out where drawings go, or files in COCO's panoptic form
 * @param coco whether such files are written
 * @param json whether a JSON object per picture is printed
 * @param failure tells why a picture was not looked at and returns the command's status
 */
record PanopticPredict(
    PanopticSegmenter segmenter,
    Optional<Path> out,
    boolean coco,
    boolean json,
    ToIntFunction<FoveaException> failure) {
  /** Looks at all pictures; returns the command's status. */
  int run(List<Path> pictures) {
    Optional<OutputFiles> files = out.map(o -> files(o, pictures));
    PanopticReader reader = segmenter.reader();
    PanopticFile file = new PanopticFile(reader.objects().labels(), reader.rule().stuff());
    PictureProgress progress = new PictureProgress(pictures.size(), json);
    int status = 0;
    for (int i = 0; i < pictures.size(); i++) {
      Path picture = pictures.get(i);
      progress.show(i);
      try {
        Tensor image = Images.read(picture);
        PanopticScene scene = segmenter.segment(image);
        Optional<Path> written = files.map(f -> f.fileOf(picture));
        written.ifPresent(f -> write(f, picture, image, scene, file));
        progress.erase();
        tell(picture, image, scene, written, pictures.size());
      } catch (FoveaException e) {
        progress.erase();
        status = Math.max(status, failure.applyAsInt(e));
      }
    }
    if (coco && out.isPresent()) {
      AtomicFiles.write(out.get().resolve("panoptic.json"), file.json());
    }
    return status;
  }

  private OutputFiles files(Path to, List<Path> pictures) {
    return coco
        ? OutputFiles.in("--out", to.resolve("panoptic"), pictures, ".png")
        : MaskFiles.pictures("--out", to, pictures);
  }

  private static BufferedImage drawing(Tensor image, PanopticScene scene) {
    return Drawing.of(image).scene(scene).image();
  }

  private void write(Path to, Path picture, Tensor image, PanopticScene scene, PanopticFile all) {
    if (coco) {
      Images.writePng(to, PanopticFile.colours(scene.map()));
      all.add(picture.toString(), String.valueOf(to.getFileName()), scene);
    } else {
      Images.writePng(to, drawing(image, scene));
    }
  }

  private void tell(
      Path picture, Tensor image, PanopticScene scene, Optional<Path> written, int count) {
    if (json) {
      Map<String, Object> fields = fields(picture, scene);
      written.ifPresent(f -> fields.put("file", f.toString()));
      System.out.println(Json.write(fields));
      return;
    }
    if (count == 1 && Terminal.isInteractive()) {
      Terminal.print(Images.of(drawing(image, scene)));
    }
    Map<String, Integer> objects = new TreeMap<>();
    scene.objects().forEach(d -> objects.merge(d.label(), 1, Integer::sum));
    List<String> words = new ArrayList<>();
    objects.forEach((label, n) -> words.add(n + " " + Text.oneLine(label)));
    for (PanopticMap.Segment s : scene.map().segments()) {
      if (s.number() > scene.objects().size()) {
        words.add(
            String.format(
                Locale.ROOT, "%s %.1f %%", Text.oneLine(scene.label(s)), 100 * scene.share(s)));
      }
    }
    written.ifPresent(f -> words.add("written to " + Text.oneLine(f.toString())));
    System.out.println(
        Text.oneLine(picture.toString())
            + ": "
            + (words.isEmpty() ? "nothing found" : String.join(", ", words)));
  }

  private static Map<String, Object> fields(Path picture, PanopticScene scene) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("image", picture.toString());
    fields.put("width", scene.map().numbers().shape().dim(1));
    fields.put("height", scene.map().numbers().shape().dim(0));
    List<Object> segments = new ArrayList<>();
    for (PanopticMap.Segment s : scene.map().segments()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("label", scene.label(s));
      one.put("share", scene.share(s));
      if (s.number() <= scene.objects().size()) {
        one.put("score", scene.objects().get(s.number() - 1).score());
      }
      segments.add(one);
    }
    fields.put("segments", segments);
    return fields;
  }
}
