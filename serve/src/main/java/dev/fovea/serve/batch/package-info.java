/** Requests become batches: what is computed together, how long it waits and what is refused. */
@NullMarked
package dev.fovea.serve.batch;

import org.jspecify.annotations.NullMarked;
