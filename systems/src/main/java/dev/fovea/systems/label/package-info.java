/**
 * What is known of pictures, from label files of the usual forms and back, as samples to train and
 * measure with.
 *
 * <pre>
 *    files → LabelFormat → LabelSet → LabelledData → Sample
 *                              ↓
 *                          LabelWriter → files          Shapes (drawn) → LabelledData
 * </pre>
 *
 * <p>Boxes are in continuous pixels of the picture as it is seen: pixel i covers [i, i + 1).
 * Classes are tied to each other by their names; numbers are places in a list of names.
 */
@NullMarked
package dev.fovea.systems.label;

import org.jspecify.annotations.NullMarked;
