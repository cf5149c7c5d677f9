package dev.fovea.cli;

import dev.fovea.io.Json;
import dev.fovea.io.Table;
import dev.fovea.io.Text;
import dev.fovea.quantize.LayerReport;
import dev.fovea.quantize.LayerSearch;
import dev.fovea.quantize.Quantizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What became of a network with 8 bits.
 *
 * @param network the network
 * @param layers what 8 bits do to each layer
 * @param skipped the paths of layers that stay in floating point on purpose
 * @param search what a search for layers that hurt has found
 */
record Int8Report(
    Quantizer.Quantized network,
    List<LayerReport> layers,
    List<String> skipped,
    Optional<LayerSearch.Found> search) {

  /** Returns the whole as one JSON object. */
  String json(Path out, long bytes, Path in, long before) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("model", out.toString());
    fields.put("bytes", bytes);
    fields.put("from", in.toString());
    fields.put("bytes_before", before);
    fields.put("layers_of_8_bits", network.quantized());
    fields.put("layers_kept", network.kept());
    fields.put("skipped", List.copyOf(skipped));
    search.ifPresent(s -> {
      fields.put("drop", s.drop());
      fields.put("drop_of_all", s.all());
    });
    List<Object> rows = new ArrayList<>();
    for (LayerReport r : layers) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("layer", r.path());
      row.put("kind", r.kind());
      row.put("low", (double) r.range().low());
      row.put("high", (double) r.range().high());
      row.put("clipped", r.clipped());
      row.put("signal_to_noise", JsonReport.number(r.signalToNoise()));
      rows.add(row);
    }
    fields.put("layers", rows);
    return Json.write(fields);
  }

  /** Returns one line. */
  String line(Path out, long bytes, Path in, long before) {
    return String.format(
        Locale.ROOT,
        "%s: %d layer%s of 8 bits%s; %,d bytes, %s has %,d",
        Text.oneLine(out.toString()),
        network.quantized(),
        network.quantized() == 1 ? "" : "s",
        network.kept() > 0 ? ", " + network.kept() + " kept as they were" : "",
        bytes,
        Text.oneLine(in.toString()),
        before);
  }

  /** Returns what the search found, in one line. */
  Optional<String> searched() {
    return search.map(s ->
        String.format(
            Locale.ROOT,
            "drop %.2f points, %.2f with all layers of 8 bits; %s",
            s.drop(),
            s.all(),
            skipped.isEmpty()
                ? "no layer is left out"
                : "left out: " + Text.oneLine(String.join(", ", skipped))));
  }

  /** Returns a row per layer. */
  Table table() {
    Table table =
        new Table("layer", "kind", ">signal-to-noise ratio (dB)", ">reads from", ">to", ">clipped");
    for (LayerReport r : layers) {
      table.row(
          Text.oneLine(r.path()),
          r.kind(),
          String.format(Locale.ROOT, "%.1f", r.signalToNoise()),
          String.format(Locale.ROOT, "%.4g", r.range().low()),
          String.format(Locale.ROOT, "%.4g", r.range().high()),
          String.format(Locale.ROOT, "%.4f %%", 100 * r.clipped()));
    }
    return table;
  }
}
