/** What is answered about a picture, by the task of the model. */
@NullMarked
package dev.fovea.serve.picture;

import org.jspecify.annotations.NullMarked;
