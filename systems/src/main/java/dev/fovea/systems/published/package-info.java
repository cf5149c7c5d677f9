/**
 * Networks that others have trained and published: what must be known besides their files to use
 * them. A {@link dev.fovea.systems.published.ModelCard} writes it into the metadata of a model once
 * and for all.
 */
@NullMarked
package dev.fovea.systems.published;

import org.jspecify.annotations.NullMarked;
