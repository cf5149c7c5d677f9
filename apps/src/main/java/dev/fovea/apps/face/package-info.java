/**
 * Faces: {@link dev.fovea.apps.face.FaceAligner} brings a face to where networks expect it, {@link
 * dev.fovea.apps.face.Identification} tells whose it is, {@link dev.fovea.apps.face.DrawnFaces}
 * stand for photographs where there are none.
 */
@NullMarked
package dev.fovea.apps.face;

import org.jspecify.annotations.NullMarked;
