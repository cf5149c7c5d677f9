/** The Open Inference Protocol, version 2, over HTTP: requests and answers with tensors. */
@NullMarked
package dev.fovea.serve.protocol;

import org.jspecify.annotations.NullMarked;
