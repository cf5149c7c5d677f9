/** HTTP: connections, who may ask, how much is read, and what is logged. */
@NullMarked
package dev.fovea.serve.http;

import org.jspecify.annotations.NullMarked;
