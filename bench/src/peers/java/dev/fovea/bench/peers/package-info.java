/** The processes of peers that run on the JVM; compiled with the profile {@code peers} only. */
@NullMarked
package dev.fovea.bench.peers;

import org.jspecify.annotations.NullMarked;
