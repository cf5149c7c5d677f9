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
 * A network with its parameters, for inputs of fixed shape and batches of any size.
 *
 * <p>{@link #build} checks every shape before anything is computed. Any number of threads may
 * predict at once, as long as none trains the model or loads parameters meanwhile. Methods that
 * return a model return one that shares its parameters with this one, except {@link #copy}.
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
   * @param seed the seed of the parameters' initial values
   * @throws ShapeException if some layer cannot take what reaches it
   */
  public static Model build(Layer layer, Shape input, Seed seed) {
    return build(layer, input, seed, Engine.shared());
  }

  /** Builds a model of one input and one output that runs on this engine. */
  public static Model build(Layer layer, Shape input, Seed seed, Engine engine) {
    return build(ModelBody.network(layer), List.of(input), seed, engine);
  }

  /**
   * Builds a model of any number of inputs and outputs.
   *
   * @param network the network
   * @param inputs the shape of one sample of each input
   * @param seed the seed of the parameters' initial values
   * @param engine the engine to run on
   * @throws ShapeException if some layer cannot take what reaches it
   */
  public static Model build(Network network, List<Shape> inputs, Seed seed, Engine engine) {
    ModelBody body = ModelBody.build(network, inputs, seed);
    return new Model(body, engine, TrainingRules.NONE, Map.of());
  }

  private Model with(TrainingRules other) {
    return new Model(body, engine, other, metadata);
  }

  /**
   * Returns the network as a graph for {@code batch} samples, in training mode or in inference
   * mode.
   */
  public Traced trace(int batch, boolean training) {
    return body.trace(batch, training, rules);
  }

  /**
   * Returns the network as a graph of a batch, in the mode of another walk and with what is frozen
   * there and how layers behave: for a network that is made of this one.
   */
  public Traced tracedAs(Trace around, int batch) {
    return body.trace(batch, around.training(), around.rules());
  }

  /**
   * Applies this model as part of another network or of the formula of a {@code TrainingStep}: a
   * generator before a discriminator, a teacher beside its student. Its parameters stay its own:
   * they are neither built, counted nor saved with the other network. Unless the step trains this
   * model, it behaves as in inference.
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

  /** Returns the inference of this model: how a batch is computed, and in how much memory. */
  public Inference inference() {
    return inference;
  }

  /** Returns whether the network may suit some batch sizes only; see {@link Network#fixesBatch}. */
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

  /** Returns an output of the network, numbered from 0. */
  public Output output(int i) {
    return body.outputs().get(i);
  }

  /**
   * Sets the task of an output, if neither the last layer nor a training determines it. It applies
   * to all models that share these parameters and is saved with them.
   */
  public void setTask(int output, Task task) {
    body.outputs().set(output, task);
  }

  /** Returns the parameters. */
  public Parameters parameters() {
    return body.parameters();
  }

  /** Returns the engine that this model runs on. */
  public Engine engine() {
    return engine;
  }

  /** Returns whether a parameter is frozen, that is, not changed by training. */
  public boolean isFrozen(String parameter) {
    return rules.isFrozen(parameter);
  }

  /**
   * Returns the metadata that is saved with the parameters: texts by name, among them the tasks of
   * the outputs.
   */
  public Map<String, String> metadata() {
    return body.outputs().addTo(metadata);
  }

  /**
   * Returns this model with other metadata.
   *
   * @throws FoveaException if the metadata names unknown tasks, or more or fewer than there are
   *     outputs
   */
  public Model withMetadata(Map<String, String> texts) {
    body.outputs().read(texts);
    return new Model(body, engine, rules, texts);
  }

  /** Returns this model on another engine. */
  public Model withEngine(Engine other) {
    return new Model(body, other, rules, metadata);
  }

  /**
   * Returns this model with further parameters frozen: training does not change them.
   *
   * @param patterns names such as {@code features.**}, in which {@code *} stands for one part of a
   *     path and {@code **} for any number of parts; see {@link Parameters#matching}
   * @throws FoveaException if a pattern matches no parameter
   */
  public Model freeze(String... patterns) {
    return with(rules.freeze(parameters(), patterns));
  }

  /**
   * Returns this model with some layers in inference mode even while it is trained: batch norms use
   * their running statistics, and nothing is dropped. Their parameters are still trained unless
   * they are {@linkplain #freeze frozen}.
   *
   * @param patterns paths of layers as in the {@linkplain #summary summary}, with {@code *} and
   *     {@code **} as in {@link #freeze}; {@code **} is all layers
   * @throws FoveaException if a pattern matches no layer
   */
  public Model asInInference(String... patterns) {
    return with(rules.behaving(false, layerPaths(), patterns));
  }

  /**
   * Returns this model with some layers in training mode even if they are frozen or not trained. By
   * default a batch norm with frozen weight and bias uses its running statistics, and a model that
   * a {@code TrainingStep} applies without training it is in inference mode. Running statistics are
   * updated unless they are frozen.
   *
   * @param patterns as {@link #asInInference} takes them
   * @throws FoveaException if a pattern matches no layer
   */
  public Model asInTraining(String... patterns) {
    return with(rules.behaving(true, layerPaths(), patterns));
  }

  /**
   * Returns this model with the parameters frozen that are frozen in another one, and the layers
   * behaving as they were told there; both are told by their names.
   */
  public Model trainedAs(Model other) {
    return with(other.rules);
  }

  /**
   * Returns a line that lists the patterns given to {@link #asInInference} and {@link
   * #asInTraining}; empty if there are none.
   */
  public String behaviours() {
    return rules.behaviours();
  }

  private List<String> layerPaths() {
    return trace(1, false).visits().stream().map(Trace.Visit::path).toList();
  }

  /**
   * Returns this model with no parameter frozen; {@link #asInInference} and {@link #asInTraining}
   * still apply.
   */
  public Model unfreeze() {
    return with(new TrainingRules(name -> false, rules.modes()));
  }

  /**
   * Returns an observer of the outputs of some layers.
   *
   * @param paths the paths of the layers, as in the {@linkplain #summary summary}
   * @throws FoveaException if there is no such layer
   */
  public Observer observe(String... paths) {
    return new Observer(this, copy(), List.of(paths), false);
  }

  /**
   * Returns a model whose outputs are what a network without parameters makes of this one's. Both
   * share all parameters.
   *
   * @param further from this model's outputs to those of the result
   * @throws ShapeException if the further network cannot take the outputs
   * @throws FoveaException if the further network has parameters
   */
  public Model then(Network further) {
    return withBody(body.then(further));
  }

  /**
   * Returns a model whose outputs are those of some layers, such as the features that a loss
   * compares. Both share all parameters; what no layer needs is not computed.
   *
   * <pre>{@code
   * Model features = network.withOutputs("fire2/concat", "fire4/concat");
   * List<Signal> maps = features.apply(List.of(picture));      // within a formula
   * }</pre>
   *
   * @param paths the paths of the layers, as in the {@linkplain #summary summary}, or the names of
   *     the nodes of an imported graph
   * @throws FoveaException if there is no such layer, or none is given
   */
  public Model withOutputs(String... paths) {
    return withBody(body.withOutputs(List.of(paths)));
  }

  /**
   * Returns a model of the same network for inputs of other shapes. Both share all parameters. A
   * network of convolutions and poolings takes pictures of any size; a dense layer behind maps does
   * not.
   *
   * @param inputs the shape of one sample of each input
   * @throws ShapeException if some layer cannot take what reaches it
   * @throws FoveaException if the number of inputs or the shape of a parameter would be another
   */
  public Model withInputs(Shape... inputs) {
    Map<String, String> texts = metadata();
    return new Model(body.withInputs(List.of(inputs)), engine, rules, texts).withMetadata(texts);
  }

  /** Returns a model of other outputs, whose tasks are not this one's. */
  private Model withBody(ModelBody other) {
    Map<String, String> texts = new LinkedHashMap<>(metadata);
    texts.remove(Output.TASKS);
    return new Model(other, engine, rules, texts);
  }

  /**
   * Returns a model of another network, or of other inputs, that has parameters of this one's names
   * and shapes and no others. Both share them.
   *
   * @param network the network
   * @param inputs the shape of one sample of each input
   * @throws ShapeException if some layer cannot take what reaches it
   * @throws FoveaException if a parameter of the network is none of this model's
   */
  public Model over(Network network, List<Shape> inputs) {
    return withBody(body.over(network, inputs));
  }

  /** Returns a copy of this model with its own parameters, which start with the current values. */
  public Model copy() {
    return new Model(body.copy(), engine, rules, metadata);
  }

  /**
   * Moves the parameters of another model towards those of this one with the same names: each
   * becomes τ · (this one's) + (1 − τ) · (its own), as for the target network in reinforcement
   * learning (Lillicrap et al., 2016).
   *
   * @param share τ, from 0 to 1; 1 copies
   * @throws FoveaException if τ is not in [0, 1], or names or shapes differ; nothing is changed
   *     then
   */
  public void copyTo(Model other, double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new FoveaException("copy: the share must be from 0 to 1, got " + share);
    }
    body.parameters().moveTo(other.parameters(), (float) share);
  }

  /** Returns a table of all layers with shapes, parameters, FLOPs, receptive fields and memory. */
  public Summary summary() {
    return Summary.of(this);
  }

  /**
   * Returns the outputs for a batch. Where samples are independent, each thread computes a few
   * samples at a time, so that intermediate results stay in the caches.
   *
   * @param batch one tensor per input, batch axis first
   * @throws FoveaException if a shape is not the input's
   */
  public List<Tensor> run(List<Tensor> batch) {
    int samples = batchSize(batch);
    body.parameters().makeBeside(engine());
    return inference.run(batch, samples);
  }

  /** Returns the number of samples of a batch, which must suit the inputs. */
  int batchSize(List<Tensor> batch) {
    return body.batchSize(batch);
  }

  /** Returns the output for a batch of the only input; see {@link #run(List)}. */
  public Tensor run(Tensor batch) {
    return run(List.of(batch)).get(0);
  }

  /**
   * Returns the prediction of a classifier for one sample.
   *
   * @param sample a tensor of the input's shape, with or without a batch axis of 1
   * @return a probability per class: the softmax of the logits, or their sigmoids for a multi-label
   *     task, unless the network itself ends in one. A single output stands for class 1 against
   *     class 0
   * @throws FoveaException if the shape is not the input's, or the first output has another task
   */
  public Prediction predict(Tensor sample) {
    return predictAll(body.batchOf(sample, "predict")).get(0);
  }

  /**
   * Returns the predictions of a classifier for all samples of a batch; see {@link #predict}.
   *
   * @param batch the samples, batch axis first
   * @throws FoveaException if the shape is not the input's
   */
  public List<Prediction> predictAll(Tensor batch) {
    output(0).requireTask("predict", Task.CLASSES, Task.LABELS);
    return Prediction.ofBatch(run(batch), output(0), labels());
  }

  /**
   * Returns the segmentation of one sample: the likeliest class of each pixel.
   *
   * @param sample a tensor of the input's shape, with or without a batch axis of 1
   * @return the class indices [H, W]
   * @throws FoveaException if the shape is not the input's, or the task of the first output is not
   *     {@link Task#MASK}
   */
  public Tensor predictMask(Tensor sample) {
    output(0).requireTask("predictMask", Task.MASK);
    Tensor classes = output(0).best(run(body.batchOf(sample, "predictMask")));
    return classes.reshape(classes.shape().dropFirst());
  }

  /** Returns the names of the classes; empty if the metadata has none. */
  public List<String> labels() {
    String text = metadata.getOrDefault("labels", "");
    return text.isEmpty() ? List.of() : List.of(text.split("\n", -1));
  }

  /**
   * Writes parameters and metadata to a file. The file's ending selects the format: {@code
   * .safetensors}, or that of a {@link ModelFormat}, such as {@code .onnx} if the module {@code
   * formats} is present.
   *
   * @throws FoveaException if the format is unknown or the file cannot be written; an existing file
   *     is untouched then
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
   * Loads parameters from a file that {@link #save} wrote for the same network. They change in
   * place, for this model and all that share them.
   *
   * @return this model with the entries of the file's metadata added to or replacing its own
   * @throws FoveaException if the file cannot be read, or its names, shapes or tasks are not those
   *     of this network; nothing is changed then
   */
  public Model load(Path file) {
    return load(file.toString(), Safetensors.readWhole(file));
  }

  /**
   * Loads parameters from a stream that {@link #save(OutputStream)} wrote; it is read to its end
   * and stays open. See {@link #load(Path)}.
   *
   * @return this model with the stream's metadata
   * @throws FoveaException as {@link #load(Path)}
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
