package dev.fovea.engine.compile;

import dev.fovea.engine.kernel.Kernel;
import dev.fovea.op.Value;
import java.util.List;

/**
 * One kernel run of a program.
 *
 * @param value the value that is computed
 * @param path the layer it comes from
 * @param kernel the kernel
 * @param inputs where its inputs lie
 * @param output where its result goes
 * @param workspace where its tasks' shared memory lies
 */
public record Step(
    Value value, String path, Kernel kernel, List<Place> inputs, Place output, Place workspace) {}
