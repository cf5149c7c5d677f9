/**
 * What the readers of other libraries' model files share: networks of named layers, layouts of
 * weights, and the zoo's networks that files of weights alone belong to.
 */
@NullMarked
package dev.fovea.formats.weights;

import org.jspecify.annotations.NullMarked;
