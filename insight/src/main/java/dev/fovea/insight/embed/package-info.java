/**
 * Many numbers per sample as points on a plane: principal components at once, t-SNE for
 * neighbourhoods.
 */
@NullMarked
package dev.fovea.insight.embed;

import org.jspecify.annotations.NullMarked;
