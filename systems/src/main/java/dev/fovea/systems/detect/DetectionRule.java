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
 * @param measuredOverlap the same overlap where average precision is measured, for which boxes that
 *     nobody would draw beside each other may count
 */
public record DetectionRule(
    BoxDecoder decoder, double score, double overlap, int most, double measuredOverlap) {
  /** The name of the text in the metadata. */
  public static final String KEY = "detector";

  private static final List<String> KINDS =
      List.of(
          YoloDecoder.KIND,
          YoloV1Decoder.KIND,
          YoloxDecoder.KIND,
          AnchorDecoder.KIND,
          PriorDecoder.KIND,
          ShareDecoder.KIND,
          OneBox.KIND,
          RegionDecoder.KIND);
  private static final String KIND = "kind";
  private static final String SCORE = "score";
  private static final String OVERLAP = "overlap";
  private static final String MOST = "most";
  private static final String MEASURED = "measured_overlap";

  /** Average precision looks at all that is not quite out of the question. */
  private static final double MEASURED_SCORE = 0.01;

  private static final int MOST_DETECTIONS = 100_000;

  /**
   * Checks the numbers.
   *
   * @throws FoveaException if one is out of range
   */
  public DetectionRule {
    boolean shares = score >= 0 && score <= 1 && overlap >= 0 && overlap <= 1;
    if (!(shares && measuredOverlap >= 0 && measuredOverlap <= 1)
        || most < 1
        || most > MOST_DETECTIONS) {
      throw new FoveaException(
          "detector: score and overlap in 0 … 1 and 1 to %s detections expected, got %s, %s and %s"
              .formatted(MOST_DETECTIONS, score, overlap, most));
    }
  }

  /** Creates a rule that is measured with the overlap it is used with. */
  public DetectionRule(BoxDecoder decoder, double score, double overlap, int most) {
    this(decoder, score, overlap, most, overlap);
  }

  /** Returns the rule by which average precision is measured: that of a score of at most 0.01. */
  public DetectionRule measured() {
    double least = Math.min(MEASURED_SCORE, score);
    return new DetectionRule(decoder, least, measuredOverlap, most, measuredOverlap);
  }

  /**
   * Returns this rule with another least score.
   *
   * @throws FoveaException if it is not in 0 … 1
   */
  public DetectionRule score(double least) {
    return new DetectionRule(decoder, least, overlap, most, measuredOverlap);
  }

  /**
   * Returns this rule with another IoU above which the less sure of two boxes of a class goes;
   * average precision is measured as before.
   *
   * @throws FoveaException if it is not in 0 … 1
   */
  public DetectionRule overlap(double above) {
    return new DetectionRule(decoder, score, above, most, measuredOverlap);
  }

  /**
   * Returns this rule with another limit of detections.
   *
   * @throws FoveaException if it is below 1
   */
  public DetectionRule most(int detections) {
    return new DetectionRule(decoder, score, overlap, detections, measuredOverlap);
  }

  /** Returns the rule as a text. */
  public String toText() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put(KIND, decoder.kind());
    fields.put(SCORE, score);
    fields.put(OVERLAP, overlap);
    fields.put(MOST, most);
    if (measuredOverlap != overlap) {
      fields.put(MEASURED, measuredOverlap);
    }
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
      BoxFields numbers = new BoxFields(fields, where);
      double overlap = numbers.number(OVERLAP);
      return new DetectionRule(
          decoder(fields, where),
          numbers.number(SCORE),
          overlap,
          numbers.integer(MOST),
          fields.containsKey(MEASURED) ? numbers.number(MEASURED) : overlap);
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
      case YoloxDecoder.KIND -> YoloxDecoder.parse(fields, where);
      case AnchorDecoder.KIND -> AnchorDecoder.parse(fields, where);
      case RegionDecoder.KIND -> RegionDecoder.parse(fields, where);
      case PriorDecoder.KIND -> PriorDecoder.parse(fields, where);
      case ShareDecoder.KIND -> ShareDecoder.parse(fields, where);
      case OneBox.KIND -> OneBox.parse(fields, where);
      default ->
          throw new FoveaException(
              "%s: kind \"%s\" is not known%s"
                  .formatted(where, Text.shown(kind), Suggest.hint(kind, KINDS)));
    };
  }
}
