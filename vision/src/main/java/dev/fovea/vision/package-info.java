/**
 * Pictures: reading, drawing and filtering them, and the data sets made of them.
 *
 * <pre>
 *    file → PictureReader → PicturePixels → Images → tensor
 *    folder, list → ImageFolder, ImageList → Dataset
 *    tensors, figures → ContactSheet, ConfusionPicture → PNG
 * </pre>
 */
@NullMarked
package dev.fovea.vision;

import org.jspecify.annotations.NullMarked;
