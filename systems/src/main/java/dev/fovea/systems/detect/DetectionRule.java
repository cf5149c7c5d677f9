package dev.fovea.systems.detect;

import dev.fovea.io.Json;
import dev.fovea.io.Suggest;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How the outputs of a network become detections; a text of its model's metadata.
 *
 * @param decoder how outputs tell boxes
 * @param score how sure the network must be where nothing else is asked for
 * @param overlap the IoU above which the less sure of two boxes of a class goes
 * @param most how many detections a picture has at most
 */
public record DetectionRule(BoxDecoder decoder, double score, double overlap, int most) {
  /** The name of the text in the metadata. */
  public static final String KEY = "detector";

  private static final List<String> KINDS =
      List.of(YoloDecoder.KIND, YoloV1Decoder.KIND, AnchorDecoder.KIND, RegionDecoder.KIND);
  private static final String KIND = "kind";
  private static final String SCORE = "score";
  private static final String OVERLAP = "overlap";
  private static final String MOST = "most";
  private static final int MOST_DETECTIONS = 100_000;

  /**
   * Checks the numbers.
   *
   * @throws FoveaException if one is out of range
   */
  public DetectionRule {
    if (!(score >= 0 && score <= 1 && overlap >= 0 && overlap <= 1)
        || most < 1
        || most > MOST_DETECTIONS) {
      throw new FoveaException(
          "detector: score and overlap in 0 … 1 and 1 to %s detections expected, got %s, %s and %s"
              .formatted(MOST_DETECTIONS, score, overlap, most));
    }
  }

  /**
   * Returns this rule with another least score.
   *
   * @throws FoveaException if it is not in 0 … 1
   */
  public DetectionRule score(double least) {
    return new DetectionRule(decoder, least, overlap, most);
  }

  /** Returns the rule as a text. */
  public String toText() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put(KIND, decoder.kind());
    fields.put(SCORE, score);
    fields.put(OVERLAP, overlap);
    fields.put(MOST, most);
    fields.putAll(decoder.fields());
    return Json.write(fields);
  }

  /**
   * Returns the rule of a text of {@link #toText}.
   *
   * @param source what the text is from, for messages
   * @throws FoveaException if it is not such a text
   */
  public static DetectionRule parse(String text, String source) {
    String where = source + ": " + KEY;
    Map<String, Object> fields = Json.parseObject(text, where);
    try {
      return new DetectionRule(
          decoder(fields, where),
          Json.number(Json.member(fields, SCORE, where), where + " " + SCORE),
          Json.number(Json.member(fields, OVERLAP, where), where + " " + OVERLAP),
          Math.clamp(
              Json.integer(Json.member(fields, MOST, where), where + " " + MOST),
              0,
              Integer.MAX_VALUE));
    } catch (FoveaException e) {
      String message = String.valueOf(e.getMessage());
      throw message.startsWith(source) ? e : new FoveaException(where + ": " + message, e);
    }
  }

  private static BoxDecoder decoder(Map<String, Object> fields, String where) {
    String kind = Json.string(Json.member(fields, KIND, where), where + " " + KIND);
    return switch (kind) {
      case YoloDecoder.KIND -> YoloDecoder.parse(fields, where);
      case YoloV1Decoder.KIND -> YoloV1Decoder.parse(fields, where);
      case AnchorDecoder.KIND -> AnchorDecoder.parse(fields, where);
      case RegionDecoder.KIND -> RegionDecoder.parse(fields, where);
      default ->
          throw new FoveaException(
              "%s: kind \"%s\" is not known%s"
                  .formatted(where, Text.shown(kind), Suggest.hint(kind, KINDS)));
    };
  }
}
