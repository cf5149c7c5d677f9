/** What trainings of other tools wrote for TensorBoard: the numbers of their steps. */
@NullMarked
package dev.fovea.formats.tensorboard;

import org.jspecify.annotations.NullMarked;
