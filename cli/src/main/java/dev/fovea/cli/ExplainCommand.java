package dev.fovea.cli;

import dev.fovea.data.Task;
import dev.fovea.insight.colour.Legend;
import dev.fovea.insight.explain.DetectionTarget;
import dev.fovea.insight.explain.Explainer;
import dev.fovea.insight.explain.Explanation;
import dev.fovea.insight.explain.ExplanationPicture;
import dev.fovea.insight.explain.Method;
import dev.fovea.insight.explain.RandomisationCheck;
import dev.fovea.insight.probe.Target;
import dev.fovea.io.Json;
import dev.fovea.io.Suggest;
import dev.fovea.io.Table;
import dev.fovea.io.Text;
import dev.fovea.nn.Model;
import dev.fovea.nn.Prediction;
import dev.fovea.systems.Detection;
import dev.fovea.systems.detect.Detector;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.ContactSheet;
import dev.fovea.vision.Images;
import dev.fovea.vision.InputRule;
import dev.fovea.vision.Placed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Explains what a network says of a picture. */
@Command(
    name = "explain",
    header = "Show which pixels of a picture a network's answer comes from.",
    description = {
      "By default the surest class is explained, of a detector the surest box, of a network that"
          + " classifies pixels the sum of the scores of the most frequent class. Scores are taken"
          + " before the softmax. With each method stands how far to trust it: what integrated"
          + " gradients miss (delta), the area under the score while the pixels that a map puts"
          + " first are taken away (deletion: the lower the better), with --check how much of the"
          + " map is left when the network's weights are thrown about."
    },
    footer = {
      "",
      "Examples:",
      "  fovea explain runs/lenet5-digits/model.safetensors seven.png --out why.png",
      "  fovea explain squeezenet.onnx cat.jpg --method grad-cam,guided-grad-cam --class 285 --out"
          + " cat.png",
      "  fovea explain yolox_nano.onnx dog.jpg --task yolox --box 2 --out dog.png",
      "  fovea explain net.onnx cat.jpg --method saliency,guided-backprop --check"
    })
