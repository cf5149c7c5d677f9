/** Caffe: prototxt and caffemodel. */
@NullMarked
package dev.fovea.formats.caffe;

import org.jspecify.annotations.NullMarked;
