/**
 * What is like what: {@link dev.fovea.apps.search.PictureIndex} finds the nearest of many vectors
 * in an index on disk, {@link dev.fovea.apps.search.ExactSearch} among all in memory, {@link
 * dev.fovea.apps.search.Retrieval} judges what was found.
 */
@NullMarked
package dev.fovea.apps.search;

import org.jspecify.annotations.NullMarked;
