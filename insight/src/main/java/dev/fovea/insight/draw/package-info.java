/**
 * Drawings of architectures, as in papers.
 *
 * <pre>
 *    model → NetworkGraph (nodes, edges) → merged or folded → LayeredLayout → Drawings → SVG
 * </pre>
 */
@NullMarked
package dev.fovea.insight.draw;

import org.jspecify.annotations.NullMarked;
