/**
 * What units look for, and how they fare.
 *
 * <pre>
 *    data → TopPatches (where a channel is strongest), UnitHealth (dead, saturated), NeuronGroups
 *    network → EffectiveField (what a place really sees), Imagination (the input a unit likes best)
 *    training → UpdateRatios
 * </pre>
 */
@NullMarked
package dev.fovea.insight.unit;

import org.jspecify.annotations.NullMarked;
