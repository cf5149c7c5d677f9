package dev.fovea.nn;

import dev.fovea.data.Task;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The outputs of a network: their tasks follow from the end of the network until a training or a
 * file sets them.
 */
final class Outputs {

  private final List<Shape> shapes;
  private volatile List<Output> outputs;
  private volatile boolean tasksSet;

  /**
   * Creates the outputs.
   *
   * @param ends the ends of the network, batch first
   * @param input the shape of the first input of a sample
   */
  Outputs(List<Value> ends, Shape input) {
    this(ends.stream().map(v -> Output.of(v, input)).toList(), false);
  }

  private Outputs(List<Output> outputs, boolean tasksSet) {
    this.outputs = outputs;
    this.tasksSet = tasksSet;
    this.shapes = outputs.stream().map(Output::shape).toList();
  }

  /** Returns a copy whose tasks are its own. */
  Outputs copy() {
    return new Outputs(outputs, tasksSet);
  }

  List<Shape> shapes() {
    return shapes;
  }

  Output get(int i) {
    if (i < 0 || i >= shapes.size()) {
      throw new FoveaException("model: no output %s, there are %s".formatted(i, shapes.size()));
    }
    return outputs.get(i);
  }

  synchronized void set(int i, Task task) {
    List<Output> now = new ArrayList<>(outputs);
    now.set(i, get(i).with(task));
    outputs = List.copyOf(now);
    tasksSet = true;
  }

  /** Adds the tasks to the metadata if any has been set. */
  Map<String, String> addTo(Map<String, String> texts) {
    Map<String, String> all = new LinkedHashMap<>(texts);
    if (tasksSet) {
      all.put(
          Output.TASKS,
          outputs.stream().map(o -> o.task().text()).collect(Collectors.joining(",")));
    }
    return Collections.unmodifiableMap(all);
  }

  /** Takes the tasks from the metadata, if it has any. */
  void read(Map<String, String> texts) {
    List<Task> tasks = tasks(texts);
    for (int i = 0; i < tasks.size(); i++) {
      set(i, tasks.get(i));
    }
  }

  /** Returns the tasks that texts tell; none if they do not. */
  List<Task> tasks(Map<String, String> texts) {
    String text = texts.getOrDefault(Output.TASKS, "");
    if (text.isEmpty()) {
      return List.of();
    }
    String[] names = text.split(",", -1);
    if (names.length != shapes.size()) {
      throw new FoveaException(
          "metadata: %s tasks for %s outputs".formatted(names.length, shapes.size()));
    }
    return Arrays.stream(names).map(name -> Task.parse(name, "metadata")).toList();
  }
}
