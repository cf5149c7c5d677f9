package dev.fovea.studio.room;

import dev.fovea.data.Dataset;
import dev.fovea.engine.Engine;
import dev.fovea.insight.probe.LayerTimes;
import dev.fovea.nn.Model;
import dev.fovea.nn.Summary;
import dev.fovea.studio.state.ByHand;
import dev.fovea.studio.state.Changes;
import dev.fovea.studio.state.Embedding;
import dev.fovea.studio.state.Frames.Question;
import dev.fovea.studio.state.FreezeChanges;
import dev.fovea.studio.state.LayerGraph;
import dev.fovea.studio.state.LayerMaps;
import dev.fovea.studio.state.LayerWatch;
import dev.fovea.studio.state.LiveTraining;
import dev.fovea.studio.state.LossGradients;
import dev.fovea.studio.state.Mistakes;
import dev.fovea.studio.state.NamedOptimizer;
import dev.fovea.studio.state.NetSpec;
import dev.fovea.studio.state.OpenModel;
import dev.fovea.studio.state.Program;
import dev.fovea.studio.state.Reliability;
import dev.fovea.studio.state.Samples;
import dev.fovea.studio.state.StudioState;
import dev.fovea.studio.state.TrainingManager;
import dev.fovea.studio.state.TrainingManager.ActiveRun;
import dev.fovea.studio.state.TrainingManager.Plan;
import dev.fovea.studio.state.Workspace;
import dev.fovea.studio.web.Answer;
import dev.fovea.studio.web.Bundle;
import dev.fovea.studio.web.Fields;
import dev.fovea.studio.web.Refusal;
import dev.fovea.studio.web.Request;
import dev.fovea.studio.web.Room;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Trains a network in sight: curves, maps, mistakes, and a time line over all steps. */
public final class TrainRoom implements Room {
  private static final int MOST_POINTS = 2_000;
  private static final int LOOKED_AT = 1_000;
  private static final int SHOWN_MISTAKES = 24;
  private static final int SHOWN_VIEWS = 8;
  private static final List<String> FREEZING = List.of("frozen", "learning");

  private final TrainingManager trainings;
  private final Samples samples;
  private final UnitRoom units;
  private final Workspace workspace;

  /** Creates the room. */
  public TrainRoom(StudioState state) {
    this.trainings = state.trainings();
    this.samples = state.samples();
    this.units = new UnitRoom(state);
    this.workspace = state.workspace();
  }

  @Override
  public String name() {
    return "train";
  }

  @Override
  public Answer answer(Request request) throws IOException {
    Fields f = request.json();
    return switch (request.action()) {
      case "options" -> options();
      case "check" -> check(plan(f));
      case "source" -> Answer.json(Map.of("java", Program.of(plan(f))));
      case "recipe" -> recipe();
      case "begin" -> done(() -> trainings.begin(plan(f)));
      case "pause" -> done(() -> active().live().pause());
      case "go" -> done(() -> active().live().goOn());
      case "step" -> done(() -> active().live().step());
      case "end" -> done(trainings::end);
      case "rate" -> rate(f.number("factor", 0, 100));
      case "freeze" -> freeze(f.text("layer"), f.oneOf("to", FREEZING).equals("frozen"));
      case "branch" -> done(() -> trainings.branch(step(f), f.number("factor", 0, 100)));
      case "curves" -> active().live().pace().measure(this::curves);
      case "view" -> view(f);
      case "at" -> at(f);
      case "backward" -> backward(f);
      case "embedding" -> embedding(f);
      case "mistakes" -> mistakes();
      case "reliability" -> reliability();
      case "speed" -> now(active(), Question.of("speed"), TrainRoom::speed);
      case "unit" -> unit(f);
      case "arithmetic" -> arithmetic(f);
      case "health" -> health();
      case "augmented" -> augmented(f);
      case "open" -> open(f);
      case "save" -> save(f);
      default -> throw new Refusal(404, "train: does not know " + request.action());
    };
  }

  private static Answer done(Runnable work) {
    work.run();
    return Answer.done();
  }

  private ActiveRun active() {
    return trainings
        .active()
        .orElseThrow(() -> new FoveaException("train: nothing is trained yet"));
  }

