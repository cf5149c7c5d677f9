/**
 * Graphs of ops, traced from layers on symbolic values.
 *
 * <pre>
 *    results, gradients, next values → Graph → Rewriter → Graph → Verifier
 *    layer paths of values → Paths
 * </pre>
 */
@NullMarked
package dev.fovea.engine.graph;

import org.jspecify.annotations.NullMarked;
