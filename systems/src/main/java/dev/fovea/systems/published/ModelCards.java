package dev.fovea.systems.published;

import dev.fovea.data.Preprocessing.Resize;
import dev.fovea.data.Task;
import dev.fovea.io.Suggest;
import dev.fovea.io.Text;
import dev.fovea.nn.Model;
import dev.fovea.systems.detect.DetectionRule;
import dev.fovea.systems.published.ModelCard.Answer;
import dev.fovea.systems.published.ModelCard.InputForm;
import dev.fovea.systems.upscale.Upscaler;
import dev.fovea.tensor.FoveaException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The cards of published networks. */
public final class ModelCards {
  /** Values 0 … 255 become −1 … 1. */
  private static final double HALF_BYTE = 127.5;

  private static final List<String> PERSON = List.of("person");

  private static final List<ModelCard> ALL =
      List.of(
          new ModelCard(
              "yolo",
              "YOLO v3 and its kin from Darknet's cfg file",
              InputForm.stretched(1 / 255.0, 0, 1),
              new BoxAnswer(BoxAnswer::yolo),
              ClassNames.COCO),
          new ModelCard(
              "yolox",
              "YOLOX with raw outputs",
              new InputForm(1, List.of(0.0), List.of(1.0), true, Resize.CORNER),
              new BoxAnswer(BoxAnswer::yolox),
              ClassNames.COCO),
          new ModelCard(
              "ssd-mobilenet",
              "TensorFlow's SSD of 300×300 pixels with raw boxes and scores",
              InputForm.stretched(1, 128, 128),
              new BoxAnswer(BoxAnswer::ssdMobileNet),
              ClassNames.COCO_WITH_GAPS),
          new ModelCard(
              "ultraface",
              "UltraFace's faces, boxes as shares of the picture",
              InputForm.stretched(1, 127, 128),
              new BoxAnswer(BoxAnswer::ultraFace),
              List.of("face")),
          new ModelCard(
              "deeplab-voc",
              "DeepLab v3 of TensorFlow, the 21 classes of Pascal VOC",
              InputForm.stretched(1 / HALF_BYTE, 1, 1),
              new PixelAnswer(),
              ClassNames.VOC_WITH_BACKGROUND),
          new ModelCard(
              "espnet-cityscapes",
              "ESPNet of streets, 20 classes of Cityscapes",
              bgr(
                  List.of(72.3923111, 82.90893555, 73.15840149),
                  List.of(45.3192215, 46.15289307, 44.91483307)),
              new PixelAnswer(),
              ClassNames.CITYSCAPES),
          new ModelCard(
              "portrait-sinet",
              "SINet's people before a background",
              bgr(
                  List.of(102.890434, 111.25247, 126.91212),
                  List.of(62.93292, 62.82138, 66.355705)),
              new PixelAnswer(),
              List.of("background", "person")),
          new ModelCard(
              "super-resolution",
              "ESPCN and others that enlarge the brightness of a picture",
              InputForm.stretched(1 / 255.0, 0, 1),
              new UpscaleAnswer(),
              List.of()),
          new ModelCard(
              "faceapi-detector",
              "the tiny face detector of face-api.js, a YOLO v2 of 416×416 pixels",
              meanOnly(117.001, 114.697, 97.404, Resize.CORNER),
              new BoxAnswer(BoxAnswer::faceApi),
              List.of("face")),
          new ModelCard(
              "faceapi-landmarks",
              "the 68 landmarks of a face of face-api.js",
              meanOnly(122.782, 117.001, 104.298, Resize.LETTERBOX),
              new PoseAnswer(PoseAnswer::faceLandmarks),
              List.of("face")),
          new ModelCard(
              "openpose",
              "OpenPose's maps of 18 joints and 19 limbs, of any number of persons",
              new InputForm(1, List.of(0.0), List.of(1.0), true, Resize.LETTERBOX, 0),
              new PoseAnswer(PoseAnswer::openPose),
              PERSON),
          new ModelCard(
              "cpm-pose",
              "heat maps of 14 joints of a person, values 0 … 255",
              InputForm.stretched(1, 0, 1),
              new PoseAnswer(PoseAnswer::heatMaps),
              PERSON),
          new ModelCard(
              "blazepose",
              "BlazePose, 33 points of a person",
              new InputForm(1 / 255.0, List.of(0.0), List.of(1.0), false, Resize.LETTERBOX, 0),
              new PoseAnswer(PoseAnswer::blazePose),
              PERSON));

  private ModelCards() {}

  /** Returns the form of networks that take ((value − mean) / std) / 255 in blue, green, red. */
  private static InputForm bgr(List<Double> mean, List<Double> std) {
    return new InputForm(1, mean, std.stream().map(s -> s * 255).toList(), true, Resize.STRETCH);
  }

  /** Returns the form of networks that take (value − mean) / 255, with black beside a picture. */
  private static InputForm meanOnly(double red, double green, double blue, Resize resize) {
    return new InputForm(1, List.of(red, green, blue), List.of(255.0), false, resize, 0);
  }

  /**
   * Returns the card of a network whose file tells what it is: Darknet's YOLO, unless its metadata
   * says already how it is used.
   */
  public static Optional<ModelCard> of(Map<String, String> texts) {
    boolean yolo = texts.containsKey(BoxAnswer.YOLO) && !texts.containsKey(DetectionRule.KEY);
    return yolo ? named(BoxAnswer.YOLO) : Optional.empty();
  }

  /** Returns all cards. */
  public static List<ModelCard> all() {
    return ALL;
  }

  /** Returns the names of all cards. */
  public static List<String> names() {
    return ALL.stream().map(ModelCard::name).toList();
  }

  /** Returns the card of a name, if there is one. */
  public static Optional<ModelCard> named(String name) {
    return ALL.stream().filter(c -> c.name().equals(name)).findFirst();
  }

  /**
   * Returns the card of a name.
   *
   * @throws FoveaException if there is none
   */
  public static ModelCard find(String name) {
    return named(name)
        .orElseThrow(() ->
            new FoveaException(
                "published network \"%s\" is not known%s"
                    .formatted(Text.shown(name), Suggest.hint(name, names()))));
  }

  /** Classes of pixels. */
  private record PixelAnswer() implements Answer {
    @Override
    public Task task() {
      return Task.MASK;
    }

    @Override
    public int classes(Model model) {
      if (model.outputs().size() != 1 || model.outputs().get(0).rank() != 3) {
        throw new FoveaException(
            "classes of pixels: one output [H, W, classes] expected, the network gives "
                + model.outputs());
      }
      return model.output(0).classes();
    }

    @Override
    public Map<String, String> texts(Model model) {
      return Map.of();
    }
  }

  /** A larger picture. */
  private record UpscaleAnswer() implements Answer {
    @Override
    public Task task() {
      return Task.REGRESSION;
    }

    @Override
    public int classes(Model model) {
      return 0;
    }

    @Override
    public Map<String, String> texts(Model model) {
      return Map.of(Upscaler.KEY, Integer.toString(Upscaler.factor(model)));
    }
  }
}
