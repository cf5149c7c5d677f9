/** Keras: models and weights in HDF5. */
@NullMarked
package dev.fovea.formats.keras;

import org.jspecify.annotations.NullMarked;
