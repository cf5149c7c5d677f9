/** Graphs of ops, traced from layers on symbolic values. */
@NullMarked
package dev.fovea.graph;

import org.jspecify.annotations.NullMarked;
