/**
 * Models as a service: a server that speaks the Open Inference Protocol, and what it is made of.
 */
@NullMarked
package dev.fovea.serve;

import org.jspecify.annotations.NullMarked;
