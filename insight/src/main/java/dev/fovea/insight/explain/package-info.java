/**
 * Attributions: which pixels a score comes from.
 *
 * <pre>
 *    Explainer: model, target → Method → Explanation: a map, with the figures that tell how far to trust it
 *    DeletionCurve, RandomisationCheck: whether a map says anything about the network
 * </pre>
 */
@NullMarked
package dev.fovea.insight.explain;

import org.jspecify.annotations.NullMarked;