final class ExplainCommand implements Runnable {
  private static final int CELL = 336;
  private static final String USUAL =
      "saliency,guided-backprop,grad-cam,integrated-gradients,occlusion";

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      converter = ModelPath.class,
      description = "A network in a file.")
  private Path file;

  @Parameters(index = "1", paramLabel = "IMAGE", description = "A picture.")
  private Path picture;

  @Option(
      names = "--method",
      paramLabel = "NAME",
      split = ",",
      defaultValue = USUAL,
      description =
          "One or more of saliency, signed-saliency, gradient-times-input, deconvnet,"
              + " guided-backprop, grad-cam, grad-cam++, hires-cam, layer-cam, guided-grad-cam,"
              + " integrated-gradients, smoothgrad, vargrad, occlusion; by default"
              + " ${DEFAULT-VALUE}.")
  private List<String> methods = new ArrayList<>();

  @Option(
      names = "--class",
      paramLabel = "NAME|N",
      description = "The class to explain; by default the surest.")
  private @Nullable String of;

  @Option(
      names = "--box",
      paramLabel = "N",
      description = "Of a detector: which box to explain, 1 for the surest.")
  private @Nullable Integer box;

  @Option(
      names = "--layer",
      paramLabel = "PATH",
      description = "The layer whose maps grad-cam and its kin look at; by default the last.")
  private @Nullable String layer;

  @Option(
      names = "--check",
      description = "Compare each map with those of networks whose weights are thrown about.")
  private boolean check;

  @Option(names = "--out", paramLabel = "PNG", description = "The file to write.")
  private @Nullable Path out;

  @Option(names = "--json", description = "Print one JSON object, maps and all.")
  private boolean json;

  @Mixin private InputOptions inputs;
  @Mixin private EngineOptions compute;

  /** What is explained, in words and as a target. */
  private record Asked(String text, Target target) {}

  /** One method's answer with what tells how good it is. */
  private record Answer(
      Explanation explanation, double deletion, @Nullable RandomisationCheck check) {
    Map<String, Double> figures() {
      Map<String, Double> all = new LinkedHashMap<>(explanation.figures());
      all.put("deletion", deletion);
      if (check != null) {
        all.put("randomised", check.steps().getLast().correlation());
      }
      return all;
    }
  }

  @Override
  public void run() {
    List<Method> chosen = methods.stream().map(ExplainCommand::method).distinct().toList();
    Path to = LookedAt.requireEnding(out, ".png");
    NetworkFile network = NetworkFile.read(file, inputs, compute.engine());
    LookedAt seen = LookedAt.read(network, picture);
    Asked asked = asked(network, seen);
    Explainer usual = Explainer.of(network.model(), asked.target).against(LookedAt.black(network));
    boolean boxes = Detector.isDetector(network.model());
    Explainer near = boxes ? usual.whereItCounts(seen.input()) : usual;
    Explainer why = layer == null ? near : usual.at(layer);
    List<Answer> answers = chosen.stream().map(m -> answer(why, m, seen.input())).toList();
    if (to != null) {
      write(to, seen, asked, answers, network.rule());
    }
    if (json) {
      System.out.println(Json.write(fields(asked, why, answers)));
    } else {
      print(asked, why, answers, to);
    }
  }

  private static Method method(String name) {
    try {
      return Method.parse(name);
    } catch (FoveaException e) {
      throw new FoveaException("--method: " + e.getMessage(), e);
    }
  }

  private Answer answer(Explainer why, Method method, Tensor input) {
    Explanation e = why.explain(method, input);
    double area = why.deletion(e, input).area();
    return new Answer(e, area, check ? why.randomisation(method, input) : null);
  }

  private Asked asked(NetworkFile network, LookedAt seen) {
    Model model = network.model();
    if (Detector.isDetector(model)) {
      return box(model, seen);
    }
    if (box != null) {
      throw new FoveaException("--box: needs a detector, " + file + " is not one");
    }
    return network.isAsked(Task.MASK) ? mask(model, seen) : ofClass(network, seen);
  }

  private Asked box(Model model, LookedAt seen) {
    if (of != null) {
      throw new FoveaException("--class: " + file + " finds objects; choose one by --box");
    }
    Detector detector = Detector.of(model);
    List<Detection> found = detector.detect(new Placed(seen.pixels(), seen.placement()));
    int number = box == null ? 1 : Range.atLeast("--box", box, 1);
    if (number > found.size()) {
      throw new FoveaException(
          "--box %s: %s finds %s in %s".formatted(number, file, objects(found.size()), picture));
    }
    Detection d = found.get(number - 1);
    Target target = DetectionTarget.of(model, detector, seen.input(), seen.placement(), d);
    String where =
        String.format(
            Locale.ROOT,
            "box %d, %s (%.2f) at %.0f, %.0f to %.0f, %.0f",
            number,
            d.label(),
            d.score(),
            d.box().left(),
            d.box().top(),
            d.box().right(),
            d.box().bottom());
    return new Asked(where, target);
  }

  private static String objects(int count) {
    return count == 0 ? "nothing" : count == 1 ? "one object" : count + " objects";
  }

  private Asked mask(Model model, LookedAt seen) {
    Tensor classes = model.predictMask(seen.input());
    int number = of == null ? mostFrequent(classes) : number(model);
    Tensor mask = Tensor.zeros(classes.shape());
    int pixels = 0;
    for (int i = 0; i < mask.data().length; i++) {
      boolean own = (int) classes.data()[i] == number;
      mask.data()[i] = own ? 1 : 0;
      pixels += own ? 1 : 0;
    }
    if (pixels == 0) {
      throw new FoveaException("--class: no pixel of " + picture + " is " + name(model, number));
    }
    String text = "the %s pixels of %s".formatted(Integer.toString(pixels), name(model, number));
    return new Asked(text, Target.mask(0, number, mask));
  }

  private static int mostFrequent(Tensor classes) {
    Map<Integer, Integer> counts = new LinkedHashMap<>();
    for (float c : classes.data()) {
      counts.merge((int) c, 1, Integer::sum);
    }
    return counts.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
  }

  private Asked ofClass(NetworkFile network, LookedAt seen) {
    Model model = network.model();
    Shape output = model.outputs().getFirst();
    if (network.isClassifier()) {
      Prediction p = model.predict(seen.input());
      int number = of == null ? p.best().index() : number(model);
      String text =
          String.format(
              Locale.ROOT, "%s (%.1f %%)", name(model, number), 100 * p.probabilities()[number]);
      return new Asked(text, Target.logit(model.output(0), number));
    }
    if (of == null) {
      throw new FoveaException(
          "%s: gives %s, which are no classes; say which number to explain with --class N"
              .formatted(file, output));
    }
    int number = number(model);
    return new Asked("number " + number, Target.element(0, number));
  }

  /** Returns the number of the class that was asked for: by name, else by number. */
  private int number(Model model) {
    String wanted = String.valueOf(of);
    int named = model.labels().indexOf(wanted);
    if (named >= 0) {
      return named;
    }
    int classes = model.output(0).classes();
    if (wanted.matches("\\d{1,9}") && Integer.parseInt(wanted) < classes) {
      return Integer.parseInt(wanted);
    }
    throw new FoveaException(
        "--class %s: the model has the classes 0 to %s%s"
            .formatted(
                Text.shown(wanted),
                Integer.toString(classes - 1),
                Suggest.hint(wanted, model.labels())));
  }

  private static String name(Model model, int number) {
    return number < model.labels().size() ? model.labels().get(number) : "class " + number;
  }

  private static void write(
      Path to, LookedAt seen, Asked asked, List<Answer> answers, InputRule rule) {
    ContactSheet sheet = new ContactSheet(CELL, CELL);
    sheet.add(seen.colours(), asked.text);
    for (Answer a : answers) {
      Explanation e = a.explanation;
      String delta = e.figures().containsKey("delta") ? ", delta " + shown(e, "delta") : "";
      String label = e.method().text() + delta + (e.notice().isPresent() ? ": empty" : "");
      Tensor painted = ExplanationPicture.of(e, seen.pixels());
      sheet.add(e.method().isColoured() ? rule.reordered(painted) : painted, label);
    }
    Images.writePng(to, sheet.toImage());
  }

  private static String shown(Explanation e, String figure) {
    return Legend.number(e.figures().getOrDefault(figure, 0.0));
  }

  private void print(Asked asked, Explainer why, List<Answer> answers, @Nullable Path to) {
    System.out.println(Text.oneLine(picture + ": " + asked.text));
    Table table = new Table("method", ">score", ">deletion", "figures");
    for (Answer a : answers) {
      Map<String, Double> rest = new LinkedHashMap<>(a.figures());
      rest.remove("deletion");
      List<String> figures = new ArrayList<>();
      rest.forEach((name, value) -> figures.add(name + " " + Legend.number(value)));
      a.explanation.notice().ifPresent(figures::add);
      if (a.explanation.method().looksAtLayer()) {
        figures.addFirst("layer " + why.layer());
      }
      table.row(
          a.explanation.method().text(),
          Legend.number(a.explanation.score()),
          Legend.number(a.deletion),
          String.join(", ", figures));
    }
    System.out.print(table);
    if (to != null) {
      System.out.println(Text.oneLine(to.toString()));
    }
  }

  private Map<String, Object> fields(Asked asked, Explainer why, List<Answer> answers) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("image", picture.toString());
    fields.put("explained", asked.text);
    fields.put("layer", why.layer());
    fields.put("methods", answers.stream().map(ExplainCommand::fields).toList());
    return fields;
  }

  private static Map<String, Object> fields(Answer a) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("method", a.explanation.method().text());
    fields.put("score", JsonReport.number(a.explanation.score()));
    a.figures().forEach((name, value) -> fields.put(name, JsonReport.number(value)));
    a.explanation.notice().ifPresent(text -> fields.put("notice", text));
    RandomisationCheck check = a.check;
    if (check != null) {
      Map<String, Object> steps = new LinkedHashMap<>();
      check.steps().forEach(s -> steps.put(s.layer(), JsonReport.number(s.correlation())));
      fields.put("check", steps);
    }
    fields.put("map", LookedAt.json(a.explanation.map()));
    return fields;
  }
}
