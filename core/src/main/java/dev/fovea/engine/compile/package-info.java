/**
 * The compiler: from a graph to a program of steps, with a place in memory for every value.
 *
 * <pre>
 *    Graph → TrimScans, Simplify, FoldBatchNorm, FoldSpaceToDepth, FuseEpilogue, FuseRectifier,
 *          PackWeights, OptimizeBodies → Graph
 *          → Scheduler (kernels, MemoryPlanner) → Program: Steps on Places
 * </pre>
 */
@NullMarked
package dev.fovea.engine.compile;

import org.jspecify.annotations.NullMarked;
