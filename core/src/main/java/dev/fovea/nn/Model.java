package dev.fovea.nn;

import dev.fovea.data.Task;
import dev.fovea.engine.Engine;
import dev.fovea.io.Safetensors;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import dev.fovea.tensor.Tensor;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network with parameters, built for inputs of fixed shape and any batch size.
 *
 * <p>{@link #build} checks every shape before any work is done. Prediction may be called by any
 * number of threads at once, as long as nobody trains or loads meanwhile. The methods that return a
 * model share the parameters with this one.
 */
public final class Model {
  private final ModelBody body;
  private final Engine engine;
  private final TrainingRules rules;
  private final Map<String, String> metadata;
  private final Inference inference;

  private Model(ModelBody body, Engine engine, TrainingRules rules, Map<String, String> metadata) {
    this.body = body;
    this.engine = engine;
    this.rules = rules;
    this.metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    this.inference = body.inference(engine);
  }

  /**
   * Builds a model of one input and one output.
   *
   * @param layer the network
   * @param input the shape of one sample, such as [28, 28, 1]
   * @param seed from which the parameters' starting values are drawn
   * @throws ShapeException if some layer cannot take what reaches it
   */
  public static Model build(Layer layer, Shape input, Seed seed) {
    return build(layer, input, seed, Engine.shared());
  }

  /** Builds a model of one input and one output that computes with {@code engine}. */
  public static Model build(Layer layer, Shape input, Seed seed, Engine engine) {
    return build(ModelBody.network(layer), List.of(input), seed, engine);
  }

  /**
   * Builds a model of any number of inputs and outputs.
   *
   * @param network the network
   * @param inputs the shape of one sample of each input
   * @param seed from which the parameters' starting values are drawn
   * @param engine what computes
   * @throws ShapeException if some layer cannot take what reaches it
   */
  public static Model build(Network network, List<Shape> inputs, Seed seed, Engine engine) {
    ModelBody body = ModelBody.build(network, inputs, seed);
    return new Model(body, engine, TrainingRules.NONE, Map.of());
  }

  private Model with(TrainingRules other) {
    return new Model(body, engine, other, metadata);
  }

  /** Returns the network as a graph of {@code batch} samples, as in training or as in inference. */
  public Traced trace(int batch, boolean training) {
    return body.trace(batch, training, rules);
  }

  /** Returns the network as a graph of a batch, in the mode and with the rules of another walk. */
  Traced tracedAs(Trace around, int batch) {
    return body.trace(batch, around.training(), around.rules());
  }

  /**
   * Applies this model within another network or within what a {@code TrainingStep} computes: a
   * generator before a discriminator, a teacher beside its student. Its parameters stay its own:
   * they are neither built, counted nor saved with the other network. Unless the step trains this
   * model it behaves as in inference.
   *
   * @throws ShapeException if the signal is not of the shape of the model's input
   */
  public Signal apply(Signal x) {
    return apply(List.of(x)).get(0);
  }

  /** Applies a model of several inputs or outputs; see {@link #apply(Signal)}. */
  public List<Signal> apply(List<Signal> inputs) {
    return body.apply(inputs, rules);
  }

  TrainingRules rules() {
    return rules;
  }

  Inference inference() {
    return inference;
  }

  /** Returns whether only some batch sizes may suit the network; see {@link Network#fixesBatch}. */
  public boolean fixesBatch() {
    return body.network().fixesBatch();
  }

  /** Returns the shapes of one sample of each input. */
  public List<Shape> inputs() {
    return body.inputs();
  }

  /** Returns the shapes of one sample of each output. */
  public List<Shape> outputs() {
    return body.outputs().shapes();
  }

  /** Returns an output: its shape, its task and the meaning of its values. */
  public Output output(int i) {
    return body.outputs().get(i);
  }

  /**
   * Sets the task of an output, where the end of the network and the training do not show it. All
   * models that share these parameters have it, and it is saved with them.
   */
  public void setTask(int output, Task task) {
    body.outputs().set(output, task);
  }

  /** Returns the parameters. */
  public Parameters parameters() {
    return body.parameters();
  }

  /** Returns what computes. */
  public Engine engine() {
    return engine;
  }

  /** Returns whether training leaves a parameter as it is. */
  public boolean isFrozen(String parameter) {
    return rules.isFrozen(parameter);
  }

  /** Returns the texts that are saved with the parameters, among them the outputs' tasks. */
  public Map<String, String> metadata() {
    return body.outputs().addTo(metadata);
  }

  /**
   * Returns this model with other texts to be saved with the parameters.
   *
   * @throws FoveaException if the texts tell tasks that are not known, or of other outputs
   */
  public Model withMetadata(Map<String, String> texts) {
    body.outputs().read(texts);
    return new Model(body, engine, rules, texts);
  }

  /** Returns this model computing with another engine. */
  public Model withEngine(Engine other) {
    return new Model(body, other, rules, metadata);
  }

  /**
   * Returns this model with some more parameters left as they are by training.
   *
   * @param patterns names in which {@code *} stands for any part of a path and {@code **} for any
   *     number of parts, such as {@code features.**}
   * @throws FoveaException if a pattern matches no parameter
   */
  public Model freeze(String... patterns) {
    return with(rules.freeze(parameters(), patterns));
  }

  /**
   * Returns this model with some layers behaving as in inference while it is trained: batch norms
   * use their running statistics, nothing is dropped. Their parameters are trained all the same
   * unless they are {@linkplain #freeze frozen}.
   *
   * @param patterns layers, as the {@linkplain #summary summary} names them, with {@code *} and
   *     {@code **} as for {@link #freeze}; {@code **} is all layers
   * @throws FoveaException if a pattern matches no layer
   */
  public Model asInInference(String... patterns) {
    return with(rules.behaving(false, layerPaths(), patterns));
  }

  /**
   * Returns this model with some layers behaving as in training whatever is frozen or trained: by
   * default a batch norm whose weight and bias are frozen uses its running statistics, and all
   * layers of a model that a {@code TrainingStep} applies and doesn't train behave as in inference.
   * Running statistics follow unless they are frozen.
   *
   * @param patterns as {@link #asInInference} takes them
   * @throws FoveaException if a pattern matches no layer
   */
  public Model asInTraining(String... patterns) {
    return with(rules.behaving(true, layerPaths(), patterns));
  }

  /**
   * Returns in one line which layers {@link #asInInference} and {@link #asInTraining} were called
   * for; empty if for none.
   */
  public String behaviours() {
    return rules.behaviours();
  }

  private List<String> layerPaths() {
    return trace(1, false).visits().stream().map(Trace.Visit::path).toList();
  }

  /**
   * Returns this model with no parameter frozen; {@link #asInInference} and {@link #asInTraining}
   * stay in force.
   */
  public Model unfreeze() {
    return with(new TrainingRules(name -> false, rules.modes()));
  }

  /**
   * Returns a view of what some layers compute.
   *
   * @param paths the layers, as the {@linkplain #summary summary} names them
   * @throws FoveaException if there is no such layer
   */
  public Observer observe(String... paths) {
    return new Observer(this, copy(), List.of(paths), false);
  }

  /** Returns a model like this one with parameters of its own, which begin as these are now. */
  public Model copy() {
    return new Model(body.copy(), engine, rules, metadata);
  }

  /**
   * Moves the parameters of another model towards this one's, found by their names: theirs become τ
   * · ours + (1 − τ) · theirs, as in a slowly following target network (Lillicrap et al., 2016).
   *
   * @param share τ, from 0 to 1; 1 copies
   * @throws FoveaException if the share is none, or names or shapes differ; nothing is changed then
   */
  public void copyTo(Model other, double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new FoveaException("copy: the share must be from 0 to 1, got " + share);
    }
    body.parameters().moveTo(other.parameters(), (float) share);
  }

  /** Returns a table of all layers: shapes, parameters, FLOPs, receptive field, memory. */
  public Summary summary() {
    return Summary.of(this);
  }

  /**
   * Returns the outputs for a batch. Where samples do not depend on each other each thread computes
   * some samples at a time, so few that what one step hands to the next stays in caches.
   *
   * @param batch one tensor per input, batch axis first
   * @throws FoveaException if a shape is not the input's
   */
  public List<Tensor> run(List<Tensor> batch) {
    return inference.run(batch, batchSize(batch));
  }

  /** Returns the number of samples of a batch, which must suit the inputs. */
  int batchSize(List<Tensor> batch) {
    return body.batchSize(batch);
  }

  /**
   * Returns how many samples of a batch one program of inference computes at once: so few that what
   * one step hands to the next stays in caches, where that pays; at most half of the batch, rounded
   * up, unless samples depend on each other.
   */
  public int samplesAtOnce(int batch) {
    return inference.samplesAtOnce(batch);
  }

  /**
   * Returns how much memory {@link #run} takes for a batch, in bytes, beside the parameters and the
   * outputs: packed weights and what all threads work in.
   */
  public long bytes(int batch) {
    return inference.bytes(batch);
  }

  /** Returns the output of a one-output model for a batch of its one input. */
  public Tensor run(Tensor batch) {
    return run(List.of(batch)).get(0);
  }

  /**
   * Returns the prediction of a classifier for one sample.
   *
   * @param sample a tensor of the input's shape, with or without a batch axis of 1
   * @return a probability per class: the softmax of the outputs, or the sigmoid of each where any
   *     number of classes may be right, unless the network ends in one itself; one output is taken
   *     as that of class 1 against class 0
   * @throws FoveaException if the shape is not the input's, or the first output has another task
   */
  public Prediction predict(Tensor sample) {
    return predictAll(body.batchOf(sample, "predict")).get(0);
  }

  /**
   * Returns the prediction of a classifier for each sample of a batch; see {@link #predict}.
   *
   * @param batch the samples, batch axis first
   * @throws FoveaException if the shape is not the input's
   */
  public List<Prediction> predictAll(Tensor batch) {
    output(0).requireTask("predict", Task.CLASSES, Task.LABELS);
    return Prediction.ofBatch(run(batch), output(0), labels());
  }

  /**
   * Returns the class of each place of one sample, such as of each pixel of a picture.
   *
   * @param sample a tensor of the input's shape, with or without a batch axis of 1
   * @return the numbers of the classes, such as [H, W]
   * @throws FoveaException if the shape is not the input's, or the first output is no mask
   */
  public Tensor predictMask(Tensor sample) {
    output(0).requireTask("predictMask", Task.MASK);
    Tensor classes = output(0).best(run(body.batchOf(sample, "predictMask")));
    return classes.reshape(classes.shape().dropFirst());
  }

  /** Returns the names of the classes, if the metadata knows them. */
  public List<String> labels() {
    String text = metadata.getOrDefault("labels", "");
    return text.isEmpty() ? List.of() : List.of(text.split("\n", -1));
  }

  /**
   * Writes parameters and metadata to a file. The ending chooses the format: {@code .safetensors},
   * or that of a {@link ModelFormat}, such as {@code .onnx} where the module {@code formats} is
   * there.
   *
   * @throws FoveaException if the format is not known or the file cannot be written; a file that
   *     was there before is then untouched
   */
  public void save(Path file) {
    if (file.toString().endsWith(".safetensors")) {
      new Safetensors(parameters().tensors(), metadata()).write(file);
      return;
    }
    ModelFormat.of(file).write(this, file);
  }

  /**
   * Writes parameters and metadata as a safetensors file to a stream, which stays open.
   *
   * @throws FoveaException if the stream cannot be written to
   */
  public void save(OutputStream out) {
    new Safetensors(parameters().tensors(), metadata()).write(out);
  }

  /**
   * Takes parameters from a file that {@link #save} wrote for the same network: those of this
   * model, and of all that share them, change in place.
   *
   * @return this model with the file's metadata, such as the names of the classes, over its own: an
   *     entry that the file lacks stays
   * @throws FoveaException if the file is unreadable, or its names, shapes or tasks are not this
   *     network's; nothing is changed then
   */
  public Model load(Path file) {
    return load(file.toString(), Safetensors.readWhole(file));
  }

  /**
   * Takes parameters from a stream that {@link #save(OutputStream)} wrote for the same network; it
   * is read to its end and stays open.
   *
   * @return this model with the stream's metadata
   * @throws FoveaException if the stream is unreadable, or its names, shapes or tasks are not this
   *     network's; nothing is changed then
   */
  public Model load(InputStream in) {
    return load("stream", Safetensors.readWhole(in));
  }

  private Model load(String source, Safetensors content) {
    Map<String, String> texts = new LinkedHashMap<>(metadata());
    texts.putAll(content.metadata());
    var _ = body.outputs().tasks(texts); // before anything changes
    parameters().load(source, content.tensors());
    return withMetadata(texts);
  }
}
