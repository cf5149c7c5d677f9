package dev.fovea.cli;

import dev.fovea.io.Json;
import dev.fovea.io.Table;
import dev.fovea.io.Text;
import dev.fovea.systems.upscale.UpscaleQuality;
import dev.fovea.systems.upscale.Upscaler;
import dev.fovea.tensor.FoveaException;
import dev.fovea.vision.Images;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures a network that enlarges pictures on pictures that are made small before.
 *
 * @param factor by how much it enlarges
 * @param pictures the file of each picture
 * @param qualities how near each enlarged picture comes to the original
 */
record UpscaleEval(int factor, List<Path> pictures, List<UpscaleQuality> qualities) {
  /** Makes pictures small and has them enlarged. */
  static UpscaleEval of(Upscaler upscaler, List<Path> pictures) {
    List<UpscaleQuality> all = new ArrayList<>();
    for (Path picture : pictures) {
      try {
        all.add(UpscaleQuality.of(upscaler, Images.read(picture)));
      } catch (FoveaException e) {
        String message = String.valueOf(e.getMessage());
        throw message.startsWith(picture.toString())
            ? e
            : new FoveaException(picture + ": " + message, e);
      }
    }
    return new UpscaleEval(upscaler.factor(), pictures, all);
  }

  private double network() {
    return qualities.stream().mapToDouble(UpscaleQuality::network).average().orElse(Double.NaN);
  }

  private double bicubic() {
    return qualities.stream().mapToDouble(UpscaleQuality::bicubic).average().orElse(Double.NaN);
  }

  void printJson() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("factor", factor);
    fields.put("pictures", pictures.size());
    fields.put("psnr", JsonReport.number(network()));
    fields.put("psnr_bicubic", JsonReport.number(bicubic()));
    List<Object> each = new ArrayList<>();
    for (int i = 0; i < pictures.size(); i++) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("image", pictures.get(i).toString());
      one.put("psnr", JsonReport.number(qualities.get(i).network()));
      one.put("psnr_bicubic", JsonReport.number(qualities.get(i).bicubic()));
      each.add(one);
    }
    fields.put("images", each);
    System.out.println(Json.write(fields));
  }

  void print() {
    System.out.println(
        "peak signal-to-noise ratio of brightness, in decibels, of pictures made small and enlarged"
            + " by "
            + factor);
    Table table = new Table("picture", ">network", ">bicubic");
    for (int i = 0; i < pictures.size(); i++) {
      table.row(
          Text.oneLine(String.valueOf(pictures.get(i).getFileName())),
          decibels(qualities.get(i).network()),
          decibels(qualities.get(i).bicubic()));
    }
    table.row("mean", decibels(network()), decibels(bicubic()));
    System.out.print(table);
  }

  private static String decibels(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
