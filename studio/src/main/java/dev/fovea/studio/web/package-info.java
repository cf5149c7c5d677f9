/** The server: who may ask, what is read and in which form answers are written. */
@NullMarked
package dev.fovea.studio.web;

import org.jspecify.annotations.NullMarked;
