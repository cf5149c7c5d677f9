package dev.fovea.systems.pose;

import dev.fovea.io.Json;
import dev.fovea.io.Suggest;
import dev.fovea.io.Text;
import dev.fovea.systems.label.Skeleton;
import dev.fovea.tensor.FoveaException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How the outputs of a network become poses; a text of its model's metadata.
 *
 * @param decoder how outputs tell points
 * @param skeleton the kinds of points and how they belong together
 * @param score how sure the network must be of a pose where nothing else is asked for
 * @param point how sure it must be of a point; one that is less sure is absent
 * @param margin how many times as high and as wide as the box of an object the part of the picture
 *     is that the network is shown to find its points
 */
public record PoseRule(
    PoseDecoder decoder, Skeleton skeleton, double score, double point, double margin) {
  /** The name of the text in the metadata. */
  public static final String KEY = "pose";

  private static final List<String> KINDS =
      List.of(HeatMapDecoder.KIND, CoordinateDecoder.KIND, PartDecoder.KIND);
  private static final String KIND = "kind";
  private static final String SKELETON = "skeleton";
  private static final String SCORE = "score";
  private static final String POINT = "point_score";
  private static final String MARGIN = "margin";
  private static final double USUAL_MARGIN = 1.25;
  private static final double MOST_MARGIN = 10;

  /**
   * Checks the numbers.
   *
   * @throws FoveaException if a score is not in 0 … 1 or the margin not in 1 … 10
   */
  public PoseRule {
    if (!(score >= 0 && score <= 1 && point >= 0 && point <= 1)) {
      throw new FoveaException(
          "pose: least scores in 0 … 1 expected, got %s of a pose and %s of a point"
              .formatted(score, point));
    }
    if (!(margin >= 1 && margin <= MOST_MARGIN)) {
      throw new FoveaException("pose: a margin of 1 to 10 expected, got " + margin);
    }
  }

  /** Creates a rule whose network is shown 1.25 times the box of an object. */
  public PoseRule(PoseDecoder decoder, Skeleton skeleton, double score, double point) {
    this(decoder, skeleton, score, point, USUAL_MARGIN);
  }

  /**
   * Returns this rule with other least scores.
   *
   * @throws FoveaException if one is not in 0 … 1
   */
  public PoseRule least(double leastScore, double leastPoint) {
    return new PoseRule(decoder, skeleton, leastScore, leastPoint, margin);
  }

  /** Returns the rule as a text. */
  public String toText() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put(KIND, decoder.kind());
    fields.put(SCORE, score);
    fields.put(POINT, point);
    fields.put(MARGIN, margin);
    fields.putAll(decoder.fields());
    fields.put(SKELETON, skeleton.fields());
    return Json.write(fields);
  }

  /**
   * Returns the rule of a text of {@link #toText}.
   *
   * @param source what the text is from, for messages
   * @throws FoveaException if it is not such a text
   */
  public static PoseRule parse(String text, String source) {
    String where = source + ": " + KEY;
    Map<String, Object> fields = Json.parseObject(text, where);
    try {
      String skeletonAt = where + " " + SKELETON;
      Skeleton skeleton =
          Skeleton.parse(Json.object(Json.member(fields, SKELETON, where), skeletonAt), skeletonAt);
      return new PoseRule(
          decoder(fields, skeleton.joints().size(), where),
          skeleton,
          Json.number(Json.member(fields, SCORE, where), where + " " + SCORE),
          Json.number(Json.member(fields, POINT, where), where + " " + POINT),
          fields.containsKey(MARGIN)
              ? Json.number(Json.member(fields, MARGIN, where), where + " " + MARGIN)
              : USUAL_MARGIN);
    } catch (FoveaException e) {
      String message = String.valueOf(e.getMessage());
      throw message.startsWith(source) ? e : new FoveaException(where + ": " + message, e);
    }
  }

  private static PoseDecoder decoder(Map<String, Object> fields, int kinds, String where) {
    String kind = Json.string(Json.member(fields, KIND, where), where + " " + KIND);
    return switch (kind) {
      case HeatMapDecoder.KIND -> HeatMapDecoder.parse(fields, kinds, where);
      case CoordinateDecoder.KIND -> CoordinateDecoder.parse(fields, kinds, where);
      case PartDecoder.KIND -> PartDecoder.parse(fields, kinds, where);
      default ->
          throw new FoveaException(
              "%s: kind \"%s\" is not known%s"
                  .formatted(where, Text.shown(kind), Suggest.hint(kind, KINDS)));
    };
  }
}
