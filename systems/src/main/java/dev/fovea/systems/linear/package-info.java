/**
 * Linear models that are fitted to features of a network once it is trained: support vector
 * machines and ridge regression, as R-CNN has them.
 */
@NullMarked
package dev.fovea.systems.linear;

import org.jspecify.annotations.NullMarked;