  private Answer options() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("data", samples.names());
    fields.put("optimizers", NamedOptimizer.NAMES);
    fields.put("schedules", TrainingManager.SCHEDULES);
    fields.put("changes", Changes.KNOWN);
    fields.put("active", trainings.active().map(c -> List.of(c.live().json())).orElse(List.of()));
    return Answer.json(fields);
  }

  private Plan plan(Fields f) {
    return new Plan(
        f.text("name", "my network"),
        NetSpec.of(f),
        f.text("data"),
        samples.of(f),
        Changes.of(f),
        f.integer("epochs", 1, 1000),
        f.integer("batch", 1, 4096),
        new NamedOptimizer(f.oneOf("optimizer", NamedOptimizer.NAMES), f.number("rate", 1e-8, 100)),
        f.oneOf("schedule", TrainingManager.SCHEDULES),
        f.integer("seed", 0, Integer.MAX_VALUE));
  }

  /** Tells shapes, parameters and work of a network, or what of it does not fit. */
  private static Answer check(Plan plan) {
    Model model = plan.model();
    int classes = plan.data().train().classes().size();
    Shape out = model.outputs().get(0);
    if (!out.equals(Shape.of(classes))) {
      throw new FoveaException(
          "network: its result is [%s], but the data have %s classes; end with dense(%s)"
              .formatted(out.times(), classes, classes));
    }
    Summary summary = model.summary();
    List<Object> rows =
        summary.rows().stream().map(TrainRoom::row).map(Object.class::cast).toList();
    return Answer.json(
        Map.of(
            "net",
            plan.net().java(),
            "rows",
            rows,
            "parameters",
            summary.parameters(),
            "flops",
            summary.flops()));
  }

  private static Map<String, Object> row(Summary.Row r) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("path", r.path());
    fields.put("kind", r.kind());
    fields.put("output", r.output().times());
    fields.put("parameters", r.parameters());
    fields.put("flops", r.flops());
    fields.put("sees", r.field().map(s -> s.height() + "×" + s.width()).orElse("all"));
    return fields;
  }

  private ByHand byHand() {
    return active()
        .byHand()
        .orElseThrow(() ->
            new FoveaException("train: rate and frozen layers belong to the program that trains"));
  }

  /** Changes the learning rate from the next step that has not begun. */
  private Answer rate(double factor) {
    byHand().rates().addNow(factor);
    return Answer.done();
  }

  /** Freezes a layer, or lets it learn again, from the next step that has not begun. */
  private Answer freeze(String layer, boolean frozen) {
    return Answer.json(Map.of("step", byHand().freezing().addNow(layer, frozen)));
  }

  /** Returns the program that trains as this training did, with what was changed by hand. */
  private Answer recipe() {
    ByHand byHand = byHand();
    return Answer.json(Map.of("java", Program.of(active().plan().orElseThrow(), byHand)));
  }

  /** Tells the numbers of all steps, which count to the pace but never wait for it. */
  private Answer curves() {
    ActiveRun c = active();
    Map<String, Object> head = new LinkedHashMap<>(c.live().json());
    head.put("own", c.plan().isPresent());
    c.plan().ifPresent(p -> head.put("net", p.net().java()));
    head.putAll(
        c.byHand()
            .map(TrainRoom::changes)
            .orElse(Map.of("changes", List.of(), "freezes", List.of())));
    float[][] loss = c.live().loss().points(MOST_POINTS);
    float[][] rate = c.live().rate().points(MOST_POINTS);
    return Answer.bundle(
        new Bundle(head)
            .add("step", List.of(loss[0].length), loss[0])
            .add("loss", List.of(loss[1].length), loss[1])
            .add("rateStep", List.of(rate[0].length), rate[0])
            .add("rate", List.of(rate[1].length), rate[1]));
  }

  private static Map<String, Object> changes(ByHand byHand) {
    FreezeChanges freezing = byHand.freezing();
    return Map.of(
        "changes",
        byHand.rates().changes().stream()
            .map(c -> Map.of("step", c.step(), "factor", c.factor()))
            .toList(),
        "freezes",
        freezing.changes().stream()
            .map(c -> Map.of("step", c.step(), "layer", c.layer(), "frozen", c.frozen()))
            .toList(),
        "freezable",
        freezing.layers(),
        "frozen",
        freezing.frozen());
  }

  private Answer view(Fields f) {
    ActiveRun c = active();
    int index = index(f);
    return now(
        c, Question.of("view", index), v -> StepView.of(v, sample(c, index), Optional.empty()));
  }

  /** Answers with what is computed of the network as it is now, where that is due. */
  private static Answer now(
      ActiveRun c, Question question, Function<LiveTraining.View, Bundle> show) {
    return c.live()
        .frames()
        .answer(question, c.live()::newest, v -> Answer.bundle(show.apply(v)))
        .orElseGet(Answer::later);
  }

  /** Answers with what is computed of a step, from the checkpoint before it, where that is due. */
  private static Answer past(
      ActiveRun c, Question question, long step, Function<Path, Bundle> show) {
    return c.live()
        .frames()
        .answer(
            question,
            () -> c.live().timeLine().before(step),
            from -> Answer.bundle(show.apply(from)))
        .orElseGet(Answer::later);
  }

  private static long step(Fields f) {
    return f.integer("step", 0, Integer.MAX_VALUE);
  }

  /** Computes a step anew, and the one before it. */
  private Answer at(Fields f) {
    ActiveRun c = active();
    long step = step(f);
    int index = index(f);
    long first = Math.max(0, step - 1);
    return past(
        c,
        Question.of("at", step, index),
        first,
        from -> {
          LiveTraining.View view = c.live().again(c.live().timeLine().before(step), step);
          Optional<Model> before =
              step == 0 ? Optional.empty() : Optional.of(c.live().again(from, first).model());
          return StepView.of(view, sample(c, index), before);
        });
  }

  /** Tells how the loss of a sample changes with what each layer computes, at a step. */
  private Answer backward(Fields f) {
    ActiveRun c = active();
    long step = step(f);
    int index = index(f);
    return past(
        c, Question.of("backward", step, index), step, from -> backward(c, from, step, index));
  }

  private static Bundle backward(ActiveRun c, Path from, long step, int index) {
    StepView.Probe probe = sample(c, index).orElseThrow(TrainRoom::noSamples);
    Model model = c.live().again(from, step).model();
    LossGradients back = LossGradients.of(model, probe.input(), probe.label());
    return LayerMaps.of(Map.of("loss", back.loss()), model.summary().rows(), back.gradients());
  }

  private static FoveaException noSamples() {
    return new FoveaException("train: there are no samples to test with");
  }

  /** Places test samples on a plane by what the network computes of them before its last layer. */
  private Answer embedding(Fields f) {
    ActiveRun c = active();
    Dataset test = c.test().orElseThrow(TrainRoom::noSamples);
    int count = f.integer("samples", 8, 1_000);
    String method = f.oneOf("method", Embedding.METHODS);
    return now(c, Question.of("embedding", count, method), v -> embedding(v, test, count, method));
  }

  private static Bundle embedding(LiveTraining.View view, Dataset test, int count, String method) {
    Model model = view.model();
    Embedding e = Embedding.of(nameless(model), test, count, method);
    Map<String, Object> head = new LinkedHashMap<>();
    head.put("at", view.step());
    head.put("nearest", e.nearest());
    head.put("labels", e.labels());
    head.put("classes", test.classes());
    return new Bundle(head).add("points", List.of(e.labels().size(), 2), e.points().data());
  }

  private static int index(Fields f) {
    return f.integer("sample", 0, 1_000_000, 0);
  }

  private static Optional<StepView.Probe> sample(ActiveRun c, int index) {
    return c.test().map(t -> StepView.Probe.of(t, index % t.size()));
  }

  private Answer mistakes() {
    ActiveRun c = active();
    Dataset test = c.test().orElseThrow(TrainRoom::noSamples);
    return now(c, Question.of("mistakes"), v -> mistakes(v, test));
  }

  private static Bundle mistakes(LiveTraining.View view, Dataset test) {
    Mistakes found = Mistakes.of(view.model(), test, LOOKED_AT);
    List<Mistakes.Mistake> worst = found.wrong().stream().limit(SHOWN_MISTAKES).toList();
    Map<String, Object> head = new LinkedHashMap<>();
    head.put("at", view.step());
    head.put("counts", found.counts());
    head.put("right", found.right());
    head.put("samples", found.samples());
    head.put("classes", test.classes());
    head.put(
        "wrong",
        worst.stream()
            .map(m ->
                Map.of(
                    "index",
                    m.index(),
                    "label",
                    m.label(),
                    "answer",
                    m.answer(),
                    "share",
                    m.share()))
            .toList());
    return Pictures.samples(
        new Bundle(head), test, worst.stream().mapToInt(Mistakes.Mistake::index).toArray());
  }

  /** Tells how far the network's confidence can be believed. */
  private Answer reliability() {
    ActiveRun c = active();
    Dataset test = c.test().orElseThrow(TrainRoom::noSamples);
    return now(c, Question.of("reliability"), v -> reliability(v, test));
  }

  private static Bundle reliability(LiveTraining.View view, Dataset test) {
    Reliability found = Reliability.of(view.model(), test, LOOKED_AT);
    Map<String, Object> head = new LinkedHashMap<>();
    head.put("at", view.step());
    head.put("samples", found.samples());
    head.put("error", found.error());
    head.put(
        "bins",
        found.bins().stream()
            .map(b ->
                Map.of("count", b.count(), "confidence", b.confidence(), "accuracy", b.accuracy()))
            .toList());
    return new Bundle(head);
  }

  /** Measures how long each layer takes, alone and for one sample. */
  private static Bundle speed(LiveTraining.View view) {
    Map<String, Double> millis = LayerTimes.of(view.model()).millis();
    List<Map<String, Object>> layers =
        LayerGraph.of(view.model()).nodes().stream()
            .filter(n -> millis.containsKey(n.path()))
            .map(n -> {
              Map<String, Object> fields = new LinkedHashMap<>();
              fields.put("path", n.path());
              fields.put("kind", n.kind());
              fields.put("flops", n.flops());
              fields.put("millis", millis.get(n.path()));
              return fields;
            })
            .toList();
    return new Bundle(Map.of("at", view.step(), "layers", layers));
  }

  /** Shows what a channel of the network looks for, as it is now. */
  private Answer unit(Fields f) {
    String path = f.text("path");
    int channel = f.integer("channel", 0, Integer.MAX_VALUE);
    return now(
        active(), Question.of("unit", path, channel), v -> units.card(nameless(v.model()), f));
  }

  /** Tells how one place of a channel is computed, at the step that is shown. */
  private Answer arithmetic(Fields f) {
    ActiveRun c = active();
    long step = step(f);
    int index = index(f);
    int most = Integer.MAX_VALUE;
    Question asked =
        Question.of(
            "arithmetic",
            step,
            index,
            f.text("path"),
            f.integer("channel", 0, most),
            f.integer("row", 0, most),
            f.integer("column", 0, most));
    return past(
        c,
        asked,
        step,
        from -> {
          Tensor input = sample(c, index).orElseThrow(TrainRoom::noSamples).input();
          OpenModel net = nameless(c.live().again(from, step).model());
          return UnitRoom.arithmetic(
              net, new LayerWatch(), input.reshape(input.shape().dropFirst()), f);
        });
  }

  private static OpenModel nameless(Model model) {
    return OpenModel.of("", "", model, OpenModel.rule(model));
  }

  /** Tells how the units of each layer fare: which are dead, how much is saturated. */
  private Answer health() {
    ActiveRun c = active();
    Dataset test = c.test().orElseThrow(TrainRoom::noSamples);
    return now(c, Question.of("health"), v -> HealthView.of(v, test));
  }

  /** Shows a sample as a training sees it, epoch after epoch. */
  private Answer augmented(Fields f) {
    Dataset train = samples.of(f).train();
    return Answer.bundle(
        Pictures.all(
            new Bundle(Map.of()),
            Changes.of(f).views(train, index(f) % train.size(), SHOWN_VIEWS)));
  }

  /**
   * Opens the network as it is now, and a test sample if there are any, so that other rooms have
   * them; what is open already is not opened twice.
   */
  private Answer open(Fields f) {
    ActiveRun c = active();
    LiveTraining.View view = c.live().newest();
    int index = index(f);
    String id = "run%s-step%s".formatted(c.number(), view.step());
    String name =
        "%s, step %s".formatted(c.plan().map(Plan::name).orElse("the training"), view.step());
    Model model = view.model().withEngine(Engine.shared());
    workspace.put(OpenModel.of(id, name, model, OpenModel.rule(model)));
    Map<String, Object> opened = new LinkedHashMap<>(Map.of("model", id));
    c.test().ifPresent(t -> opened.put("picture", open(c, t, index % t.size()).id()));
    return Answer.json(opened);
  }

  private Workspace.Picture open(ActiveRun c, Dataset test, int index) {
    String id = "run%s-sample%s".formatted(c.number(), index);
    return workspace.put(id, "test sample " + index, test.read(index, Seed.of(0)).picture());
  }

  /** Returns the network as it is now as a file. */
  private Answer save(Fields f) throws IOException {
    return Networks.save(active().live().newest().model(), f);
  }
}
