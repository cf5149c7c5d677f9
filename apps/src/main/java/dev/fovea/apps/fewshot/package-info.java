/**
 * Classes of which few examples are known: {@link dev.fovea.apps.fewshot.PictureClasses} draws
 * episodes of some of them, {@link dev.fovea.apps.fewshot.Prototypes} learns from these and tells
 * classes by what is nearest.
 */
@NullMarked
package dev.fovea.apps.fewshot;

import org.jspecify.annotations.NullMarked;
